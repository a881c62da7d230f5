"""What the scans make of what they find, and nginx's configuration read by nginx. The scans: python -m scripts.scan."""

import shutil
import subprocess

import pytest

from scripts.scan import front
from scripts.scan.tools import Finding


@pytest.mark.parametrize(
    ("found", "control", "verdict"),
    [
        ([], True, "clean"),
        (["x"], True, "found"),
        (["x"], None, "found"),
        ([], False, "blind"),
        ([], None, "not proven"),
    ],
)
def test_a_scan_that_misses_what_was_planted_has_shown_nothing(found, control, verdict):
    assert Finding(found, control).verdict == verdict


@pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")), reason="no nginx on this machine"
)
def test_nginx_reads_what_we_give_it(tmp_path):
    front.configure(tmp_path, "8000")
    done = subprocess.run(
        [shutil.which("nginx"), "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr, done.stderr

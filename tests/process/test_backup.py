"""A portal is saved while it is written to, and put back elsewhere; halves, full disks and wrong bytes harm nothing."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import ground
from tests.process.conftest import own_stack
from tests.process.test_portal import wait_for

pytestmark = [pytest.mark.process, pytest.mark.shows("R-13")]
ROOT = Path(__file__).parent.parent.parent


def run(environment, *arguments, good=True, **changes) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment | changes,
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert (done.returncode == 0) is good, done.stdout + done.stderr
    return done


def manage(environment, *arguments, **options):
    return run(environment, "manage.py", *arguments, **options)


def told(environment, code: str):
    """What a few lines of Python inside the portal print as JSON."""
    lines = f"import django, json; django.setup()\n{code}"
    return json.loads(run(environment, "-c", lines, DJANGO_SETTINGS_MODULE="enact_portal.settings").stdout)


ROWS = "from tests.process.migrating import rows; print(json.dumps(rows()))"
COUNTED = "from intake.models import Irritant; print(Irritant.objects.count())"


def files(environment) -> dict[str, str]:
    media = Path(environment["ENACT_VAR"]) / "media"
    return {
        str(path.relative_to(media)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in media.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def saved(stack, tmp_path_factory):
    """(environment, folder, key): a portal with a few cases and files, its backup and its key in the folder."""
    folder = tmp_path_factory.mktemp("saved")
    environment = stack | {"ENACT_DEMO": "0", "SECRET_KEY": "k" * 50}
    key = folder / "identity"
    public = manage(environment, "backup", "--new-key", str(key)).stdout.split("BACKUP_RECIPIENT=")[1].strip()
    environment["BACKUP_RECIPIENT"] = public
    run(environment, "-m", "tests.process.doors", "prepare")
    with _written_to(environment, folder, "30"):
        wait_for(lambda: _acknowledged(folder)[6:], 200)
    manage(environment, "backup", str(folder / "quiet.age"))
    return environment, folder, key


@pytest.fixture
def elsewhere(saved, tmp_path_factory):
    with own_stack(tmp_path_factory, ground.EMPTY) as environment:
        yield environment | {
            name: saved[0][name] for name in ("ENACT_DEMO", "SECRET_KEY", "BACKUP_RECIPIENT")
        }


class _written_to:
    def __init__(self, environment, folder, rate):
        (folder / "stop").unlink(missing_ok=True)
        self.folder, self.process = folder, subprocess.Popen(
            [sys.executable, "-m", "tests.process.writing", str(folder), rate], cwd=ROOT, env=environment
        )  # fmt: skip

    def __enter__(self):
        return self.process

    def __exit__(self, *_error):
        (self.folder / "stop").touch()
        try:
            assert self.process.wait(120) == 0
        finally:
            self.process.kill()


def _acknowledged(folder) -> list[dict]:
    path = folder / "acknowledged"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_saved_under_load_it_comes_back_with_every_row_and_every_byte(saved, elsewhere, tmp_path):
    """20 writes a second go on: what was acknowledged before is in the backup, whole; no row misses its file."""
    environment, _folder, key = saved
    with _written_to(environment, tmp_path, "20") as writer:
        wait_for(lambda: _acknowledged(tmp_path)[20:], 200)
        before = time.time()
        said = manage(environment, "backup", str(tmp_path / "busy.age"))
        after = len(_acknowledged(tmp_path))
        wait_for(lambda: len(_acknowledged(tmp_path)) > after + 2, 100)  # it was never held up for long
        assert writer.poll() is None
    assert said.stderr == ""

    restored = manage(elsewhere, "restore", str(tmp_path / "busy.age"), "--identity", str(key))
    assert "each as it was saved; the journal verifies" in restored.stdout
    there = files(elsewhere)
    acknowledged = [line for line in _acknowledged(tmp_path) if line["at"] < before]
    assert len(acknowledged) >= 20
    known = told(elsewhere, "from intake.models import Irritant as I; print(json.dumps([i.hex for i in "
                            "I.objects.values_list('public_id', flat=True)]))")  # fmt: skip
    assert {line["case"] for line in acknowledged} <= set(known)
    assert {line["file"]: line["sha256"] for line in acknowledged if line["file"]}.items() <= there.items()
    assert (
        told(elsewhere, "from files.rules import missing; print(json.dumps([str(one) for one in missing()]))")
        == []
    )
    assert there.items() <= files(environment).items()


def test_a_quiet_portal_comes_back_the_same_and_works(saved, elsewhere):
    environment, folder, key = saved
    manage(elsewhere, "restore", str(folder / "quiet.age"), "--identity", str(key))
    before, after = told(environment, ROWS), told(elsewhere, ROWS)
    manage(environment, "backup", str(folder / "readable.backup"), "--plain")
    assert (folder / "readable.backup").stat().st_mode & 0o777 == 0o600
    assert {name for name in before if before[name] < after[name]} == set()
    assert after["files.StoredFile"] >= 3 and after["intake.Irritant"] >= 7
    submitted = run(elsewhere, "-m", "tests.process.scenario", "submit_one")
    assert json.loads(submitted.stdout)["reference"].startswith("ENACT-")
    assert told(elsewhere, COUNTED) == after["intake.Irritant"] + 1

    refused = manage(elsewhere, "restore", str(folder / "quiet.age"), "--identity", str(key), good=False)
    assert "--replace" in refused.stderr
    manage(elsewhere, "restore", str(folder / "quiet.age"), "--identity", str(key), "--replace")
    assert told(elsewhere, COUNTED) == after["intake.Irritant"]


def test_a_wrong_byte_is_refused_before_anything_is_touched(saved, elsewhere):
    _environment, folder, key = saved
    content = bytearray((folder / "quiet.age").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "wrong.age").write_bytes(content)
    refused = manage(elsewhere, "restore", str(folder / "wrong.age"), "--identity", str(key), good=False)
    assert "its seal is broken" in refused.stderr and "wrong.age" in refused.stderr
    unread = manage(elsewhere, "restore", str(folder / "quiet.age"), good=False)
    assert "--identity" in unread.stderr
    assert files(elsewhere) == {}
    assert told(elsewhere, "from operations.backup.databases import is_empty; print(json.dumps(is_empty()))")
    assert list(Path(elsewhere["ENACT_VAR"]).glob(".restore-*")) == []


def test_without_a_recipient_nothing_readable_is_written(saved, tmp_path):
    environment, _folder, _key = saved
    refused = manage(environment, "backup", str(tmp_path / "a"), good=False, BACKUP_RECIPIENT="")
    assert "BACKUP_RECIPIENT" in refused.stderr and "--plain" in refused.stderr
    assert list(tmp_path.iterdir()) == []


KILLS = {"before it has its name": "from pathlib import Path; Path.rename = stop"}
RESTORE_KILLS = {"between files and database": "r.databases.replace = stop"}
if os.environ.get("ENACT_FULL"):
    KILLS |= {
        "while the database is copied": "from operations.backup import making as m; m._write = stop",
        "while the files are read": "from operations.backup import archive as a; a.Writer.finish = stop",
    }
    RESTORE_KILLS |= {
        "before the files": "r._bring_files = stop",
        "after the database": "r._set_aside = stop",
    }


@pytest.mark.parametrize("where", KILLS)
def test_killed_on_the_way_it_leaves_nothing_under_its_name(saved, tmp_path, where):
    environment, _folder, _key = saved
    code = (
        f"import os, django; django.setup()\nstop = lambda *_a, **_k: os.kill(os.getpid(), {signal.SIGKILL})\n"
        f"{KILLS[where]}\nfrom django.core.management import call_command\n"
        f"call_command('backup', {str(tmp_path / 'b.age')!r})"
    )
    done = run(environment, "-c", code, good=False, DJANGO_SETTINGS_MODULE="enact_portal.settings")
    assert done.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".part")] == []
    manage(environment, "backup", str(tmp_path / "b.age"))


@pytest.mark.parametrize("where", RESTORE_KILLS)
def test_a_restore_that_is_killed_leaves_the_old_portal_or_the_new_one(saved, elsewhere, where):
    """Never half of one: the database is one of the two, and has every file that its rows promise."""
    _environment, folder, key = saved
    manage(elsewhere, "restore", str(folder / "quiet.age"), "--identity", str(key))
    run(elsewhere, "-m", "tests.process.scenario", "submit_one")
    old = told(elsewhere, COUNTED)
    arguments = f"'restore', {str(folder / 'quiet.age')!r}, identity={str(key)!r}, replace=True"
    code = (
        f"import os, django; django.setup()\nstop = lambda *_a, **_k: os.kill(os.getpid(), {signal.SIGKILL})\n"
        f"from operations.backup import restoring as r\n{RESTORE_KILLS[where]}\n"
        f"from django.core.management import call_command\ncall_command({arguments})"
    )
    done = run(elsewhere, "-c", code, good=False, DJANGO_SETTINGS_MODULE="enact_portal.settings")
    assert done.returncode == -signal.SIGKILL, done.stderr
    state = "from files.rules import missing; from intake.models import Irritant; "
    state += "print(json.dumps([Irritant.objects.count(), len(missing())]))"
    assert told(elsewhere, state) == [old - (where == "after the database"), 0]
    manage(elsewhere, "restore", str(folder / "quiet.age"), "--identity", str(key), "--replace")
    assert told(elsewhere, state) == [old - 1, 0]
    assert files(elsewhere).items() <= files(saved[0]).items()


def test_the_nightly_one_is_kept_with_so_many_before_it(saved, tmp_path):
    environment, _folder, key = saved
    older = [tmp_path / f"enact-2026010{day}T020000Z.backup.age" for day in (1, 2)]
    for path in (*older, tmp_path / "somebody-elses.txt"):
        path.touch()
    nightly = {"BACKUP_DIR": str(tmp_path), "BACKUP_KEEP": "2"}
    manage(environment, "backup", "--scheduled", **nightly)
    kept = sorted(path.name for path in tmp_path.glob("*.*") if path.name[0] != ".")
    assert len(kept) == 3 and kept[0] == older[1].name and kept[2] == "somebody-elses.txt"
    assert (
        "is whole"
        in manage(environment, "backup", "--verify", str(tmp_path / kept[1]), "--identity", str(key)).stdout
    )


@pytest.mark.skipif(not shutil.which("mount") or os.geteuid() != 0, reason="needs a small disk of its own")
def test_a_full_disk_is_said_and_leaves_nothing(saved, tmp_path):
    environment, _folder, _key = saved
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine mounts nothing")
    try:
        refused = manage(environment, "backup", str(small / "b.age"), good=False)
        assert "the disk is full: nothing was left behind" in refused.stderr
        assert list(small.iterdir()) == []
    finally:
        subprocess.run(["umount", small], check=True)


def test_an_older_portal_is_not_fed_a_newer_backup(saved, elsewhere, tmp_path):
    environment, _folder, _key = saved
    lines = (
        "from operations.backup import making as m; from pathlib import Path\n"
        "import dataclasses, operations.backup.databases as d; real = d._contents\n"
        "d._contents = lambda rows: (sorted([*real(rows)[0], 'intake.9999_later']), real(rows)[1])\n"
        f"m.make(Path({str(tmp_path / 'later')!r}), plain=True); print('0')"
    )
    told(environment, lines)
    refused = manage(elsewhere, "restore", str(tmp_path / "later"), good=False)
    assert "newer than this one" in refused.stderr and "intake.9999_later" in refused.stderr
    assert files(elsewhere) == {}

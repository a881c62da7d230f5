"""The index folder under real processes: writers killed anywhere, two at once, no room, no permission."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.process.indexing import OFFERS, PER_SEGMENT, POINTS

pytestmark = [pytest.mark.process, pytest.mark.once]
ROOT = Path(__file__).parent.parent.parent
SECONDS = 60


@pytest.fixture(scope="module")
def portal(stack):
    """The environment of a portal with a catalogue."""
    environment = stack | {"ENACT_DEMO": "0"}
    answer(start(environment, "prepare"))
    return environment


@pytest.fixture
def fresh(portal, tmp_path):
    """The same with an index folder of its own."""
    return portal | {"ENACT_INDEX": str(tmp_path / "index")}


@pytest.fixture(scope="module")
def right(portal, tmp_path_factory):
    found = answer(start(portal | {"ENACT_INDEX": str(tmp_path_factory.mktemp("right") / "index")}, "ask"))
    assert len(found["ranked"]) > 10 and (found["built"], found["shared"]) == (1, True)
    return found["ranked"]


def start(environment: dict, *arguments: str, **options) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.process.indexing", *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, **options,
    )  # fmt: skip


def answer(process: subprocess.Popen) -> dict:
    out, errors = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, errors
    return json.loads(out.splitlines()[-1])


def near(one: list, other: list) -> bool:
    """In other segments weights are rounded otherwise: equals change places, and what yields to equals with them."""
    return one[0] == other[0] and {code for code, _ in one} == {code for code, _ in other}


def folders(environment: dict) -> list[Path]:
    return sorted(path for path in Path(environment["ENACT_INDEX"]).glob("*/*-*") if path.is_dir())


def in_session(leader: int) -> list[int]:
    """Processes of a session that are still there."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_writer(fresh, right, point):
    writer = start(fresh, "die", point)
    writer.communicate(timeout=SECONDS)
    assert writer.returncode == -signal.SIGKILL
    whole = [folder for folder in folders(fresh) if not folder.name.startswith(".")]
    assert len(whole) == (point == "after the name")
    after = answer(start(fresh, "ask"))
    assert after["ranked"] == right
    assert (after["built"], after["shared"]) == (0 if point == "after the name" else 1, True)
    (folder,) = folders(fresh)
    assert len(list(folder.iterdir())) == OFFERS // PER_SEGMENT + 2
    assert in_session(writer.pid) == []  # its helpers did not outlive it


@pytest.mark.parametrize("share", [0.7, 0.9])
def test_a_writer_killed_at_any_moment(fresh, right, share):
    started = time.monotonic()
    assert answer(start(fresh | {"ENACT_INDEX": fresh["ENACT_INDEX"] + "-whole"}, "ask"))["ranked"] == right
    lasted = time.monotonic() - started
    writer = start(fresh, "ask")
    time.sleep(lasted * share)
    os.killpg(writer.pid, signal.SIGKILL)
    writer.communicate(timeout=SECONDS)
    assert answer(start(fresh, "ask"))["ranked"] == right
    assert len(folders(fresh)) == 1


def test_two_at_once_index_once(fresh, right):
    both = [start(fresh, "ask") for _ in range(3)]
    answers = [answer(process) for process in both]
    assert [found["ranked"] for found in answers] == [right] * 3
    assert sum(found["built"] for found in answers) == 1 and all(found["shared"] for found in answers)
    assert len(folders(fresh)) == 1


def test_two_hosts_with_a_folder_each(fresh, right):
    hosts = [fresh | {"ENACT_INDEX": f"{fresh['ENACT_INDEX']}-{name}"} for name in "ab"]
    answers = [answer(process) for process in [start(host, "ask") for host in hosts]]
    assert [(found["ranked"], found["built"]) for found in answers] == [(right, 1)] * 2


def test_no_room_for_any_file(fresh, right):
    """As on a full disk, the temporary folder included: the index then lives in memory."""
    found = answer(start(fresh, "ask-limited"))
    assert near(found["ranked"], right) and not found["shared"]
    assert folders(fresh) == []
    assert answer(start(fresh, "ask")) == {"ranked": right, "built": 1, "shared": True}


def test_a_folder_of_somebody_else(fresh, right, tmp_path):
    """Root may write anywhere: what stands in the way here is a file."""
    (tmp_path / "file").write_text("")
    found = answer(start(fresh | {"ENACT_INDEX": str(tmp_path / "file" / "index")}, "ask"))
    assert found["ranked"] == right and not found["shared"]


def test_a_worker_that_may_have_no_children_indexes_alone(fresh, right):
    found = answer(start(fresh, "work"))
    assert found["ranked"] == right and found["shared"]
    assert len(folders(fresh)) == 1

"""The daily sweep: orphans go, live files stay, and a sweep that would take too much takes nothing."""

import contextlib
import os
import random
import time
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files import rules, store
from files.models import FileState, StoredFile
from journal import jobs
from journal.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.shows("R-12")]
TWO_DAYS = 2 * 24 * 3600


def live(state: str = FileState.UNSCANNED) -> StoredFile:
    row = store.receive(SimpleUploadedFile("note.txt", b"canary"), uuid.uuid4())
    StoredFile.objects.filter(pk=row.pk).update(state=state)
    aged(row.path)
    return row


def aged(path, seconds: int = TWO_DAYS):
    os.utime(path, (time.time() - seconds,) * 2)
    return path


def orphan(settings, name: str | None = None, *, seconds: int = TWO_DAYS):
    name = name or uuid.uuid4().hex
    path = settings.MEDIA_ROOT / "files" / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"nobody's")
    return aged(path, seconds)


def test_orphans_and_halves_go_and_live_files_stay(settings):
    kept = [live(state) for state in (FileState.UNSCANNED, FileState.PENDING, FileState.CLEAN)]
    gone = [orphan(settings), orphan(settings, f"{uuid.uuid4().hex}.1a2b3c4d.part")]
    young = [
        orphan(settings, seconds=3600),
        orphan(settings, f"{uuid.uuid4().hex}.1a2b3c4d.part", seconds=3600),
    ]
    strange = orphan(settings, "lisez-moi")
    assert rules.sweep_orphans() == 2
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in [*young, strange, *(row.path for row in kept)])
    assert rules.sweep_orphans() == 0


def test_bytes_of_an_infected_file_that_a_kill_left_behind_go(settings):
    row = live(FileState.INFECTED)
    assert rules.sweep_orphans() == 1
    assert not row.path.exists()


@pytest.mark.parametrize(("orphans", "files"), [(6, 0), (6, 50), (21, 0)])
def test_too_many_to_be_true(settings, orphans, files):
    for _number in range(files):
        live()
    paths = [orphan(settings) for _number in range(orphans)]
    with pytest.raises(rules.Unbelievable):
        rules.sweep_orphans()
    assert all(path.exists() for path in paths)


def test_a_row_that_arrives_during_the_sweep_saves_its_bytes(settings, monkeypatch):
    """The second look, just before the file goes."""
    path = orphan(settings)
    looks = []
    kept = rules._kept
    monkeypatch.setattr(
        rules, "_kept", lambda names: looks.append(1) or (kept(names) if len(looks) < 2 else set(names))
    )
    assert rules.sweep_orphans() == 0
    assert path.exists()


def test_never_a_live_file_whatever_lies_around(settings):
    chance = random.Random(11)
    rows = [live(chance.choice(FileState.values[:2])) for _number in range(30)]
    for _round in range(20):
        for _some in range(chance.randint(0, 3)):
            orphan(settings, seconds=chance.randint(0, 3 * 24 * 3600))
        with contextlib.suppress(rules.Unbelievable):
            rules.sweep_orphans()
        assert all(row.path.read_bytes() == b"canary" for row in rows)


def test_one_sweep_a_day_and_what_it_finds_is_shown(settings, time_machine):
    """A row without bytes ends the job dead: the workbench shows it."""
    time_machine.move_to("2026-11-20 09:00:00+01:00")
    row = live()
    assert (rules.owe_sweep(), rules.owe_sweep()) == (1, 0)
    jobs.run_owed()
    assert Job.objects.get().status == Job.DONE
    row.path.unlink()
    time_machine.move_to("2026-11-21 09:00:00+01:00")
    assert rules.owe_sweep() == 1
    jobs.run_owed()
    dead = Job.objects.get(status=Job.DEAD)
    assert str(row.pk) in dead.last_error

"""The nightly backup: owed once a day, watched while it takes its time, told when it fails."""

from datetime import timedelta

import pytest

from foundation import clock
from journal.models import Job
from operations.backup import keeping, making, schedule

pytestmark = [pytest.mark.django_db, pytest.mark.shows("R-13")]


@pytest.fixture(autouse=True)
def _a_folder(settings, tmp_path):
    settings.BACKUP_DIR, settings.BACKUP_KEEP = str(tmp_path / "backups"), 3
    (tmp_path / "backups").mkdir()


def payload() -> dict:
    return Job.objects.latest("pk").payload


def test_one_is_owed_a_day_and_none_where_there_is_no_folder(settings):
    assert schedule.owe_backup() == 1
    assert schedule.owe_backup() == 0, "the same day"
    with clock.at(clock.now() + timedelta(days=1)):
        assert schedule.owe_backup() == 1
    settings.BACKUP_DIR = ""
    with clock.at(clock.now() + timedelta(days=2)):
        assert schedule.owe_backup() == 0


def test_one_that_was_made_by_hand_tonight_will_do():
    keeping.name_for(clock.now() - timedelta(hours=2)).touch()
    assert schedule.owe_backup() == 0


def test_as_long_as_one_is_under_way_it_is_only_looked_at(settings, monkeypatch):
    schedule.owe_backup()
    monkeypatch.setattr(schedule, "_run", lambda _folder: pytest.fail("a second one beside the first"))
    with making.alone(keeping.name_for(clock.now()).parent) as ours:
        assert ours
        effect = schedule.start_or_watch(payload())
    effect()
    later = Job.objects.latest("pk")
    assert (later.payload["look"], later.kind) == (1, "backup.make") and later.not_before > clock.now()
    with pytest.raises(RuntimeError, match="does not end"):
        schedule.start_or_watch({**later.payload, "look": schedule.LOOKS + 1})


def test_what_its_process_says_is_the_error_of_the_job(monkeypatch):
    """A real process, which fails: no BACKUP_DIR is set in its environment."""
    schedule.owe_backup()
    monkeypatch.setattr(
        schedule.settings, "BASE_DIR", keeping.name_for(clock.now()).parent
    )  # no manage.py there
    with pytest.raises(RuntimeError, match="No such file"):
        schedule.start_or_watch(payload())


def test_done_it_is_done():
    schedule.owe_backup()
    keeping.name_for(clock.now()).touch()
    assert schedule.start_or_watch(payload()) is None

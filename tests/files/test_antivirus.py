"""Quarantine: what the antivirus has not found clean leaves for nobody, whatever the antivirus does."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from files import antivirus, rules, store
from files.models import FileState, StoredFile
from foundation import clock
from journal import jobs
from journal.models import Event, Job
from tests.files.scanners import impostor
from triage.workbench.trouble import trouble

NOBODY = "tcp://127.0.0.1:9"  # the port of « discard »: nothing listens
CLEAN, FOUND = b"stream: OK\0", b"stream: Win.Test.EICAR_HDB-1 FOUND\0"


def received(case=None, name="plan.txt", content=b"a") -> StoredFile:
    return store.receive(SimpleUploadedFile(name, content), case or uuid.uuid4())


def state_of(row) -> str:
    row.refresh_from_db()
    return row.state


def leaves(row) -> bool:
    row.refresh_from_db()
    try:
        response = store.stream(row)
    except Http404:
        return False
    response.file_to_stream.close()  # not the response: that would end the test’s own connection
    return True


@pytest.mark.parametrize(("reply", "found"), [(CLEAN, ""), (FOUND, "Win.Test.EICAR_HDB-1")])
def test_yes_and_no_are_understood(settings, tmp_path, reply, found):
    (tmp_path / "file").write_bytes(b"x" * 300_000)
    with impostor(reply) as settings.CLAMD_URL:
        assert antivirus.scan(tmp_path / "file") == found


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"stream: OK",  # cut before the end
        b"OK\0",
        b"stream: INSTREAM size limit exceeded. ERROR\0",
        b"stream: OK stream: OK\0",
        b"stream: X FOUND OK\0",
        b"stream:  FOUND\0",
        b"HTTP/1.1 200 OK\r\n\r\nstream: OK\0",
        b"\xff\xfe\x00",
        b"x" * 10_000,
    ],
    ids=repr,
)
def test_whatever_else_is_no_answer(settings, tmp_path, reply):
    (tmp_path / "file").write_bytes(b"abc")
    with impostor(reply) as settings.CLAMD_URL, pytest.raises(antivirus.ScannerDown):
        antivirus.scan(tmp_path / "file")


def test_a_scanner_that_hangs_or_cuts_is_given_up(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(antivirus, "_SECONDS", 0.5)
    (tmp_path / "file").write_bytes(b"x" * 8_000_000)
    with impostor(CLEAN, hang=3) as settings.CLAMD_URL, pytest.raises(antivirus.ScannerDown):
        antivirus.scan(tmp_path / "file")
    with impostor(CLEAN, cut=True) as settings.CLAMD_URL, pytest.raises(antivirus.ScannerDown):
        antivirus.scan(tmp_path / "file")
    settings.CLAMD_URL = NOBODY
    with pytest.raises(antivirus.ScannerDown):
        antivirus.scan(tmp_path / "file")
    settings.CLAMD_URL = f"unix://{tmp_path}/nobody.sock"
    assert not antivirus.answers()


@pytest.mark.django_db
def test_without_antivirus_files_leave_and_say_that_they_were_not_looked_at():
    row = received()
    assert (row.state, row.note, leaves(row)) == (FileState.UNSCANNED, "non analysé", True)
    assert not Job.objects.filter(kind="file.scan").exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_clean_is_let_out(settings):
    with impostor(CLEAN) as settings.CLAMD_URL:
        row = received()
        assert (row.state, leaves(row)) == (FileState.PENDING, False)
        jobs.run_owed()
        assert (state_of(row), row.note, leaves(row)) == (FileState.CLEAN, "", True)


@pytest.mark.django_db(transaction=True)
def test_what_is_infected_loses_its_bytes_and_keeps_its_row(settings):
    with impostor(FOUND) as settings.CLAMD_URL:
        row = received(content=b"malicious")
        name, hashed = row.name, row.sha256
        jobs.run_owed()
    assert (state_of(row), leaves(row)) == (FileState.INFECTED, False)
    assert not row.path.exists()
    assert (row.name, row.sha256) == (name, hashed)
    assert list(Event.objects.filter(case=row.case).values_list("name", flat=True)) == ["file.condemn"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("reply", [b"garbage\0", b""])
def test_fail_closed(settings, reply):
    """No answer, however often: the file waits, nobody gets it, coordinators see it; then the scanner is back."""
    with impostor(reply) as settings.CLAMD_URL:
        row = received()
        for hour in range(3):
            with time_machine.travel(clock.now() + timedelta(hours=hour), tick=True):
                jobs.run_owed()
        assert (state_of(row), leaves(row)) == (FileState.PENDING, False)
        StoredFile.objects.update(uploaded_at=clock.now() - timedelta(hours=3))
        assert [one.pk for one in trouble(User()).unscanned] == [row.pk]
        assert rules.wake_scans() == 0, "it does not answer"
    with impostor(b"PONG\0") as settings.CLAMD_URL:
        assert rules.wake_scans() == 1
    with impostor(CLEAN) as settings.CLAMD_URL:
        assert jobs.run_owed() == 1
    assert (state_of(row), leaves(row)) == (FileState.CLEAN, True)
    assert not trouble(User()).unscanned


@pytest.mark.django_db(transaction=True)
def test_an_antivirus_set_up_later_looks_at_what_came_before(settings):
    row = received()
    with impostor(CLEAN) as settings.CLAMD_URL:
        assert not leaves(row), "not looked at yet"
        assert rules.follow_the_settings() == 1
        assert rules.follow_the_settings() == 0
        jobs.run_owed()
        assert (state_of(row), leaves(row)) == (FileState.CLEAN, True)


@pytest.mark.django_db(transaction=True)
def test_an_antivirus_given_up_leaves_nothing_waiting(settings):
    settings.CLAMD_URL = NOBODY
    row = received()
    settings.CLAMD_URL = ""
    assert rules.follow_the_settings() == 1
    jobs.run_owed()
    assert (state_of(row), leaves(row)) == (FileState.UNSCANNED, True)
    assert not Job.objects.open().filter(kind="file.scan").exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_taken_back_before_its_scan_is_no_trouble(settings):
    with impostor(CLEAN) as settings.CLAMD_URL:
        store.remove(received())
        jobs.run_owed()
    assert not Job.objects.open().filter(kind="file.scan").exists()


@pytest.mark.django_db(transaction=True)
def test_everybody_is_told_and_nobody_gets_it(settings, client, cast):
    """The company on its page, the coordinators on theirs; both addresses answer « not found »."""
    from intake.reactions import follow_url

    with impostor(FOUND) as settings.CLAMD_URL:
        row = received(cast.irritant.public_id, "releves.csv", b"a;b\n")
        follow = follow_url(cast.irritant, cast.irritant.contact.email).removeprefix(settings.SITE_URL)
        page = client.get(follow).content.decode()
        assert "en cours d’analyse" in page and str(row.pk) not in page
        jobs.run_owed()
    page = client.get(follow).content.decode()
    assert "écarté par l’antivirus" in page and "L’antivirus a écarté l’un de vos fichiers" in page
    assert str(row.pk) not in page
    assert client.get(f"{follow}fichiers/{row.pk}/").status_code == 404

    client.force_login(cast.coordinator, backend="accounts.backends.RoleBackend")
    queue = client.get(reverse("admin:index")).content.decode()
    assert "releves.csv" in queue and cast.irritant.reference in queue
    case = reverse("admin:workbench_irritant", args=[cast.irritant.public_id])
    assert "écarté par l’antivirus" in client.get(case).content.decode()
    assert (
        client.get(reverse("admin:workbench_file", args=[cast.irritant.public_id, row.pk])).status_code == 404
    )

"""What machines and people read of the portal's health; the figures; nothing of anybody in them."""

import re
import socket
import threading
from collections import namedtuple
from datetime import timedelta

import pytest
from django.utils import timezone

from foundation import clock
from journal import clockwork
from journal.models import ClockRun, Job
from operations import health
from operations.backup import keeping

pytestmark = [pytest.mark.django_db, pytest.mark.shows("R-20", "R-07", "S-28")]


@pytest.fixture(autouse=True)
def _a_portal_that_is_well(db):
    health._probes.clear()
    clockwork.beat()


def ready(client) -> tuple[int, dict]:
    answer = client.get("/health/ready")
    return answer.status_code, answer.json()


def test_all_is_well(client):
    status, said = ready(client)
    assert (status, said["status"], said["problems"], said["warnings"]) == (200, "ok", [], [])
    assert said["checks"]["database"] is True and said["checks"]["backup"] is None


def test_a_job_that_waits_too_long(client):
    now = clock.now()
    Job.objects.create(kind="message.send", key="k", not_before=now - timedelta(seconds=119))
    assert ready(client)[0] == 200
    Job.objects.update(not_before=now - timedelta(seconds=125))
    status, said = ready(client)
    assert (status, said["problems"]) == (503, ["work"])


def test_no_sign_of_life(client):
    with clock.at(clock.now() + timedelta(seconds=121)):
        status, said = ready(client)
        assert (status, said["problems"]) == (503, ["pulse"])
        ClockRun.objects.create(
            rule="x", ran_at=clock.now(), succeeded_at=clock.now()
        )  # the cache is down, say
        assert ready(client)[0] == 200


def test_a_rule_that_does_not_succeed(client):
    hours = clock.now() - timedelta(hours=2)
    run = ClockRun.objects.create(rule=next(iter(clockwork.RULES)), ran_at=clock.now(), succeeded_at=hours)
    assert ready(client)[1]["problems"] == ["clock"]
    ClockRun.objects.filter(pk=run.pk).update(succeeded_at=clock.now())
    assert ready(client)[0] == 200


@pytest.mark.parametrize(("free", "status"), [(9, 503), (10, 200)])
def test_the_disk_has_a_tenth_left(client, monkeypatch, free, status):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: usage(100, 100 - free, free))
    assert ready(client)[0] == status


def test_what_the_portal_does_without_for_a_while_is_told_and_not_red(client, settings, tmp_path):
    with socket.socket() as taken:  # bound, not listening: nobody answers
        taken.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = taken.getsockname()
        settings.CLAMD_URL = f"unix://{tmp_path}/clamd.ctl"
        settings.BACKUP_DIR = str(tmp_path / "none")
        status, said = ready(client)
    assert (status, said["warnings"]) == (200, ["mail", "antivirus", "backup"])


def test_a_mail_server_is_asked_once_a_minute(client, settings):
    greeted = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet():
            link, _address = server.accept()
            greeted.append(link.sendall(b"220 here\r\n"))
            link.close()

        threading.Thread(target=greet, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        for _ in range(3):
            assert ready(client)[1]["checks"]["mail"] is True
    assert len(greeted) == 1


def test_the_age_of_the_last_backup(client, settings, tmp_path):
    settings.BACKUP_DIR, settings.BACKUP_KEEP = str(tmp_path), 2
    for days in (0, 1, 3):
        keeping.name_for(clock.now() - timedelta(days=days)).touch()
    assert ready(client)[1]["checks"]["backup"] is True
    assert len(keeping.thin_out()) == 1
    with clock.at(clock.now() + timedelta(hours=27)):
        assert "backup" in ready(client)[1]["warnings"]
        assert [line for line in health.told() if "auvegarde" in line]


def test_the_workbench_says_it_in_words(client, cast, settings, tmp_path):
    settings.BACKUP_DIR = str(tmp_path)
    client.force_login(cast.coordinator)
    page = client.get("/admin/sante/").content.decode()
    assert "Dernière sauvegarde" in page and "Aucune depuis plus d’un jour" in page
    assert "Dernière sauvegarde" in client.get("/admin/").content.decode(), "the banner of the queue"
    settings.BACKUP_DIR = ""
    assert "Dernière sauvegarde" not in client.get("/admin/").content.decode()


def test_a_silent_clock_is_on_the_queue_within_two_minutes(client, cast):
    client.force_login(cast.coordinator)
    ClockRun.objects.create(rule=next(iter(clockwork.RULES)), ran_at=clock.now(), succeeded_at=clock.now())
    for seconds, told in ((115, False), (121, True)):
        with clock.at(timezone.now() + timedelta(seconds=seconds)):
            assert bool(clockwork.trouble()) is told
            assert bool(clockwork.perhaps_late()) is told


METRIC = re.compile(r"enact_[a-z_]+(\{[a-z]+=\"[^\"\n]*\"(,[a-z]+=\"[^\"\n]*\")*\})? [0-9.e+-]+")


def test_figures_for_whoever_has_the_token(client, cast, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    assert client.get("/metrics?token=a-long-token").status_code == 404, "addresses end up in logs"
    answer = client.get("/metrics", headers={"Authorization": "Bearer a-long-token"})
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert [line for line in lines if not line.startswith("#") and not METRIC.fullmatch(line)] == []
    families = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {re.split(r"[{ ]", line)[0] for line in lines if not line.startswith("#")} <= families
    assert 'enact_check_ok{check="database"} 1' in lines
    assert any(line.startswith("enact_irritants{") for line in lines)
    text = answer.content.decode()
    assert cast.irritant.reference not in text and cast.irritant.company.name not in text and "@" not in text


def test_readiness_says_names_and_nothing_else(client, cast, monkeypatch):
    def broken():
        raise RuntimeError(f"connection to {cast.irritant.company.name} at 10.0.0.3 failed")

    monkeypatch.setitem(
        health.__dict__, "CHECKS", [*health.CHECKS, health.Check("x", "x", "x", True, broken)]
    )
    status, said = ready(client)
    assert (status, said["problems"], set(said)) == (503, ["x"], {"status", "problems", "warnings", "checks"})
    assert "10.0.0.3" not in str(said)

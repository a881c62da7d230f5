"""The chains are verified every day; coordinators see it when one does not hold, administrators see where."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from foundation import clock
from journal import auditing, events, jobs
from journal.models import AuditRun, Event
from tests.journal.test_events import without_the_trigger

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def at_noon(days: int = 0):
    return clock.at(clock.now().replace(hour=12) + timedelta(days=days))


def verified() -> AuditRun:
    auditing.verify_now({})()
    return AuditRun.objects.first()


def page(user, name: str = "admin:index") -> str:
    client = Client()
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client.get(reverse(name)).content.decode()


def test_once_a_day_however_often_the_clock_ticks(cast):
    with at_noon():
        assert [auditing.verify_every_day() for _tick in range(3)] == [1, 0, 0]
        jobs.run_owed()
        assert auditing.verify_every_day() == 0
    with at_noon(days=4):  # a clock that was down
        assert [auditing.verify_every_day(), auditing.verify_every_day()] == [1, 0]
        jobs.run_owed()
    assert [run.broken for run in AuditRun.objects.all()] == [0, 0]
    assert AuditRun.objects.first().events == Event.objects.count()


def test_a_change_is_told_to_the_coordination_and_shown_to_administrators(cast):
    assert verified().broken == 0
    assert "Le journal a été changé" not in page(cast.coordinator)
    without_the_trigger()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_event SET name = 'other' WHERE seq = 1")
    run = verified()
    assert run.broken == 2
    assert {place[0] for place in run.places} == {
        str(cast.irritant.public_id),
        str(cast.strangers_irritant.public_id),
    }
    assert "Le journal a été changé" in page(cast.coordinator)
    shown = page(cast.administrator, "admin:workbench_trust")
    assert cast.irritant.reference in shown and "contenu changé" in shown


def test_a_case_that_vanished_whole_is_seen(cast):
    verified()
    without_the_trigger()
    with connection.cursor() as cursor:
        for table in ("journal_event", "journal_chainhead"):
            key = (
                cast.irritant.public_id.hex if connection.vendor == "sqlite" else str(cast.irritant.public_id)
            )
            cursor.execute(f'DELETE FROM {table} WHERE "case" = %s', [key])
    assert [place[2] for place in verified().places] == [auditing.FEWER, events.REWRITTEN]


def test_an_administrator_verifies_by_hand(cast):
    client = Client()
    client.force_login(cast.administrator, backend="accounts.backends.RoleBackend")
    assert client.post(reverse("admin:workbench_verify")).status_code == 303
    jobs.run_owed()
    assert "Tout est intact" in client.get(reverse("admin:workbench_trust")).content.decode()

"""The memory of a case: chained, append-only, verifiable."""

from importlib import import_module

import pytest
from django.db import DatabaseError, connection, transaction

from intake.lifecycle import IRRITANT
from journal import events
from journal.actors import SYSTEM_ACTOR, coordinator
from journal.models import ChainHead, Event
from tests import cast as casting

pytestmark = pytest.mark.database

APPEND_ONLY = import_module("journal.migrations.0002_events_are_append_only")


def chain(irritant):
    return list(Event.objects.filter(case=irritant.public_id).order_by("seq"))


def test_events_of_a_case_form_a_chain(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    first, second = chain(cast.irritant)
    assert (first.seq, second.seq) == (1, 2)
    assert second.previous_hash == first.hash
    assert second.actor == f"user:{cast.coordinator.pk}"
    assert list(events.broken_links()) == []


def test_an_event_belongs_to_a_transaction(transactional_db):
    one = casting.laboratory("seul")
    with pytest.raises(RuntimeError):
        events.record("x.y", case=one.public_id, subject=one, actor=SYSTEM_ACTOR)


@pytest.mark.parametrize("change", ["payload = '{\"a\": 1}'", "name = 'other'", "actor = 'user:1'"])
def test_an_altered_event_is_found(cast, change):
    without_the_trigger()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE journal_event SET {change} WHERE seq = 1")
    assert {(case, seq) for case, seq, _what in events.broken_links()} == {
        (cast.irritant.public_id, 1),
        (cast.strangers_irritant.public_id, 1),
    }


def test_a_missing_end_is_found(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    without_the_trigger()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_event WHERE seq = 2")
    assert list(events.broken_links()) == [(cast.irritant.public_id, 2, "end of the chain is missing")]


def test_a_missing_head_is_found(cast):
    ChainHead.objects.filter(case=cast.irritant.public_id).delete()
    assert [(case, what) for case, _seq, what in events.broken_links()] == [
        (cast.irritant.public_id, "head is missing")
    ]


@pytest.mark.parametrize("statement", ["UPDATE journal_event SET name = 'x'", "DELETE FROM journal_event"])
def test_the_database_refuses_to_change_an_event(cast, statement):
    if connection.vendor == "sqlite":  # the shared test database lives without (tests/conftest.py says why)
        with connection.cursor() as cursor:
            cursor.execute(APPEND_ONLY.DO["sqlite"][1])
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def without_the_trigger():
    """What somebody who owns the database could do."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER journal_event_no_change ON journal_event")
        else:
            cursor.execute("DROP TRIGGER journal_event_no_update")

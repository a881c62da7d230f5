"""A thousand edits, deletions and swaps of events by SQL: each is seen, and the row is named."""

import random
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from foundation import clock
from journal import anchors, auditing, events
from journal.actors import SYSTEM_ACTOR
from journal.models import AuditRun, ChainHead, Event
from tests.journal.test_events import without_the_trigger

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.shows("S-22", "asvs 16.4.2")]
TIMES, CASES, LENGTH = 1_000, 3, 5
COLUMNS = ("name", "subject_id", "actor", "actor_role", "payload", "at", "previous_hash", "hash")


class Subject:
    def __init__(self):
        self.public_id = uuid4()


@pytest.fixture
def chains(db):
    """Some chains of events in a database that its owner has opened; gives the keys of the cases."""
    cases = [uuid4() for _number in range(CASES)]
    for case in cases:
        for number in range(LENGTH):
            with transaction.atomic():
                events.record(
                    f"test.{number}", case=case, subject=Subject(), actor=SYSTEM_ACTOR, number=number
                )
    without_the_trigger()
    anchors.keep()
    return cases


def other(dice: random.Random, column: str, value):
    """Another value for this column, of the same kind."""
    if column == "payload":
        return {**value, "number": dice.randrange(10, 10**6)}
    if column == "at":
        return clock.now()
    if column == "subject_id":
        return uuid4()
    if column in ("hash", "previous_hash"):
        return f"{dice.getrandbits(256):064x}"
    return value + dice.choice("xyz")


def edit(dice: random.Random, row: Event) -> tuple:
    column = dice.choice(COLUMNS)
    Event.objects.filter(pk=row.pk).update(**{column: other(dice, column, getattr(row, column))})
    return row.case, row.seq


def remove(dice: random.Random, row: Event) -> tuple:
    Event.objects.filter(pk=row.pk)._raw_delete("default")
    return row.case, row.seq


def swap(dice: random.Random, row: Event) -> tuple:
    """Two events of a case change places, hashes included, as rows that were copied would."""
    twin = dice.choice([one for one in Event.objects.filter(case=row.case) if one.pk != row.pk])
    Event.objects.filter(pk=row.pk).update(seq=10**6)
    Event.objects.filter(pk=twin.pk).update(seq=row.seq)
    Event.objects.filter(pk=row.pk).update(seq=twin.seq)
    return row.case, row.seq


def move(dice: random.Random, row: Event) -> tuple:
    """To another case, after its end."""
    elsewhere = dice.choice(
        [case for case in ChainHead.objects.values_list("case", flat=True) if case != row.case]
    )
    Event.objects.filter(pk=row.pk).update(case=elsewhere, seq=LENGTH + 1)
    return row.case, row.seq


def cut(dice: random.Random, row: Event) -> tuple:
    """The end of a chain, and its head moved back as if it had never been: seen by what was kept outside alone."""
    before = Event.objects.filter(case=row.case, seq=row.seq - 1).first()
    Event.objects.filter(case=row.case, seq__gte=row.seq)._raw_delete("default")
    heads = ChainHead.objects.filter(case=row.case)
    if before:
        heads.update(seq=before.seq, hash=before.hash)
    else:
        heads.delete()
    return row.case, LENGTH


def forge(dice: random.Random, row: Event) -> tuple:
    """A chain made anew from one event on, with all its hashes right."""
    previous = row.previous_hash
    for one in Event.objects.filter(case=row.case, seq__gte=row.seq).order_by("seq"):
        one.payload, one.previous_hash = {"number": -1}, previous
        previous = events._digest(one)
        Event.objects.filter(pk=one.pk).update(
            payload=one.payload, previous_hash=one.previous_hash, hash=previous
        )
    ChainHead.objects.filter(case=row.case).update(hash=previous)
    return row.case, LENGTH


OUTSIDE: tuple[Callable, ...] = (cut, forge)  # what the chain alone cannot show
ACTS: tuple[Callable, ...] = (edit, edit, remove, swap, move, *OUTSIDE)


def unseen(times: int, acts: tuple[Callable, ...], kept, seed: int = 22) -> list[str]:
    """Of so many acts, each undone again, those after which no verification names the row that was touched."""
    dice, missed, rows = random.Random(seed), [], list(Event.objects.order_by("case", "seq"))
    for number in range(times):
        act = dice.choice(acts)
        with transaction.atomic():
            touched = act(dice, dice.choice(rows))
            if touched not in {(case, seq) for case, seq, _wrong in events.broken_links(kept)}:
                missed.append(f"{number}: {act.__name__} {touched}")
            transaction.set_rollback(True)
    return missed


def test_a_thousand_changes_are_seen_and_named(chains):
    assert unseen(TIMES, ACTS, anchors.read()) == []
    assert list(events.broken_links(anchors.read())) == [], "all was undone"


@pytest.mark.parametrize("act", OUTSIDE)
def test_what_the_chain_alone_does_not_show(chains, act):
    """The negative twin of the ends that are kept outside: without them each of these passes."""
    assert len(unseen(20, (act,), None)) == 20


def test_a_digest_that_forgets_a_column_is_no_proof(chains, monkeypatch):
    """The negative twin of the hash: an edit of content is seen by it alone."""
    monkeypatch.setattr(events, "_digest", lambda event: event.hash)
    assert len(unseen(200, (edit,), anchors.read())) > 100


def test_the_command_names_the_row_and_accepts_only_when_told(chains, capsys, tmp_path):
    elsewhere = tmp_path / "copy" / "ends"
    call_command("verify_audit", f"--keep={elsewhere}")
    case = chains[0]
    cut(random.Random(1), Event.objects.get(case=case, seq=LENGTH))
    for options in ([], [f"--against={elsewhere}"]):
        with pytest.raises(CommandError, match="1 broken"):
            call_command("verify_audit", *options)
    assert f"{case} event {LENGTH}: {events.REWRITTEN}" in capsys.readouterr().out
    call_command("verify_audit", "--accept")
    call_command("verify_audit")
    with pytest.raises(CommandError, match="1 broken"):
        call_command("verify_audit", f"--against={elsewhere}")
    elsewhere.write_text("anything")
    for wrong in (elsewhere, tmp_path / "nowhere"):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("verify_audit", f"--against={wrong}")


def test_the_clock_keeps_the_ends_of_what_verifies_and_compares_with_them(chains):
    anchors.where().unlink()
    auditing.verify_now({})()
    kept = anchors.read()
    assert kept.keys() == set(chains)
    forge(random.Random(1), Event.objects.get(case=chains[1], seq=2))
    auditing.verify_now({})()
    run = AuditRun.objects.first()
    assert run.places == [[str(chains[1]), LENGTH, events.REWRITTEN]]
    assert anchors.read() == kept, "what does not verify is not kept"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", ["journal_event", "journal_accessrecord"])
def test_the_database_refuses_to_be_emptied(db, table):
    from importlib import import_module

    migration = import_module("journal.migrations.0010_privacy")
    with connection.schema_editor() as editor:
        editor.execute("DROP FUNCTION IF EXISTS journal_refuse_truncate() CASCADE")
        migration.refuse_to_empty(None, editor)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table}")

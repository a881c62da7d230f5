"""Every state × move × role of every object: allowed exactly where its table says so, refused politely elsewhere."""

import itertools

import pytest
from django.core.exceptions import ObjectDoesNotExist

from intake.lifecycle import IRRITANT
from intake.models import Stage
from journal.actors import ROLES, Actor, coordinator
from journal.lifecycle import TABLES, Refusal

pytestmark = pytest.mark.database


def test_the_tables_are_those_of_the_house():
    assert set(TABLES) == {
        "irritant",
        "confidentiality",
        "call",
        "match",
        "meeting",
        "referral",
        "non_disclosure",
        "proposal",
        "agreement",
        "suggestion",
        "collaboration",
        "step",
        "figure",
        "collaboration_meeting",
        "offer",
        "file",
        "export",
        "invitation",
        "join_request",
        "import",
        "asked_change",
    }


def refusal_code(table, obj, move, role) -> str:
    """ "role", "state", or whatever comes after both were found right (guards, missing data)."""
    try:
        table.check(obj, move, Actor(role))
    except Refusal as refusal:
        return refusal.code
    except (ObjectDoesNotExist, AttributeError, ValueError):
        return "guard"  # guards look at related rows that a bare object does not have
    return ""


@pytest.mark.parametrize("name", sorted(TABLES))
def test_state_and_role_decide_as_the_table_says(name, db):
    """About 1 500 cells: state × move × role of each object, asked of the real check."""
    table = TABLES[name]
    field = table.model._meta.get_field(table.field_name)
    table_case = table.case_of
    table.case_of = lambda obj: obj.public_id  # a bare object has no irritant to ask
    try:
        for (state, _label), move, role in itertools.product(field.choices, table.moves, ROLES):
            obj = table.model(**{table.field_name: state})
            code = refusal_code(table, obj, move, role)
            expected = "role" if role not in move.who else "state" if state not in move.sources else None
            assert (code == expected) if expected else (code not in {"role", "state"}), (
                state,
                move.name,
                role,
            )
    finally:
        table.case_of = table_case


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_speak_of_real_states_and_every_state_can_be_reached(name):
    table = TABLES[name]
    field = table.model._meta.get_field(table.field_name)
    states = {value for value, _label in field.choices}
    first = field.default
    reached = {first}
    for _round in states:
        reached |= {move.target for move in table.moves if set(move.sources) & reached}
    assert {state for move in table.moves for state in (*move.sources, move.target)} <= states
    assert reached == states


def test_a_move_changes_state_version_and_history_together(cast):
    before = cast.irritant.version
    event = IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    cast.irritant.refresh_from_db()
    assert (cast.irritant.stage, cast.irritant.version) == (Stage.IN_TRIAGE, before + 1)
    assert (event.name, event.subject_id) == ("irritant.take", cast.irritant.public_id)


def test_the_second_hand_gets_a_polite_sentence(cast):
    from intake.models import Irritant

    mine, theirs = cast.irritant, Irritant.objects.get(pk=cast.irritant.pk)
    IRRITANT.perform(mine, "take", actor=coordinator(cast.coordinator))
    with pytest.raises(Refusal, match="déjà fait par Coordinatrice le "):
        IRRITANT.perform(theirs, "take", actor=coordinator(cast.colleague))
    theirs.refresh_from_db()
    assert theirs.coordinator == cast.coordinator


def test_a_stale_screen_is_refused(cast):
    seen = cast.irritant.version
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    with pytest.raises(Refusal):
        IRRITANT.perform(
            cast.irritant, "close", actor=coordinator(cast.colleague), version=seen, outcome="spam"
        )


@pytest.mark.parametrize("role", ["partner", "clock", "system"])
def test_the_wrong_role_is_refused(cast, role):
    with pytest.raises(Refusal):
        IRRITANT.perform(cast.irritant, "take", actor=Actor(role))


def test_a_failing_reaction_undoes_the_move(cast, monkeypatch):
    from journal import events

    def explode(event, subject):
        raise ZeroDivisionError

    monkeypatch.setitem(events._reactions, "irritant.take", [explode])
    with pytest.raises(ZeroDivisionError):
        IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    cast.irritant.refresh_from_db()
    assert cast.irritant.stage == Stage.SUBMITTED

"""Two people write one qualification at once: nobody's words are lost unseen. With threads, on the real database."""

import time

import pytest

from intake.lifecycle import IRRITANT
from journal.actors import coordinator
from tests.racing import at_once, count, met_at
from triage import presence, qualifying
from triage.models import Pen, Qualification, QualificationVersion

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_as_served"),
    pytest.mark.shows("R-10"),
]
TIMES = 10


def values(target: str) -> dict:
    return {**qualifying.said(None), "topics": [], "target": target}


def saving(cast, user, target: str):
    return lambda: qualifying.save(cast.irritant, values(target), actor=coordinator(user), version=0)


def test_two_coordinators_save_a_qualification(settled):
    IRRITANT.perform(settled.irritant, "take", actor=coordinator(settled.coordinator))
    answers = at_once(
        saving(settled, settled.coordinator, "Un"),
        saving(settled, settled.colleague, "Deux"),
        saving(settled, settled.administrator, "Trois"),
    )
    saved = [answer for answer in answers if isinstance(answer, Qualification)]
    late = [answer for answer in answers if isinstance(answer, qualifying.Conflict)]
    assert (len(saved), len(late)) == (1, 2)
    assert {conflict.current.target for conflict in late} == {saved[0].target}
    assert Qualification.objects.get().version == QualificationVersion.objects.count() == 1
    assert count(settled.irritant, "irritant.qualified") == 1


class AnyVersion(int):
    """Says of every version that it is the one that was read."""

    __hash__ = int.__hash__

    def __eq__(self, _other):
        return True

    def __ne__(self, _other):
        return False


def test_without_the_version_the_first_text_is_lost(settled):
    """The negative twin: both save, and what one of them wrote is nowhere on the page any more."""
    IRRITANT.perform(settled.irritant, "take", actor=coordinator(settled.coordinator))

    def overwriting(user, target: str):
        by = coordinator(user)
        return lambda: qualifying.save(settled.irritant, values(target), actor=by, version=AnyVersion())

    answers = met_at(
        settled.irritant.public_id,
        overwriting(settled.coordinator, "Un"),
        overwriting(settled.colleague, "Deux"),
    )
    first, last = sorted(answers, key=lambda row: row.version)
    assert (first.version, last.version) == (1, 2) and {first.target, last.target} == {"Un", "Deux"}
    assert Qualification.objects.get().target == last.target != first.target
    assert count(settled.irritant, "irritant.qualified") == 2


# The pen


def test_of_three_who_begin_to_write_at_once_one_has_the_pen(settled):
    people = [settled.coordinator, settled.colleague, settled.administrator]
    for _time in range(TIMES):
        Pen.objects.all().delete()
        held = at_once(*[lambda user=user: presence.write(settled.irritant, user) for user in people])
        assert sorted(held) == [False, False, True]
        assert Pen.objects.get().owner == people[held.index(True)]


def test_of_two_who_take_over_at_once_one_has_the_pen(settled):
    people = [settled.coordinator, settled.colleague]
    for _time in range(TIMES):
        Pen.objects.all().delete()
        presence.write(settled.irritant, settled.administrator)
        held = at_once(*[lambda user=user: presence.write(settled.irritant, user, over=1) for user in people])
        assert sorted(held) == [False, True]
        pen = Pen.objects.get()
        assert (pen.owner, pen.number) == (people[held.index(True)], 2)


def look_then_take(irritant, user) -> bool:
    """As a lock without a condition: whether it is free is asked before."""
    if Pen.objects.filter(irritant=irritant, owner=user).exists():
        return True
    free = Pen.objects.get(irritant=irritant).number == 1
    time.sleep(0.1)
    if free:
        Pen.objects.filter(irritant=irritant).update(owner=user, number=2)
    return free


def test_looking_before_taking_gives_two_owners(settled):
    """The negative twin of the pen."""
    presence.write(settled.irritant, settled.administrator)
    people = [settled.coordinator, settled.colleague]
    held = at_once(*[lambda user=user: look_then_take(settled.irritant, user) for user in people])
    assert held == [True, True]

"""Two at once: of the last two administrators one stays, and an invitation is used once. The lock is what does it."""

from contextlib import nullcontext

import pytest
from django.db import connection

from journal.events import broken_links
from journal.lifecycle import Refusal
from partners.members import acts
from partners.models import Membership
from tests import cast as casting
from tests.members.helpers import NEWCOMER, by, invite
from tests.racing import at_once, met_at

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_as_served"),
    pytest.mark.shows("R-11"),
]


@pytest.fixture
def two(db):
    """A laboratory with two administrators and nobody else."""
    cast = casting.everybody(work=False)
    second = casting.person("seconde@recherche.example")
    Membership.objects.create(organisation=cast.lab, user=second, role=Membership.ADMINISTRATOR)
    invite(cast, "autre@recherche.example")  # the chain of its events has begun
    cast.second = second
    yield cast
    assert list(broken_links()) == []


def leaving(membership):
    return lambda: acts.end(membership, actor=by(membership.user), reason=acts.LEFT)


def lowering(membership):
    return lambda: acts.set_role(membership, Membership.READER, actor=by(membership.user))


def deactivating(membership):
    return lambda: acts.end_all(membership.user, actor=by(membership.user))


def everybody_of(cast) -> list[Membership]:
    return list(cast.lab.memberships.select_related("user", "organisation").order_by("pk"))


@pytest.mark.parametrize(
    ("first", "second"),
    [(leaving, leaving), (leaving, lowering), (lowering, lowering), (leaving, deactivating)],
    ids=["both leave", "one leaves", "both step down", "one is deactivated"],
)
def test_of_the_last_two_administrators_exactly_one_goes(two, first, second):
    one, other = everybody_of(two)
    answers = at_once(first(one), second(other))
    assert [type(answer) for answer in answers].count(Refusal) == 1
    assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["last"]
    assert two.lab.memberships.administrators().count() == 1


def test_at_the_worst_moment_too(two):
    one, other = everybody_of(two)
    answers = met_at(two.lab.public_id, leaving(one), leaving(other))
    assert [type(answer) for answer in answers].count(Refusal) == 1
    assert two.lab.memberships.administrators().count() == 1


@pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite has one writer: it needs no lock to be right"
)
def test_without_the_lock_both_would_go(two, monkeypatch):
    """The negative twin: the tests above see the difference."""
    monkeypatch.setattr(acts, "lock_case", lambda case: nullcontext())
    one, other = everybody_of(two)
    answers = met_at(two.lab.public_id, leaving(one), leaving(other))
    assert [type(answer) for answer in answers].count(Refusal) == 0
    assert two.lab.memberships.administrators().count() == 0


def test_an_invitation_is_accepted_once(two):
    invitation = invite(two)
    user = casting.person(NEWCOMER)
    answers = at_once(*[lambda: acts.accept(invitation, user)] * 3)
    assert [type(answer) for answer in answers].count(Membership) == 1
    assert two.lab.memberships.filter(user=user).count() == 1


def test_two_administrators_invite_the_same_address(two):
    def inviting(user):
        return lambda: acts.invite(two.lab, NEWCOMER, role=Membership.EDITOR, language="fr", actor=by(user))

    answers = at_once(inviting(two.editor), inviting(two.second))
    assert [type(answer) for answer in answers].count(Refusal) == 1
    assert two.lab.invitations.filter(email=NEWCOMER).count() == 1

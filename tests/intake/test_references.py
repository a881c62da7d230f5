"""A reference drawn at random that another irritant bears already."""

import secrets

import pytest
from django.db import IntegrityError, transaction

from intake.models import Draft, Irritant
from journal.models import Event
from tests import cast as casting

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawn(monkeypatch):
    """Draw these letters, one reference after the other, over and over the last one."""

    def draw(*letters: str):
        dice = iter("".join(letters))
        monkeypatch.setattr(secrets, "choice", lambda _alphabet: next(dice, letters[-1][0]))

    return draw


def irritant(number: int) -> Irritant:
    return casting.irritant(email=f"p{number}@x.example", company_name=f"E{number}")


def test_another_one_is_drawn_in_the_same_transaction(cast, drawn):
    drawn("AAAAAA", "AAAAAA", "AAAAAA", "BBBBBB")
    first, second = irritant(1), irritant(2)
    assert (first.reference, second.reference) == ("ENACT-AAAA-AA", "ENACT-BBBB-BB")
    second.refresh_from_db()
    assert second.reference == "ENACT-BBBB-BB"
    assert [event.name for event in Event.objects.filter(case=second.public_id)] == ["irritant.submitted"]
    assert Draft.objects.get(token=second.form_token).submitted_at


def test_when_none_is_free_nothing_is_half_done(cast, drawn):
    drawn("AAAAAA")
    irritant(1)
    before = Irritant.objects.count(), Event.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        irritant(2)
    assert (Irritant.objects.count(), Event.objects.count()) == before

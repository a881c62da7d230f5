"""Statements written once do what the ORM does, on whichever database this is."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation import rows
from intake.models import Draft

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_row_inserted_and_found_is_the_same_to_the_orm():
    draft = Draft(answers={"text": "« L’été »", "topics": [1, None]}, language="de", proven=True)
    rows.insert(draft)
    saved = Draft.objects.get(pk=draft.pk)
    found = rows.find(Draft, token=draft.token)
    for name in [field.attname for field in Draft._meta.concrete_fields]:
        assert getattr(found, name) == getattr(saved, name) == getattr(draft, name), name
    assert not found._state.adding
    assert rows.find(Draft, token="x" * 32) is None


def test_a_unique_key_lets_in_one():
    first = Draft()
    assert rows.added(first)
    second = Draft(token=first.token, answers={"text": "twice"})
    assert not rows.added(second)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.insert(second)
    assert Draft.objects.get().answers == {}


def test_a_change_happens_as_long_as_nobody_else_was_there():
    draft, now = Draft.objects.create(answers={"text": "typed"}), timezone.now()
    sent = {"answers": {}, "submitted_at": now}
    assert rows.change(Draft, sent, pk=draft.pk, submitted_at=None)
    assert not rows.change(Draft, {"answers": {"text": "again"}}, pk=draft.pk, submitted_at=None)
    draft.refresh_from_db()
    assert (draft.answers, draft.submitted_at) == ({}, now)

"""Drafts that nobody sent leave with their documents; what was sent stays."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files import store
from files.models import StoredFile
from foundation import clock
from intake.models import Draft, Irritant
from intake.rules import purge_drafts
from journal.clockwork import RULES
from tests.files.corpus import PDF
from tests.intake.walking import begin, ready, send

pytestmark = pytest.mark.django_db


def test_expired_drafts_leave_with_their_documents_and_only_they(client, django_capture_on_commit_callbacks):
    gone, kept, sent = begin(client), begin(client), ready(client)
    rows = {
        draft.pk: store.receive(SimpleUploadedFile("plan.pdf", PDF), draft.public_id)
        for draft in (gone, kept, sent)
    }
    send(client, sent)
    path = rows[gone.pk].path
    Draft.objects.filter(pk__in=[gone.pk, sent.pk]).update(expires_at=clock.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_drafts() == 2
    assert list(Draft.objects.all()) == [kept]
    assert not path.exists()
    assert set(StoredFile.objects.values_list("case", flat=True)) == {kept.public_id, sent.public_id}
    assert Irritant.objects.get().form_token == sent.token
    assert purge_drafts() == 0, "run twice, done once"


def test_the_clock_knows_the_rule():
    assert RULES["intake.purge_drafts"] is purge_drafts


def test_a_purged_draft_cannot_be_sent(client):
    draft = ready(client)
    with clock.at(clock.now() + timedelta(days=15)):
        assert purge_drafts() == 1
    assert send(client, draft).status_code == 404
    assert not Irritant.objects.exists()

"""The whole chain on the spine alone: rows, events, jobs and mails, without screens."""

from django.core import mail

from intake.models import Outcome, Stage, Turn
from journal import jobs
from journal.actors import Actor, coordinator
from journal.events import broken_links
from proposals import writing
from proposals.lifecycle import PROPOSAL
from proposals.models import Collaboration, ProposalStage
from tests import cast as casting


def test_an_irritant_travels_from_the_form_to_a_collaboration(cast):
    assert cast.irritant.matches.count() == 3
    referrals = casting.accepted(cast)
    assert cast.irritant.stage == Stage.ORIENTED
    assert cast.irritant.turn == Turn.COORDINATOR

    by_coordinator = coordinator(cast.coordinator)
    proposal = writing.prepare(cast.irritant, actor=by_coordinator)
    version = writing.freeze(proposal, actor=by_coordinator)
    jobs.run_owed()
    version.refresh_from_db()
    assert version.path.read_bytes().startswith(b"%PDF-")
    casting.agreed_and_sent(proposal, version, by=by_coordinator)
    cast.irritant.refresh_from_db()
    assert cast.irritant.turn == Turn.COMPANY
    PROPOSAL.perform(proposal, "accept", actor=Actor("company"))

    cast.irritant.refresh_from_db()
    assert (cast.irritant.stage, cast.irritant.outcome) == (Stage.CLOSED, Outcome.COLLABORATION)
    assert proposal.stage == ProposalStage.ACCEPTED
    collaboration = Collaboration.objects.get()
    assert list(collaboration.organisations.all()) == [referrals[0].organisation]
    assert list(broken_links()) == []
    jobs.run_owed()
    recipients = sorted((sent.to[0], sent.subject) for sent in mail.outbox)
    assert len(recipients) == len({sent.extra_headers["Message-ID"] for sent in mail.outbox})
    assert {address for address, _subject in recipients} == {
        casting.SECRET_EMAIL,
        cast.stranger.email,
        cast.editor.email,
        cast.other_editor.email,
        cast.coordinator.email,  # a partner answered
    }

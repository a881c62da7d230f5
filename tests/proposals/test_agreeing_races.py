"""Two hands on one document at the same moment, on the real database."""

import pytest

from journal.actors import coordinator
from journal.lifecycle import Refusal
from proposals.agreeing import suggesting
from proposals.agreeing.lifecycle import AGREEMENT, SUGGESTION
from proposals.agreeing.paragraphs import current
from proposals.agreeing.suggesting import Typed
from proposals.collaborations import figures
from proposals.collaborations.parties import Party
from proposals.lifecycle import PROPOSAL
from proposals.models import AgreementRecord, Collaboration, OutcomeFigure, Proposal, Suggestion
from tests.proposals.agreeing import COMPANY, PARTNER, drafted, says, submitted, word
from tests.racing import at_once, met_at

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_as_served"),
    pytest.mark.shows("R-11"),
]


def move(table, row, name, actor, **data):
    """An act that reads the row anew, as a request does."""
    return lambda: table.perform(type(row).objects.get(pk=row.pk), name, actor=actor, **data)


@pytest.fixture
def read(settled):
    return submitted(drafted(settled))


def refusals(answers) -> list[str]:
    return sorted(answer.code for answer in answers if isinstance(answer, Refusal))


@pytest.mark.parametrize("first", [True, False])
def test_a_partner_takes_its_agreement_back_while_the_company_accepts(read, first):
    """Whoever is first wins, and the other is told so: no collaboration with somebody who had left."""
    says(read, read.lab, "agree")
    PROPOSAL.perform(read.proposal, "send", actor=read.by, proposal_version=read.version)
    acts = [
        move(AGREEMENT, word(read, read.lab), "withdraw", PARTNER, reason="capacity"),
        move(PROPOSAL, read.proposal, "accept", COMPANY),
    ]
    answers = met_at(read.irritant.public_id, *(acts if first else acts[::-1]))
    agreed = Collaboration.objects.count()
    assert refusals(answers) == (["accepted"] if agreed else ["parties"])
    assert word(read, read.lab).state == ("agreed" if agreed else "withdrawn")
    assert AgreementRecord.objects.filter(said="withdrawn").count() == (not agreed)


def test_two_wordings_of_one_paragraph_are_taken_at_once(read):
    for party, text in ((read.lab, "Version A."), (None, "Version B.")):
        suggesting.keep(read.version, party, "X", {"next_steps-talk": Typed(text, "")})
    PROPOSAL.perform(read.proposal, "recall", actor=read.by)
    first, second = Suggestion.objects.all()
    other = coordinator(read.colleague)
    answers = met_at(
        read.irritant.public_id,
        move(SUGGESTION, first, "take", read.by),
        move(SUGGESTION, second, "take", other),
    )
    assert refusals(answers) == ["changed"]
    taken = Suggestion.objects.get(state="taken")
    assert current(Proposal.objects.get(pk=read.proposal.pk), taken.paragraph) == taken.text


def test_one_suggestion_is_taken_and_declined_at_once(read):
    suggesting.keep(read.version, read.lab, "X", {"next_steps-talk": Typed("Version A.", "")})
    PROPOSAL.perform(read.proposal, "recall", actor=read.by)
    row = Suggestion.objects.get()
    answers = met_at(
        read.irritant.public_id,
        move(SUGGESTION, row, "take", read.by),
        move(SUGGESTION, row, "turn_down", coordinator(read.colleague), answer="Non."),
    )
    assert refusals(answers) == ["state"]


def test_two_people_of_one_partner_agree_at_once(read):
    agreement = word(read, read.lab)
    act = move(AGREEMENT, agreement, "agree", PARTNER, person="Équipe", role="Direction")
    assert refusals(at_once(act, act)) == ["state"]
    assert AgreementRecord.objects.count() == 1


def test_the_last_partner_agrees_while_the_company_does(read):
    PROPOSAL.perform(read.proposal, "recall", actor=read.by)
    PROPOSAL.perform(read.proposal, "send", actor=read.by, proposal_version=read.version, without="deadline")
    met_at(
        read.irritant.public_id,
        move(AGREEMENT, word(read, read.lab), "agree", PARTNER),
        move(PROPOSAL, read.proposal, "agree", COMPANY),
    )
    proposal = Proposal.objects.get(pk=read.proposal.pk)
    if proposal.stage == "sent":  # the partner was first: everybody had agreed but the company, which accepts
        PROPOSAL.perform(proposal, "accept", actor=COMPANY)
    assert Collaboration.objects.count() == 1


def test_a_figure_sent_twice_at_once_is_one(read):
    says(read, read.lab, "agree")
    PROPOSAL.perform(read.proposal, "send", actor=read.by, proposal_version=read.version)
    PROPOSAL.perform(read.proposal, "accept", actor=COMPANY)
    collaboration = Collaboration.objects.get()
    party = Party(PARTNER, read.lab)
    values = {
        "kind": "jobs",
        "number": 2,
        "amount": None,
        "on": collaboration.created_at.date(),
        "source": "Lettre",
    }
    at_once(*[lambda: figures.enter(collaboration, **values, party=party)] * 2)
    assert OutcomeFigure.objects.count() == 1

"""The proposal on its way, for pictures and for tests that walk the pages: ready, asked, sent twice, ended, lived."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.urls import reverse

from demo.agreeing import ROLE, WORDING, agree, answer_token, first_partner, run
from demo.doors_writing import with_three_partners
from demo.settling import settle
from foundation import clock
from intake.models import Irritant
from journal import links
from journal.actors import COMPANY, Actor
from proposals import writing
from proposals.agreeing import asking, suggesting
from proposals.agreeing.lifecycle import SUGGESTION
from proposals.agreeing.suggesting import Typed
from proposals.collaborations.lifecycle import COLLABORATION, STEP
from proposals.lifecycle import PROPOSAL
from proposals.models import Collaboration, Proposal, ProposalVersion
from triage.models import Referral
from triage.sharing import share

LEVELS = {"data_maturity": 2, "trl_now": 2, "trl_target": 6, "ai_act": "minimal"}
BEGUN = {
    "fr": "Trois lots renvoyés en deux mois",
    "de": "Drei Lose in zwei Monaten zurückgeschickt",
    "en": "Three batches returned in two months",
}
WANTED = {
    "fr": "Aucun lot renvoyé sur un semestre",
    "de": "Kein zurückgeschicktes Los in einem halben Jahr",
    "en": "No batch returned over half a year",
}


def agreement_doors(send: Callable[[], Irritant], staff: Actor, reading: dict) -> dict[str, str]:
    """`send` gives a new irritant of the reader's language; `reading`: how it is qualified."""
    one = send()
    reading = {**reading, **LEVELS, "baseline": BEGUN[one.language], "target": WANTED[one.language]}
    return {
        **_ready(one, staff, reading),
        **_asked(send(), staff, reading),
        **_sent_twice(send(), staff, reading),
        **_ended(send(), staff, reading),
        **_lived(send, staff, reading),
    }


def _frozen(proposal: Proposal, staff: Actor) -> ProposalVersion:
    version = writing.freeze(proposal, actor=staff)
    settle()
    return version


def _submitted(proposal: Proposal, staff: Actor) -> ProposalVersion:
    version = _frozen(proposal, staff)
    PROPOSAL.perform(proposal, "submit", actor=staff, proposal_version=version)
    settle()
    return version


def _sent(proposal: Proposal, staff: Actor) -> ProposalVersion:
    version = _submitted(proposal, staff)
    agree(proposal)
    PROPOSAL.perform(proposal, "send", actor=staff, proposal_version=version)
    settle()
    return version


def _ready(irritant: Irritant, staff: Actor, reading: dict) -> dict[str, str]:
    """The document is there; nobody has been asked."""
    proposal = with_three_partners(irritant, staff, reading)
    _frozen(proposal, staff)
    return {
        f"proposal_{name}": reverse(f"proposals:{name}", args=[proposal.public_id])
        for name in ("submit", "send", "withdraw")
    } | {"proposal_ready": reverse("proposals:edit", args=[proposal.public_id])}


def _asked(irritant: Irritant, staff: Actor, reading: dict) -> dict[str, str]:
    """With the partners, none of which knows the company; a partner's page and its three answers."""
    proposal = with_three_partners(irritant, staff, reading)
    version = _submitted(proposal, staff)
    token = answer_token(_referral(version))
    answers = {"agree": "accepter", "changes": "modifier", "refuse": "decliner"}
    return {
        "proposal_submitted": reverse("proposals:edit", args=[proposal.public_id]),
        "partner_unnamed": reverse("proposals:partner_document", args=[token]),
        "partner_panel": reverse("triage:answer", args=[token]),
        **{
            f"partner_{name}": reverse("proposals:partner_answer", args=[token, version.public_id, code])
            for name, code in answers.items()
        },
    }


def _referral(version: ProposalVersion) -> Referral:
    """Of the first partner, by name, that this version is asked of."""
    organisation = asking.partners_words(version).order_by("organisation__name")[0].organisation
    return Referral.objects.get(irritant=version.proposal.irritant, organisation=organisation)


def _sent_twice(irritant: Irritant, staff: Actor, reading: dict) -> dict[str, str]:
    """The company wanted a paragraph otherwise, and reads the version that came of it."""
    proposal = with_three_partners(irritant, staff, reading)
    for referral in Referral.objects.filter(irritant=irritant, stage="accepted"):
        share(referral, actor=Actor(COMPANY))
    first = _sent(proposal, staff)
    wording = {"next_steps-talk": Typed(WORDING[irritant.language], "")}
    [suggestion] = suggesting.keep(first, None, irritant.contact.name, wording)
    PROPOSAL.perform(proposal, "request_changes", actor=Actor(COMPANY))
    PROPOSAL.perform(proposal, "revise", actor=staff)
    SUGGESTION.perform(suggestion, "take", actor=staff)
    proposal.refresh_from_db()
    second = _sent(proposal, staff)
    token = links.give(links.FOLLOW, irritant.public_id, irritant.contact.email).token
    ours = [token, second.public_id]
    return {
        "follow_second": reverse("intake:follow", args=[token]),
        "proposal_read": reverse("proposals:company_read", args=ours),
        "proposal_differences": reverse("proposals:company_differences", args=ours),
        "proposal_accept": reverse("proposals:answer", args=[*ours, "accepter"]),
        "proposal_decline": reverse("proposals:answer", args=[*ours, "decliner"]),
        "versions": reverse("proposals:edit", args=[proposal.public_id]),
        "versions_differences": reverse("proposals:differences", args=[second.public_id]),
        "partner_read": reverse("proposals:partner_document", args=[answer_token(_referral(second))]),
        "verify_replaced": _printed(first),
    }


def _printed(version: ProposalVersion) -> str:
    return reverse("proposals:verified", args=[f"{version.verify_number}-{version.seal}"])


def _ended(irritant: Irritant, staff: Actor, reading: dict) -> dict[str, str]:
    """Taken back after it was sent."""
    first_partner(irritant, staff, reading)
    proposal = writing.prepare(irritant, actor=staff)
    version = _sent(proposal, staff)
    PROPOSAL.perform(proposal, "withdraw", actor=staff)
    settle()
    token = links.give(links.FOLLOW, irritant.public_id, irritant.contact.email).token
    return {"follow_withdrawn": reverse("intake:follow", args=[token]), "verify_ended": _printed(version)}


def _lived(send: Callable[[], Irritant], staff: Actor, reading: dict) -> dict[str, str]:
    """A collaboration that ended a fortnight ago: what its parties think of it is asked."""
    now = clock.now()
    with clock.at(now - timedelta(days=90)):
        irritant = send()
        referral = first_partner(irritant, staff, reading)
        proposal = writing.prepare(irritant, actor=staff)
        version = _submitted(proposal, staff)
        agree(proposal)
        with transaction.atomic():  # between the two, the portal's own clock would end an offer that old
            PROPOSAL.perform(proposal, "send", actor=staff, proposal_version=version)
            PROPOSAL.perform(proposal, "accept", actor=Actor(COMPANY), **ROLE)
        settle()
    run(proposal, staff, [now - timedelta(days=ago) for ago in (80, 75, 40)])
    collaboration = Collaboration.objects.get(proposal=proposal)
    with clock.at(now - timedelta(days=14)):
        for step in collaboration.steps.exclude(state="done"):
            STEP.perform(step, "finish", actor=staff)
        COLLABORATION.perform(collaboration, "complete", actor=staff)
        settle()
    token = links.give(links.FOLLOW, irritant.public_id, irritant.contact.email).token
    theirs = answer_token(referral)
    return {
        "over_collaboration": reverse("proposals:company_collaboration", args=[token]),
        "company_review": reverse("proposals:company_review", args=[token]),
        "partner_review": reverse("proposals:partner_review", args=[theirs]),
    }

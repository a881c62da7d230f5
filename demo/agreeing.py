"""What the demonstration shows of agreements: a collaboration that runs, a document that waits for its partner."""

from datetime import datetime, time

from django.urls import reverse
from django.utils import timezone

from demo.settling import settle
from foundation import clock
from foundation.working_days import add_working_days
from intake.lifecycle import IRRITANT
from intake.models import Irritant
from journal import jobs, links
from journal.actors import COMPANY, PARTNER, Actor
from proposals import writing
from proposals.agreeing import asking, suggesting
from proposals.agreeing.lifecycle import AGREEMENT
from proposals.agreeing.suggesting import Typed
from proposals.collaborations import figures, files, meetings
from proposals.collaborations.lifecycle import COLLABORATION, STEP
from proposals.collaborations.parties import Party
from proposals.lifecycle import PROPOSAL
from proposals.models import Collaboration, FigureKind, Proposal
from triage.asking import ask, candidates
from triage.disclosure import open_it
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Qualification, Referral
from triage.sharing import share

ROLE = {"person": "Responsable du transfert", "role": "Direction de l’unité"}  # roles: nobody is invented
WORDING = {
    "fr": "Premier échange dans les cinq jours ouvrés, puis un audit des données d’une demi-journée sur site.",
    "de": "Erstes Gespräch innerhalb von fünf Arbeitstagen, dann ein halber Tag Datenprüfung vor Ort.",
    "en": "First conversation within five working days, then half a day of data audit on site.",
}


def agree(proposal: Proposal) -> None:
    """Every partner that the document names says yes."""
    for agreement in asking.partners_words(proposal.asked_version):
        AGREEMENT.perform(agreement, "agree", actor=Actor(PARTNER), **ROLE)
        jobs.run_owed()


def run(proposal: Proposal, by: Actor, moments: list[datetime]) -> None:
    """The collaboration that came of it: signed, begun, a first step done, figures to confirm and counted.

    `moments`: of the signature, the beginning and the first step.
    """
    collaboration = Collaboration.objects.get(proposal=proposal)
    parties = [None, *collaboration.organisations.values_list("pk", flat=True)]
    partner = Party(Actor(PARTNER), collaboration.organisations.first())
    signed, begun, done = moments
    with clock.at(signed):
        files.note_signatures(collaboration, None, dict.fromkeys(parties, clock.today()))
        figure = {"number": 1, "amount": 18000, "source": "Convention (exemple)", "on": clock.today()}
        figures.enter(collaboration, kind=FigureKind.CONTRACTS, party=Party(by), **figure)
        jobs.run_owed()
    with clock.at(begun):
        collaboration.refresh_from_db()
        COLLABORATION.perform(collaboration, "start", actor=by)
        jobs.run_owed()
    with clock.at(done):
        first, *others = collaboration.steps.all()
        STEP.perform(first, "finish", actor=by)
        if others:
            STEP.perform(others[0], "begin", actor=by)
        figure = {
            "number": 2,
            "amount": None,
            "source": "Conventions de stage (exemple)",
            "on": clock.today(),
        }
        figures.enter(collaboration, kind=FigureKind.INTERNS, party=partner, **figure)
        jobs.run_owed()


def first_partner(irritant: Irritant, staff: Actor, reading: dict) -> Referral:
    """The partner of the best match said yes to the question, and knows the company."""
    IRRITANT.perform(irritant, "take", actor=staff)
    Qualification.objects.create(irritant=irritant, **reading)
    settle()
    match = irritant.matches.ranked().select_related("offer__organisation")[0]
    MATCH.perform(match, "keep", actor=staff)
    [referral] = ask(irritant, list(candidates(irritant)), note="", actor=staff)
    REFERRAL.perform(referral, "accept", actor=Actor(PARTNER), person_in_charge=ROLE["person"])
    share(referral, actor=Actor(COMPANY))
    open_it(referral, actor=Actor(PARTNER))
    return referral


def waiting_document(irritant: Irritant, staff: Actor, reading: dict) -> dict[str, str]:
    """A proposal that a partner wants otherwise, back with the coordination; its two doors."""
    referral = first_partner(irritant, staff, reading)
    proposal = writing.prepare(irritant, actor=staff)
    version = writing.freeze(proposal, actor=staff)
    settle()
    PROPOSAL.perform(proposal, "submit", actor=staff, proposal_version=version)
    words = {"next_steps-talk": Typed(WORDING[irritant.language], "")}
    suggesting.keep(version, referral.organisation, ROLE["person"], words)
    agreement = asking.partners_words(version).get()
    AGREEMENT.perform(agreement, "request_changes", actor=Actor(PARTNER), **ROLE)
    settle()
    PROPOSAL.perform(proposal, "recall", actor=staff)
    return {
        "proposal_suggested": reverse("proposals:edit", args=[proposal.public_id]),
        "partner_suggested": _partner(referral),
    }


def _partner(referral: Referral) -> str:
    return reverse("proposals:partner_document", args=[answer_token(referral)])


def answer_token(referral: Referral) -> str:
    """Of a link for the first person whom this partner's mails reach."""
    return links.give(links.ANSWER, referral.public_id, referral.organisation.recipients()[0][0]).token


def doors_of(read: Irritant, agreed: Irritant) -> dict[str, str]:
    """Of a document that the company reads and its partner agreed to, and of the collaboration that runs."""
    referral = Referral.objects.get(irritant=read, stage="accepted")
    collaboration = Collaboration.objects.get(irritant=agreed)
    if not collaboration.meetings.exists():
        day = add_working_days(clock.today(), 4, agreed.department)
        moment = timezone.make_aware(datetime.combine(day, time(10)))
        partner = Party(Actor(PARTNER), collaboration.organisations.first())
        meetings.plan(collaboration, moment, title="Point d’étape", minutes=30, how="", party=partner)
    reading = links.give(links.FOLLOW, read.public_id, read.contact.email)
    version = Proposal.objects.get(irritant=read).sent_version
    follow = links.give(links.FOLLOW, agreed.public_id, agreed.contact.email)
    theirs = Referral.objects.get(irritant=agreed, stage="accepted")
    return {
        "partner_document": _partner(referral),
        "proposal_changes": reverse("proposals:answer", args=[reading.token, version.public_id, "modifier"]),
        "collaboration": reverse("proposals:collaboration", args=[collaboration.public_id]),
        "company_collaboration": reverse("proposals:company_collaboration", args=[follow.token]),
        "partner_collaboration": reverse("proposals:partner_collaboration", args=[answer_token(theirs)]),
    }

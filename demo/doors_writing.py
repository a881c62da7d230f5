"""A proposal being written, for the pictures and the tests that walk the pages: a course, an intern and a thesis."""

from django.urls import reverse

from demo.settling import settle
from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Irritant
from journal.actors import PARTNER, Actor
from programs.models import Offer, OfferKind, Session
from proposals import writing
from proposals.models import Proposal
from triage.asking import ask
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Match, Qualification

READING = {
    "reformulated": "Comprendre d’où viennent les défauts qui reviennent par séries, et les annoncer avant le "
    "contrôle final.",
    "partner_summary": "Un atelier de plasturgie veut relier ses relevés de presse à ses défauts pour les prévoir.",
    "baseline": "trois lots renvoyés en deux mois",
    "target": "Aucun lot renvoyé sur un semestre",
    "data_maturity": 2,
    "trl_now": 2,
    "trl_target": 6,
    "ai_act": "minimal",
}


def proposal_in_writing(irritant: Irritant, staff: Actor) -> dict[str, str]:
    """The editor as it opens."""
    proposal = with_three_partners(irritant, staff, READING)
    return {"proposal_write": reverse("proposals:edit", args=[proposal.public_id])}


def with_three_partners(irritant: Irritant, staff: Actor, reading: dict) -> Proposal:
    """A proposal begun: a course, an intern and a thesis, whose partners said yes to the question."""
    settle()
    irritant.refresh_from_db()
    IRRITANT.perform(irritant, "take", actor=staff)
    Qualification.objects.create(irritant=irritant, **reading)
    offers = [_course(), _first(OfferKind.TALENT), _first(OfferKind.CIFRE)]
    for offer in offers:
        match, _new = Match.objects.get_or_create(irritant=irritant, offer=offer)
        MATCH.perform(match, "keep", actor=staff)
    settle()
    irritant.refresh_from_db()
    partners = {offer.organisation_id: offer.organisation for offer in offers}
    for referral in ask(irritant, list(partners.values()), note="", actor=staff):
        REFERRAL.perform(referral, "accept", actor=Actor(PARTNER))
    settle()
    return writing.prepare(irritant, actor=staff)


def _course() -> Offer:
    session = Session.objects.ahead().filter(seats_left__gt=0, start__gt=clock.today()).order_by("start")
    return [one.training.offer for one in session.select_related("training__offer__organisation")][-1]


def _first(kind: str) -> Offer:
    rows = Offer.objects.published().filter(kind=kind).select_related("organisation")
    if kind == OfferKind.TALENT:
        rows = rows.filter(talent_detail__form="internship")
    return rows.order_by("external_id")[0]

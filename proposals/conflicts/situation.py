"""The situation of a proposal as the rows tell it today."""

from django.utils import timezone

from foundation import clock
from partners.models import Organisation, PartnerAbsence
from programs.models import Offer, OfferKind
from proposals import gathering, paths
from proposals.composing.case import Slot
from proposals.conflicts.facts import Conflict, Known, Partner, Situation
from proposals.conflicts.judging import conflicts_in
from triage.asking import without_agreement
from triage.capacity import availabilities


def of(proposal) -> list[Conflict]:
    """The conflicts of a proposal as it stands today, in the active language."""
    return conflicts_in(proposal.options, situation_of(proposal, proposal.options))


def situation_of(proposal, options: list[paths.Option]) -> Situation:
    """What is known of the offers and partners in these options."""
    irritant = proposal.irritant
    need = gathering.need_of(irritant)
    return Situation(
        today=clock.today(),
        valid_until=proposal.valid_until,
        since=timezone.localdate(irritant.created_at),
        urgency=need.urgency,
        employer=need.employer,
        offers=_offers(paths.offers_in(options)),
        partners=_partners(irritant, options),
    )


def _offers(public_ids: set[str]) -> dict[str, Known]:
    rows = Offer.objects.filter(public_id__in=public_ids).with_details()
    return {str(row.public_id): _known(row) for row in rows}


def _known(offer: Offer) -> Known:
    detail = offer.detail
    sessions = detail.sessions.all() if detail and offer.kind == OfferKind.TRAINING else ()
    return Known(
        offer.status,
        tuple(Slot(one.start, one.end, one.seats_left) for one in sessions),
        getattr(detail, "form", ""),
        getattr(detail, "start_until", None),
    )


def _partners(irritant, options: list[paths.Option]) -> dict[str, Partner]:
    """By public id: those that lead a step, whether they accepted or not."""
    rows = list(Organisation.objects.filter(public_id__in=paths.leaders(options)))
    yes = {referral.organisation_id for referral in gathering.accepted(irritant)}
    silent = without_agreement(irritant, rows)
    free = availabilities(rows)
    away: dict[int, list] = {}
    for one in PartnerAbsence.objects.filter(organisation__in=rows, until__gte=clock.today()):
        away.setdefault(one.organisation_id, []).append((one.since, one.until))
    return {
        str(row.public_id): Partner(
            row.name,
            left=row.pk not in yes,
            restricted=row.restricted_access,
            nda=row in silent,
            full=free[row.pk].is_full,
            away=tuple(away.get(row.pk, ())),
        )
        for row in rows
    }

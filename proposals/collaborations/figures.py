"""Entering what came of a collaboration; a coordinator's own entry is confirmed as it is entered."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from proposals.collaborations.lifecycle import FIGURE
from proposals.collaborations.parties import Party
from proposals.models import Collaboration, FigureKind, OutcomeFigure


@transaction.atomic
def enter(
    collaboration: Collaboration,
    *,
    kind: str,
    number: int,
    amount: Decimal | None,
    on: date,
    source: str,
    party: Party,
) -> OutcomeFigure:
    """`amount`: euros, for contracts only; `source`: the paper or person that says so. Raises Refusal."""
    if not party.may_count:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    if kind == FigureKind.CONTRACTS and not amount:
        raise Refusal(_("Indiquez le montant du contrat en euros."), "amount")
    if on > clock.today():
        raise Refusal(_("Cette date est encore à venir."), "date")
    case = collaboration.irritant.public_id
    lock_case(case)
    values = {
        "kind": kind,
        "number": number,
        "amount": amount if kind == FigureKind.CONTRACTS else None,
        "on": on,
        "source": source,
    }
    same = collaboration.figures.filter(**values).first()
    if same:  # the same form sent twice
        return same
    figure = OutcomeFigure.objects.create(
        collaboration=collaboration, by=party.role, organisation=party.organisation, **values
    )
    more = {"organisation": str(party.organisation.public_id)} if party.organisation else {}
    record("collaboration.figure", case=case, subject=figure, actor=party.actor, kind=kind, **more)
    if party.is_staff:
        FIGURE.perform(figure, "confirm", actor=party.actor)
    return figure

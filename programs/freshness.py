"""Which offers must be said to be still true, what was sent about it, and when one leaves the catalogue.

An offer is verified on the day of its last change, or of its partner's « toujours d'actualité ». Past the period of its
kind it is to be verified: two reminders at least a week apart, ten working days of silence, then it is hidden and its
partner told. What was sent is counted since the last verification, and since the end of the partner's last absence.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from foundation import clock
from journal.actors import CLOCK, Actor
from journal.events import lock_case
from journal.messages import morning
from journal.models import ClockMark, Event
from partners.models import Organisation, PartnerAbsence
from programs.engine import VALID_DAYS
from programs.lifecycle import OFFER
from programs.models import Offer, OfferKind, OfferStatus

REMIND = "offers.verify"
REMINDERS, DAYS_BETWEEN = 2, 7
HIDE_WORKING_DAYS = 10

# How long, and why: what partners read. The numbers are the engine's (matching/freshness.py).
WHY = {
    OfferKind.TRAINING: _("Dates, places et prix changent d’un semestre à l’autre."),
    OfferKind.TALENT: _("Une école place ses étudiants deux fois par an."),
    OfferKind.CIFRE: _("Un sujet trouve son doctorant dans l’année universitaire, ou change."),
    OfferKind.RND: _("Ce qu’une équipe peut mener se prévoit d’une année sur l’autre."),
    OfferKind.LABORATORY: _("Équipements et thèmes de recherche évoluent lentement."),
}


def oldest() -> dict[str, date]:
    """By kind, the earliest day of verification that is still in time."""
    today = clock.today()
    return {kind: today - timedelta(days=days) for kind, days in VALID_DAYS.items()}


def stale() -> QuerySet[Offer]:
    """Published offers past their period."""
    return Offer.objects.unverified_since(oldest())


def due_on(offer: Offer) -> date:
    """The last day on which its partner's word holds."""
    return offer.verified_on + timedelta(days=VALID_DAYS[offer.kind])


def is_stale(offer: Offer) -> bool:
    """The rule of `stale`, of a row that was read."""
    return offer.status == OfferStatus.PUBLISHED and due_on(offer) < clock.today()


def reminded() -> QuerySet[Offer]:
    """Stale offers with `reminders`, how many their partner had about them, and `last_reminded`, the moment of the last
    (None without one)."""
    over = PartnerAbsence.objects.filter(
        organisation=OuterRef(OuterRef("organisation")),
        until__lt=clock.today(),
        until__gte=OuterRef("day"),
    )
    sent = (
        ClockMark.objects.filter(rule=REMIND, subject_id=OuterRef("public_id"))
        .alias(day=TruncDate("at"))
        .filter(day__gt=Coalesce(OuterRef("confirmed_on"), OuterRef("content_updated_on")))
        .filter(day__gt=OuterRef("content_updated_on"))
        .exclude(Exists(over))
        .order_by()
        .values("subject_id")
    )
    return stale().annotate(
        reminders=Coalesce(Subquery(sent.annotate(n=Count("pk")).values("n")), 0),
        last_reminded=Subquery(sent.annotate(last=Max("at")).values("last")),
    )


def _away() -> QuerySet[PartnerAbsence]:
    return PartnerAbsence.objects.between(clock.today(), clock.today())


def to_remind() -> QuerySet[Organisation]:
    """Partners to be reminded: somebody answers for them, they are here, and had no such mail for a week."""
    due = reminded().filter(organisation=OuterRef("pk"), reminders__lt=REMINDERS)
    lately = ClockMark.objects.filter(
        rule=REMIND, subject_id=OuterRef("public_id"), at__gte=morning(DAYS_BETWEEN)
    )
    away = _away().filter(organisation=OuterRef("pk"))
    return Organisation.objects.reachable().filter(Exists(due)).exclude(Exists(lately)).exclude(Exists(away))


def to_hide() -> QuerySet[Offer]:
    """Offers about which their partner, who is here, had every reminder; when each may go is the rule's to say."""
    away = _away().filter(organisation=OuterRef("organisation"))
    rows = reminded().filter(reminders__gte=REMINDERS).exclude(Exists(away))
    return rows.select_related("organisation").order_by("organisation", "pk")


def to_verify(organisation: Organisation) -> list[Offer]:
    """Its offers that wait for « toujours d'actualité », those verified longest ago first."""
    rows = stale().filter(organisation=organisation).select_related("organisation")
    return sorted(rows, key=lambda row: (row.verified_on, row.pk))


def hidden(organisation: Organisation) -> list[Offer]:
    """Its offers that are out of the catalogue and may be published again; `by_clock`: because nobody verified them."""
    hides = Event.objects.filter(case=OuterRef("public_id"), name="offer.hide").order_by("-seq")
    rows = organisation.offers.filter(status=OfferStatus.HIDDEN)
    rows = rows.annotate(hidden_by=Subquery(hides.values("actor_role")[:1])).order_by(
        "-content_updated_on", "pk"
    )
    for row in rows:
        row.by_clock = row.hidden_by == CLOCK
    return list(rows)


# What a partner may say of offers: the move, and of which offers it is asked.
ACTS = {"confirm": to_verify, "hide": to_verify, "show_again": hidden}


@transaction.atomic
def say(organisation: Organisation, act: str, offers: Iterable[str], *, actor: Actor) -> list[Offer]:
    """Make the move `act` (of ACTS) on those of these offers (public ids) of the organisation that still wait for it.
    Said twice it is done once. Raises Refusal."""
    lock_case(organisation.public_id)
    wanted = set(offers)
    rows = [row for row in ACTS[act](organisation) if str(row.public_id) in wanted]
    for row in rows:
        OFFER.perform(row, act, actor=actor)
    return rows

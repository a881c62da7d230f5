"""What the offers of a partner brought, month by month, counted from rows when the page is opened.

A question that carries two offers is one question of the partner, and one of each of these offers. Questions that the
coordination called back do not count.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from statistics import median

from django.core.cache import cache
from django.db.models import Count, F
from django.utils import timezone
from django.utils.translation import ngettext_lazy, npgettext_lazy

from foundation import clock
from partners.models import Organisation
from programs.models import Offer, OfferStatus, OfferViews
from proposals.models import Collaboration
from triage.models import Match, MatchState, Referral, ReferralStage

MONTHS = 12
ENOUGH_OFFERS = 5  # of a kind with data: fewer would tell what a neighbour's brings
# Words for as many: `MEASURES[name] % count`.
MEASURES = {
    "views": npgettext_lazy("brought", "consultation", "consultations"),
    "kept": ngettext_lazy("piste retenue", "pistes retenues"),
    "asked": npgettext_lazy("brought", "sollicitation", "sollicitations"),
    "answered": npgettext_lazy("brought", "réponse", "réponses"),
    "accepted": npgettext_lazy("brought", "oui", "oui"),
    "declined": npgettext_lazy("brought", "non", "non"),
    "collaborations": npgettext_lazy("brought", "collaboration", "collaborations"),
}
_SHOWN = (OfferStatus.PUBLISHED, OfferStatus.HIDDEN)


def months() -> list[date]:
    """First days of the last twelve months, the present one last."""
    last = clock.today().replace(day=1)
    counted = last.year * 12 + last.month - 1
    return [_first(one) for one in range(counted - MONTHS + 1, counted + 1)]


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def labels() -> dict[str, str]:
    """Of columns and charts, which hold many."""
    return {name: words % 2 for name, words in MEASURES.items()}


@dataclass(frozen=True)
class Fact:
    """Something that happened: `thing` is what it is counted by (a question, a collaboration), the same for each offer
    that it is about. `count`: how often, of views."""

    measure: str
    day: date
    offer: int | None
    thing: str
    count: int = 1


@dataclass
class Brought:
    """`by_month`: first day → measure → count, of the partner; `by_offer`: offer → measure → count."""

    months: list[date]
    by_month: dict[date, Counter] = field(default_factory=dict)
    by_offer: dict[int, Counter] = field(default_factory=lambda: defaultdict(Counter))
    # (offer, first day) → measure → count
    cells: dict[tuple[int, date], Counter] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def total(self) -> Counter:
        return sum(self.by_month.values(), Counter())


def brought_by(organisation: Organisation) -> Brought:
    found = Brought(months())
    found.by_month = {month: Counter() for month in found.months}
    once: set[tuple[str, str]] = set()
    for fact in facts(organisation, found.months[0]):
        month = fact.day.replace(day=1)
        if fact.offer is not None:
            found.by_offer[fact.offer][fact.measure] += fact.count
            found.cells[fact.offer, month][fact.measure] += fact.count
        if (fact.measure, fact.thing) not in once:
            once.add((fact.measure, fact.thing))
            found.by_month[month][fact.measure] += fact.count
    return found


def facts(organisation: Organisation, since: date) -> Iterator[Fact]:
    """Everything that happened to it since that day, in five queries."""
    start = timezone.make_aware(datetime.combine(since, time()))
    views = OfferViews.objects.filter(offer__organisation=organisation).since(since)
    for offer, day, count in views.values_list("offer", "day", "count"):
        yield Fact("views", day, offer, f"{offer}:{day}", count)
    kept = Match.objects.filter(
        offer__organisation=organisation, state=MatchState.KEPT, decided_at__gte=start
    )
    for pk, offer, at in kept.values_list("pk", "offer", "decided_at"):
        yield Fact("kept", timezone.localdate(at), offer, str(pk))
    yield from _questions(organisation, start)
    yield from _collaborations(organisation, start)


def _asked():
    return Referral.objects.exclude(asked_at=None).exclude(stage=ReferralStage.CANCELLED)


def _questions(organisation: Organisation, start: datetime) -> Iterator[Fact]:
    rows = _asked().filter(organisation=organisation)
    columns = ("pk", "matches__offer", "asked_at", "answered_at", "decline_reason")
    for pk, offer, asked_at, answered_at, reason in rows.values_list(*columns):
        if asked_at >= start:
            yield Fact("asked", timezone.localdate(asked_at), offer, str(pk))
        if answered_at is not None and answered_at >= start:
            day = timezone.localdate(answered_at)
            yield Fact("answered", day, offer, str(pk))
            yield Fact("declined" if reason else "accepted", day, offer, str(pk))


def _collaborations(organisation: Organisation, start: datetime) -> Iterator[Fact]:
    """Of each offer about which the partner was asked and said yes, for the same irritant."""
    rows = Collaboration.objects.filter(organisations=organisation, created_at__gte=start)
    agreed = list(rows.values_list("pk", "irritant", "created_at"))
    yes = _asked().filter(
        organisation=organisation, decline_reason="", irritant__in=[row[1] for row in agreed]
    )
    offers: dict[int, set] = defaultdict(set)
    for irritant, offer in yes.exclude(answered_at=None).values_list("irritant", "matches__offer"):
        offers[irritant].add(offer)
    for pk, irritant, at in agreed:
        for offer in offers[irritant] or {None}:
            yield Fact("collaborations", timezone.localdate(at), offer, str(pk))


def offers_of(organisation: Organisation, found: Brought) -> list[Offer]:
    """Those in the catalogue or out of it for a while, and whatever else brought something; by kind."""
    rows = organisation.offers.order_by("kind", "pk")
    return [row for row in rows if row.status in _SHOWN or row.pk in found.by_offer]


@dataclass(frozen=True)
class Middle:
    """The median of a kind: measure → value; `offers`: of how many published offers with data. None: of too few."""

    offers: int
    values: dict[str, float] | None


def middles(kinds) -> dict[str, Middle]:
    """Of these kinds of offers, over the same months, of the whole catalogue; counted once an hour."""
    return {kind: _kept(kind) for kind in dict.fromkeys(kinds)}


def _kept(kind: str) -> Middle:
    key = f"insights.brought.{kind}.{clock.now():%Y-%m-%d-%H}"
    found = cache.get(key)
    if found is None:
        found = _middle(kind)
        cache.set(key, found, 3600)
    return found


def _middle(kind: str) -> Middle:
    first = months()[0]
    start = timezone.make_aware(datetime.combine(first, time()))
    published = Offer.objects.published().filter(kind=kind)
    by_offer: dict[int, Counter] = defaultdict(Counter)

    def add(measure: str, rows) -> None:
        for offer, count in rows:
            by_offer[offer][measure] += count

    add("views", OfferViews.objects.filter(offer__in=published).since(first).by_offer().items())
    kept = Match.objects.filter(offer__in=published, state=MatchState.KEPT, decided_at__gte=start)
    add("kept", kept.order_by().values_list("offer").annotate(Count("pk")))
    asked = Referral.matches.through.objects.filter(
        match__offer__in=published, referral__asked_at__isnull=False
    )
    asked = asked.exclude(referral__stage=ReferralStage.CANCELLED).order_by().values_list("match__offer")
    answered = asked.filter(referral__answered_at__gte=start)
    agreed = asked.filter(
        referral__answered_at__isnull=False,
        referral__decline_reason="",
        referral__irritant__collaborations__created_at__gte=start,
        referral__irritant__collaborations__organisations=F("referral__organisation"),
    )
    for measure, rows, counted in (
        ("asked", asked.filter(referral__asked_at__gte=start), "referral"),
        ("answered", answered, "referral"),
        ("accepted", answered.filter(referral__decline_reason=""), "referral"),
        ("declined", answered.exclude(referral__decline_reason=""), "referral"),
        ("collaborations", agreed, "referral__irritant__collaborations"),
    ):
        add(measure, rows.annotate(Count(counted, distinct=True)))
    if len(by_offer) < ENOUGH_OFFERS:
        return Middle(len(by_offer), None)
    return Middle(len(by_offer), {name: median(one[name] for one in by_offer.values()) for name in MEASURES})

"""The figures of the cluster, counted from rows and events when the page is opened. No company is ever named.

Small numbers: a count of 1 or 2 could point at one company, so it is not shown (zero is). Where only one
count of a breakdown would be hidden it could be found by subtraction: then the next smallest is hidden too
(the usual primary and secondary suppression of public statistics).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from django.db.models import Count
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.identifiers import GRAND_EST
from foundation.working_days import waited
from intake.models import Irritant, Outcome, Stage
from journal.models import Event
from programs.models import OfferKind, Sector
from proposals.models import Alone, Collaboration, FigureKind, OutcomeFigure, Review
from triage.models import Match, MatchState, Referral

SMALL = 3
_NOISE = (Outcome.SPAM, Outcome.DUPLICATE)
HIDDEN = None


@dataclass(frozen=True)
class Figure:
    """One number. `value`: what is shown, already worded; None when there are too few cases to show it."""

    label: str
    value: str | None
    definition: str


@dataclass(frozen=True)
class Bar:
    """`count` is None when it is not shown; `width` is its share of the longest bar, 0 to 100."""

    label: str
    count: int | None
    width: float


@dataclass(frozen=True)
class Chart:
    key: str
    title: str
    definition: str
    bars: list[Bar]


def protect(counts: dict[str, int]) -> dict[str, int | None]:
    """The counts with small ones hidden (None), and one more when their sum would give them away.

    It does when they must all be 1 or all be 2: a single one always, two that sum to 2 or 4.
    """
    small = {name for name, count in counts.items() if 0 < count < SMALL}
    if sum(counts[name] for name in small) in (len(small), 2 * len(small)):
        others = [(count, name) for name, count in counts.items() if count >= SMALL]
        if small and others:
            small.add(min(others)[1])
    return {name: HIDDEN if name in small else count for name, count in counts.items()}


def headline() -> list[Figure]:
    """How many irritants came, where they are, how long people waited, what partners said."""
    genuine = Irritant.objects.exclude(outcome__in=_NOISE)
    asked = Referral.objects.exclude(asked_at=None)
    answered = asked.exclude(answered_at=None)
    return [
        Figure(
            _("Irritants reçus"),
            _number(genuine.count()),
            _("Demandes déposées depuis l’ouverture, sans les indésirables ni les doublons."),
        ),
        Figure(
            _("En cours"),
            _number(genuine.exclude(stage=Stage.CLOSED).count()),
            _("Reçus et pas encore clos."),
        ),
        Figure(
            _("Orientés"),
            _number(genuine.filter(pk__in=asked.values("irritant")).count()),
            _("Irritants pour lesquels au moins un partenaire a été sollicité."),
        ),
        Figure(
            _("Collaborations"),
            _number(Collaboration.objects.count()),
            _("Propositions acceptées par l’entreprise et tous les partenaires concernés."),
        ),
        Figure(
            _("Sans le cluster, pas ou autrement"),
            _rate(*_not_alone()),
            _(
                "Part des entreprises et partenaires qui disent, à mi-parcours ou à la fin d’une collaboration, qu’ils "
                "ne l’auraient pas faite sans le cluster, ou différée, ou en plus petit."
            ),
        ),
        Figure(
            _("Prise en charge"),
            _days(_waits_to_take()),
            _("Médiane des jours ouvrés entre le dépôt et la prise en charge par une personne du cluster."),
        ),
        Figure(
            _("Réponse des partenaires"),
            _days(_waits_to_answer(answered)),
            _("Médiane des jours ouvrés entre la sollicitation et la réponse, oui ou non."),
        ),
        Figure(
            _("Taux d’acceptation"),
            _rate(answered.filter(decline_reason="").count(), answered.count()),
            _("Part des réponses de partenaires qui sont un oui, même si la suite en a décidé autrement."),
        ),
    ]


def charts() -> list[Chart]:
    """Kind of help kept, sectors and departments of the irritants."""
    genuine = Irritant.objects.exclude(outcome__in=_NOISE)
    kinds = _tally(Match.objects.filter(state=MatchState.KEPT), "offer__kind")
    sectors, departments = _tally(genuine, "sector"), _tally(genuine, "department")
    names = {row.code: row.label for row in Sector.objects.all()}
    return [
        _chart(
            "kinds",
            _("Genres d’aide retenus"),
            _("Pistes que la coordination a retenues pour un irritant, par nature d’offre."),
            {str(label): kinds[kind] for kind, label in OfferKind.choices},
        ),
        _chart(
            "sectors",
            _("Secteurs"),
            _("Irritants reçus, par secteur dit par l’entreprise."),
            _named(sectors, names),
        ),
        _chart(
            "departments",
            _("Départements"),
            _("Irritants reçus, par département du site concerné."),
            _named(departments, GRAND_EST, outside=_("Hors du Grand Est")),
        ),
        _chart(
            "outcomes",
            _("Résultats des collaborations"),
            _("Collaborations dont la coordination a confirmé un résultat de cette nature, avec sa source."),
            _outcomes(),
        ),
    ]


def _number(count: int) -> str | None:
    return None if 0 < count < SMALL else str(count)


def _not_alone() -> tuple[int, int]:
    """Answers that say it would not have been done, or not so; all that say something."""
    tally = Review.objects.all().tally("alone")
    told = sum(count for answer, count in tally.items() if answer != Alone.UNKNOWN)
    return tally.get(Alone.NO, 0) + tally.get(Alone.LATER, 0), told


def _outcomes() -> dict[str, int]:
    """Kind of outcome → how many collaborations have one that the coordination confirmed."""
    totals = OutcomeFigure.objects.confirmed().totals()
    return {str(FigureKind(kind).label): total["collaborations"] for kind, total in totals.items()}


def _days(waits: list[int]) -> str | None:
    """The median in words; None under SMALL cases."""
    if len(waits) < SMALL:
        return None
    middle = median(waits)
    if middle < 1:
        return _("le jour même")
    shown = number_format(middle, decimal_pos=1 if middle % 1 else 0)
    return ngettext("%(days)s jour ouvré", "%(days)s jours ouvrés", int(middle)) % {"days": shown}


def _rate(part: int, whole: int) -> str | None:
    """A percentage; None when it would tell of one or two answers, on either side."""
    if whole < SMALL or 0 < part < SMALL or 0 < whole - part < SMALL:
        return None
    return _("%(percent)s %%") % {"percent": round(100 * part / whole)}


def _waits_to_take() -> list[int]:
    came, taken = {}, {}
    events = Event.objects.filter(name__in=["irritant.submitted", "irritant.take"]).order_by("at")
    for case, name, at in events.values_list("case", "name", "at").iterator():
        (came if name == "irritant.submitted" else taken).setdefault(case, at)
    genuine = Irritant.objects.exclude(outcome__in=_NOISE)
    departments = dict(genuine.values_list("public_id", "department"))
    return [
        waited(came[case], at, departments[case])
        for case, at in taken.items()
        if case in came and case in departments
    ]


def _waits_to_answer(answered) -> list[int]:
    rows = answered.values_list("asked_at", "answered_at", "irritant__department")
    return [
        waited(asked_at, answered_at, department) for asked_at, answered_at, department in rows.iterator()
    ]


def _tally(rows, field: str) -> Counter:
    return Counter(dict(rows.order_by().values_list(field).annotate(Count("pk"))))


def _named(counts: Counter, names: dict[str, str], outside: str | Promise = "") -> dict[str, int]:
    """Counts by label, most frequent first; codes without a name go under `outside` or « non précisé »."""
    told: Counter = Counter()
    for code, count in counts.items():
        told[names.get(code) or (str(outside) if outside and code else _("Non précisé"))] += count
    return dict(sorted(told.items(), key=lambda row: (-row[1], row[0])))


def _chart(key: str, title: str, definition: str, counts: dict[str, int]) -> Chart:
    shown = protect(counts)
    return Chart(key, title, definition, _bars(shown.items()))


def _bars(rows: Iterable[tuple[str, int | None]]) -> list[Bar]:
    rows = list(rows)
    longest = max((count or 0 for _label, count in rows), default=0) or 1
    bars = [
        Bar(label[0].upper() + label[1:], count, round(100 * (count or 0) / longest, 1))
        for label, count in rows
    ]
    # Hidden ones last, by name: their place must not tell their size.
    return sorted(bars, key=lambda bar: (bar.count is None, -(bar.count or 0), bar.label))

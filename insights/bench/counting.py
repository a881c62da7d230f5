"""How long people wait, what partners say, whether machine and people agree: each by a few queries at any volume.

A wait belongs to the period in which it ended. Spam and duplicates are left out. Only cases that the reader may see.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from statistics import median

from django.db.models import Count, Min, Q
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from foundation import clock
from foundation.working_days import waited
from insights.bench.periods import Period
from insights.figures import Bar, Chart
from intake.calls import PROPOSED as CALL_PROPOSED
from intake.conversation import FROM_COORDINATION
from intake.models import Irritant, Outcome, Stage
from journal.actors import COORDINATOR
from journal.models import Event
from triage import holding
from triage.models import DeclineReason, Match, MatchState, Referral
from triage.reasons import RULE_NAMES

ENOUGH = 5  # cases; under it a median says more of chance than of the work
NOISE = (Outcome.SPAM, Outcome.DUPLICATE)
TAKEN = ("irritant.take",)
# Whatever the company hears from a person: the mail that says that the case was taken is the portal's.
ANSWERED = ("irritant.ask_info", FROM_COORDINATION, CALL_PROPOSED, "proposal.send", "irritant.close")
ASKED = ("referral.ask",)
# First and last working day of each bar.
STEPS = ((0, 0), (1, 1), (2, 2), (3, 5), (6, 10), (11, None))
RANKS = ((1, 1), (2, 2), (3, 3), (4, 10), (11, None))


def bars(counts: dict[str, int]) -> list[Bar]:
    """In the order given."""
    longest = max(counts.values(), default=0) or 1
    return [
        Bar(label[:1].upper() + label[1:], count, round(100 * count / longest, 1))
        for label, count in counts.items()
    ]


def share(part: int, whole: int) -> int | None:
    """Per cent; None under ENOUGH."""
    return round(100 * part / whole) if whole >= ENOUGH else None


@dataclass(frozen=True)
class Waits:
    """`days`: working days, one number per case. The ninth decile by the nearest rank: nine of ten waited so long at
    most."""

    key: str
    title: str
    definition: str
    days: list[int]
    note: str = ""

    @property
    def count(self) -> int:
        return len(self.days)

    @property
    def middle(self) -> float | None:
        return median(self.days) if self.count >= ENOUGH else None

    @property
    def ninth(self) -> int | None:
        return sorted(self.days)[ceil(0.9 * self.count) - 1] if self.count >= ENOUGH else None

    @property
    def middle_unit(self) -> str:
        return unit(self.middle)

    @property
    def ninth_unit(self) -> str:
        return unit(self.ninth)

    @property
    def chart(self) -> Chart:
        counts = {
            _step(low, high): sum(low <= day and (high is None or day <= high) for day in self.days)
            for low, high in STEPS
        }
        return Chart(self.key, self.title, self.definition, bars(counts) if self.days else [])


def unit(days: float) -> str:
    """What stands behind a number of working days, halves included: French says « 1,5 jour », the others "1.5 days"."""
    one = days < 2 if get_language()[:2] == "fr" else days == 1
    return ngettext("jour ouvré", "jours ouvrés", 1 if one else 2)


def _step(low: int, high: int | None) -> str:
    if low == high == 0:
        return _("le jour même")
    if high is None:
        return _("plus de %(days)s jours ouvrés") % {"days": low - 1}
    if low == high == 1:
        return _("1 jour ouvré")
    if low == high:
        return _("%(days)s jours ouvrés") % {"days": low}
    return _("%(low)s à %(high)s jours ouvrés") % {"low": low, "high": high}


@dataclass(frozen=True)
class Answers:
    """What partners said in the period; `reasons`: why not, most frequent first; `expired`: never said anything."""

    accepted: int
    reasons: dict[str, int]
    expired: int

    @property
    def declined(self) -> int:
        return sum(self.reasons.values())

    @property
    def count(self) -> int:
        return self.accepted + self.declined

    @property
    def share(self) -> int | None:
        return share(self.accepted, self.count)


@dataclass(frozen=True)
class Rank:
    """How people decided about what the machine had put at these places."""

    label: str
    kept: int
    set_aside: int

    @property
    def share(self) -> int | None:
        return share(self.kept, self.kept + self.set_aside)


@dataclass(frozen=True)
class Hold:
    """A rule that fired in the period; people confirmed it, said that it was wrong, or lifted the hold of the case."""

    code: str
    fired: int
    confirmed: int
    rejected: int
    lifted: int

    @property
    def name(self) -> str:
        return str(RULE_NAMES.get(self.code, self.code))

    @property
    def undecided(self) -> int:
        return self.fired - self.confirmed - self.rejected

    @property
    def share(self) -> int | None:
        return share(self.confirmed, self.confirmed + self.rejected)


class Board:
    """All the figures of one period for one reader; each is counted when it is first asked for."""

    def __init__(self, user, period: Period):
        self.user, self.period = user, period
        self._visible = Irritant.objects.visible_to(user)
        self._genuine = self._visible.exclude(outcome__in=NOISE)

    @cached_property
    def waits(self) -> list[Waits]:
        return [
            Waits(
                "take",
                _("Prise en charge"),
                _("Jours ouvrés entre l’arrivée d’un dossier et le moment où quelqu’un le prend."),
                self._until(TAKEN),
                self._not_taken(),
            ),
            Waits(
                "answer",
                _("Première réponse"),
                _(
                    "Jours ouvrés entre l’arrivée et le premier mot d’une personne à l’entreprise : question, message, "
                    "appel proposé, proposition ou clôture."
                ),
                self._until(ANSWERED),
            ),
            Waits(
                "referral",
                _("Première sollicitation"),
                _("Jours ouvrés entre l’arrivée et le premier envoi à un partenaire."),
                self._until(ASKED),
            ),
            Waits(
                "partner",
                _("Réponse des partenaires"),
                _("Jours ouvrés entre l’envoi à un partenaire et sa réponse, oui ou non."),
                [waited(asked, answered, place) for asked, answered, place, _reason in self._answered],
            ),
        ]

    def _until(self, names: tuple[str, ...]) -> list[int]:
        """For each case the working days from its arrival to the first of these events, where that is in the period."""
        by_us = Event.objects.filter(name__in=names, actor_role=COORDINATOR).order_by()
        firsts = by_us.values("case").annotate(first=Min("at")).filter(**self.period.of("first"))
        first = dict(firsts.values_list("case", "first"))
        cases = self._genuine.filter(public_id__in=firsts.values("case"))
        return [
            waited(came, first[case], place)
            for case, came, place in cases.values_list("public_id", "created_at", "department")
        ]

    def _not_taken(self) -> str:
        rows = self._genuine.filter(stage=Stage.SUBMITTED).order_by("created_at", "pk")
        if (oldest := rows.values_list("created_at", "department").first()) is None:
            return ""
        came, place = oldest
        return _("Pas encore pris : %(count)s. Plus longue attente, en jours ouvrés : %(days)s.") % {
            "count": rows.count(),
            "days": waited(came, clock.now(), place),
        }

    @cached_property
    def _answered(self) -> list[tuple]:
        """(asked at, answered at, department, why not) of what partners answered in the period."""
        rows = Referral.objects.answered().filter(irritant__in=self._genuine, **self.period.of("answered_at"))
        return list(rows.values_list("asked_at", "answered_at", "irritant__department", "decline_reason"))

    @cached_property
    def answers(self) -> Answers:
        said = Counter(reason for *_when, reason in self._answered)
        expired = Event.objects.filter(name="referral.expire", **self.period.of("at"))
        return Answers(
            accepted=said.pop("", 0),
            reasons={str(DeclineReason(code).label): count for code, count in said.most_common()},
            expired=expired.filter(case__in=self._genuine.values("public_id")).count(),
        )

    @cached_property
    def reasons_chart(self) -> Chart:
        return Chart("reasons", _("Raisons de refus"), "", bars(self.answers.reasons))

    @cached_property
    def ranks(self) -> list[Rank]:
        """By the place that the machine gave when somebody decided; what was added by hand had none."""
        rows = Match.objects.decided_by_people().filter(
            irritant__in=self._visible, **self.period.of("decided_at")
        )
        counts = {
            (rank, state): count
            for rank, state, count in rows.order_by().values_list("rank", "state").annotate(count=Count("pk"))
        }
        return [
            *(Rank(_place(low, high), *_decided(counts, low, high)) for low, high in RANKS),
            Rank(
                _("ajoutée à la main"),
                counts.get((None, MatchState.KEPT), 0),
                counts.get((None, MatchState.SET_ASIDE), 0),
            ),
        ]

    @property
    def kept(self) -> int:
        return sum(rank.kept for rank in self.ranks)

    @property
    def ranks_chart(self) -> Chart:
        counts = {rank.label: rank.kept for rank in self.ranks}
        return Chart("ranks", _("Pistes retenues"), "", bars(counts) if self.kept else [])

    @cached_property
    def holds(self) -> list[Hold]:
        """Rules that fired, the most frequent first. Confirmed and wrong as « Règles de retenue » counts them."""
        rows = holding.counted().filter(irritant__in=self._visible, **self.period.of("at"))
        tallies = rows.values("code").annotate(
            fired=Count("pk"),
            confirmed=Count("pk", filter=holding.CONFIRMED),
            rejected=Count("pk", filter=holding.REJECTED),
            lifted=Count("pk", filter=Q(irritant__qualification__hold_lifted_reason__gt="")),
        )
        return [Hold(**tally) for tally in tallies.order_by("-fired", "code")]


def _decided(counts: dict, low: int, high: int | None) -> tuple[int, int]:
    return tuple(
        sum(
            count
            for (rank, kind), count in counts.items()
            if kind == state and rank is not None and low <= rank and (high is None or rank <= high)
        )
        for state in (MatchState.KEPT, MatchState.SET_ASIDE)
    )


def _place(low: int, high: int | None) -> str:
    if high is None:
        return _("au-delà du %(rank)se rang") % {"rank": low - 1}
    if low == high:
        return _("rang %(rank)s") % {"rank": low}
    return _("rangs %(low)s à %(high)s") % {"low": low, "high": high}

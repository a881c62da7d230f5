"""The decisions that ranking may learn from, as programs.memory wants them (rule: docs/decisions/0012).

What is remembered: the words of an irritant and what people decided about each offer. What is not: irritants under
a confidentiality agreement, withdrawn, erased, unwanted, or older than the retention of their text.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from foundation import clock
from foundation.privacy import THREE_YEARS
from intake.models import Confidentiality, Irritant, Outcome
from journal.events import reacts_to
from programs.memory import Change, Decision
from triage.models import DecidedIrritant, DeclineReason, Match, MatchState, Referral, SetAsideReason

KEPT = 0.6
ACCEPTED = 1.0
# What a reason says of relevance, -1 to 1. A reason that is missing here (calendar, distance, capacity, budget, size,
# conflict, eligibility…) says nothing of it and teaches nothing.
SET_ASIDE = {SetAsideReason.OFF_TOPIC: -0.8}
DECLINED = {
    DeclineReason.NOT_OUR_EXPERTISE: -1.0,
    DeclineReason.REDIRECT: -0.3,  # near the subject, but not the right house
    DeclineReason.ALREADY_IN_CONTACT: ACCEPTED,  # so relevant that they found each other
}
NOT_REMEMBERED = (Outcome.WITHDRAWN, Outcome.SPAM, Outcome.DUPLICATE, Outcome.OUT_OF_SCOPE)


def remembered():
    """Irritants whose words and decisions may serve others."""
    since = clock.now() - timedelta(days=THREE_YEARS)
    return (
        Irritant.objects.exclude(confidentiality=Confidentiality.NDA)
        .exclude(outcome__in=NOT_REMEMBERED)
        .exclude(text="")
        .filter(
            Q(matches__decided_at__gte=since, matches__state__in=[MatchState.KEPT, MatchState.SET_ASIDE])
            | Q(referrals__answered_at__gte=since)
        )
        .distinct()
    )


def decisions(irritants=None) -> Iterator[Decision]:
    """The decisions on these irritants (else on all that are remembered); those that teach nothing are left out."""
    rows = irritants if irritants is not None else remembered()
    rows = rows.select_related("qualification").order_by("pk")
    outcomes = _outcomes(rows)
    for irritant in rows:
        weights, at = outcomes.get(irritant.pk, ({}, None))
        if weights:
            yield Decision(str(irritant.public_id), _words(irritant), "", weights, at)


def _words(irritant: Irritant) -> str:
    """What the engine reads of an irritant (triage.ranking.need_of), nothing of who wrote it."""
    qualification = getattr(irritant, "qualification", None)
    parts = (irritant.text, irritant.tried, qualification.reformulated if qualification else "")
    return "\n".join(part for part in parts if part)


def _outcomes(irritants) -> dict[int, tuple[dict[str, float], object]]:
    """Irritant → ({offer public id: weight}, day of the latest decision). A partner's word counts before ours."""
    weights: dict[int, dict[str, float]] = defaultdict(dict)
    days = {}

    def learn(irritant: int, offer, weight: float | None, moment) -> None:
        if weight is not None and moment is not None:
            weights[irritant][str(offer)] = weight
            days[irritant] = max(days.get(irritant, moment), moment)

    decided = Match.objects.decided_by_people().filter(irritant__in=irritants)
    for match in decided.values_list(
        "irritant_id", "offer__public_id", "state", "set_aside_reason", "decided_at"
    ):
        irritant, offer, state, reason, moment = match
        learn(irritant, offer, KEPT if state == MatchState.KEPT else SET_ASIDE.get(reason), moment)
    answered = Referral.objects.answered().filter(irritant__in=irritants, matches__isnull=False)
    for referral in answered.order_by("answered_at", "pk").values_list(
        "irritant_id", "matches__offer__public_id", "decline_reason", "answered_at"
    ):
        irritant, offer, reason, moment = referral
        # A yes that was released or withdrawn later said all the same that the subject was right.
        learn(irritant, offer, DECLINED.get(reason) if reason else ACCEPTED, moment)
    return {irritant: (found, timezone.localdate(days[irritant])) for irritant, found in weights.items()}


def changed(irritant: Irritant) -> None:
    """Tell every process that what may be remembered of this irritant is not what it was (erasure included).

    Called in the transaction of the change.
    """
    DecidedIrritant.note(irritant)


@reacts_to("match.keep", "match.set_aside", "match.undo")
def learn_from_a_match(event, match):
    changed(match.irritant)


@reacts_to("referral.accept", "referral.decline")
def learn_from_an_answer(event, referral):
    changed(referral.irritant)


@reacts_to(
    "irritant.close",
    "irritant.withdraw",
    "irritant.reopen",
    "irritant.qualified",
    "irritant.answer",
    "confidentiality.open",
    "confidentiality.summary",
    "confidentiality.nda",
)
def learn_from_the_case(event, irritant):
    if irritant.matches.decided_by_people().exists() or irritant.referrals.answered().exists():
        changed(irritant)


class Decisions:
    """programs.memory.Source over these tables."""

    def sequence(self) -> int:
        return DecidedIrritant.current()

    def decisions(self) -> Iterable[Decision]:
        return decisions()

    def changes(self, since: int) -> Change:
        touched = DecidedIrritant.objects.filter(sequence__gt=since).values("irritant")
        found = list(decisions(remembered().filter(pk__in=touched)))
        keys = Irritant.objects.filter(pk__in=touched).values_list("public_id", flat=True)
        return Change(found, frozenset(map(str, keys)) - {decision.key for decision in found})

"""Hold rules: what a reason of the engine's verdict leads to, and how often people agreed with it.

A run keeps what the engine said. What follows is derived here, by `effective`, from the modes of the rules: *on*
holds until a coordinator lifts it, *observe* is shown and blocks nothing, *off* is neither shown nor counted.

Precision of a rule = confirmed / (confirmed + rejected), over the irritants for which it fired while not off:
- what a coordinator said of it (« retenue justifiée », « retenue à tort ») counts before anything else;
- without a word, the qualification confirms: the flag that speaks of the same data (CONFIRMED_BY_FLAG);
- without a word, the outcome confirms a rule that redirects: the case was closed as redirected, out of scope or spam;
- anything else is undecided and counts on neither side: lifting a hold does not say that it was wrong.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from foundation import clock
from intake.models import Irritant, Outcome, Stage
from journal.actors import COORDINATOR, Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from programs.importing import REFERENCE
from triage.models import HoldFiring, HoldMode, HoldRule, Judgement, MatchRun, Qualification
from triage.reasons import VERDICT_REASONS

# Rules after which nobody here can help; every other one asks a human to look first.
REDIRECTING = frozenset({"prohibited-practice", "plain-it", "vendor", "candidate", "not-an-irritant"})
CONFIRMED_BY_FLAG = {
    "health_data": ("health-data",),
    "employee_data": ("worker-monitoring", "recruiting"),
    "personal_data": (
        "personal-profiling",
        "biometric-or-emotion",
        "vulnerable-people",
        "cross-border-data",
        "recruiting",
    ),
}
CONFIRMING_OUTCOMES = (Outcome.REDIRECTED, Outcome.OUT_OF_SCOPE, Outcome.SPAM)
RECENT = timedelta(days=90)
ENOUGH_CASES = 5

_SILENT = Q(judgement="")
_BY_FLAG = reduce(
    or_,
    (
        Q(code__in=codes, **{f"irritant__qualification__{flag}": True})
        for flag, codes in CONFIRMED_BY_FLAG.items()
    ),
)
_BY_OUTCOME = Q(code__in=REDIRECTING, irritant__outcome__in=CONFIRMING_OUTCOMES)
CONFIRMED = Q(judgement=Judgement.CONFIRMED) | (_SILENT & (_BY_FLAG | _BY_OUTCOME))
REJECTED = Q(judgement=Judgement.REJECTED)


@dataclass(frozen=True)
class Held:
    """What a run leads to now. `verdict`: "match", "hold" or "redirect"; reasons as the engine stored them."""

    verdict: str
    blocking: list[dict]
    observed: list[dict]

    @property
    def holds(self) -> bool:
        return self.verdict != "match"

    @property
    def shown(self) -> list[dict]:
        return [*self.blocking, *self.observed]


NOTHING = Held("match", [], [])


def modes() -> dict[str, str]:
    """The mode of every rule that has a row; a rule without one is on."""
    return dict(HoldRule.objects.values_list("code", "mode"))


def effective(verdict: str, reasons: Iterable[dict], modes: Mapping[str, str]) -> Held:
    """What the engine's verdict and reasons lead to under these modes: the one place where modes are applied.

    A verdict without any reason stands as it is: no rule speaks for it, so none can switch it off.
    """
    reasons = list(reasons or ())
    if verdict == "match" or not reasons:
        return Held(verdict, [], [])
    by_mode: dict[str, list[dict]] = {mode: [] for mode in HoldMode.values}
    for reason in reasons:
        by_mode[modes.get(reason["code"], HoldMode.ON)].append(reason)
    blocking, observed = by_mode[HoldMode.ON], by_mode[HoldMode.OBSERVE]
    if not blocking:
        return Held("match", [], observed)
    redirects = verdict == "redirect" and any(_redirects(reason["code"]) for reason in blocking)
    return Held("redirect" if redirects else "hold", blocking, observed)


def _redirects(code: str) -> bool:
    return code in REDIRECTING or code not in VERDICT_REASONS  # an unknown one: the engine's word stands


def of_run(run: MatchRun | None, known: Mapping[str, str] | None = None) -> Held:
    """What a run leads to under the present modes (`known`, else read here)."""
    if run is None:
        return NOTHING
    if run.verdict == "match":
        return effective(run.verdict, run.verdict_reasons, {})
    return effective(run.verdict, run.verdict_reasons, modes() if known is None else known)


def note_firings(run: MatchRun) -> None:
    """Remember, once per irritant, each rule that fired, with its mode now. In the transaction of the run."""
    if run.verdict == "match":
        return
    known = modes()
    HoldFiring.objects.bulk_create(
        [
            HoldFiring(irritant_id=run.irritant_id, code=code, mode=known.get(code, HoldMode.ON), at=run.at)
            for code in dict.fromkeys(reason["code"] for reason in run.verdict_reasons)
        ],
        ignore_conflicts=True,
    )
    rows = HoldFiring.objects.filter(irritant_id=run.irritant_id, mode=HoldMode.OFF)
    for code in rows.values_list("code", flat=True):  # fired while the rule was off, and again since
        if (mode := known.get(code, HoldMode.ON)) != HoldMode.OFF:
            rows.filter(code=code).update(mode=mode)


@transaction.atomic
def switch(code: str, mode: str, *, actor: Actor) -> HoldRule:
    """Give a rule another mode. Raises Refusal.

    Put back on, it holds the open cases for which it fired until somebody has read it there: whoever lifted a hold
    in between did so without it standing in the way.
    """
    if actor.role != COORDINATOR:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    if code not in VERDICT_REASONS or mode not in HoldMode.values:
        raise Refusal(_("Cette règle ou ce mode n’existe pas."), "unknown")
    HoldRule.objects.get_or_create(code=code)
    rule = HoldRule.objects.select_for_update().get(code=code)
    before = rule.mode
    if before == mode:
        return rule
    open_cases = HoldFiring.objects.filter(code=code).exclude(irritant__stage=Stage.CLOSED)
    if mode == HoldMode.ON:
        for public_id in sorted(open_cases.values_list("irritant__public_id", flat=True)):
            lock_case(public_id)
        Qualification.objects.filter(irritant__in=open_cases.values("irritant")).update(
            hold_lifted_reason="", hold_lifted_by=None
        )
    if before == HoldMode.OFF:
        open_cases.filter(mode=HoldMode.OFF).update(mode=mode)  # from now on it is shown there: it counts
    rule.mode, rule.changed_by, rule.changed_at = mode, actor.user, clock.now()
    rule.save(update_fields=["mode", "changed_by", "changed_at"])
    record(
        "hold_rule.switched",
        case=rule.public_id,
        subject=rule,
        actor=actor,
        rule=code,
        before=before,
        after=mode,
    )
    return rule


@transaction.atomic
def judge(irritant: Irritant, judgements: Mapping[str, str], *, actor: Actor) -> int:
    """What a coordinator says of rules that fired here: code → Judgement value, "" to take it back.

    Codes that no run of this irritant holds are left out. Returns how many words changed. Raises Refusal.
    """
    if actor.role != COORDINATOR:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    lock_case(irritant.public_id)
    run = irritant.runs.first()
    shown = {reason["code"] for reason in of_run(run).shown}
    if run:
        note_firings(run)  # runs older than this table
    changed = 0
    for row in HoldFiring.objects.filter(irritant=irritant, code__in=shown & judgements.keys()):
        said = judgements[row.code]
        if said == row.judgement or said not in ("", *Judgement.values):
            continue
        row.judgement = said
        row.judged_by, row.judged_at = (actor.user, clock.now()) if said else (None, None)
        row.save(update_fields=["judgement", "judged_by", "judged_at"])
        record(
            "irritant.hold_judged",
            case=irritant.public_id,
            subject=irritant,
            actor=actor,
            rule=row.code,
            judgement=said or "none",
        )
        changed += 1
    return changed


@dataclass(frozen=True)
class Tally:
    """How often a rule fired, and what people said of it (module docstring)."""

    ever: int = 0
    recent: int = 0
    confirmed: int = 0
    rejected: int = 0

    @property
    def judged(self) -> int:
        return self.confirmed + self.rejected

    @property
    def precision(self) -> int | None:
        """Per cent, None under ENOUGH_CASES."""
        return round(100 * self.confirmed / self.judged) if self.judged >= ENOUGH_CASES else None


def counted():
    """Firings that count: the rule was not off."""
    return HoldFiring.objects.exclude(mode=HoldMode.OFF)


def tallies() -> dict[str, Tally]:
    """code → Tally, in one query."""
    rows = (
        counted()
        .values("code")
        .annotate(
            ever=Count("pk"),
            recent=Count("pk", filter=Q(at__gte=clock.now() - RECENT)),
            confirmed=Count("pk", filter=CONFIRMED),
            rejected=Count("pk", filter=REJECTED),
        )
        .order_by("code")
    )
    return {row.pop("code"): Tally(**row) for row in rows}


@REFERENCE.register("hold rules")
def load_rules() -> None:
    """A row for every reason that the engine can give; what coordinators switched stays."""
    HoldRule.objects.bulk_create([HoldRule(code=code) for code in VERDICT_REASONS], ignore_conflicts=True)

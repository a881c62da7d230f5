"""What happens because time passes: each rule declared in one place, run by the beat, harmless when run twice.

A rule looks at *state* and at the record of what it did (ClockMark), never at "rows made exactly nine days ago": a
scheduler that was down for three days does each thing once. Nothing is sent to people at night, on a weekend or on a
holiday of their department, and nothing about a case that sleeps (docs/decisions/0022-the-clock.md).
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from foundation import clock
from foundation.failpoints import failpoint
from foundation.registry import Registry
from foundation.rows import added
from foundation.working_days import in_office_hours
from journal import capping
from journal.due import After, Days, last_step
from journal.events import lock_case
from journal.lifecycle import Refusal
from journal.models import ClockMark, ClockRun

__all__ = [
    "RULES",
    "After",
    "Days",
    "Failed",
    "Rule",
    "last_step",
    "mark",
    "marks",
    "rule",
    "tick",
    "trouble",
]

log = logging.getLogger(__name__)

RULES: Registry["Rule"] = Registry("clock rule")
AT_ONCE = 200  # done by one rule in one round: the rest is for the next minute
PATIENCE = timedelta(hours=1)  # a rule that has not succeeded for so long is late
SILENCE = timedelta(minutes=2)  # a clock that has not ticked for so long is silent (it does every minute)
_HEARTBEAT = "journal.heartbeat"


class Failed(Exception):
    """Some rows of a rule failed; the others were done all the same. `done`: how many.

    Its words are the first line of the first error: databases put values, which may be somebody's, into the next.
    """

    def __init__(self, done: int, errors: list[Exception]):
        super().__init__(f"{type(errors[0]).__name__}: {errors[0]}".splitlines()[0][:200])
        self.done, self.errors = done, errors


@dataclass(frozen=True)
class Rule:
    """Something that must happen later.

    `who()`: the rows concerned, from state (or a list of names): whoever made it pointless is not among them, which
    `stops` says in words. `when`: None for at once. `does(row)`: one of them, in a transaction in which all this was
    looked at again; False or a Refusal undoes it. `once(row)`: the occasion for which it is done a single time;
    None where the state itself says that it was done. `of`: the path from a row to its case ("" for the row itself):
    its chain is locked, its `department` gives the calendar, its `asleep_until` stops the clock; None: no case.
    `to_people`: in office hours only. `in_bulk`: `does` takes who() as a whole, and returns how many. `cap`: how many
    may go in a day, of a rule that takes things away. `daily`: once it succeeded, it is looked at again the next day.
    """

    name: str
    title: str | Promise
    who: Callable[[], QuerySet | list]
    does: Callable[[Any], Any]
    when: After | None = None
    once: Callable[[Any], str] | None = None
    of: str | None = None
    to_people: bool = False
    in_bulk: bool = False
    cap: capping.Cap | None = None
    daily: bool = False
    stops: str | Promise = ""

    do_not_call_in_templates: ClassVar[bool] = True  # a page that names a rule must not run it

    def __call__(self) -> int:
        """Do what is due; how many were done. Raises Failed once the rest is done, when some failed; HeldBack before
        anything is done, when too many are due."""
        due = self.who() if self.in_bulk else self.due()
        if self.cap is None:
            return self._do_all(due)
        capping.check(self.name, self.cap, due.count() if isinstance(due, QuerySet) else len(due))
        done = 0
        try:
            done = self._do_all(due)
        except Failed as failed:
            done = failed.done
            raise
        finally:
            if done:
                capping.count(self.name, done)
        return done

    def _do_all(self, due: QuerySet | list) -> int:
        if self.in_bulk:
            return self.does(due)
        done, errors = 0, []
        for row in due:
            if done == AT_ONCE:
                break
            try:
                done += self._do(row)
            except Exception as error:
                log.exception("clock rule %s failed for %s", self.name, getattr(row, "pk", row))
                errors.append(error)
        if errors:
            raise Failed(done, errors)
        return done

    def due(self, *, waiting: bool = False) -> list:
        """The rows it would act on now. Reads only. `waiting`: or as soon as people are at work."""
        if self.to_people and not waiting and not in_office_hours(clock.now()):
            return []
        rows = self.who()
        if isinstance(rows, QuerySet) and self.when:
            rows = self.when.narrowed(rows)
        return list(self._unmarked(row for row in rows if self._is_time(row, waiting)))

    def named(self, row: Any) -> str:
        """What a list calls it: the reference of its case, where it has one."""
        return getattr(self._case(row), "reference", "") or str(row)

    def _case(self, row: Any) -> Any:
        for step in (self.of or "").split("."):
            row = getattr(row, step) if step else row
        return row

    def _is_time(self, row: Any, waiting: bool = False) -> bool:
        case = self._case(row)
        department = getattr(case, "department", "")
        asleep_until = getattr(case, "asleep_until", None)
        if asleep_until and asleep_until > clock.today():
            return False
        if self.to_people and not waiting and not in_office_hours(clock.now(), department):
            return False
        return self.when is None or clock.now() >= self.when.moment(row, department, asleep_until)

    def _unmarked(self, rows: Iterable) -> Iterable:
        if self.once is None:
            return rows
        found = list(rows)
        known = marks(self.name, [row.public_id for row in found])
        return (row for row in found if (row.public_id, self.once(row)) not in known)

    def _again(self, row: Any) -> Any:
        """The row as it is now that its case is locked; None when it is not concerned, due, or left any more."""
        rows = self.who()
        fresh = rows.filter(pk=row.pk) if isinstance(rows, QuerySet) else [one for one in rows if one == row]
        return next(iter(self._unmarked(one for one in fresh if self._is_time(one))), None)

    def _do(self, row: Any) -> bool:
        try:
            with transaction.atomic():
                if self.of is not None:
                    lock_case(self._case(row).public_id)
                fresh = self._again(row)
                if fresh is None:
                    return False
                done = self.does(fresh) is not False
                if done and self.once:
                    failpoint("clock.unmarked")
                    done = mark(self.name, fresh.public_id, self.once(fresh))
                failpoint("clock.before_commit")
                if not done:
                    transaction.set_rollback(True)
                return done
        except Refusal:
            return False  # somebody was quicker


def rule(name: str, **declared) -> Callable[[Callable], Rule]:
    """Register the decorated function as what the rule `name` does; gives the rule, which runs when called."""

    def decorate(function: Callable) -> Rule:
        made = Rule(name, does=function, **declared)
        RULES.add(name, made)
        return made

    return decorate


def marks(name: str, subjects: Iterable) -> set[tuple]:
    """{(subject, occasion)} that a rule is done with, of these subjects."""
    subjects, found = list(subjects), set()
    for start in range(0, len(subjects), 500):
        rows = ClockMark.objects.filter(rule=name, subject_id__in=subjects[start : start + 500])
        found |= set(rows.values_list("subject_id", "occasion"))
    return found


def mark(name: str, subject, occasion: str) -> bool:
    """Remember that a rule did its thing, in the transaction of what it did; False when it already had."""
    return added(ClockMark(rule=name, subject_id=subject, occasion=occasion, at=clock.now()))


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """When that day begins here, and the next."""
    day = timezone.localtime(moment).date()
    midnights = (datetime.combine(one, time.min) for one in (day, day + timedelta(days=1)))
    return tuple(map(timezone.make_aware, midnights))


def tick() -> dict[str, int]:
    """Run every rule; one that fails does not stop the others. Returns how many things each rule did."""
    done, failed = {}, {}
    day = day_of(clock.now())
    over = ClockRun.objects.filter(succeeded_at__gte=day[0], succeeded_at__lt=day[1]).values_list(
        "rule", flat=True
    )
    over = {name for name in over if RULES.get(name) and RULES[name].daily}
    for name, each in RULES.items():
        if name in over:
            done[name] = 0
            continue
        try:
            done[name] = each()
        except Exception as error:
            if isinstance(error, capping.HeldBack):
                log.error("clock rule %s %s", name, error)
            elif not isinstance(error, Failed):
                log.exception("clock rule %s failed", name)
            done[name] = getattr(error, "done", 0)
            failed[name] = error if isinstance(error, (Failed, capping.HeldBack)) else Failed(0, [error])
    _remember(done, failed)
    return {name: count for name, count in done.items() if name not in failed or count}


@transaction.atomic
def _remember(done: dict[str, int], failed: dict[str, Exception]) -> None:
    """One statement for all the rules that had nothing to do, which is nearly every time."""
    now = clock.now()
    new = done.keys() - set(ClockRun.objects.values_list("rule", flat=True))
    ClockRun.objects.bulk_create([ClockRun(rule=name, ran_at=now) for name in new], ignore_conflicts=True)
    well = [name for name in done if name not in failed]
    ClockRun.objects.filter(rule__in=well).update(ran_at=now, succeeded_at=now, last_error="", held_back=0)
    for name, error in failed.items():
        held_back = error.due if isinstance(error, capping.HeldBack) else 0
        ClockRun.objects.filter(rule=name).update(
            ran_at=now, failed_at=now, last_error=str(error), held_back=held_back
        )
    for name, count in done.items():
        if count:
            ClockRun.objects.filter(rule=name).update(did=count, did_at=now, total=F("total") + count)


@dataclass(frozen=True)
class Trouble:
    """`silent_since`: when the clock last ticked, if that is too long ago; `late`: rules that do not succeed;
    `held_back`: those that wait for somebody to allow what they would take away."""

    silent_since: datetime | None
    late: list[ClockRun]
    held_back: list[ClockRun]

    def __bool__(self):
        return bool(self.silent_since or self.late or self.held_back)


def perhaps_late() -> QuerySet:
    """The rows that there must be before `trouble` can find any: for a page that asks many such questions at once."""
    now = clock.now()
    failing = Q(succeeded_at__lt=now - PATIENCE) | Q(succeeded_at=None, began_at__lt=now - PATIENCE)
    said = Q(ran_at__lt=now - SILENCE) | failing | Q(held_back__gt=0)
    return ClockRun.objects.filter(said, rule__in=list(RULES))


def trouble() -> Trouble:
    """What coordinators must know of the clock, in one query. One that never ticked is /health/ready's to tell."""
    now = clock.now()
    runs = [run for run in ClockRun.objects.order_by("rule") if run.rule in RULES]
    newest = max((run.ran_at for run in runs), default=now)
    if newest < now - SILENCE:
        return Trouble(newest, [], [])
    held_back = [run for run in runs if run.held_back]
    late = [run for run in runs if not run.held_back and (run.succeeded_at or run.began_at) < now - PATIENCE]
    return Trouble(None, late, held_back)


def beat() -> None:
    """Leave a sign of life of worker and beat for the readiness page."""
    try:
        cache.set(_HEARTBEAT, clock.now().isoformat(), 3600)
    except Exception as error:
        log.warning("cache unreachable: %s", type(error).__name__)


def last_beat() -> str | None:
    """ISO date of the last sign of life, None when there is none or the cache is down."""
    try:
        return cache.get(_HEARTBEAT)
    except Exception:
        return None

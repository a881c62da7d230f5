"""Dated rows that contradict each other: twice at once, or a circle of parents."""

from collections.abc import Iterable
from datetime import date

from partners.models import Affiliation, Organisation, Period


def first_repeated(rows: Iterable[Period], key) -> Period | None:
    """The first row that says for some day what one before it says already; `key(row)`: what it is about."""
    seen: dict[object, list[Period]] = {}
    for row in rows:
        before = seen.setdefault(key(row), [])
        if any(row.meets(other) for other in before):
            return row
        before.append(row)
    return None


def closes_a_circle(row: Affiliation) -> bool:
    """Whether, on some day of this row, its parent belongs to its child, by however many steps. One query a step."""
    return _leads_to(row.child_id, row.parent_id, row.since or date.min, row.until or date.max)


def _leads_to(wanted: int, start: int, first: date, last: date) -> bool:
    reached = {start: [(first, last)]}
    known: set[tuple] = set()
    while reached:
        if wanted in reached:
            return True
        steps = Affiliation.objects.filter(child__in=reached)
        following: dict[int, list] = {}
        for step in steps:
            for since, until in reached[step.child_id]:
                span = max(since, step.since or date.min), min(until, step.until or date.max)
                if span[0] <= span[1] and (step.parent_id, *span) not in known:
                    known.add((step.parent_id, *span))
                    following.setdefault(step.parent_id, []).append(span)
        reached = following
    return False


def ancestors(organisation: Organisation) -> set[int]:
    """Keys of everything to which it belongs today, by however many steps."""
    found: set[int] = set()
    left = {organisation.pk}
    while left:
        rows = Affiliation.objects.present().filter(child__in=left)
        left = set(rows.values_list("parent_id", flat=True)) - found
        found |= left
    return found

"""Which irritants a limited coordinator sees: those that pass every condition registered here, and their own.

What is unknown is nobody else's: an irritant without department, or without pillar yet, is seen by all. What somebody
follows, or stands in for, stays with them whatever its place becomes (docs/decisions/0028-trust.md).
"""

from collections.abc import Callable

from django.db.models import Q

from accounts.absences import known_to, stood_in_for_by
from accounts.limits import ELSEWHERE
from accounts.models import User
from foundation.identifiers import GRAND_EST
from foundation.registry import Registry

# name → function(user) giving what the irritants they are limited to satisfy; None: that limits them to nothing.
LIMITS: Registry[Callable[[User], Q | None]] = Registry("limit of irritants")


@LIMITS.register("departments")
def of_their_departments(user: User) -> Q | None:
    if not user.departments:
        return None
    seen = Q(department__in=["", *user.departments])
    return seen | ~Q(department__in=GRAND_EST) if ELSEWHERE in user.departments else seen


def seen_by(user: User) -> Q:
    """What the irritants that this limited coordinator sees satisfy."""
    within = Q()
    for limit in LIMITS.values():
        within &= limit(user) or Q()
    return within | Q(coordinator__in=followed_by(user))


def followed_by(user: User) -> list[int]:
    """The person and those they stand in for."""
    return [user.pk, *stood_in_for_by(user, known_to(user))]

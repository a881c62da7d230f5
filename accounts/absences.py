"""Who stands in for whom today: absences of coordinators, followed through when a replacement is away as well."""

from accounts.models import Absence, User
from foundation import clock


def _today() -> dict[int, User]:
    """Primary key of whoever is away → the replacement; the absence entered last counts. One query."""
    rows = Absence.objects.on(clock.today()).select_related("replacement").order_by("pk")
    return {row.user_id: row.replacement for row in rows}


def reached_instead_of(user: User) -> User:
    """Whom to write to in the place of this person today: themselves, unless away; a ring of absences ends where it
    began."""
    away, seen = _today(), set()
    reached = user
    while reached.pk in away and reached.pk not in seen and away[reached.pk].is_coordinator:
        seen.add(reached.pk)
        reached = away[reached.pk]
    return user if reached.pk in seen else reached


def standing_in(user: User) -> list[Absence]:
    """The absences in which this person is the replacement today."""
    return list(Absence.objects.on(clock.today()).filter(replacement=user).select_related("user"))


def stood_in_for_by(user: User) -> list[int]:
    """Primary keys of those for whom this person stands in today, directly or by another's absence."""
    away = _today()
    found, waiting = set(), [user.pk]
    while waiting:
        by = waiting.pop()
        for absent, replacement in away.items():
            if replacement.pk == by and absent not in found and absent != user.pk:
                found.add(absent)
                waiting.append(absent)
    return sorted(found)

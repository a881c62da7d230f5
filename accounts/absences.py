"""Who stands in for whom today: absences of coordinators, followed through when a replacement is away as well."""

from accounts.models import Absence, User
from foundation import clock


def of_today() -> list[Absence]:
    """With both people, in one query; of somebody's own the one entered last counts, which comes last."""
    return list(Absence.objects.on(clock.today()).select_related("user", "replacement").order_by("pk"))


def known_to(user: User) -> list[Absence]:
    """Those of today, read once for each page, with its user: whatever on the page asks gets the same."""
    if "_absences_today" not in user.__dict__:
        user.__dict__["_absences_today"] = of_today()
    return user.__dict__["_absences_today"]


def _replacements(rows: list[Absence]) -> dict[int, User]:
    return {row.user_id: row.replacement for row in rows}


def reached_instead_of(user: User, absences: list[Absence] | None = None) -> User:
    """Whom to write to in the place of this person today: themselves, unless away; a ring of absences ends where it
    began. `absences`: those of today, where the caller has read them."""
    away, seen = _replacements(of_today() if absences is None else absences), set()
    reached = user
    while reached.pk in away and reached.pk not in seen and away[reached.pk].is_coordinator:
        seen.add(reached.pk)
        reached = away[reached.pk]
    return user if reached.pk in seen else reached


def standing_in(user: User, absences: list[Absence]) -> list[Absence]:
    """Those, of the absences of today, in which this person is the replacement."""
    return [row for row in absences if row.replacement_id == user.pk]


def stood_in_for_by(user: User, absences: list[Absence]) -> list[int]:
    """Primary keys of those for whom this person stands in today, directly or by another's absence."""
    away = _replacements(absences)
    found, waiting = set(), [user.pk]
    while waiting:
        by = waiting.pop()
        for absent, replacement in away.items():
            if replacement.pk == by and absent not in found and absent != user.pk:
                found.add(absent)
                waiting.append(absent)
    return sorted(found)

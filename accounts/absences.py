"""Who stands in for whom today: absences of coordinators, followed through when a replacement is away as well."""

from accounts.models import Absence, User
from foundation import clock


def away() -> dict[int, Absence]:
    """Primary key of whoever is away today → their absence; the one entered last counts. One query."""
    rows = Absence.objects.on(clock.today()).select_related("user", "replacement").order_by("pk")
    return {row.user_id: row for row in rows}


def reached_instead_of(user: User, absences: dict[int, Absence] | None = None) -> User:
    """Whom to write to in the place of this person today: themselves, unless away; a ring of absences ends where it
    began. `absences`: those of `away`, where the caller has read them."""
    known, seen = away() if absences is None else absences, set()
    reached = user
    while reached.pk in known and reached.pk not in seen and known[reached.pk].replacement.is_coordinator:
        seen.add(reached.pk)
        reached = known[reached.pk].replacement
    return user if reached.pk in seen else reached


def standing_in(user: User) -> list[Absence]:
    """The absences in which this person is the replacement today."""
    return list(Absence.objects.on(clock.today()).filter(replacement=user).select_related("user"))


def stood_in_for_by(user: User) -> list[int]:
    """Primary keys of those for whom this person stands in today, directly or by another's absence."""
    absences = away()
    found, waiting = set(), [user.pk]
    while waiting:
        by = waiting.pop()
        for absent, absence in absences.items():
            if absence.replacement_id == by and absent not in found and absent != user.pk:
                found.add(absent)
                waiting.append(absent)
    return sorted(found)

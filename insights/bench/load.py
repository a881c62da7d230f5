"""What each coordinator carries now, absences included."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from accounts.absences import of_today, reached_instead_of
from accounts.models import Absence, User
from foundation import clock
from intake.models import Irritant, Turn, asleep_on
from journal.models import Event


@dataclass(frozen=True)
class Load:
    """`who`: None for what nobody follows. `ours`: where it is our turn, `late`: past their date, whoever's turn; both
    without what sleeps. `for_others`: open cases of those for whom this person stands in today."""

    who: User | None
    open: int = 0
    ours: int = 0
    late: int = 0
    taken: int = 0
    for_others: int = 0
    absence: Absence | None = None


def loads(user) -> list[Load]:
    """One for each coordinator, whoever still follows a case, and nobody; in five queries at most."""
    counted = _counted(user)
    taken = _taken_this_week(user)
    people = {one.pk: one for one in User.objects.coordinators()}
    people |= User.objects.in_bulk([pk for pk in (counted.keys() | taken.keys()) - people.keys() if pk])
    absences = of_today()
    away = {row.user_id: row for row in absences}
    rows = {
        pk: Load(one, **counted.get(pk, {}), taken=taken.get(pk, 0), absence=away.get(pk))
        for pk, one in people.items()
    }
    for pk in rows.keys() & away.keys():
        by = reached_instead_of(rows[pk].who, absences).pk
        if by != pk and by in rows:
            rows[by] = replace(rows[by], for_others=rows[by].for_others + rows[pk].open)
    nobody = [Load(None, **counted[None])] if None in counted else []
    return [*nobody, *sorted(rows.values(), key=lambda row: (-row.open, str(row.who)))]


def _counted(user) -> dict[int | None, dict[str, int]]:
    awake = ~asleep_on(clock.today())
    rows = Irritant.objects.visible_to(user).open().order_by().values("coordinator")
    rows = rows.annotate(
        open=Count("pk"),
        ours=Count("pk", filter=Q(turn=Turn.COORDINATOR) & awake),
        late=Count("pk", filter=Q(due_at__lt=clock.now()) & awake),
    )
    return {row.pop("coordinator"): row for row in rows}


def _taken_this_week(user) -> dict[int, int]:
    """Since Monday."""
    monday = clock.today() - timedelta(days=clock.today().weekday())
    since = timezone.make_aware(datetime.combine(monday, time()))
    rows = Event.objects.filter(name="irritant.take", at__gte=since)
    rows = rows.filter(case__in=Irritant.objects.visible_to(user).values("public_id"))
    counts = rows.order_by().values_list("actor").annotate(Count("pk"))
    return {int(actor.removeprefix("user:")): count for actor, count in counts if actor.startswith("user:")}

"""Who has a case open, and who writes its qualification. Both are told by the page and forgotten when it falls silent.

Advice only, so that two people see each other in time: what protects the words is the version (triage.qualifying).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
from foundation import clock
from intake.models import Irritant
from triage.models import Pen, Presence

BEAT = timedelta(seconds=20)  # how often an open page says so (static/js/together.js reads it from the page)
LASTS = timedelta(seconds=60)  # three beats: one that is lost on the way shows nobody as gone
FORGOTTEN = timedelta(hours=1)


@dataclass(frozen=True)
class Around:
    """As one person sees a case: the others who have it open, and the pen, None when nobody holds it."""

    others: tuple[User, ...]
    writer: User | None = None
    since: datetime | None = None
    number: int = 0
    mine: bool = False

    @property
    def theirs(self) -> bool:
        return self.writer is not None and not self.mine


def around(irritant: Irritant, user: User) -> Around:
    """Reads only, one query: whoever holds a living pen is there."""
    limit = clock.now() - LASTS
    there = Presence.objects.filter(irritant=irritant, seen_at__gt=limit).order_by("pk")
    rows = list(there.select_related("user", "irritant__pen__owner"))
    others = tuple(row.user for row in rows if row.user_id != user.pk)
    pen = getattr(rows[0].irritant, "pen", None) if rows else None
    if pen is None or pen.touched_at <= limit:
        return Around(others)
    return Around(others, pen.owner, pen.since, pen.number, pen.owner_id == user.pk)


def open_by(user: User) -> Subquery:
    """For a list of irritants: the name of somebody else who has each open now, None for most; no query of its own."""
    there = Presence.objects.filter(irritant=OuterRef("pk"), seen_at__gt=clock.now() - LASTS).exclude(
        user=user
    )
    name = Coalesce(NullIf("user__full_name", Value("")), "user__email", output_field=CharField())
    return Subquery(there.order_by("pk").values(name=name)[:1])


def arrive(irritant: Irritant, user: User) -> None:
    """This person has the case open now."""
    now = clock.now()
    if Presence.objects.filter(irritant=irritant, user=user).update(seen_at=now):
        return
    Presence.objects.filter(seen_at__lt=now - FORGOTTEN).delete()
    Presence.objects.bulk_create([Presence(irritant=irritant, user=user, seen_at=now)], ignore_conflicts=True)


def write(irritant: Irritant, user: User, *, over: int | None = None) -> bool:
    """Take the pen, or keep it; whether it is now this person's, who is there in any case.

    Free when nobody has it or its owner fell silent. `over`: take it from a living owner, by the number that was
    shown: a third person who was quicker keeps it. Every step is one conditional statement, so of two at once one wins.
    """
    arrive(irritant, user)
    now = clock.now()
    pen = Pen.objects.filter(irritant=irritant)
    if pen.filter(owner=user).update(touched_at=now):
        return True
    free = Q(touched_at__lte=now - LASTS)
    if over is not None:
        free |= Q(number=over)
    hands = {"owner": user, "since": now, "touched_at": now, "number": F("number") + 1}
    if pen.filter(free).update(**hands):
        return True
    Pen.objects.bulk_create(
        [Pen(irritant=irritant, owner=user, since=now, touched_at=now)], ignore_conflicts=True
    )
    return pen.filter(owner=user).exists()


def put_down(irritant: Irritant, user: User) -> None:
    """What was being written is saved: the pen is free for the next."""
    Pen.objects.filter(irritant=irritant, owner=user).update(touched_at=clock.now() - LASTS)


def written_by_another(irritant: Irritant, user: User) -> bool:
    """Whether somebody else holds the pen now: an automatic save waits then, a save that a person asks for does not."""
    return around(irritant, user).theirs

"""What happened to an offer, newest first: its moves, and for each change of its words what it changed."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from accounts.models import User
from journal.actors import PARTNER
from journal.models import Event
from journal.timeline import titled
from partners.models import Membership
from programs.editing import snapshots
from programs.editing.doers import doers
from programs.editing.editor import EDITED
from programs.editing.snapshots import Difference
from programs.models import Offer

SHOWN = 100  # changes; older ones stay in the database


@dataclass(frozen=True)
class Line:
    """`role`: of the organisation's member now, "" for others and for those who left."""

    at: datetime
    what: str
    who: str
    role: str
    changes: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """A row of the history against the one before; `by`: who is noted there, None for nobody."""

    at: datetime
    by: User | None
    changes: list[Difference]


def of(offer: Offer, audience: str) -> list[Line]:
    """In a fixed number of queries, and one for each change of a vocabulary."""
    events = list(Event.objects.filter(case=offer.public_id).order_by("-seq")[:SHOWN])
    names, roles = doers(events), _roles(offer)
    rows = _changed_rows(offer)
    told = []
    for event, sentence in titled(events, audience):
        row = rows.pop(str(event.payload["version"]), None) if event.name == EDITED else None
        role = roles.get(event.actor, "") if event.actor_role == PARTNER else ""
        told.append(Line(event.at, sentence, names[event.actor], role, row.changes if row else []))
    told += [_brought(row, roles) for row in rows.values() if row.changes]
    return sorted(told, key=lambda line: line.at, reverse=True)


def _brought(row: Change, roles: dict[str, str]) -> Line:
    """A change that came as data: a file, the API, the loading of a catalogue."""
    role = roles.get(f"user:{row.by.pk}", "") if row.by else ""
    return Line(row.at, _("Offre modifiée"), row.by.get_full_name() if role else "", role, row.changes)


def _roles(offer: Offer) -> dict[str, str]:
    rows = Membership.objects.filter(organisation_id=offer.organisation_id)
    return {f"user:{row.user_id}": row.get_role_display() for row in rows}


def _changed_rows(offer: Offer) -> dict[str, Change]:
    """By the version that the row made, or its key where none is known."""
    rows = list(
        offer.history.select_related("history_user").order_by("-history_date", "-history_id")[: SHOWN + 1]
    )
    return {
        row.history_change_reason or f"row:{row.pk}": Change(
            row.history_date,
            row.history_user,
            snapshots.differences(offer, snapshots.of_row(before), snapshots.of_row(row)),
        )
        for row, before in pairwise(rows)
    }

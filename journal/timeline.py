"""The history of a case told to each party in its own words: sentences live in code, events hold only ids and codes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from foundation.registry import Registry
from journal.models import Event

COMPANY, PARTNER, COORDINATOR = "company", "partner", "coordinator"

# event name → {audience: lazy sentence with %(name)s placeholders}; an audience without sentence does not see it.
SENTENCES: Registry[dict[str, str | Promise]] = Registry("timeline sentence")
# payload key → function(value) giving what the reader sees, e.g. an organisation's name.
READERS: Registry[Callable[[str], str]] = Registry("payload reader")


@dataclass(frozen=True)
class Entry:
    at: datetime
    title: str
    actor_role: str
    name: str


def tell(case: UUID, audience: str, *, subjects: Iterable[UUID] | None = None) -> list[Entry]:
    """Entries for one audience, oldest first; `subjects` limits them to events about these objects (partners)."""
    events = Event.objects.filter(case=case).order_by("seq")
    if subjects is not None:
        events = events.filter(subject_id__in=list(subjects))
    entries = []
    for event in events:
        sentence = SENTENCES[event.name].get(audience) if event.name in SENTENCES else None
        if sentence:
            values = {
                key: READERS[key](value) if key in READERS else value for key, value in event.payload.items()
            }
            entries.append(Entry(event.at, str(sentence) % values, event.actor_role, event.name))
    return entries

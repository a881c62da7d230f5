"""The history of a case told to each party in its own words: sentences live in code, events hold only ids and codes."""

from collections import defaultdict
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
# payload key → function(values) giving what the reader sees for each, e.g. the names of organisations, read at once.
READERS: Registry[Callable[[set[str]], dict[str, str]]] = Registry("payload reader")


@dataclass(frozen=True)
class Entry:
    at: datetime
    title: str
    actor_role: str
    name: str
    actor: str  # "user:7", "link:…": of journal.actors.Actor.code


def tell(case: UUID, audience: str, *, subjects: Iterable[UUID] | None = None) -> list[Entry]:
    """Entries for one audience, oldest first; `subjects` limits them to events about these objects (partners)."""
    events = Event.objects.filter(case=case).order_by("seq")
    if subjects is not None:
        events = events.filter(subject_id__in=list(subjects))
    return [
        Entry(event.at, title, event.actor_role, event.name, event.actor)
        for event, title in titled(events, audience)
    ]


def titled(events: Iterable[Event], audience: str) -> list[tuple[Event, str]]:
    """The events that this audience sees, each with its sentence; what they name is read once for all."""
    told = [
        (event, sentence) for event in events if (sentence := SENTENCES.get(event.name, {}).get(audience))
    ]
    met: dict[str, set[str]] = defaultdict(set)
    for event, _sentence in told:
        for key in event.payload.keys() & READERS.keys():
            met[key].add(event.payload[key])
    words = {key: READERS[key](values) for key, values in met.items()}
    return [(event, str(sentence) % _read(event.payload, words)) for event, sentence in told]


def _read(payload: dict, words: dict[str, dict[str, str]]) -> dict:
    return {key: words[key].get(value, "—") if key in words else value for key, value in payload.items()}

"""What was decided before, handed to the engine: where decisions come from is registered by an app to the right.

With programs/engine.py the adapter to matching. Each process keeps one memory and brings it up to date when the
source's sequence has moved; once a day it is made anew, so that what became too old or was erased leaves it too.
"""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from django.conf import settings

from foundation import clock
from matching.concepts.recognising import Recogniser
from matching.memory.bags import Background
from matching.memory.decisions import Decision, MemorySettings, Places
from matching.memory.remembering import Memory

__all__ = ["Change", "Decision", "Memory", "Source", "current", "everything", "forget", "register_source"]


@dataclass(frozen=True)
class Change:
    """What changed since a sequence: decisions new or different, keys that must not be remembered any more."""

    decisions: Sequence[Decision] = ()
    removed: frozenset[str] = field(default_factory=frozenset)


class Source(Protocol):
    """Where decisions come from."""

    def sequence(self) -> int:
        """A number that grows with every change; cheap."""

    def decisions(self) -> Iterable[Decision]:
        """All that may be remembered today."""

    def changes(self, since: int) -> Change:
        """What the sequence counted after `since`."""


_source: Source | None = None


def register_source(source: Source) -> None:
    """Called once, in AppConfig.ready() of the app that knows decisions."""
    global _source
    if _source is not None and type(_source) is not type(source):
        raise ValueError("decisions already have a source")
    _source = source


def current(
    recogniser: Recogniser, offers: Sequence[str] | Places, background: Background | None = None
) -> Memory | None:
    """The memory of today over these offers; None when it is switched off or there is nothing to remember.

    `offers`: the catalogue, a list of ids in the order of its arrays or a view; the same object as long as the
    catalogue is the same.
    """
    if not settings.MATCHING_MEMORY or _source is None:
        return None
    return _kept.current(_source, recogniser, offers, background)


def everything(
    recogniser: Recogniser,
    offers: Sequence[str] | Places,
    *,
    background: Background | None = None,
    settings: MemorySettings | None = None,
) -> Memory | None:
    """A memory of its own over all decisions, whatever MATCHING_MEMORY says: to compare configurations."""
    if _source is None:
        return None
    made = Memory(_source.decisions(), recogniser, offers, background=background, settings=settings)
    return made if len(made) else None


def forget() -> None:
    """Drop what this process remembers (tests, a changed source)."""
    _kept.clear()


class _Kept:
    """The memory of one process, as of one sequence, day and thesaurus."""

    def __init__(self):
        self._lock = threading.Lock()
        self.clear()

    def clear(self):
        self._memory: Memory | None = None
        self._sequence = -1
        self._built_for: tuple[date, str] | None = None
        self._offers: Sequence[str] | Places | None = None

    def current(self, source, recogniser, offers, background) -> Memory | None:
        # Read before the rows: a decision in between is then seen twice rather than never.
        sequence = source.sequence()
        built_for = (clock.today(), recogniser.thesaurus.version)
        with self._lock:
            if self._memory is None or built_for != self._built_for or self._memory.stale:
                self._memory = Memory(source.decisions(), recogniser, offers, background=background)
                self._built_for, self._sequence, self._offers = built_for, sequence, offers
            if sequence != self._sequence:
                change = source.changes(self._sequence)
                if change.decisions or change.removed:
                    self._memory = self._memory.extended(change.decisions, removed=change.removed)
                self._sequence = sequence
            if offers is not self._offers:
                self._memory, self._offers = self._memory.placed(offers), offers
            return self._memory if len(self._memory) else None


_kept = _Kept()

"""Conflicts of a path, explained: computed when they are needed, never stored.

`stop` makes the document untrue and keeps it from being frozen; `warn` is the coordinator's to weigh.
"""

from proposals.conflicts.facts import STOP, WARN, Conflict, Known, Partner, Situation
from proposals.conflicts.judging import conflicts_in
from proposals.conflicts.situation import of, situation_of

__all__ = ["STOP", "WARN", "Conflict", "Known", "Partner", "Situation", "conflicts_in", "of", "situation_of"]

"""What a coordinator should know before deciding: computed when the screen is opened, each by a function of its own.

A warning says what was seen, why it matters and what to do; it never blocks (that is for triage.holding). A new one is
a function `Case -> Warning | None` registered under its name, in a module of this folder that is imported below.
"""

from triage.warnings import need, organisation, people, words  # noqa: F401  (they register)
from triage.warnings.base import OWN_TEXTS, WARNINGS, Case, Link, Warning, of

__all__ = ["OWN_TEXTS", "WARNINGS", "Case", "Link", "Warning", "of"]

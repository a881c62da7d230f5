"""The register of text the portal keeps: purpose, basis, retention and what erasure does, field by field.

Source of the rule: GDPR art. 5(1)(e), 13, 17 and 30. A test fails on a text field that is missing here, so that
retention, export and erasure can be derived from the register instead of being remembered.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from foundation.registry import Registry


class OnErase(Enum):
    BLANK = "emptied"
    PSEUDONYM = "replaced by a pseudonym"
    DELETE = "deleted with its row"
    KEEP = "kept: no personal data, or owed by law"


@dataclass(frozen=True)
class Held:
    """Why a text field is kept. `retention_days` counts from the last activity; None = as long as the row's owner.

    `case`: the lookup that leads from a row to the UUID of the case it belongs to, so that erasing a case finds it;
    "" for what belongs to no case, or is found by a function of its own (ERASERS).
    """

    purpose: str
    basis: str
    retention_days: int | None
    on_erase: OnErase
    case: str = ""


REGISTER: Registry[Held] = Registry("personal data entry")

THREE_YEARS = (
    3 * 365
)  # inactivity period recommended by the CNIL for prospects and contacts (référentiel 2022)


@dataclass(frozen=True)
class Subject:
    """Whose data are erased: a case, and the addresses of those who follow it on the company's side.

    `proven`: the one address that the person who asks has shown to be theirs, "" without sign-in: what lies beyond
    the case (account, forms under way) goes only then, else anybody could erase it by typing the address.
    """

    case: UUID
    emails: frozenset[str] = frozenset()
    proven: str = ""


# model → functions(rows, subject) giving the rows that erasure may touch: the rest is needed, or owed by law.
SPARED: dict[str, list[Callable]] = defaultdict(list)
# name → function(subject) that erases what is no field of a row found by its case.
ERASERS: Registry[Callable[[Subject], None]] = Registry("eraser")
# name → function(case) giving a sentence that says what stays and why, or "".
STAYS: Registry[Callable[[UUID], str]] = Registry("what erasure leaves")


def personal(
    model: str,
    fields: str,
    *,
    purpose: str,
    basis: str,
    on_erase: OnErase,
    days: int | None = THREE_YEARS,
    case: str = "",
):
    """Declare several fields ("name email phone") of one model that may hold personal data."""
    for field in fields.split():
        REGISTER.add(f"{model}.{field}", Held(purpose, basis, days, on_erase, case))


def spares(*models: str):
    """Register the decorated function(rows, subject): the rows of these models that erasure may touch."""

    def decorate(function):
        for model in models:
            if function not in SPARED[model]:
                SPARED[model].append(function)
        return function

    return decorate


def impersonal(model: str, fields: str, *, why: str):
    """Declare text fields that cannot hold personal data (codes, hashes, reference data)."""
    for field in fields.split():
        REGISTER.add(f"{model}.{field}", Held(why, "none", None, OnErase.KEEP))

"""The register of text the portal keeps: purpose, basis, retention and what erasure does, field by field.

Source of the rule: GDPR art. 5(1)(e), 13, 17 and 30. A test fails on a text field that is missing here, so that
retention, export and erasure can be derived from the register instead of being remembered.
"""

from dataclasses import dataclass
from enum import Enum

from foundation.registry import Registry


class OnErase(Enum):
    BLANK = "emptied"
    PSEUDONYM = "replaced by a pseudonym"
    DELETE = "deleted with its row"
    KEEP = "kept: no personal data, or owed by law"


@dataclass(frozen=True)
class Held:
    """Why a text field is kept. `retention_days` counts from the last activity; None = as long as the row's owner."""

    purpose: str
    basis: str
    retention_days: int | None
    on_erase: OnErase


REGISTER: Registry[Held] = Registry("personal data entry")

THREE_YEARS = (
    3 * 365
)  # inactivity period recommended by the CNIL for prospects and contacts (référentiel 2022)


def personal(
    model: str, fields: str, *, purpose: str, basis: str, on_erase: OnErase, days: int | None = THREE_YEARS
):
    """Declare several fields ("name email phone") of one model that may hold personal data."""
    for field in fields.split():
        REGISTER.add(f"{model}.{field}", Held(purpose, basis, days, on_erase))


def impersonal(model: str, fields: str, *, why: str):
    """Declare text fields that cannot hold personal data (codes, hashes, reference data)."""
    for field in fields.split():
        REGISTER.add(f"{model}.{field}", Held(why, "none", None, OnErase.KEEP))

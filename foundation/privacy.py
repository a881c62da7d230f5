"""The register of what the portal keeps: purpose, basis, retention and what erasure does, field by field.

Source of the rule: GDPR art. 5(1)(e), 13, 17 and 30. Each app declares its own fields, those of packages included, in
its `held.py`. A test fails on a field that is missing, and on a promise that no rule of the clock keeps: retention
(journal.retention), export, erasure (journal.erasing) and the privacy page are derived from here, not remembered.
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
    """Why a field is kept. `retention_days` counts from the last activity; None: as long as what it belongs to.

    `case`: the lookup that leads from a row to the UUID of the case it belongs to, so that erasing a case finds it;
    "" for what belongs to no case, or is found by a function of its own (ERASERS). `account`: the same, to the key of
    the person whose account it belongs to. `ended_by`: the rule of the clock that ends it after `retention_days`.
    """

    purpose: str
    basis: str
    retention_days: int | None
    on_erase: OnErase
    case: str = ""
    account: str = ""
    ended_by: str = ""

    @property
    def is_personal(self) -> bool:
        return self.basis != "none"


CASES, ACCOUNTS = "retention.cases", "retention.accounts"  # rules of the clock
REGISTER: Registry[Held] = Registry("personal data entry")

THREE_YEARS = (
    3 * 365
)  # inactivity period recommended by the CNIL for prospects and contacts (référentiel 2022)


# Rules that write to the person first → days left to answer before anything goes.
WARNED: Registry[int] = Registry("rule that warns")


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
# name → function() giving a queryset of UUIDs (of cases, or of what hangs on them) that time must not touch yet.
LIVING: Registry[Callable] = Registry("what lives")
# name → function(accounts) giving those of them that somebody still needs.
NEEDED: Registry[Callable] = Registry("who is needed")


def personal(
    model: str,
    fields: str,
    *,
    purpose: str,
    basis: str,
    on_erase: OnErase,
    days: int | None = THREE_YEARS,
    case: str = "",
    account: str = "",
    ended_by: str = "",
):
    """Declare several fields ("name email phone") of one model that may hold personal data. What belongs to a case or
    to an account ends with it, unless `ended_by` names another rule."""
    ended_by = ended_by or (CASES if case else ACCOUNTS if account else "")
    for field in fields.split():
        REGISTER.add(f"{model}.{field}", Held(purpose, basis, days, on_erase, case, account, ended_by))


def held_by(model: str, **wanted: str) -> dict[str, OnErase]:
    """Field → what becomes of it, of the fields of a model ("app.Model") declared with these values
    (`held_by("intake.Draft", ended_by="intake.forget_origins")`)."""
    return {
        name.rpartition(".")[2]: held.on_erase
        for name, held in REGISTER.items()
        if name.rpartition(".")[0] == model
        and all(getattr(held, key) == value for key, value in wanted.items())
    }


def days_of(rule: str) -> int:
    """After how many days a rule of the clock ends what it ends: the one number the register gives. Raises ValueError
    when entries of one rule disagree, or there is none."""
    [days] = {held.retention_days for held in REGISTER.values() if held.ended_by == rule}
    return days


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

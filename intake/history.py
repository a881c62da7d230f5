"""What else an organisation brought: one function, by identifier *and* e-mail, and why each irritant is there.

Whoever shows or counts repeats asks here, so that two answers never differ. Nothing is merged: what only *seems* to be
the same (a name typed by hand twice) is proposed as such, and a person decides.
"""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from foundation.names import organisation_key, own_domain
from intake.models import Company, Irritant

# Why an irritant is of the same organisation; the first that is true is the one told.
SAME_COMPANY, SAME_NUMBER, SAME_PERSON, SAME_NAME = "company", "number", "person", "name"
COUNTED = 50  # of so long a history, the rest is counted by the database
SURE = (SAME_COMPANY, SAME_NUMBER)


@dataclass(frozen=True)
class Related:
    """`why`: SAME_COMPANY (one row: one SIREN), SAME_NUMBER (another register), SAME_PERSON (the contact's address,
    whatever the organisation it gave), SAME_NAME (typed by hand alike, from one e-mail domain of its own)."""

    irritant: Irritant
    why: str

    @property
    def sure(self) -> bool:
        return self.why in SURE


@dataclass(frozen=True)
class History:
    """`related`: newest first, as many as asked for; `total`: how many there are; `hidden`: how many of them the
    reader may not open (they are in `total` and never in `related`)."""

    related: list[Related]
    total: int
    hidden: int = 0


def of(irritant: Irritant, *, limit: int | None = None, reader: User | None = None) -> History:
    """The other irritants of the organisation that brought this one."""
    return of_company(
        irritant.company, irritant.contact.email, apart_from=irritant, limit=limit, reader=reader
    )


def of_company(
    company: Company,
    email: str,
    *,
    apart_from: Irritant | None = None,
    limit: int | None = None,
    reader: User | None = None,
) -> History:
    """The irritants of a company, of its number under another name, and of a person; at most four queries.

    reader: only what this person may open is named, the rest is counted; None: everything.
    """
    namesakes = _namesakes(company, email)
    same = Q(company=company) | Q(contact__email=email.casefold()) | Q(company__in=namesakes)
    if _has_number(company):
        same |= Q(company__foreign_id=company.foreign_id, company__foreign_id_kind=company.foreign_id_kind)
    rows = Irritant.objects.filter(same).select_related("company", "contact").order_by("-created_at", "-pk")
    if apart_from is not None:
        rows = rows.exclude(pk=apart_from.pk)
    if reader is None:
        found = list(rows if limit is None else rows[: limit + 1])
        total = rows.count() if limit is not None and len(found) > limit else len(found)
        return History([Related(row, _why(row, company, email)) for row in found[:limit]], total)
    found = list(rows.openable_by(reader)[:COUNTED])
    shown = [row for row in found if row.may_open]
    total, hidden = len(found), len(found) - len(shown)
    if total == COUNTED:
        total, hidden = rows.count(), rows.openable_by(reader).filter(may_open=False).count()
    return History([Related(row, _why(row, company, email)) for row in shown[:limit]], total, hidden)


def _has_number(company: Company) -> bool:
    """Whether another register's number says who it is; what nobody could check says nothing."""
    return bool(company.foreign_id) and company.foreign_id_kind not in ("", "other")


def _why(row: Irritant, company: Company, email: str) -> str:
    if row.company_id == company.pk:
        return SAME_COMPANY
    if _has_number(company) and row.company.foreign_id == company.foreign_id:
        return SAME_NUMBER
    return SAME_PERSON if row.contact.email == email.casefold() else SAME_NAME


def _namesakes(company: Company, email: str) -> list[int]:
    """Other companies called alike whose people write from the same domain, when one of the two has no SIREN.

    Two different SIRENs are two organisations, however alike their names and addresses.
    """
    key, domain = organisation_key(company.name), own_domain(email)
    if not key or not domain:
        return []
    rows = Company.objects.filter(irritants__contact__email__endswith=f"@{domain}").exclude(pk=company.pk)
    if company.siren:
        rows = rows.filter(siren="")
    return [pk for pk, name in rows.values_list("pk", "name").distinct() if organisation_key(name) == key]

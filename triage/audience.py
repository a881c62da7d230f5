"""Who may read what of a case, as the coordination reads it: every partner concerned, its people, what they see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from intake.models import Confidentiality, Irritant
from partners.models import Membership, Organisation
from triage.disclosure import Reach, Reader, readers_of
from triage.models import NonDisclosure, NonDisclosureState

# What one sees now: codes of the sentences in templates/triage/_audience.html.
READ, LEFT, OFFERED, SUMMARY, ENDED = "read", "left", "offered", "summary", "ended"
BARRED, UNASKED = "barred", "unasked"
_OF_REACH = {
    Reach.EVERYTHING: READ,
    Reach.OFFERED: OFFERED,
    Reach.SUMMARY: SUMMARY,
    Reach.NOTHING: ENDED,
}


@dataclass(frozen=True)
class Audience:
    """One partner: `people` read for it, `sees` since `since` (None: it never saw anything).

    `agreement`: the one in force with the company, else the last that was revoked, else None.
    """

    organisation: Organisation
    people: list[str]
    sees: str
    since: datetime | None
    agreement: NonDisclosure | None


def audience_of(
    irritant: Irritant, *, agreements: Sequence[NonDisclosure], askable: Iterable[Organisation]
) -> list[Audience]:
    """Those that were asked, then those with an agreement, then those that could be asked next (`askable`).

    Four queries at most, however many there are. `agreements`: all of the case, with their organisations.
    """
    readers = {reader.organisation: reader for reader in readers_of(irritant)}
    # in force last, so that it is the one that counts
    agreed = {
        row.organisation: row
        for row in sorted(agreements, key=lambda row: (row.state == NonDisclosureState.IN_FORCE, row.pk))
    }
    concerned = list(dict.fromkeys([*readers, *agreed, *askable]))
    prefetch_related_objects(concerned, Prefetch("memberships", Membership.objects.select_related("user")))
    rows = []
    for organisation in concerned:
        agreement = agreed.get(organisation)
        sees, since = _sees(irritant, readers.get(organisation), agreement)
        rows.append(Audience(organisation, people_of(organisation), sees, since, agreement))
    return rows


def _sees(
    irritant: Irritant, reader: Reader | None, agreement: NonDisclosure | None
) -> tuple[str, datetime | None]:
    if reader is None:
        signed = agreement is not None and agreement.state == NonDisclosureState.IN_FORCE
        walled = irritant.confidentiality == Confidentiality.NDA and not signed
        return (BARRED if walled else UNASKED), None
    if reader.gone:
        return LEFT, reader.opened_at
    sees = _OF_REACH[reader.reach]
    return sees, {READ: reader.opened_at, OFFERED: reader.granted_at}.get(sees, reader.asked_at)


def people_of(organisation: Organisation) -> list[str]:
    """Who reads for it: its active members (its space shows all of them what it was asked), else its contact address.

    Without a query where the memberships and their users were read before.
    """
    active = [row for row in organisation.memberships.all() if row.user.is_active]
    names = sorted(str(row.user) for row in active)
    if all(row.role == row.READER for row in active) and organisation.contact_email:
        names.append(organisation.contact_email)
    return names

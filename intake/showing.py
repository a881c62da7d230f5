"""What pages show of a company's people, as the log of consultations names it (journal.access)."""

from collections.abc import Iterable
from uuid import UUID

from files.models import StoredFile
from intake.models import Contact, Draft, Irritant
from journal.access import CONTACT, FILE, Shown


def contact_of(irritant: Irritant, organisation: UUID | None = None) -> Shown:
    """`organisation`: the partner that reads it."""
    return Shown(CONTACT, contact_key(irritant.contact), irritant.public_id, organisation)


def contact_key(contact: Contact) -> str:
    return f"contact:{contact.public_id}"


def of_contact(contact: Contact) -> Shown:
    """Outside of any case."""
    return Shown(CONTACT, contact_key(contact))


def entries(drafts: Iterable[Draft]) -> list[Shown]:
    """What coordinators wrote down of people who have not confirmed it."""
    return [Shown(CONTACT, f"draft:{draft.public_id}", draft.public_id) for draft in drafts]


def file_of(row: StoredFile, organisation: UUID | None = None) -> Shown:
    return Shown(FILE, f"file:{row.pk}", row.case, organisation)

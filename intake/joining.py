"""Two rows of one company, two addresses of one person: joined by a coordinator who compared them, in one act.

Everything moves in one transaction, each irritant's record says so, and what stood in the other row stays visible
(JoinedCompany, JoinedContact). Two different SIRENs are two organisations and never become one.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from foundation.failpoints import failpoint
from foundation.names import plain_name
from intake.models import Colleague, Company, Contact, Irritant, JoinedCompany, JoinedContact
from journal import links
from journal.actors import COORDINATOR, Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal

COMPANY_FACTS = (
    *("siren", "siret", "foreign_id", "foreign_id_kind", "organisation_type", "naf_rev2", "naf_2025"),
    *("headcount", "legal_form", "size_category", "postcode", "city", "registry_on", "organisation"),
)
CONTACT_FACTS = ("phone", "position")
COMPANY_JOINED, CONTACT_JOINED = "irritant.company_joined", "irritant.contact_joined"


def why_not_companies(one: Company, other: Company) -> str:
    """Why these two are not one, as a sentence; "" when a coordinator may join them."""
    if one.pk == other.pk:
        return _("C’est la même fiche.")
    if one.siren and other.siren and one.siren != other.siren:
        return _("Deux SIREN différents sont deux organisations.")
    if one.country != other.country:
        return _("Deux pays différents sont deux organisations.")
    if (
        one.foreign_id
        and other.foreign_id
        and (one.foreign_id_kind, one.foreign_id) != (other.foreign_id_kind, other.foreign_id)
    ):
        return _("Deux numéros différents sont deux organisations.")
    if one.organisation_id and other.organisation_id and one.organisation_id != other.organisation_id:
        return _("Ces fiches sont reliées à deux partenaires différents.")
    return ""


def why_not_contacts(one: Contact, other: Contact) -> str:
    if one.pk == other.pk:
        return _("C’est la même fiche.")
    numbers = set(
        Company.objects.filter(irritants__contact__in=[one, other])
        .exclude(siren="")
        .values_list("siren", flat=True)
    )
    if len(numbers) > 1:
        return _("Ces adresses ont écrit pour deux SIREN différents.")
    return ""


def other_addresses(irritant: Irritant, reader: User) -> list[Contact]:
    """People of the same company called alike who wrote from another address: proposed, a person decides."""
    same = Contact.objects.visible_to(reader).filter(irritants__company=irritant.company)
    rows = same.exclude(pk=irritant.contact_id).distinct()
    key = plain_name(irritant.contact.name)
    return [row for row in rows if key and plain_name(row.name) == key]


def filled(kept, gone, facts: Iterable[str]) -> dict:
    """What the kept row takes over because it says nothing there itself."""
    return {name: getattr(gone, name) for name in facts if not getattr(kept, name) and getattr(gone, name)}


def join_companies(kept: Company, gone: Company, *, actor: Actor) -> int:
    """Make `gone` part of `kept`; how many irritants moved. Raises Refusal, and then nothing has happened."""
    return _join(kept, gone, actor, why_not_companies, _move_company)


def join_contacts(kept: Contact, gone: Contact, *, actor: Actor) -> int:
    """The same for two addresses of a person. The other address keeps following what it sent."""
    return _join(kept, gone, actor, why_not_contacts, _move_contact)


@transaction.atomic
def _join(kept, gone, actor: Actor, why_not, move) -> int:
    if actor.role != COORDINATOR:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    model = type(kept)
    for case in _cases(kept, gone):
        lock_case(case)
    rows = {
        row.pk: row
        for row in model.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")
    }
    if len(rows) < 2:
        raise Refusal(_("Ces fiches viennent d’être réunies par quelqu’un d’autre."), "gone")
    kept, gone = rows[kept.pk], rows[gone.pk]
    if reason := why_not(kept, gone):
        raise Refusal(reason, "different")
    moved = move(kept, gone, actor)
    failpoint("move.before_commit")
    return moved


def _cases(*rows) -> list[UUID]:
    """In one order for everybody, so that two acts wait for each other instead of blocking each other."""
    name = rows[0]._meta.model_name
    return sorted(Irritant.objects.filter(**{f"{name}__in": rows}).values_list("public_id", flat=True))


def _move_company(kept: Company, gone: Company, actor: Actor) -> int:
    numbers = " · ".join(filter(None, [gone.siren, gone.siret, gone.foreign_id]))
    taken = filled(kept, gone, COMPANY_FACTS)
    moved = list(Irritant.objects.filter(company=gone))
    Irritant.objects.filter(company=gone).update(company=kept)
    JoinedCompany.objects.filter(company=gone).update(company=kept)
    JoinedCompany.objects.create(
        company=kept, public_id=gone.public_id, name=gone.name, numbers=numbers[:80], by=actor.user
    )
    _end(kept, gone, taken, moved, COMPANY_JOINED, actor)
    return len(moved)


def _move_contact(kept: Contact, gone: Contact, actor: Actor) -> int:
    taken = filled(kept, gone, CONTACT_FACTS)
    moved = list(Irritant.objects.filter(contact=gone))
    for irritant in moved:
        _let_follow(irritant, gone)
    Irritant.objects.filter(contact=gone).update(contact=kept)
    # Whoever was let in to these cases under the kept address is their contact now.
    Colleague.objects.filter(irritant__in=moved, email=kept.email.casefold()).delete()
    JoinedContact.objects.filter(contact=gone).update(contact=kept)
    JoinedContact.objects.create(
        contact=kept, public_id=gone.public_id, email=gone.email, name=gone.name, by=actor.user
    )
    _end(kept, gone, taken, moved, CONTACT_JOINED, actor)
    return len(moved)


def _let_follow(irritant: Irritant, gone: Contact) -> None:
    Colleague.objects.get_or_create(
        irritant=irritant,
        email=gone.email.casefold(),
        defaults={"name": gone.name, "language": irritant.language},
    )
    links.give(links.FOLLOW, irritant.public_id, gone.email.casefold())


def _end(kept, gone, taken: dict, moved: list[Irritant], name: str, actor: Actor) -> None:
    was = str(gone.public_id)
    gone.delete()  # first: a number is unique
    type(kept).objects.filter(pk=kept.pk).update(**taken)
    for irritant in moved:
        record(name, case=irritant.public_id, subject=kept, actor=actor, joined=was)


def names_joined(irritant: Irritant) -> list[str]:
    """What was joined with this company and this contact, for the coordinators' screen; one query each."""
    companies = JoinedCompany.objects.filter(company=irritant.company).values_list("name", "numbers")
    contacts = JoinedContact.objects.filter(contact=irritant.contact).values_list("name", "email")
    return [", ".join(filter(None, row)) for row in (*companies, *contacts)]

"""Who follows an irritant on the company's side: its contact, and the colleagues the contact lets in."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.absences import reached_instead_of
from accounts.models import Role, User
from foundation.failpoints import failpoint
from intake.models import Colleague, Irritant
from journal import links
from journal.actors import Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from journal.models import AccessLink, Event

MOST = 5
MOST_EVER = 10  # a page without account must not become a way of writing to strangers
ADDED, REMOVED = "irritant.colleague_added", "irritant.colleague_removed"


@dataclass(frozen=True)
class Person:
    """Somebody who receives the company's mails about an irritant."""

    email: str
    name: str
    language: str


def contact_of(irritant: Irritant) -> Person:
    """Written to in the language in which this irritant was sent, whatever it spoke another time."""
    return _person(irritant.contact, irritant.language)


def people_of(irritant: Irritant) -> list[Person]:
    """The contact, then its colleagues; an address stands once."""
    found: dict[str, Person] = {}
    for person in [contact_of(irritant), *(_person(row, row.language) for row in irritant.colleagues.all())]:
        found.setdefault(person.email, person)
    return list(found.values())


def in_charge(irritant: Irritant) -> list[User]:
    """Whoever follows the case, or stands in for them; when nobody does, every coordinator who sees it, or else the
    administrators."""
    if irritant.coordinator and irritant.coordinator.is_coordinator:
        return [reached_instead_of(irritant.coordinator)]
    staff = User.objects.filter(is_active=True)
    seeing = [one for one in staff.filter(role=Role.COORDINATOR) if is_seen_by(irritant, one)]
    return seeing or list(staff.filter(role=Role.ADMINISTRATOR))


def is_seen_by(irritant: Irritant, user: User) -> bool:
    """Without a query for somebody who is limited to nothing."""
    return not user.is_limited or Irritant.objects.visible_to(user).filter(pk=irritant.pk).exists()


def _person(row, language: str) -> Person:
    return Person(row.email.casefold(), row.name, language)


def person_of(irritant: Irritant, email: str) -> Person | None:
    """The one of them with this address; None for somebody who does not, or no longer, follow the irritant."""
    return next((person for person in people_of(irritant) if person.email == email.casefold()), None)


def language_of(irritant: Irritant, email: str) -> str:
    """The language of this person's mails about the irritant."""
    if email.casefold() == irritant.contact.email.casefold():
        return irritant.language
    person = person_of(irritant, email)
    return person.language if person else irritant.language


def is_contact(irritant: Irritant, actor: Actor) -> bool:
    """Whether the holder of the link is the first contact: who adds, removes and erases."""
    return actor.link is not None and actor.link.email.casefold() == irritant.contact.email.casefold()


def _only_the_contact(irritant: Irritant, actor: Actor) -> None:
    if not is_contact(irritant, actor):
        raise Refusal(_("Seule la personne qui a envoyé la demande peut le faire."), "role")


@transaction.atomic
def add_colleague(
    irritant: Irritant, *, email: str, name: str, actor: Actor
) -> tuple[Colleague | None, bool]:
    """Let somebody follow the irritant; (row, whether it is new). Owes their mail. Raises Refusal.

    (None, False): the address is the contact's own. Nothing here depends on what the portal knows of an address.
    """
    _only_the_contact(irritant, actor)
    lock_case(irritant.public_id)
    email = email.casefold()
    if email == irritant.contact.email.casefold():
        return None, False
    existing = irritant.colleagues.filter(email=email).first()
    if existing:
        return existing, False
    if irritant.colleagues.count() >= MOST:
        raise Refusal(
            _("%(n)s collègues au plus. Retirez quelqu’un avant d’ajouter une autre personne.") % {"n": MOST},
            "many",
        )
    if Event.objects.filter(case=irritant.public_id, name=ADDED).count() >= MOST_EVER:
        raise Refusal(_("Trop d’ajouts sur cette demande. Écrivez-nous : nous le ferons pour vous."), "often")
    row = Colleague.objects.create(irritant=irritant, email=email, name=name, language=irritant.language)
    link = links.give(links.FOLLOW, irritant.public_id, email)
    if link.revoked_at:
        links.reissue(link)
    record(
        ADDED,
        case=irritant.public_id,
        subject=irritant,
        actor=actor,
        colleague=str(row.public_id),
    )
    failpoint("colleague.before_commit")
    return row, True


@transaction.atomic
def remove_colleague(colleague: Colleague, *, actor: Actor) -> None:
    """Somebody no longer follows the irritant: their link is void at once, mails still owed lose their sense."""
    irritant = colleague.irritant
    _only_the_contact(irritant, actor)
    lock_case(irritant.public_id)
    if not Colleague.objects.filter(pk=colleague.pk).delete()[0]:
        return
    for link in AccessLink.objects.filter(
        purpose=links.FOLLOW, subject_id=irritant.public_id, email=colleague.email, revoked_at=None
    ):
        links.revoke(link)
    record(
        REMOVED,
        case=irritant.public_id,
        subject=irritant,
        actor=actor,
        colleague=str(colleague.public_id),
    )

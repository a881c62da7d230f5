"""« Effacer mes données »: one case, at the word of the person who sent it (docs/decisions/0018-follow-up.md)."""

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from files import store
from files.models import StoredFile
from foundation import clock
from foundation.failpoints import failpoint
from foundation.privacy import ERASERS, Subject, spares
from intake.lifecycle import IRRITANT
from intake.mails import COMPANY
from intake.models import Colleague, Company, Contact, Draft, Irritant, Stage
from intake.people import Person, is_contact, people_of
from intake.reactions import owe_person_mail
from intake.wording import day
from journal.actors import CLOCK_ACTOR, Actor
from journal.erasing import NOBODY, erase_account, erase_held, remember, what_stays
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from journal.texts import TEMPLATES, Template, Value
from partners.models import Membership

TEMPLATE = "company_erased"


def _kept() -> str:
    return gettext(
        "La proposition sur laquelle une collaboration repose reste, avec ses documents, cinq ans après l’accord : "
        "les partenaires s’appuient sur elle (Code civil, article 2224)."
    )


def _confirmation(message) -> dict:
    return {
        "reference": message.payload["reference"],
        "erased": day(message.created_at),
        "kept": _kept() if message.payload["kept"] else "",
        "action_url": settings.SITE_URL,
    }


TEMPLATES.add(
    TEMPLATE,
    Template(
        _("Confirmation d’effacement"),
        _confirmation,
        {
            "reference": COMPANY["reference"],
            "erased": Value(_("le jour de l’effacement, en toutes lettres"), lambda: day(clock.now())),
            "kept": Value(_("ce qui reste quand une collaboration a commencé"), _kept),
        },
        when=_("quand la personne qui a envoyé la demande efface ses données"),
        forgets=True,
    ),
)


def erase(irritant: Irritant, *, actor: Actor, proven: bool = False) -> bool:
    """Erase what the portal holds of a case; False when that was already done. Raises Refusal.

    An open case is withdrawn first: whoever was asked is told politely that it is over. The last mail, which says
    that it is done, is owed before the addresses go, and forgets its own when it has left.
    `proven`: the actor is signed in with the contact's address, so that its account and open forms may go too.
    """
    done = _erase(irritant, actor, proven)
    failpoint("erase.after_commit")
    return done


@transaction.atomic
def _erase(irritant: Irritant, actor: Actor, proven: bool) -> bool:
    lock_case(irritant.public_id)
    irritant = Irritant.objects.select_related("contact", "company").get(pk=irritant.pk)
    if irritant.erased_at:
        return False
    if not is_contact(irritant, actor):
        raise Refusal(gettext("Seule la personne qui a envoyé la demande peut le faire."), "role")
    if irritant.stage != Stage.CLOSED:
        IRRITANT.perform(irritant, "withdraw", actor=actor)
    people = people_of(irritant)
    kept = bool(what_stays(irritant.public_id))
    Irritant.objects.filter(pk=irritant.pk).update(erased_at=clock.now(), unread_since=None)
    own = irritant.contact.email.casefold() if proven else ""
    erase_held(Subject(irritant.public_id, frozenset(person.email for person in people), own))
    remember(irritant.public_id)
    event = record("irritant.erased", case=irritant.public_id, subject=irritant, actor=actor, kept=kept)
    _say_goodbye(irritant, people, event, kept)
    failpoint("erase.before_commit")
    return True


def outlive(irritant: Irritant) -> bool:
    """Erase a case at the end of its years, in the transaction of the clock that holds it; nobody is left to tell."""
    people = people_of(irritant)
    kept = bool(what_stays(irritant.public_id))
    Irritant.objects.filter(pk=irritant.pk).update(erased_at=clock.now(), unread_since=None)
    erase_held(Subject(irritant.public_id, frozenset(person.email for person in people)))
    remember(irritant.public_id)
    record("irritant.outlived", case=irritant.public_id, subject=irritant, actor=CLOCK_ACTOR, kept=kept)
    return True


def _say_goodbye(irritant: Irritant, people: list[Person], event, kept: bool) -> None:
    for person in people:
        owe_person_mail(
            TEMPLATE, irritant, person, cause=f"event:{event.pk}", reference=irritant.reference, kept=kept
        )


def _needed_elsewhere(model, case):
    """Whether a row of Contact or Company serves another irritant that stands."""
    name = model._meta.model_name
    others = Irritant.objects.filter(**{name: OuterRef("pk")}, erased_at=None).exclude(public_id=case)
    return Exists(others)


@spares("journal.Message")
def mails_to_the_company(rows, subject: Subject):
    """Those to its people, and those to an address that was corrected since."""
    return rows.filter(Q(recipient__in=subject.emails) | Q(template__startswith="company_"))


@spares("intake.Contact")
def contacts_of_nothing_else(rows, subject: Subject):
    followed = Colleague.objects.filter(email=OuterRef("email")).exclude(irritant__public_id=subject.case)
    return rows.exclude(_needed_elsewhere(Contact, subject.case)).exclude(Exists(followed))


@spares("intake.Company")
def companies_of_nothing_else(rows, subject: Subject):
    """A company that is also a partner is public knowledge of the catalogue."""
    return rows.filter(organisation=None).exclude(_needed_elsewhere(Company, subject.case))


@spares("intake.JoinedCompany")
def joined_of_nothing_else(rows, subject: Subject):
    kept = companies_of_nothing_else(Company.objects.filter(irritants__public_id=subject.case), subject)
    return rows.filter(company__in=kept)


@spares("intake.JoinedContact")
def joined_contacts_of_nothing_else(rows, subject: Subject):
    kept = contacts_of_nothing_else(Contact.objects.filter(irritants__public_id=subject.case), subject)
    return rows.filter(contact__in=kept)


@ERASERS.register("intake.people")
def forget_people(subject: Subject) -> None:
    """Forms under way and the account of somebody whom nothing else needs; what the admin's own log says of them."""
    contacts = Contact.objects.filter(irritants__public_id=subject.case)
    companies = Company.objects.filter(irritants__public_id=subject.case)
    for model, rows in ((Contact, contacts), (Company, companies)):
        LogEntry.objects.filter(
            content_type__app_label="intake",
            content_type__model=model._meta.model_name,
            object_id__in=[str(pk) for pk in rows.values_list("pk", flat=True)],
        ).update(object_repr=NOBODY)
    others = Irritant.objects.filter(erased_at=None).exclude(public_id=subject.case)
    if subject.proven and not others.of_email(subject.proven).exists():
        _forget_forms(subject.proven)
        _forget_account(subject.proven)


def _forget_forms(email: str) -> None:
    for draft in Draft.objects.open().of_email(email):
        for row in StoredFile.objects.filter(case=draft.public_id):
            store.remove(row)
        draft.delete()


def _forget_account(email: str) -> None:
    """The account of somebody without role nor partner; one who has either stays a person of the portal."""
    user = User.objects.filter(email=email, role=Role.NONE).first()
    if user is None or Membership.objects.filter(user=user).exists():
        return
    erase_account(user)

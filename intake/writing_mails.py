"""The mails of the conversation: a word to everybody who follows the case, a sign to whoever handles it."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from intake.conversation import FROM_COMPANY, FROM_COORDINATION
from intake.models import Colleague, Irritant, Post
from intake.people import ADDED, Person
from intake.reactions import company_context, owe_company_mail, owe_person_mail
from journal import messages
from journal.events import reacts_to
from journal.messages import Template


def _word(message) -> dict | None:
    """The very word that this mail is about, whatever was written since."""
    context = company_context(message)
    post = Post.objects.filter(public_id=message.payload["post"]).first()
    return context and post and {**context, "last_word": post}


def _unread(message) -> dict | None:
    """For a coordinator: that something waits, never what it says. None when it was read in the meantime."""
    irritant = Irritant.objects.unread().filter(public_id=message.subject_id, erased_at=None).first()
    return irritant and {
        "reference": irritant.reference,
        "irritant": irritant,
        "action_url": settings.SITE_URL
        + reverse("admin:workbench_irritant", args=[irritant.public_id])
        + "#echanges",
    }


messages.TEMPLATES.add("company_message", Template(_("Message à l’entreprise"), _word))
messages.TEMPLATES.add("coordinator_message", Template(_("Message d’une entreprise"), _unread))
messages.TEMPLATES.add(
    "company_colleague", Template(_("Collègue invité à suivre la demande"), company_context)
)


@reacts_to(FROM_COORDINATION)
def tell_the_company(event, irritant):
    owe_company_mail("company_message", irritant, cause=f"event:{event.pk}", post=event.payload["post"])


@reacts_to(FROM_COMPANY)
def tell_the_coordination(event, irritant):
    """Once per unread batch: the cause is when it began."""
    for person in _in_charge(irritant):
        messages.owe(
            "coordinator_message",
            to=person.email,
            language=person.language,
            cause=f"unread:{irritant.public_id}:{irritant.unread_since.isoformat()}",
            case=irritant.public_id,
            subject_id=irritant.public_id,
        )


def _in_charge(irritant: Irritant) -> list[User]:
    """Whoever follows the case; everybody of the coordination when nobody does."""
    if irritant.coordinator and irritant.coordinator.is_coordinator:
        return [irritant.coordinator]
    return list(User.objects.filter(is_active=True, role=Role.COORDINATOR))


@reacts_to(ADDED)
def welcome_the_colleague(event, irritant):
    row = Colleague.objects.get(public_id=event.payload["colleague"])
    owe_person_mail(
        "company_colleague", irritant, Person(row.email, row.name, row.language), cause=f"event:{event.pk}"
    )

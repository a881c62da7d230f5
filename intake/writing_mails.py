"""The mails of the conversation: a word to everybody who follows the case, a sign to whoever handles it."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files.models import StoredFile
from intake.conversation import FROM_COMPANY, FROM_COORDINATION
from intake.mails import COMPANY, WORDS, company_context
from intake.models import Colleague, Irritant, Post
from intake.people import ADDED, Person, in_charge
from intake.reactions import owe_company_mail, owe_person_mail
from intake.wording import introduced
from journal import messages
from journal.events import reacts_to
from journal.letters import Quote
from journal.texts import TEMPLATES, Template, Value


def _word(message) -> dict | None:
    """The very word that this mail is about, whatever was written since."""
    context = company_context(message)
    post = Post.objects.select_related("author").filter(public_id=message.payload.get("post")).first()
    if context is None or post is None:
        return None
    if post.author and post.author.full_name:
        context["coordinator"] = introduced(post.author.full_name)
    files = StoredFile.objects.filter(subject=post.public_id).exists()
    return {**context, "words": Quote(post.text), "documents": _documents() if files else ""}


def _documents() -> str:
    return _("Des documents vous attendent sur votre page de suivi.")


def _unread(message) -> dict | None:
    """For a coordinator: that something waits, never what it says. None when it was read in the meantime."""
    irritant = Irritant.objects.unread().filter(public_id=message.subject_id, erased_at=None).first()
    return irritant and {
        "reference": irritant.reference,
        "action_url": settings.SITE_URL
        + reverse("admin:workbench_irritant", args=[irritant.public_id])
        + "#echanges",
    }


def _welcome(message) -> dict | None:
    context = company_context(message)
    if context is None:
        return None
    return {
        **context,
        "why": _("Vous recevez ce courriel parce que quelqu’un vous a invité à suivre cette demande."),
    }


TEMPLATES.add(
    "company_message",
    Template(
        gettext_lazy("Message à l’entreprise"),
        _word,
        {
            **COMPANY,
            **WORDS,
            "documents": Value(
                gettext_lazy("une phrase, quand des documents sont joints au message"), lambda: _documents()
            ),
        },
        required={"body": ("words",)},
        when=gettext_lazy("quand un coordinateur écrit à l’entreprise"),
        base=company_context,
    ),
)
TEMPLATES.add(
    "company_colleague",
    Template(
        gettext_lazy("Collègue invité à suivre la demande"),
        _welcome,
        COMPANY,
        required={"body": ("company",)},
        when=gettext_lazy("quand l’entreprise ajoute un collègue"),
        base=company_context,
    ),
)
TEMPLATES.add(
    "coordinator_message",
    Template(
        gettext_lazy("Message d’une entreprise"),
        _unread,
        {"reference": COMPANY["reference"]},
        when=gettext_lazy("quand une entreprise écrit, une fois par série de messages non lus"),
    ),
)


@reacts_to(FROM_COORDINATION)
def tell_the_company(event, irritant):
    owe_company_mail("company_message", irritant, cause=f"event:{event.pk}", post=event.payload["post"])


@reacts_to(FROM_COMPANY)
def tell_the_coordination(event, irritant):
    """Once per unread batch: the cause is when it began."""
    for person in in_charge(irritant):
        messages.owe(
            "coordinator_message",
            to=person.email,
            language=person.language,
            cause=f"unread:{irritant.public_id}:{irritant.unread_since.isoformat()}",
            case=irritant.public_id,
            subject_id=irritant.public_id,
        )


@reacts_to(ADDED)
def welcome_the_colleague(event, irritant):
    row = Colleague.objects.get(public_id=event.payload["colleague"])
    owe_person_mail(
        "company_colleague", irritant, Person(row.email, row.name, row.language), cause=f"event:{event.pk}"
    )

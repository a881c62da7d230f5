"""What follows from what happens to an irritant: the mails to the company."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from intake.models import Irritant, Outcome, Post, Question
from intake.people import Person, people_of, person_of
from intake.reopening import words_of
from intake.wording import outcome_sentence
from journal import links, messages
from journal.actors import COORDINATOR
from journal.events import reacts_to
from journal.messages import Template


def follow_url(irritant: Irritant, email: str) -> str:
    """Absolute address of the follow-up page, with a link made now for one of those who follow the irritant."""
    link = links.give(links.FOLLOW, irritant.public_id, email)
    return settings.SITE_URL + reverse("intake:follow", args=[link.token])


def company_context(message) -> dict | None:
    """What every mail to a company says: its reference, its words, its link.

    None for somebody who no longer follows the irritant, or when it was erased.
    """
    irritant = (
        Irritant.objects.select_related("contact", "company", "coordinator")
        .filter(public_id=message.subject_id, erased_at=None)
        .first()
    )
    if irritant is None or person_of(irritant, message.recipient) is None:
        return None
    return {
        "irritant": irritant,
        "reference": irritant.reference,
        "action_url": follow_url(irritant, message.recipient),
        "due_on": irritant.due_at,
        "outcome": outcome_sentence(irritant),
        # Closed without a word: an older question must not be repeated as if it were one.
        "last_word": _last_word(irritant, message.created_at) if message.payload.get("said", True) else None,
        "questions": _still_asked(irritant) if message.template == "company_question" else [],
        "payload": message.payload,
    }


def _still_asked(irritant: Irritant) -> list:
    """What the coordination asks, as the company reads it."""
    return [words_of(question) for question in Question.objects.open().filter(post__irritant=irritant)]


def _last_word(irritant: Irritant, moment) -> Post | None:
    """What the coordination last wrote to the company when the mail was owed."""
    said = irritant.posts.filter(author_role=COORDINATOR, internal=False, organisation=None, at__lte=moment)
    return said.order_by("-at", "-pk").first()


def owe_company_mail(template: str, irritant: Irritant, cause: str, **payload) -> None:
    """Owe a mail to everybody who follows the irritant: one each, in their own language."""
    for person in people_of(irritant):
        owe_person_mail(template, irritant, person, cause, **payload)


def owe_person_mail(template: str, irritant: Irritant, person: Person, cause: str, **payload) -> None:
    messages.owe(
        template,
        to=person.email,
        language=person.language,
        cause=cause,
        case=irritant.public_id,
        subject_id=irritant.public_id,
        payload=payload,
    )


_MAILS = {
    "irritant.submitted": "company_received",
    "irritant.take": "company_taken",
    "irritant.ask_info": "company_question",
    "irritant.close": "company_closed",
}
_LABELS = {
    "company_received": _("Accusé de réception"),
    "company_taken": _("Prise en charge"),
    "company_question": _("Question à l’entreprise"),
    "company_closed": _("Clôture"),
}
for _name, _label in _LABELS.items():
    messages.TEMPLATES.add(_name, Template(_label, company_context))

_SILENT = {Outcome.SPAM, Outcome.COLLABORATION}  # a collaboration has its own mail; spam gets none


@reacts_to(*_MAILS)
def tell_the_company(event, irritant):
    if event.payload.get("outcome") in _SILENT:
        return
    owe_company_mail(_MAILS[event.name], irritant, cause=f"event:{event.pk}", **event.payload)

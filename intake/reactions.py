"""What follows from what happens to an irritant: the mails to the company."""

from intake.conversation import FROM_COMPANY
from intake.lifecycle import IRRITANT
from intake.mails import CLOSINGS, company_context, follow_url, promised
from intake.models import Irritant, Outcome, Stage
from intake.people import Person, contact_of, people_of
from journal import messages
from journal.actors import SYSTEM, SYSTEM_ACTOR
from journal.events import reacts_to

__all__ = ["company_context", "follow_url", "owe_company_mail"]


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


@reacts_to("irritant.submitted")
def tell_whoever_sent_it(event, irritant):
    """Nobody can follow it yet but its contact: no colleagues are asked for."""
    cause = f"event:{event.pk}"
    owe_person_mail("company_received", irritant, contact_of(irritant), cause, **promised(irritant))


_MAILS = {
    "irritant.take": "company_taken",
    "irritant.ask_info": "company_question",
    "irritant.withdraw": "company_withdrawn",
}


@reacts_to(*_MAILS)
def tell_the_company(event, irritant):
    if event.payload.get("by_call"):  # the mail that proposes the call says who follows the case
        return
    payload = event.payload | promised(irritant)
    owe_company_mail(_MAILS[event.name], irritant, cause=f"event:{event.pk}", **payload)


@reacts_to("irritant.close")
def tell_how_it_ended(event, irritant):
    """Spam gets no answer, and a collaboration that was agreed in the portal has its own mail."""
    if irritant.outcome in CLOSINGS and not (
        irritant.outcome == Outcome.COLLABORATION and event.actor_role == SYSTEM
    ):
        template, _label, _more = CLOSINGS[irritant.outcome]
        owe_company_mail(template, irritant, cause=f"event:{event.pk}", **event.payload)


@reacts_to(FROM_COMPANY)
def reopen_what_was_closed_for_silence(event, irritant):
    """A word was all that was missing. It waits unread like any other, and its page says that it arrived."""
    if irritant.stage == Stage.CLOSED and irritant.outcome == Outcome.NO_REPLY:
        IRRITANT.perform(irritant, "reopen", actor=SYSTEM_ACTOR)


@reacts_to("irritant.reopen")
def tell_that_it_goes_on(event, irritant):
    """Reopened by a person. When the portal does it, because nobody is left to wait for, triage says why."""
    if event.actor_role != SYSTEM:
        owe_company_mail("company_reopened", irritant, cause=f"event:{event.pk}")

"""Mails: a row first, in the transaction of what it tells; text and links made when a worker sends it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formatdate
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise

from foundation import clock
from foundation.failpoints import failpoint
from foundation.registry import Registry
from foundation.rows import added
from journal import jobs
from journal.models import Job, Message


@dataclass(frozen=True)
class Template:
    """A kind of mail: templates/emails/<name>/{subject.txt,body.txt,body.html} and what fills them.

    `build(message)` returns the context (with fresh links), or None when the mail has lost its object or sense.
    `forgets`: the last mail to somebody who was erased; its address goes when the mail has left, or is given up.
    """

    label: str | Promise
    build: Callable[[Message], dict | None]
    forgets: bool = False


TEMPLATES: Registry[Template] = Registry("mail template")
jobs.PATIENCE["message.send"] = 56  # with the delays of journal.jobs: about 48 hours


def owe(
    template: str,
    *,
    to: str,
    language: str,
    cause: str,
    case: UUID,
    subject_id: UUID,
    payload: dict | None = None,
) -> Message:
    """Owe one mail; the same (cause, recipient, template) a second time is the same mail."""
    TEMPLATES[template]  # an unknown name fails here, not in the worker
    key = {"cause": cause, "recipient": to.casefold(), "template": template}
    message = Message(**key, language=language, case=case, subject_id=subject_id, payload=payload or {})
    if not added(message):
        message = Message.objects.get(**key)
    jobs.submit("message.send", f"message:{message.pk}", {"message": str(message.pk)}, queue="mail")
    return message


def render(message: Message) -> EmailMultiAlternatives | None:
    """The mail as it would leave now, in the recipient's language; None when it no longer has an object."""
    with translation.override(message.language):
        context = TEMPLATES[message.template].build(message)
        if context is None:
            return None
        context = {
            "site_url": settings.SITE_URL,
            "site_name": settings.SITE_NAME,
            "language": message.language,
            **context,
        }
        folder = f"emails/{message.template}"
        subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
        mail = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string(f"{folder}/body.txt", context).strip() + "\n",
            to=[message.recipient],
            headers={
                "Message-ID": message.message_id,
                "Auto-Submitted": "auto-generated",
                "Date": formatdate(clock.now().timestamp(), localtime=True),
            },
        )
        mail.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    return mail


@jobs.HANDLERS.register("message.send")
def send(payload: dict):
    """Send, then mark: never lost; repeated only when the kill falls between the server's yes and our commit."""
    message = Message.objects.filter(pk=payload["message"]).exclude(status=Message.SENT).first()
    if message is None:
        return None
    mail = render(message)
    if mail is not None:
        failpoint("message.before_smtp")
        mail.send()
        failpoint("message.after_smtp")
    return lambda: _over(message, status=Message.SENT, sent_at=clock.now())


def _over(message: Message, **outcome) -> None:
    """Write how a mail ended, and forget the address where nothing else remembers it."""
    if TEMPLATES[message.template].forgets:
        outcome["recipient"] = f"{message.pk.hex}@erased.invalid"
        Job.objects.filter(key=f"message:{message.pk}").update(last_error="")
    Message.objects.filter(pk=message.pk).update(**outcome)


@jobs.GIVE_UP.register("message.send")
def give_up(payload: dict, _error: str) -> None:
    for message in Message.objects.filter(pk=payload["message"]):
        _over(message, status=Message.FAILED)


def overdue(after: timedelta = timedelta(minutes=5)):
    """Mails that should have left by now: shown to coordinators."""
    return Message.objects.filter(status=Message.OWED, created_at__lt=clock.now() - after)

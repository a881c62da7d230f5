"""Mails: a row first, in the transaction of what it tells; text and links made when a worker sends it."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from email.utils import formatdate
from smtplib import SMTPDataError, SMTPRecipientsRefused
from uuid import UUID

from anymail.exceptions import AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from foundation import clock
from foundation.failpoints import failpoint
from foundation.plain import printable
from foundation.rows import added
from journal import delivery, jobs, scrubbing, texts
from journal.letters import Letter
from journal.models import BlockedAddress, Job, Message
from journal.texts import TEMPLATES, Template

__all__ = ["TEMPLATES", "Template", "chased_lately", "overdue", "owe", "render", "send_again"]

jobs.LABELS.add("message.send", gettext_lazy("envoi d’un courriel"))
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
    failpoint("message.owed")
    jobs.submit("message.send", _key(message), {"message": str(message.pk)}, queue="mail")
    return message


def chased_lately(case: UUID, recipients: Iterable[str], *, days: int = 1) -> bool:
    """Whether one of these addresses was owed a reminder about this case in the last `days` days (1: today)."""
    reminders = [key for key, template in TEMPLATES.items() if template.chases]
    lately = Message.objects.filter(case=case, template__in=reminders, created_at__gte=morning(days))
    return lately.filter(recipient__in=[one.casefold() for one in recipients]).exists()


def morning(days: int) -> datetime:
    """When the last `days` days began (Europe/Paris), today being one of them: days, not hours, are counted."""
    return timezone.make_aware(datetime.combine(clock.today() - timedelta(days=days - 1), time()))


def _key(message: Message) -> str:
    return f"message:{message.pk}"


def letter(message: Message) -> Letter | None:
    """The words of the mail as it would leave now, in the recipient's language; None when it lost its object."""
    with translation.override(message.language):
        context = TEMPLATES[message.template].build(message)
        if context is None:
            return None
        blocks = texts.in_force(message.template, message.language)
        return texts.write(message.template, message.language, blocks, context)


def render(message: Message) -> EmailMultiAlternatives | None:
    """The mail with its headers; None when it no longer has an object.

    References and In-Reply-To name the case, which no mail has as its Message-ID: programs that thread by
    these headers show the mails of a case as one conversation (RFC 5322, 3.6.4).
    """
    words = letter(message)
    if words is None:
        return None
    mail = EmailMultiAlternatives(
        subject=printable(words.subject),
        body=printable(words.text),
        to=[message.recipient],
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        headers={
            "Message-ID": message.message_id,
            "In-Reply-To": message.thread_id,
            "References": message.thread_id,
            "Auto-Submitted": "auto-generated",
            "Date": formatdate(clock.now().timestamp(), localtime=True),
        },
    )
    mail.metadata = {"message": str(message.pk)}  # a provider sends it back with what became of the mail
    mail.attach_alternative(printable(words.html), "text/html")
    with translation.override(message.language):
        for part in TEMPLATES[message.template].attachments(message):
            mail.attach(part)
    return mail


@jobs.HANDLERS.register("message.send")
def send(payload: dict):
    """Send, then mark: never lost; repeated only when the kill falls between the server's yes and our commit.

    A refusal for good (5xx) is not tried again; anything else is, by the job.
    """
    message = Message.objects.filter(pk=payload["message"], status=Message.OWED).first()
    if message is None:
        return None
    if BlockedAddress.objects.filter(email=message.recipient).exists():
        return lambda: _over(message, Message.SUPPRESSED)
    mail = render(message)
    if mail is None:
        return lambda: _over(message, Message.OBSOLETE)
    failpoint("message.before_smtp")
    try:
        mail.send()
    except (SMTPRecipientsRefused, SMTPDataError) as error:
        refused = delivery.refusal(error)
        if refused is None:
            raise
        return lambda: _over(message, *refused)
    except AnymailRecipientsRefused:
        return lambda: _over(message, Message.BOUNCED, "refused")
    failpoint("message.after_smtp")
    provider_id = getattr(getattr(mail, "anymail_status", None), "message_id", None) or ""
    return lambda: _over(message, Message.SENT, provider_id=str(provider_id)[:200])


def _over(message: Message, status: str, reason: str = "", **more) -> None:
    """Write how a sending ended, and forget the address where nothing else remembers it."""
    forgets = TEMPLATES[message.template].forgets
    delivery.settle(message.pk, status, reason, blocks=not forgets, **more)
    failpoint("message.settled")
    if forgets:
        Message.objects.filter(pk=message.pk).update(recipient=f"{message.pk.hex}@erased.invalid")
        Job.objects.filter(key=_key(message)).update(last_error="")
        scrubbing.owe()


@jobs.GIVE_UP.register("message.send")
def give_up(payload: dict, _error: str) -> None:
    for message in Message.objects.filter(pk=payload["message"]):
        _over(message, Message.FAILED, "given_up")


@transaction.atomic
def send_again(message: Message) -> bool:
    """Try an undelivered mail once more: the address is right, or the trouble is over.

    With it goes what was kept back because of the address. Returns whether there was something to try: not for
    an address that was corrected meanwhile, which may be a stranger's.
    """
    row = Message.objects.select_for_update().undelivered().filter(pk=message.pk).first()
    if row is None:
        return False
    unblocked, _rows = BlockedAddress.objects.filter(email=row.recipient).delete()
    if row.status != Message.FAILED and not unblocked:
        return False
    kept_back = Message.objects.filter(recipient=row.recipient, status=Message.SUPPRESSED)
    for one in [row, *kept_back.exclude(pk=row.pk).order_by("created_at")]:
        Message.objects.filter(pk=one.pk).update(status=Message.OWED, status_at=clock.now(), reason="")
        jobs.revive(Job.objects.get(key=_key(one)))
    return True


def send_elsewhere(old: str, new: str, *, case: UUID) -> int:
    """Owe to `new` every mail of a case that `old` did not take; its own rows stay as they are. Returns how many."""
    missed = Message.objects.undelivered().filter(recipient=old.casefold(), case=case)
    for row in missed:
        owe(
            row.template,
            to=new,
            language=row.language,
            cause=row.cause,
            case=row.case,
            subject_id=row.subject_id,
            payload=row.payload,
        )
    return len(missed)


def overdue(after: timedelta = timedelta(minutes=5)):
    """Mails that should have left by now: shown to coordinators."""
    return Message.objects.filter(status=Message.OWED, created_at__lt=clock.now() - after)

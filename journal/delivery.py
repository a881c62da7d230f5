"""What became of a mail: one function moves its state, forward only, and blocks an address that refuses."""

import re
from smtplib import SMTPDataError, SMTPRecipientsRefused

from django.db import transaction

from foundation import clock
from journal.models import BlockedAddress, Message

# What each state may follow. A bounce may come after a delivery (a server that accepts first and thinks later), a
# complaint after anything; nothing is delivered after it bounced, and no old news overwrites newer.
_BEFORE = {
    Message.SENT: (Message.OWED,),
    Message.SUPPRESSED: (Message.OWED,),
    Message.OBSOLETE: (Message.OWED,),
    Message.FAILED: (Message.OWED, Message.SENT),
    Message.DELIVERED: (Message.OWED, Message.SENT),
    Message.BOUNCED: (Message.OWED, Message.SENT, Message.DELIVERED),
    Message.COMPLAINED: (Message.OWED, Message.SENT, Message.DELIVERED),
}
_BLOCKS = (Message.BOUNCED, Message.COMPLAINED)
_LEFT = (Message.SENT, Message.DELIVERED)
_ENHANCED = re.compile(rb"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
_ABOUT_THE_ADDRESS = re.compile(r"5\.[12]\.")  # RFC 3463: X.1 addressing, X.2 mailbox


@transaction.atomic
def settle(
    message_id, status: str, reason: str = "", *, provider_id: str = "", at=None, blocks: bool = True
) -> bool:
    """Write what became of a mail, by one conditional update. Returns False when that was known, or is old news.

    `blocks`: whether a refusal may remember the address.
    """
    now = at or clock.now()
    changes = {"status": status, "status_at": now, "reason": reason[:40]}
    if provider_id:
        changes["provider_id"] = provider_id
    rows = Message.objects.filter(pk=message_id)
    if not rows.filter(status__in=_BEFORE[status]).update(**changes):
        return False
    if status in _LEFT:
        rows.filter(sent_at=None).update(sent_at=now)
    if blocks and status in _BLOCKS:
        address = rows.values_list("recipient", flat=True).get()
        BlockedAddress.objects.get_or_create(
            email=address, defaults={"kind": status, "reason": reason[:40], "since": now}
        )
    return True


def refusal(error: SMTPRecipientsRefused | SMTPDataError) -> tuple[str, str] | None:
    """(state, code) of what an SMTP server refused for good (5xx, RFC 5321 4.2.1); None when it may yet take it.

    Refused because of the address, it bounced; refused because of what the mail says or who we are, it failed.
    """
    if isinstance(error, SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
    else:
        code, words = error.smtp_code, error.smtp_error
    if not 500 <= code < 600:
        return None
    words = words if isinstance(words, bytes) else str(words).encode()
    enhanced = found[1].decode() if (found := _ENHANCED.match(words)) else ""
    said = f"{code} {enhanced}".strip()
    if enhanced:
        of_address = bool(_ABOUT_THE_ADDRESS.match(enhanced))
    else:
        of_address = isinstance(error, SMTPRecipientsRefused)
    return (Message.BOUNCED if of_address else Message.FAILED), said

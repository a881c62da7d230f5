"""Every mail the portal sends, kept as a file: the demonstration needs no mail server."""

from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

from foundation import clock

KEPT = 300


def folder() -> Path:
    path = Path(settings.VAR) / "mail"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


class MailboxBackend(BaseEmailBackend):
    def send_messages(self, email_messages):
        for message in email_messages:
            moment = clock.now()
            name = f"{moment:%Y%m%d%H%M%S%f}-{token_hex(4)}"
            partial = folder() / f".{name}"
            partial.write_bytes(message.message().as_bytes())
            partial.rename(folder() / f"{name}.eml")
        for old in sorted(folder().glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)
        return len(email_messages)


@dataclass(frozen=True)
class Mail:
    name: str
    at: datetime
    to: str
    subject: str
    text: str
    html: str


def read(name: str) -> Mail | None:
    """One mail by the name of its file; None when there is none."""
    path = folder() / f"{name}.eml"
    if path.parent.resolve() != folder().resolve() or not path.exists():
        return None
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    html = message.get_body(("html",))
    text = message.get_body(("plain",))
    return Mail(
        name=name,
        at=parsedate_to_datetime(message["Date"]),
        to=message["To"],
        subject=message["Subject"],
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
    )


def newest(to: str = "") -> list[Mail]:
    """Mails, newest first, of one recipient when named."""
    mails = [read(path.stem) for path in sorted(folder().glob("*.eml"), reverse=True)]
    return [mail for mail in mails if mail and (not to or to in mail.to)]

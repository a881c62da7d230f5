"""A real SMTP server on loopback that answers as it is told and keeps what it accepted, bytes and recipients."""

from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from tests.process.conftest import free_port

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class Server:
    """`rcpt`, `data`: the answers to RCPT TO and DATA; None takes the mail."""

    def __init__(self):
        self.rcpt = self.data = None
        self.kept: list[tuple[list[str], bytes]] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.data:
            return self.data
        self.kept.append((list(envelope.rcpt_tos), envelope.content))
        return "250 kept"

    @property
    def mails(self):
        return [message_from_bytes(content, policy=policy.default) for _to, content in self.kept]


@contextmanager
def serving(settings):
    """The portal mails to this server while the context lasts."""
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    try:
        yield server
    finally:
        controller.stop()

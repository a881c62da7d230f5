"""How sign-in talks: mails in the person's language, sent at once and never stored."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User

log = logging.getLogger(__name__)


def _come_back_later() -> HttpResponse:
    """The same for known and unknown addresses: it says nothing about them."""
    return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "120"})


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        user = context.get("user") or User.objects.filter(email=email.casefold()).first()
        with translation.override(user.language if user else translation.get_language()):
            try:
                super().send_mail(template_prefix, email, context)
            except OSError as error:  # SMTP errors included
                log.error("sign-in mail not sent: %s", type(error).__name__)
                raise ImmediateHttpResponse(_come_back_later()) from error

    def clean_email(self, email):
        return super().clean_email(email).casefold()

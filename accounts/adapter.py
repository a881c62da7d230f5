"""How sign-in talks: mails in the person's language, sent at once and never stored."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import get_random_string

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

    def is_reauthentication_required(self, *, app, **kwargs):
        """The library's own pages ask when ours do: accounts.fresh has asked before, better (a code by mail)."""
        from allauth.core import context

        from accounts.fresh import is_fresh

        return not is_fresh(context.request)

    def get_logout_redirect_url(self, request):
        from accounts.proconnect.views import end_session_url

        return end_session_url(request) or super().get_logout_redirect_url(request)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Identities that come from outside: known by `sub`, or joined to an account after a code (decision 0033)."""

    def generate_state_param(self, state):
        return get_random_string(43)  # ProConnect: 32 at least

    def populate_user(self, request, sociallogin, data):
        user = super().populate_user(request, sociallogin, data)
        user.full_name = (data.get("name") or "")[:120]
        return user

    def pre_social_login(self, request, sociallogin):
        from accounts.proconnect.views import ask_for_a_code

        if not sociallogin.is_existing:
            ask_for_a_code(request, sociallogin)

"""How sign-in talks: mails in the person's language, sent at once and never stored."""

from allauth.account.adapter import DefaultAccountAdapter
from django.utils import translation

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        user = context.get("user") or User.objects.filter(email=email.casefold()).first()
        with translation.override(user.language if user else translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def clean_email(self, email):
        return super().clean_email(email).casefold()

"""Sign-in by an e-mailed code for an address that somebody else vouches is wanted here (an invitation, an identity
provider): the person types nothing, and gets an account if the address has none. Reading the mailbox is the proof.
"""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from accounts import throttles
from accounts.models import User


class TooManyCodes(Exception):
    """This address, or this visitor, asked for too many codes in the last minutes."""


@transaction.atomic
def _account_for(email: str) -> User | None:
    """The active account of this address, made when there is none; None when it is deactivated."""
    known = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
    if known:
        return known[0]
    if User.objects.filter(email=email).exists():
        return None
    user = User.objects.create_user(email, language=get_language() or "fr")
    EmailAddress.objects.get_or_create(email=email, user=user, defaults={"verified": False, "primary": True})
    return user


def send_code(request: HttpRequest, email: str, *, then: str) -> HttpResponseRedirect:
    """Send a code to this address and ask for it; `then`: a path of this site, opened once it was typed.

    The answer is the same whoever has the address; to a deactivated account goes the mail of unknown ones.
    Raises TooManyCodes (accounts.throttles).
    """
    email = email.casefold()
    if throttles.too_many(request, "ask", email):
        raise TooManyCodes
    LoginCodeVerificationProcess.initiate(request=request, user=_account_for(email), email=email)
    query = urlencode({"next": then})
    return HttpResponseRedirect(f"{reverse('account_confirm_login_code')}?{query}", status=303)

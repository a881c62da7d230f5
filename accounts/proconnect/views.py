"""There and back, and the one question asked the first time: is this identity that of this account?"""

import secrets

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from requests import RequestException

from accounts.access import public, signed_in
from accounts.proconnect.adapter import ID_TOKEN, ProConnectOAuth2Adapter
from accounts.signing_in import TooManyCodes, send_code

PENDING = "proconnect_pending"  # in the session: an identity that waits to be joined to an account


def _adapter(request) -> ProConnectOAuth2Adapter:
    adapter = ProConnectOAuth2Adapter(request, "proconnect")
    try:
        adapter.get_provider()
    except SocialApp.DoesNotExist as error:  # not configured
        raise Http404 from error
    return adapter


@public
def login(request):
    return OAuth2LoginView.adapter_view(_adapter(request))(request)


@public
def callback(request):
    return OAuth2CallbackView.adapter_view(_adapter(request))(request)


def ask_for_a_code(request, sociallogin: SocialLogin) -> None:
    """An identity that no account has: whoever reads its mailbox says which account it is. Never joined silently,
    and the same whether the address has an account or not. Always raises ImmediateHttpResponse."""
    email = next((one.email for one in sociallogin.email_addresses), "")
    if not email:
        messages.error(request, _("ProConnect ne nous a donné aucune adresse : demandez plutôt un code."))
        raise ImmediateHttpResponse(redirect("account_login"))
    id_token = request.session.get(ID_TOKEN)
    if request.user.is_authenticated:
        account_adapter().logout(request)
    request.session[PENDING], request.session[ID_TOKEN] = sociallogin.serialize(), id_token
    try:
        answer = send_code(request, email, then=reverse("proconnect_link"))
    except TooManyCodes:
        messages.error(request, _("Trop de codes demandés : attendez quelques minutes."))
        answer = redirect("account_login")
    raise ImmediateHttpResponse(answer)


def _pending(request) -> SocialLogin | None:
    """The identity that waits in this session, if it is of an address that the person signed in has shown to read."""
    held = request.session.get(PENDING)
    waiting = SocialLogin.deserialize(held) if held else None
    if waiting is None:
        return None
    said = {one.email.casefold() for one in waiting.email_addresses}
    shown = request.user.emailaddress_set.filter(verified=True).values_list("email", flat=True)
    return waiting if said & {one.casefold() for one in shown} else None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def link(request):
    """Join the identity to the account that the code has opened; or, later, part them again."""
    waiting = _pending(request)
    joined = SocialAccount.objects.filter(user=request.user, provider="proconnect")
    if request.method == "POST" and "part" in request.POST:
        if joined.delete()[0]:
            messages.success(request, _("C’est fait : ProConnect n’ouvre plus ce compte, un code suffit."))
        return redirect("space")
    if waiting is None and not joined.exists():
        return redirect("space")
    if request.method == "POST" and waiting is not None:
        del request.session[PENDING]
        try:
            with transaction.atomic():
                waiting.account.user = request.user
                waiting.account.save()
        except IntegrityError:
            messages.error(request, _("Cette identité est déjà reliée à un compte."))
        else:
            if not request.user.full_name and waiting.user.full_name:
                request.user.full_name = waiting.user.full_name
                request.user.save(update_fields=["full_name"])
            messages.success(request, _("C’est fait : la prochaine fois, ProConnect suffira."))
        return redirect("space")
    context = {"email": request.user.email, "joined": waiting is None}
    return render(request, "accounts/proconnect_link.html", context)


def end_session_url(request) -> str:
    """Where the browser ends its session at ProConnect as well; "" without one, or while it does not answer.

    `state` is asked for there and compared to nothing here: the page that it comes back to does nothing.
    """
    id_token = request.session.get(ID_TOKEN)
    if not id_token:
        return ""
    try:
        end_session = _adapter(request).openid_config["end_session_endpoint"]
    except (Http404, RequestException, ValueError, KeyError):
        return ""
    parameters = {
        "id_token_hint": id_token,
        "state": secrets.token_urlsafe(32),
        "post_logout_redirect_uri": settings.SITE_URL + reverse("proconnect_signed_out"),
    }
    return f"{end_session}?{urlencode(parameters)}"


@public
@require_safe
def signed_out(request):
    """Where ProConnect sends the browser back to; a declared address, without anything to do."""
    return HttpResponseRedirect(reverse("home"))

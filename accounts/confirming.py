"""The page that confirms who is there, before what can do lasting harm (accounts.fresh)."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts import fresh
from accounts.access import signed_in
from accounts.sessions import now
from foundation.forms import Line

VALID = 600  # seconds of a code (ASVS 6.5.5)
TRIES = 5


class CodeForm(forms.Form):
    code = Line(
        label=gettext_lazy("Code"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
        max_length=40,
    )


def _next(request) -> str:
    asked = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours and asked.startswith("/") else reverse("space")


def _with_next(name: str, back: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': back})}"


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request):
    """?next=: where to go then. POST `send`: a code by mail, which voids the one before; POST `code`: the code."""
    back = _next(request)
    after = reverse("resume") if request.session.get("kept") else back
    if fresh.is_fresh(request):
        return HttpResponseRedirect(after)
    if Authenticator.objects.filter(user=request.user).exists():  # a mailbox is less than the second factor
        return redirect(_with_next("mfa_reauthenticate", after))
    sent, form = request.session.get("confirming"), CodeForm()
    if request.method == "POST" and "send" in request.POST:
        _send(request)
        return redirect(_with_next("confirm", back))
    if request.method == "POST":
        form = CodeForm(request.POST)
        if not sent or now() - sent["at"] >= VALID or sent["tries"] >= TRIES:
            request.session.pop("confirming", None)
            messages.error(request, _("Ce code ne vaut plus. Demandez-en un nouveau."))
            return redirect(_with_next("confirm", back))
        if form.is_valid() and compare_user_code(actual=form.cleaned_data["code"], expected=sent["code"]):
            del request.session["confirming"]
            record_authentication(request, request.user, method="code", reauthenticated=True)
            if after == back:
                messages.success(request, _("C’est confirmé : vous pouvez continuer."))
            return HttpResponseRedirect(after)
        request.session["confirming"] = {**sent, "tries": sent["tries"] + 1}
        if form.is_valid():
            form.add_error("code", _("Ce n’est pas le code que nous avons envoyé."))
    context = {
        "form": form,
        "sent": bool(sent),
        "password_url": _with_next("account_reauthenticate", after)
        if request.user.has_usable_password()
        else "",
    }
    return render(request, "accounts/confirm.html", context)


def _send(request) -> None:
    adapter = get_adapter(request)
    code = adapter.generate_login_code()
    adapter.send_mail(
        "account/email/confirm_code",
        request.user.email,
        {"user": request.user, "request": request, "code": code},
    )
    request.session["confirming"] = {"code": code, "at": now(), "tries": 0}


@signed_in
@require_safe
def resume(request):
    """What was typed before, to be sent now by one press: nothing goes off by itself."""
    kept = request.session.get("kept")
    if not kept or now() - kept["at"] > 2 * VALID or not fresh.is_fresh(request):
        request.session.pop("kept", None)
        return redirect("space")
    return render(request, "accounts/resume.html", {"kept": kept})

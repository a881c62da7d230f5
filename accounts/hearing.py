"""What follows from what the libraries tell: a sign-in, a change of password or of second factor."""

from allauth.account.signals import (
    authentication_step_completed,
    password_changed,
    password_reset,
    password_set,
)
from allauth.account.signals import user_logged_in as user_proved
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from accounts import deactivating, fresh, sessions, warning


@receiver(user_logged_in, dispatch_uid="accounts.hearing")
def signed_in(sender, request, user, **kwargs):
    sessions.begin(request)
    request.just_signed_in = user  # accounts.throttles: the browser is known from now on


@receiver(user_proved, dispatch_uid="accounts.hearing")
def proved(sender, request, user, **kwargs):
    """The library's own signal: they came by a code, a password or a key, not by the demonstration's one click."""
    warning.of_new_browser(request, user)


SENTENCES = {
    password_set: warning.PASSWORD,
    password_changed: warning.PASSWORD,
    password_reset: warning.PASSWORD,
    authenticator_added: warning.ADDED,
    authenticator_removed: warning.REMOVED,
    authenticator_reset: warning.CODES,
}


@receiver(list(SENTENCES), dispatch_uid="accounts.hearing")
def proof_changed(sender, request, user, signal, **kwargs):
    """Whoever else was in with the former proof is out (ASVS 7.4.3), and the owner hears of it."""
    sessions.end(user, but=request.session.session_key)
    warning.of_change(request, user, SENTENCES[signal])


@receiver(authentication_step_completed, dispatch_uid="accounts.hearing")
def proven_again(sender, request, user, **kwargs):
    if kwargs.get("reauthenticated"):
        fresh.confirmed(request)


@deactivating.ACTS.register("accounts.sessions")
def deactivated(user, by) -> None:
    """An account out of service opens nothing any more (ASVS 7.4.2)."""
    sessions.end(user)

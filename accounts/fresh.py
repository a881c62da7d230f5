"""What can do lasting harm from a session left open asks first who is there (ASVS 7.5.1, 7.5.2).

Whoever signed in, or confirmed who they are, less than ten minutes ago just does it. Everybody else confirms by their
second factor, their password, or a code by mail where they have neither, and finds again what they had typed.
ACTS is the one list: tests/accounts/test_fresh.py walks it. docs/decisions/0044-accounts.md.
"""

from urllib.parse import urlencode, urlsplit

from django.http import HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from accounts.sessions import now

FOR = 600  # seconds that a sign-in or a confirmation holds
MOST_KEPT = 200_000  # characters of a form that waits in the session

CHANGING = frozenset({"POST"})
SHOWING = frozenset({"GET", "POST"})  # what is shown there is the harm: secrets, lists of contacts
# URL name → the methods that ask. Names only: the views are the apps' to the right.
ACTS = {
    # one's own ways of signing in
    "mfa_activate_totp": SHOWING,
    "mfa_deactivate_totp": CHANGING,
    "mfa_add_webauthn": SHOWING,
    "mfa_remove_webauthn": CHANGING,
    "mfa_edit_webauthn": CHANGING,
    "mfa_generate_recovery_codes": CHANGING,
    "mfa_view_recovery_codes": SHOWING,
    "mfa_download_recovery_codes": SHOWING,
    "account_set_password": CHANGING,
    "account_change_password": CHANGING,
    "admin:password_change": CHANGING,
    "account_email": CHANGING,
    "socialaccount_connections": CHANGING,
    "proconnect_link": CHANGING,
    "my_sessions": CHANGING,
    # who may do what
    "admin:accounts_user_add": CHANGING,
    "admin:accounts_user_change": CHANGING,
    "admin:accounts_secondfactor_delete": CHANGING,
    "admin:workbench_as_company": CHANGING,
    "admin:workbench_as_member": CHANGING,
    "admin:workbench_members": CHANGING,
    "members:team": CHANGING,
    "members:role": CHANGING,
    "members:leave": CHANGING,
    "members:let_in": CHANGING,
    "partner_key_make": CHANGING,
    "partner_key_revoke": CHANGING,
    # what leaves with contact data
    "admin:workbench_exports": CHANGING,
    "admin:workbench_export_again": CHANGING,
    "admin:workbench_fetch_export": SHOWING,
    # what the portal does and says by itself
    "admin:workbench_rule": CHANGING,
    "admin:workbench_rule_mode": CHANGING,
    "admin:workbench_letter": CHANGING,
    "admin:workbench_answer": CHANGING,
    "admin:workbench_answer_retire": CHANGING,
    "admin:workbench_new_answer": CHANGING,
    "admin:triage_holdrule_add": CHANGING,
    "admin:triage_holdrule_change": CHANGING,
    "admin:triage_holdrule_delete": CHANGING,
    "admin:programs_schemerule_add": CHANGING,
    "admin:programs_schemerule_change": CHANGING,
    "admin:programs_schemerule_delete": CHANGING,
}


def is_fresh(request) -> bool:
    """Whether whoever holds this session proved who they are in the last ten minutes."""
    proven = max(request.session.get("began", 0), request.session.get("confirmed", 0))
    return now() - proven < FOR


def confirmed(request) -> None:
    """They have just proved it again: under a new key, so that whoever knew the old one has nothing (ASVS 7.2.4)."""
    from allauth.usersessions.models import UserSession

    former = request.session.session_key
    request.session["confirmed"] = now()
    request.session.cycle_key()
    UserSession.objects.filter(session_key=former).update(session_key=request.session.session_key)


class FreshMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Ask who is there before what ACTS names; a form that was sent waits in the session."""
        methods = ACTS.get(request.resolver_match.view_name)
        if methods is None or request.method not in methods or not request.user.is_authenticated:
            return None
        if is_fresh(request):
            if request.method == "POST" and "kept" in request.session:
                del request.session["kept"]  # it goes through now
            return None
        return ask(request)


def ask(request):
    """To the page that confirms who is there, and from there to where they were."""
    back = request.get_full_path()
    if request.method == "POST":
        request.session["kept"] = _kept(request)
        back = _page_of(request)
    where = f"{reverse('confirm')}?{urlencode({'next': back})}"
    return HttpResponseClientRedirect(where) if request.htmx else HttpResponseRedirect(where, status=303)


def _kept(request) -> dict | None:
    """{path, fields: [[name, value]]} of the form; None for what no session may hold, or cannot: secrets, files."""
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    if (
        request.FILES
        or any("password" in name for name, _ in fields)
        or sum(len(v) for _, v in fields) > MOST_KEPT
    ):
        return None
    return {"path": request.get_full_path(), "fields": fields, "at": now()}


def _page_of(request) -> str:
    """Where the form stood, as the browser says (Referer of our own host); else the space of whoever asks."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    if referrer.netloc == request.get_host():
        return referrer.path + (f"?{referrer.query}" if referrer.query else "")
    return reverse("space")

"""What the pages of the form share: addresses of steps, the stepper, the page for what is no longer there."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from foundation import clock
from intake import drafts, gate
from intake.models import Draft

BACK_TO_CHECK = "verifier"


class SeeOther(HttpResponseRedirect):
    """After a POST: a reload of the next page sends nothing again."""

    status_code = 303


def step_url(draft: Draft, step: str, **query: str) -> str:
    url = reverse("intake:step", args=[draft.token, step])
    return url + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def gone(request, token: str = "") -> HttpResponse:
    """Unknown, expired, refused or purged, all alike: says so, and lets the person begin again."""
    response = render(request, "intake/gone.html", status=404)
    if token and request.COOKIES.get(drafts.COOKIE) == token:
        response.delete_cookie(drafts.COOKIE)
    return response


def remember(response: HttpResponse, draft: Draft) -> HttpResponse:
    """Let this browser find the draft again (intake.drafts.resume_offer)."""
    response.set_cookie(
        drafts.COOKIE,
        draft.token,
        max_age=int(drafts.KNOWN_FOR.total_seconds()),
        httponly=True,
        secure=drafts.SECURE,
        samesite="Lax",
    )
    return response


def step_context(step: str, draft: Draft | None) -> dict:
    names = drafts.ORDER
    return {
        "step": step,
        "steps": [
            {"label": drafts.LABELS[name], "url": step_url(draft, name) if draft else ""} for name in names
        ],
        "current": names.index(step) + 1,
        "draft": draft,
        "trap": gate.TRAP,
        "kept_until": draft.expires_at if draft else None,
        "later": bool(draft and draft.email and step in drafts.ORDER[2:]),
    }


def too_many(response: HttpResponse) -> HttpResponse:
    """A page that says « later » says it to machines, too."""
    response.status_code = 429
    response["Retry-After"] = str(int((gate.next_hour() - clock.now()).total_seconds()) + 1)
    return response


def later_words() -> str:
    """What somebody reads who has to wait: until when, and that nothing is lost."""
    return _(
        "Trop de demandes arrivent en ce moment. Vos réponses sont gardées : réessayez à partir de %(time)s."
    ) % {"time": time_format(timezone.localtime(gate.next_hour()), "TIME_FORMAT")}

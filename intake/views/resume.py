"""The door of the mails « reprendre votre demande »: a page first, because mail scanners open links, then a POST."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.access import by_link
from accounts.reading import read_at, read_in
from intake import drafts, resuming
from intake.views.steps import SeeOther, gone, remember, step_url
from intake.wording import introduced


@by_link
@csrf_exempt  # the link is the secret, and the browser that opens it may have no cookie of ours yet
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request, token: str) -> HttpResponse:
    """GET says nothing of the draft and writes nothing. POST opens it, or says that it is somebody else's."""
    draft = resuming.open_draft(token)
    if draft is None:
        return gone(request)
    if draft.entered_by_id:
        read_in(request, lambda: draft.language)
    if request.method == "POST" and request.POST.get("action") == "refuse":
        resuming.refuse(token)
        read_at(request, reverse("home"))
        return render(request, "intake/resume_refused.html", {"erased": draft.entered_by_id is not None})
    known = request.COOKIES.get(drafts.COOKIE) == draft.token
    if request.method == "POST" or known:
        return remember(SeeOther(step_url(draft, drafts.furthest(draft))), draft)
    page = "intake/entered.html" if draft.entered_by_id else "intake/resume.html"
    who = draft.entered_by.full_name if draft.entered_by else ""
    return render(request, page, {"kept_until": draft.expires_at, "who": introduced(who)})

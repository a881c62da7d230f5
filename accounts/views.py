"""Pages of one's own account that the library has not."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts import sessions
from accounts.access import signed_in


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def my_sessions(request):
    """« Mes sessions »: where one is signed in. POST `which`: the key of a row to end, or "others"."""
    here = request.session.session_key
    if request.method == "POST":
        which = request.POST.get("which", "")
        only = int(which) if which.isdecimal() and len(which) < 19 else None
        ended = sessions.end(request.user, but=here, only=only) if only or which == "others" else 0
        if ended:
            messages.success(
                request, ngettext("%d session est terminée.", "%d sessions sont terminées.", ended) % ended
            )
        else:
            messages.info(request, _("Il n’y avait rien à terminer."))
        return redirect("my_sessions")
    rows = [
        {"row": row, "browser": sessions.browser_of(row.user_agent), "here": row.session_key == here}
        for row in sessions.of(request.user)
    ]
    return render(
        request,
        "accounts/sessions.html",
        {"sessions": rows, "others": sum(not row["here"] for row in rows)},
    )

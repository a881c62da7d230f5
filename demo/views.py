"""One click to be anyone, and every mail on one page."""

from django.contrib.auth import login, logout
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public
from accounts.models import User
from demo import cast
from demo import mailbox as box
from journal.letters import as_document


@public
@require_safe
def index(request):
    return render(request, "demo/index.html", {"members": cast.MEMBERS})


@public
@require_POST
def become(request, code: str):
    """Sign in as a member of the cast. Exists only where the demonstration is installed (never in production)."""
    member = cast.BY_CODE.get(code)
    if member is None:
        raise Http404
    logout(request)
    login(request, User.objects.get(email=member.email), backend="accounts.backends.RoleBackend")
    return redirect("space")


@public
@require_safe
def mailbox(request):
    chosen = request.GET.get("to", "")
    return render(
        request, "demo/mailbox.html", {"mails": box.newest(chosen), "members": cast.MEMBERS, "to": chosen}
    )


@public
@require_safe
def mail(request, name: str):
    found = box.read(name)
    if found is None:
        raise Http404
    return render(request, "demo/mail.html", {"mail": found})


@public
@require_safe
def mail_html(request, name: str):
    """The HTML part, as a mail program shows it."""
    found = box.read(name)
    if found is None or not found.html:
        raise Http404
    return as_document(found.html)

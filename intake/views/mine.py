"""The irritants of a signed-in person: those of its verified address."""

from allauth.account.models import EmailAddress
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in
from intake.models import Draft, Irritant
from intake.views.form import SeeOther
from intake.wording import standings
from journal import links

PER_PAGE, DRAFTS = 20, 5


def is_proven(user) -> bool:
    """Whether the person's address is shown to be theirs."""
    return EmailAddress.objects.filter(user=user, verified=True, email__iexact=user.email).exists()


def _own(user, proven: bool):
    """Irritants of the person's address, their own and those that a colleague lets them follow."""
    return Irritant.objects.of_email(user.email) if proven else Irritant.objects.none()


def _begun(user) -> list[dict]:
    """The newest forms under way with the person's address, and where they go on (the check finds the step)."""
    rows = Draft.objects.open().of_email(user.email).order_by("-created_at", "-pk")[:DRAFTS]
    return [{"draft": row, "url": reverse("intake:step", args=[row.token, "verifier"])} for row in rows]


@signed_in
@require_safe
def mine(request):
    proven = is_proven(request.user)
    page = Paginator(_own(request.user, proven).select_related("company").yours_first(), PER_PAGE).get_page(
        request.GET.get("page")
    )
    stand = standings(page)
    lines = [{"irritant": irritant, "standing": stand[irritant.pk]} for irritant in page]
    lines.sort(key=lambda line: not line["standing"].mine)  # what an appeal asks of it comes first as well
    begun = _begun(request.user) if proven and page.number == 1 else []
    return render(request, "intake/mine.html", {"page_obj": page, "lines": lines, "drafts": begun})


@signed_in
@require_POST
def open_mine(request, public_id):
    """The follow-up page of one's own irritant, through a link made (or renewed) for one's address."""
    rows = _own(request.user, is_proven(request.user)).filter(erased_at=None)
    irritant = get_object_or_404(rows, public_id=public_id)
    link = links.give(links.FOLLOW, irritant.public_id, request.user.email)
    if link.revoked_at:
        link = links.reissue(link)
    return SeeOther(reverse("intake:follow", args=[link.token]))

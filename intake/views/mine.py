"""The irritants of a signed-in person: those of its verified address."""

from allauth.account.models import EmailAddress
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.access import signed_in
from intake.models import Irritant
from intake.views.form import SeeOther
from intake.wording import standing
from journal import links

PER_PAGE = 20


def _own(user):
    """Irritants of the person's address, when it is proven to be theirs."""
    proven = EmailAddress.objects.filter(user=user, verified=True, email__iexact=user.email).exists()
    return Irritant.objects.of_email(user.email) if proven else Irritant.objects.none()


@signed_in
@require_safe
def mine(request):
    page = Paginator(
        _own(request.user).select_related("company").order_by("-created_at", "-pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    lines = [{"irritant": irritant, "standing": standing(irritant)} for irritant in page]
    return render(request, "intake/mine.html", {"page_obj": page, "lines": lines})


@signed_in
@require_POST
def open_mine(request, public_id):
    """The follow-up page of one's own irritant, through a link made (or renewed) for one's address."""
    irritant = get_object_or_404(_own(request.user), public_id=public_id)
    link = links.give(links.FOLLOW, irritant.public_id, request.user.email)
    if link.revoked_at:
        link = links.reissue(link)
    return SeeOther(reverse("intake:follow", args=[link.token]))

"""Views of the queue under a name: one's own, and those that colleagues share."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from accounts.models import User
from foundation.plain import line
from triage.models import SavedView
from triage.workbench.base import back_to_queue
from triage.workbench.choice import Choice

MOST = 20  # of one person
NAME_MAX = 40


def saved_query(choice: Choice) -> str:
    """What a view keeps of a choice: everything but the words of a search, which may name somebody."""
    return choice.url(q="")


def saved_views(user: User) -> list[SavedView]:
    """In one query; `mine` says which can be removed."""
    rows = list(SavedView.objects.visible_to(user).select_related("owner"))
    for row in rows:
        row.mine = row.owner_id == user.pk
    return rows


@coordinator
@require_POST
def save(request: HttpRequest):
    """The same name again replaces what it stood for."""
    name = line(request.POST.get("nom", ""))[:NAME_MAX]
    query = saved_query(Choice.read(QueryDict(request.POST.get("vue", "").removeprefix("?"))))
    mine = SavedView.objects.filter(owner=request.user)
    if not name:
        messages.error(request, _("Donnez un nom à la vue."))
    elif mine.exclude(name=name).count() >= MOST:
        messages.error(request, _("Vingt vues suffisent : retirez-en une d’abord."))
    else:
        values = {"query": query, "shared": "partagee" in request.POST}
        SavedView.objects.update_or_create(owner=request.user, name=name, defaults=values)
        messages.success(request, _("La vue « %(name)s » est enregistrée.") % {"name": name})
    return back_to_queue(request)


@coordinator
@require_POST
def remove(request: HttpRequest, view_id: UUID):
    view = get_object_or_404(SavedView, public_id=view_id, owner=request.user)
    view.delete()
    messages.success(request, _("La vue « %(name)s » est retirée.") % {"name": view.name})
    return back_to_queue(request)

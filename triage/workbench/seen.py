"""« Qui a vu »: who was shown the contact data of a case, and opened its files."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import coordinator
from files.models import StoredFile
from intake.models import Irritant
from intake.showing import contact_key
from journal import access
from journal.access import FILE
from journal.models import AccessRecord
from partners.models import Organisation
from triage.pages import page_name
from triage.workbench.base import irritant_or_404, page_context

SHOWN = 200


@dataclass(frozen=True)
class Look:
    """One person saw one thing, in one hour."""

    who: str
    of: str
    what: str
    where: str
    at: datetime


def looks(irritant: Irritant) -> list[Look]:
    """Newest first; five queries however many."""
    rows = list(AccessRecord.objects.of_case(irritant.public_id, contact_key(irritant.contact))[:SHOWN])
    names = access.names(row.reader for row in rows)
    partners = {row.organisation for row in rows if row.organisation}
    organisations = dict(Organisation.objects.filter(public_id__in=partners).values_list("public_id", "name"))
    kept = dict(StoredFile.objects.filter(case=irritant.public_id).values_list("pk", "name"))
    files = {f"file:{pk}": name for pk, name in kept.items()}
    return [
        Look(
            names.get(row.reader, _("quelqu’un dont le compte n’existe plus")),
            organisations.get(row.organisation, "") if row.organisation else row.get_role_display(),
            files.get(row.subject, _("Document de la proposition"))
            if row.what == FILE
            else row.get_what_display(),
            page_name(row.page),
            row.at,
        )
        for row in rows
    ]


@coordinator
@require_safe
def seen(request: HttpRequest, public_id):
    irritant = irritant_or_404(request, public_id)
    found = looks(irritant)
    context = page_context(
        request, _("Qui a vu"), irritant=irritant, looks=found, cut=len(found) == SHOWN, most=SHOWN
    )
    return render(request, "triage/workbench/seen.html", context)

"""« Qui a vu »: who was shown the contact data of a case, and opened its files."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import coordinator
from accounts.models import User
from files.models import StoredFile
from intake.models import Irritant
from intake.showing import contact_key
from journal.access import FILE
from journal.models import AccessLink, AccessRecord
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
    names = _names(rows)
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


def _names(rows: list[AccessRecord]) -> dict[str, str]:
    """The code of a reader → name, or the address to which their link was given."""
    keys = {kind: set() for kind in ("user", "link")}
    for row in rows:
        kind, _colon, key = row.reader.partition(":")
        if kind in keys:
            keys[kind].add(key)
    people = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=keys["user"])}
    links = AccessLink.objects.filter(pk__in=[UUID(key) for key in keys["link"]])
    return people | {f"link:{pk}": email for pk, email in links.values_list("pk", "email")}


@coordinator
@require_safe
def seen(request: HttpRequest, public_id):
    irritant = irritant_or_404(request, public_id)
    found = looks(irritant)
    context = page_context(
        request, _("Qui a vu"), irritant=irritant, looks=found, cut=len(found) == SHOWN, most=SHOWN
    )
    return render(request, "triage/workbench/seen.html", context)

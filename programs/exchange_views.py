"""« Import et API » in a partner's space: files in, files out, keys."""

import json
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from files.signatures import Rejected
from files.store import SENTENCES, as_download
from foundation.rows import in_chunks
from foundation.spreadsheets import CONTENT_TYPES
from journal.exports import keeping
from journal.exports.kinds import EXPORTERS
from journal.lifecycle import Refusal
from journal.models import Export
from partners.models import Membership
from partners.space import ADMINISTRATORS, READERS, WRITERS, actor_of, of_partner, space_page
from programs.api import keys
from programs.exchange.records import owned, record_of
from programs.exchange_forms import ImportForm, KeyForm
from programs.imports import working
from programs.models import CatalogueImport, OfferKind
from programs.sheets import template as templates
from programs.sheets.exporting import WHAT
from programs.sheets.reading import MOST_LINES

TAB = "partner_exchange"
SHOWN = 10  # imports, exports
LINES = 50  # of a report, a page
UNPROCESSABLE = 422


def _page(request: HttpRequest, membership: Membership, *, status: int = 200, **extra) -> HttpResponse:
    organisation = membership.organisation
    mine = Export.objects.visible_to(request.user)
    exports = list(mine.filter(what=WHAT, choices__organisation=organisation.external_id)[:SHOWN])
    context = {
        "kinds": [(kind.value, capfirst(str(kind.label))) for kind in OfferKind],
        "imports": organisation.imports.select_related("file")[:SHOWN],
        "exports": exports,
        "exports_wait": any(one.is_unfinished for one in exports),
        "offers": organisation.offers.count(),
        "keys": organisation.api_keys.select_related("created_by"),
        "import_form": ImportForm(),
        "key_form": KeyForm(),
        "most_lines": MOST_LINES,
        **extra,
    }
    return space_page(request, membership, "programs/exchange/page.html", context, tab=TAB, status=status)


def _back(membership: Membership, name: str = TAB, *arguments) -> HttpResponseRedirect:
    return HttpResponseRedirect(
        reverse(name, args=[membership.organisation.external_id, *arguments]), status=303
    )


@of_partner(*READERS)
@require_safe
def exchange(request: HttpRequest, membership: Membership):
    return _page(request, membership)


@of_partner(*READERS)
@require_safe
def template(request: HttpRequest, membership: Membership, format: str):
    """The workbook to fill in, in the reader's language: of all kinds, or of one."""
    kind = request.GET.get("nature", "")
    if format == "xlsx":
        content = templates.workbook([kind] if kind in OfferKind.values else OfferKind.values)
    elif format == "csv" and kind in OfferKind.values:
        content = templates.plain(kind)
    else:
        raise Http404
    name = f"{templates.FILE_NAME}{f'-{kind}' if kind in OfferKind.values else ''}.{format}"
    return HttpResponse(
        content,
        content_type=CONTENT_TYPES[format],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@of_partner(*WRITERS)
@require_POST
def send(request: HttpRequest, membership: Membership):
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = working.send(
                membership.organisation,
                form.cleaned_data["fichier"],
                actor=actor_of(membership),
                language=get_language()[:2],
            )
            return _back(membership, "partner_import", made.public_id)
        except Rejected as rejected:
            form.add_error("fichier", SENTENCES[rejected.code])
        except Refusal as refusal:
            form.add_error("fichier", str(refusal))
    return _page(request, membership, status=UNPROCESSABLE, form=form, import_form=form)


def _import_of(membership: Membership, public_id: UUID) -> CatalogueImport:
    return get_object_or_404(membership.organisation.imports.select_related("file"), public_id=public_id)


@of_partner(*WRITERS)
@require_safe
def imported(request: HttpRequest, membership: Membership, public_id: UUID):
    """How far it is; then what it found, line by line. The page asks for its middle again while a worker is at it."""
    one = _import_of(membership, public_id)
    page = Paginator(one.report.get("lines", []), LINES).get_page(request.GET.get("page"))
    context = {"one": one, "report": one.report, "page_obj": page, "import_form": ImportForm()}
    return space_page(request, membership, "programs/exchange/import.html", context, tab=TAB)


@of_partner(*WRITERS)
@require_POST
def confirm(request: HttpRequest, membership: Membership, public_id: UUID):
    one = _import_of(membership, public_id)
    try:
        working.confirm(one, actor=actor_of(membership), submit_new=request.POST.get("publier") == "oui")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back(membership, "partner_import", one.public_id)


@of_partner(*WRITERS)
@require_POST
def discard(request: HttpRequest, membership: Membership, public_id: UUID):
    try:
        working.discard(_import_of(membership, public_id), actor=actor_of(membership))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Le fichier n’est pas importé : rien n’a changé."))
    return _back(membership)


@of_partner(*READERS)
@require_POST
def export(request: HttpRequest, membership: Membership):
    try:
        keeping.ask(
            WHAT,
            actor=actor_of(membership),
            format=request.POST.get("format", ""),
            columns=list(EXPORTERS[WHAT].columns),
            choices={"organisation": membership.organisation.external_id},
            language=get_language()[:2],
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("L’export est demandé. Vous pouvez quitter cette page et revenir."))
    return _back(membership)


@of_partner(*READERS)
@require_POST
def fetch(request: HttpRequest, membership: Membership, public_id: UUID):
    """By POST: that somebody took it goes on record."""
    code = membership.organisation.external_id
    mine = Export.objects.visible_to(request.user).filter(what=WHAT, choices__organisation=code)
    one = get_object_or_404(mine, public_id=public_id)
    try:
        path = keeping.fetch(one, actor=actor_of(membership))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(membership)
    name = f"{code}-{timezone.localtime(one.created_at):%Y-%m-%d-%H%M}.{one.format}"
    return as_download(path, name, CONTENT_TYPES[one.format])


@of_partner(*READERS)
@require_safe
def as_json(request: HttpRequest, membership: Membership):
    """Every offer in the format of docs/catalogue-format.md, sent while it is read."""
    code = membership.organisation.external_id

    def parts():
        yield "["
        first = True
        for chunk in in_chunks(owned(membership.organisation)):
            for offer in chunk:
                text = json.dumps(
                    {**record_of(offer), "status": offer.status},
                    cls=DjangoJSONEncoder,
                    ensure_ascii=False,
                    indent=1,
                )
                yield text if first else f",\n{text}"
                first = False
        yield "]\n"

    response = StreamingHttpResponse(parts(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{code}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@of_partner(*ADMINISTRATORS)
@require_POST
def make_key(request: HttpRequest, membership: Membership):
    """The token is in the answer to this POST and nowhere else."""
    form = KeyForm(request.POST)
    if not form.is_valid():
        return _page(request, membership, status=UNPROCESSABLE, form=form, key_form=form)
    asked = form.cleaned_data
    try:
        key, token = keys.issue(
            membership.organisation,
            name=asked["nom"],
            scope=asked["droits"],
            days=asked["duree"],
            actor=actor_of(membership),
        )
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, membership, status=UNPROCESSABLE, form=form, key_form=form)
    response = _page(request, membership, status=201, made=key, token=token)
    response["Cache-Control"] = "no-store, private"
    return response


@of_partner(*ADMINISTRATORS)
@require_POST
def revoke_key(request: HttpRequest, membership: Membership, public_id: UUID):
    key = get_object_or_404(membership.organisation.api_keys, public_id=public_id)
    keys.revoke(key, actor=actor_of(membership))
    messages.success(request, _("La clé « %(name)s » n’ouvre plus rien.") % {"name": key.name})
    return _back(membership)

"""A sent version as text, as other files, and beside the one before it: for coordinators and for the company."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import by_link, coordinator
from files.store import as_download
from foundation.templatetags.reading import file_size
from intake.views.follow import holder
from intake.views.form import SeeOther
from journal.access import FILE, Shown, showing
from proposals import comparing, jobs
from proposals.agreeing import records
from proposals.company_views import sent_version
from proposals.document.composing import compose
from proposals.models import ProposalVersion, VersionFile
from proposals.views import download

_TYPES = {
    VersionFile.Variant.ARCHIVE: "application/pdf",
    VersionFile.Variant.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _version(request, version_id) -> ProposalVersion:
    rows = ProposalVersion.objects.visible_to(request.user).select_related("proposal__irritant")
    return get_object_or_404(rows, public_id=version_id)


def _file(version: ProposalVersion, variant: str):
    """A variant as a download named by the reference alone; 404 while a worker has not made it."""
    row = get_object_or_404(version.files.select_related("version"), variant=variant)
    if not row.path.exists():
        raise Http404
    return as_download(row.path, row.file_name, _TYPES[row.variant])


def before(version: ProposalVersion, *, sent: bool) -> ProposalVersion | None:
    """The version before it, of the same proposal; `sent`: among those that the company has."""
    rows = version.proposal.versions.filter(number__lt=version.number)
    return (rows.sent() if sent else rows).order_by("-number").first()


@coordinator
@require_safe
def pdf(request, version_id):
    """Any version's document, for coordinators."""
    version = _version(request, version_id)
    showing(request, Shown(FILE, f"document:{version.public_id}", version.proposal.irritant.public_id))
    return download(version)


@coordinator
@require_safe
def version_file(request, version_id, variant):
    version = _version(request, version_id)
    showing(request, Shown(FILE, f"document:{version.public_id}", version.proposal.irritant.public_id))
    return _file(version, variant)


@coordinator
@require_POST
def ask_for_files(request, version_id):
    """Have a worker make the other files of a version that was not sent yet."""
    version = _version(request, version_id)
    if version.snapshot:
        jobs.owe_files(version)
        messages.success(request, _("Les autres fichiers sont en préparation : quelques secondes."))
    return SeeOther(reverse("proposals:edit", args=[version.proposal.public_id]) + "#document")


@coordinator
@require_safe
def version_differences(request, version_id):
    version = _version(request, version_id)
    back = reverse("proposals:edit", args=[version.proposal.public_id]) + "#document"
    old = before(version, sent=False)
    if old is None:
        messages.info(request, _("C’est la première version : il n’y a rien à comparer."))
        return SeeOther(back)
    return _differences(request, version, old, back)


@by_link
@require_safe
@holder
def company_read(request, irritant, actor, token, version_id):
    """The whole text, accessible, with its files."""
    version = sent_version(irritant, version_id)
    if not version.is_whole:
        raise Http404
    previous = before(version, sent=True)
    context = {
        "irritant": irritant,
        "version": version,
        "paper": compose(version.snapshot),
        "downloads": downloads(version, token),
        "table": records.table(version, company=irritant.company.name, reader=None),
        "previous": previous,
        "differences_url": previous
        and reverse("proposals:company_differences", args=[token, version.public_id]),
        "back_url": reverse("intake:follow", args=[token]) + "#proposition",
    }
    return render(request, "proposals/read.html", context)


@by_link
@require_safe
@holder
def company_differences(request, irritant, actor, token, version_id):
    version = sent_version(irritant, version_id)
    back = reverse("intake:follow", args=[token]) + "#proposition"
    return _differences(request, version, before(version, sent=True), back)


@by_link
@require_safe
@holder
def company_file(request, irritant, actor, token, version_id, variant):
    return _file(sent_version(irritant, version_id), variant)


def downloads(version: ProposalVersion, token: str) -> list[dict]:
    """The files of a sent version, for the holder of a link: what each is for."""
    found = []
    if version.rendered_at:
        found.append(
            {
                "icon": "file-earmark-pdf",
                "label": _("La proposition complète (PDF)"),
                "url": reverse("proposals:company_pdf", args=[token, version.public_id]),
                "note": ngettext("%(count)s page", "%(count)s pages", version.pages or 1)
                % {"count": version.pages or 1},
            }
        )
    labels = {
        VersionFile.Variant.WORD: ("file-earmark-text", _("Le texte à travailler, pour vos juristes (DOCX)")),
        VersionFile.Variant.ARCHIVE: (
            "file-earmark-pdf",
            _("L’exemplaire à archiver (PDF/A, données jointes)"),
        ),
    }
    rows = {row.variant: row for row in version.files.all()}
    for variant, (icon, label) in labels.items():
        if variant in rows:
            url = reverse("proposals:company_file", args=[token, version.public_id, variant])
            note = file_size(rows[variant].size)
            found.append({"icon": icon, "label": label, "url": url, "note": note})
    return found


def _differences(request, version: ProposalVersion, old: ProposalVersion | None, back: str):
    if old is None or not old.snapshot or not version.snapshot:
        raise Http404
    context = {
        "irritant": version.proposal.irritant,
        "old": old,
        "new": version,
        "language": version.snapshot["language"],
        "found": comparing.differences(old.snapshot, version.snapshot),
        "back_url": back,
    }
    return render(request, "proposals/differences.html", context)

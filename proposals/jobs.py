"""The worker's part: render a frozen version once, store it once; then the files that follow a sent one."""

import hashlib
from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext_lazy

from foundation import clock
from foundation.disk import write_durably
from foundation.failpoints import failpoint
from journal import jobs
from proposals.models import ProposalVersion, VersionFile, file_of

jobs.LABELS.add("proposal.render", gettext_lazy("mise en page d’une proposition"))
jobs.LABELS.add("proposal.archive", gettext_lazy("archive d’une proposition"))
jobs.LABELS.add("proposal.word", gettext_lazy("texte à travailler d’une proposition"))
for _kind in ("proposal.render", "proposal.archive", "proposal.word"):
    jobs.PATIENCE[_kind] = (
        3  # a text that no limit bears does not get better: parked, and shown to coordinators
    )


@jobs.HANDLERS.register("proposal.render")
def render(payload: dict):
    """Render a version. Its file name is fixed and its bytes depend on the snapshot alone: twice is once."""
    from proposals.bounded import bounded  # WeasyPrint takes a second to import: only workers pay it
    from proposals.rendering import render_pdf, warm

    version = ProposalVersion.objects.get(pk=payload["version"])
    if version.rendered_at or not version.snapshot:  # erased in the meantime
        return None
    warm()

    def made() -> bytes:
        document = render_pdf(version.snapshot)
        return document.pages.to_bytes(4) + document.content

    said = bounded(made)
    pages, content = int.from_bytes(said[:4]), said[4:]
    failpoint("pdf.rendered")
    write_durably(version.path, [content])
    failpoint("pdf.file_written")
    return lambda: _store(version, hashlib.sha256(content).hexdigest(), pages)


def _store(version: ProposalVersion, digest: str, pages: int) -> None:
    """Mark it rendered; a document whose text was erased while it was drawn goes again."""
    rows = ProposalVersion.objects.filter(pk=version.pk)
    rows.filter(rendered_at=None).update(rendered_at=clock.now(), sha256=digest, pages=pages)
    failpoint("pdf.stored")
    if rows.filter(snapshot={}).exists():
        transaction.on_commit(lambda: version.path.unlink(missing_ok=True))


def owe_files(version: ProposalVersion) -> None:
    """Owe the archive, and the text to work on where the version can become one: once each."""
    payload = {"version": version.pk}
    jobs.submit("proposal.archive", f"archive:{version.public_id}", payload, queue="pdf")
    if version.is_whole:
        jobs.submit("proposal.word", f"word:{version.public_id}", payload, queue="pdf")


@jobs.HANDLERS.register("proposal.archive")
def archive(payload: dict):
    """PDF/A-3a with the snapshot inside."""

    def made(snapshot: dict) -> bytes:
        from proposals.rendering import ARCHIVE, render_pdf

        return render_pdf(snapshot, ARCHIVE).content

    return _file(payload, VersionFile.Variant.ARCHIVE, made)


@jobs.HANDLERS.register("proposal.word")
def word(payload: dict):
    def made(snapshot: dict) -> bytes:
        from proposals.document import word

        return word.write(snapshot)

    return _file(payload, VersionFile.Variant.WORD, made)


def _file(payload: dict, variant: str, make: Callable[[dict], bytes]):
    """Write a variant of a version under its own name; the row says that it is there."""
    version = ProposalVersion.objects.get(pk=payload["version"])
    if not version.snapshot or version.files.filter(variant=variant).exists():
        return None
    from proposals.bounded import bounded

    content = bounded(lambda: make(version.snapshot))
    path = file_of(version, variant)
    write_durably(path, [content])
    failpoint("pdf.variant_written")

    def store():
        if ProposalVersion.objects.filter(pk=version.pk, snapshot={}).exists():
            transaction.on_commit(lambda: path.unlink(missing_ok=True))
            return
        said = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        VersionFile.objects.get_or_create(version=version, variant=variant, defaults=said)
        failpoint("pdf.variant_stored")

    return store

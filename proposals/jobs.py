"""The worker's part: render a frozen version once, store it once."""

import hashlib

from django.db import transaction
from django.utils.translation import gettext_lazy

from foundation import clock
from foundation.disk import write_durably
from foundation.failpoints import failpoint
from journal import jobs
from proposals.models import ProposalVersion

jobs.LABELS.add("proposal.render", gettext_lazy("mise en page d’une proposition"))


@jobs.HANDLERS.register("proposal.render")
def render(payload: dict):
    """Render a version. Its file name is fixed and its bytes depend on the snapshot alone: twice is once."""
    from proposals.rendering import render_pdf  # WeasyPrint takes a second to import: only workers pay it

    version = ProposalVersion.objects.get(pk=payload["version"])
    if version.rendered_at or not version.snapshot:  # erased in the meantime
        return None
    document = render_pdf(version.snapshot)
    failpoint("pdf.rendered")
    write_durably(version.path, [document.content])
    failpoint("pdf.file_written")
    return lambda: _store(version, hashlib.sha256(document.content).hexdigest(), document.pages)


def _store(version: ProposalVersion, digest: str, pages: int) -> None:
    """Mark it rendered; a document whose text was erased while it was drawn goes again."""
    rows = ProposalVersion.objects.filter(pk=version.pk)
    rows.filter(rendered_at=None).update(rendered_at=clock.now(), sha256=digest, pages=pages)
    if rows.filter(snapshot={}).exists():
        transaction.on_commit(lambda: version.path.unlink(missing_ok=True))

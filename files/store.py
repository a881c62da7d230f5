"""Receiving, streaming and removing files."""

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _

from files.models import FileState, StoredFile
from files.sandbox import examine
from files.scanning import first_state, owe_scan
from files.signatures import KINDS, MAX_CASE_BYTES, MAX_FILES, Rejected, recognise
from foundation.disk import write_durably
from foundation.failpoints import failpoint
from journal.events import lock_case

SENTENCES = {
    "empty": _("Ce fichier est vide."),
    "too_big": _("Ce fichier dépasse 10 Mo. Envoyez-en un extrait, ou dites-nous comment le recevoir."),
    "extension": _(
        "Ce type de fichier n’est pas accepté. Acceptés : PDF, images PNG ou JPEG, documents bureautiques, CSV, texte."
    ),
    "content": _("Le contenu de ce fichier ne correspond pas à son nom, ou son type n’est pas accepté."),
    "damaged": _(
        "Nous n’arrivons pas à lire ce fichier : il est abîmé ou incomplet. "
        "Ouvrez-le, enregistrez-le de nouveau, puis renvoyez-le."
    ),
    "polyglot": _(
        "Ce fichier en cache un autre. Enregistrez-le de nouveau depuis son logiciel, puis renvoyez-le."
    ),
    "encrypted": _(
        "Ce document est protégé par un mot de passe : nous ne pouvons pas le vérifier. "
        "Retirez la protection et envoyez-le de nouveau."
    ),
    "macros": _("Ce document contient des macros. Enregistrez-le sans macro et envoyez-le de nouveau."),
    "script": _(
        "Ce PDF contient un programme ou un formulaire actif. Imprimez-le en PDF et envoyez cette copie."
    ),
    "embedded": _("Ce document contient d’autres fichiers. Envoyez-les à part, un par un."),
    "remote": _(
        "Ce document va chercher une partie de son contenu sur un autre site. Enregistrez-le en PDF et envoyez-le."
    ),
    "entities": _(
        "Ce document contient des définitions XML qu’aucun logiciel bureautique n’écrit. Enregistrez-le en PDF."
    ),
    "old_office": _(
        "Cet ancien format bureautique ne peut pas être vérifié. Enregistrez-le en DOCX, XLSX, PPTX ou PDF."
    ),
    "svg": _("Un dessin SVG peut contenir un programme. Exportez-le en PNG ou en PDF."),
    "html": _("Une page web peut contenir un programme. Enregistrez-la en PDF."),
    "archive": _("Nous n’ouvrons pas les archives. Envoyez les fichiers qu’elle contient, un par un."),
    "program": _("Nous n’acceptons pas les programmes."),
    "picture": _("Nous lisons les images PNG et JPEG. Enregistrez la vôtre dans l’un de ces formats."),
    "pixels": _("Cette image dépasse 40 millions de pixels. Réduisez-la et envoyez-la de nouveau."),
    "bomb": _(
        "Ce fichier est fait d’une manière qui demanderait trop de mémoire ou de temps pour le vérifier."
    ),
    "too_many": _("Cinq fichiers au plus. Retirez-en un avant d’en ajouter un autre."),
    "case_full": _(
        "Les documents de cette demande dépasseraient 50 Mo en tout. Retirez-en un, ou dites-nous comment le recevoir."
    ),
    "disk": _(
        "Nous ne pouvons pas recevoir de fichier pour le moment. Vous pouvez continuer sans, et l’ajouter plus tard."
    ),
}
_RESERVED = re.compile(
    r"(?i)con|prn|aux|nul|com\d|lpt\d"
)  # names of devices on Windows, whatever follows the dot


def harmless_name(name: str) -> str:
    """A display name without paths, controls, direction marks or quotes; at most 120 characters, extension kept."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] not in "C")
    name = re.sub(r"[^\w .,()+\-’]", "_", name.replace("'", "’")).strip().rstrip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    stem = stem.strip(" .")[:110] or "fichier"  # ".htaccess" is no name either
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = f"fichier {stem}"
    return f"{stem}.{extension[:8]}" if extension else stem


def receive(upload: UploadedFile, case: UUID, *, subject: UUID | None = None) -> StoredFile:
    """Check and keep an uploaded file for a case. Raises Rejected (sentences in SENTENCES).

    `subject`: the word of the conversation it comes with; MAX_FILES counts for each, and for the form. The same bytes
    once more with the same word (a second click, a retry after a cut, another name) are kept once: the row that was
    there is given back, with `came_again`.
    """
    row = take(upload, case, subject=subject)
    try:
        return keep(row)
    except Rejected:
        row.path.unlink(missing_ok=True)
        raise


def take(upload: UploadedFile, case: UUID, *, subject: UUID | None = None) -> StoredFile:
    """Check an uploaded file and put its bytes on the disk; the row returned is not written yet. Raises Rejected.

    The bytes are there before the row: a row never points to nothing. What is never kept is an orphan (files.rules).
    """
    _refuse_too_big(case, upload.size)
    name = harmless_name(upload.name or "")
    kind = recognise(upload.file, name, upload.size)
    row = StoredFile(case=case, subject=subject, name=name, kind=kind.code, state=first_state())
    try:
        with _on_disk(upload) as raw, tempfile.TemporaryFile() as clean:
            kept = clean if examine(kind, raw, clean) else raw
            row.size = kept.seek(0, os.SEEK_END)
            row.sha256 = _digest(kept)
            write_durably(row.path, _chunks(kept))
    except OSError as error:
        raise Rejected("disk") from error
    failpoint("upload.file_written")
    return row


@transaction.atomic
def keep(row: StoredFile) -> StoredFile:
    """Write the row of a file that was taken, and owe its scan; or give back the row that has the same bytes.

    Raises Rejected when others came in before it.
    """
    lock_case(row.case)  # several files of one case may arrive at once
    known = {kept.sha256: kept for kept in StoredFile.objects.filter(case=row.case, subject=row.subject)}
    if same := known.get(row.sha256):
        same.came_again = True
        row.path.unlink(missing_ok=True)
        return same
    if len(known) >= MAX_FILES:
        raise Rejected("too_many")
    _refuse_too_big(row.case, row.size)
    row.save(force_insert=True)
    if row.state == FileState.PENDING:
        owe_scan(row)
    failpoint("upload.before_commit")
    return row


def _refuse_too_big(case: UUID, size: int) -> None:
    held = StoredFile.objects.filter(case=case).aggregate(total=Sum("size"))["total"] or 0
    if held + size > MAX_CASE_BYTES:
        raise Rejected("case_full")


@contextmanager
def _on_disk(upload: UploadedFile) -> Iterator[BinaryIO]:
    """The upload as a real file, which a child process can read: small ones lie in memory."""
    if hasattr(upload, "temporary_file_path"):
        upload.file.flush()
        with Path(upload.temporary_file_path()).open("rb") as raw:
            yield raw
        return
    with tempfile.TemporaryFile() as raw:
        raw.writelines(upload.chunks())
        raw.flush()
        yield raw


def _chunks(handle: BinaryIO) -> Iterator[bytes]:
    handle.seek(0)
    while chunk := handle.read(64 * 1024):
        yield chunk


def _digest(handle: BinaryIO) -> str:
    digest = hashlib.sha256()
    for chunk in _chunks(handle):
        digest.update(chunk)
    return digest.hexdigest()


def remove(row: StoredFile) -> None:
    """Row first: bytes without a row are an orphan that a sweep may delete, a row without bytes is a broken promise."""
    path = row.path

    def unlink():
        failpoint("remove.before_unlink")
        path.unlink(missing_ok=True)

    row.delete()
    transaction.on_commit(unlink)


def stream(row: StoredFile) -> FileResponse:
    """Hand the file to somebody who is allowed to have it: as a download, never as a page of ours.

    What the antivirus has not found clean is not there for anybody (StoredFile.may_leave).
    """
    if not row.may_leave or not row.path.exists():
        raise Http404
    return as_download(row.path, row.name, KINDS[row.kind].content_type)


def as_download(path, name: str, content_type: str, *, inline: bool = False) -> FileResponse:
    response = FileResponse(
        path.open("rb"), as_attachment=not inline, filename=name, content_type=content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store, private"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response._csp_exempt = True  # the stricter header above stands
    return response

"""Receiving, streaming and removing files."""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from files.signatures import KINDS, MAX_FILES, Rejected, recognise
from foundation.failpoints import failpoint

SENTENCES = {
    "empty": _("Ce fichier est vide."),
    "too_big": _("Ce fichier dépasse 10 Mo. Envoyez-en un extrait, ou dites-nous comment le recevoir."),
    "extension": _(
        "Ce type de fichier n’est pas accepté. Acceptés : PDF, images PNG ou JPEG, documents bureautiques, CSV, texte."
    ),
    "content": _("Le contenu de ce fichier ne correspond pas à son nom, ou son type n’est pas accepté."),
    "macros": _("Ce document contient des macros. Enregistrez-le sans macro et envoyez-le de nouveau."),
    "bomb": _("Ce fichier est compressé d’une manière que nous n’acceptons pas."),
    "too_many": _("Cinq fichiers au plus. Retirez-en un avant d’en ajouter un autre."),
    "disk": _(
        "Nous ne pouvons pas recevoir de fichier pour le moment. Vous pouvez continuer sans, et l’ajouter plus tard."
    ),
}


def harmless_name(name: str) -> str:
    """A display name without paths, controls, direction marks or quotes; at most 120 characters, extension kept."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    name = "".join(sign for sign in name if unicodedata.category(sign)[0] not in "C")
    name = re.sub(r"[^\w .()+\-]", "_", name).strip(" .")
    stem, _dot, extension = name.rpartition(".")
    return f"{(stem or 'fichier')[:110]}.{extension[:8]}"


def write_durably(path: Path, chunks: Iterable[bytes]) -> None:
    """The whole file or nothing under this name, and on the disk when this returns. Raises OSError."""
    partial = path.with_suffix(f".{token_hex(4)}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with partial.open("wb") as out:
            out.writelines(chunks)
            out.flush()
            os.fsync(out.fileno())
        partial.rename(path)
        for folder in (path.parent, path.parent.parent):  # a name is on the disk once its folder is
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def receive(upload: UploadedFile, case: UUID, *, subject: UUID | None = None) -> StoredFile:
    """Check and keep an uploaded file for a case. Raises Rejected (sentences in SENTENCES).

    `subject`: the word of the conversation it comes with; MAX_FILES counts for each, and for the form.

    The bytes are on disk before the row exists: a row never points to nothing.
    """
    if StoredFile.objects.filter(case=case, subject=subject).count() >= MAX_FILES:
        raise Rejected("too_many")
    kind = recognise(upload.file, upload.name, upload.size)
    row = StoredFile(
        case=case, subject=subject, name=harmless_name(upload.name), kind=kind.code, size=upload.size
    )
    digest = hashlib.sha256()

    def chunks():
        for chunk in upload.chunks():
            digest.update(chunk)
            yield chunk

    try:
        write_durably(row.path, chunks())
    except OSError as error:
        raise Rejected("disk") from error
    failpoint("upload.file_written")
    row.sha256 = digest.hexdigest()
    row.save(force_insert=True)
    return row


def remove(row: StoredFile) -> None:
    """Row first: bytes without a row are an orphan that a sweep may delete, a row without bytes is a broken promise."""
    path = row.path
    row.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def stream(row: StoredFile) -> FileResponse:
    """Hand the file to somebody who is allowed to have it: as a download, never as a page of ours."""
    if not row.path.exists():
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

"""« Télécharger mes données »: a ZIP made while it is sent, of one JSON file and the files it speaks of.

Source of the right: GDPR art. 15 and 20. Sections are contributed by the apps that hold the data; the keys are
described in docs/export-format.md.
"""

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder

from foundation import clock
from foundation.registry import Registry
from journal.models import AccessLink, Message
from journal.timeline import COMPANY, tell

SCHEMA = 1
MAX_BYTES = 500 * 1024 * 1024  # of files in one archive; those beyond are listed, and handed over on request
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Attached:
    """A file of the archive: its name there, and where its bytes are."""

    name: str
    path: Path


@dataclass(frozen=True)
class Reader:
    """For whom an archive is made. `proven`: signed in with this address; a link alone may have been given by the
    confirmation page to whoever typed somebody else's, and shows nothing that this case did not bring."""

    case: UUID
    email: str
    proven: bool


# name → function(reader) giving what JSON can hold, about the case and the person of this address.
SECTIONS: Registry[Callable[[Reader], object]] = Registry("export section")
# name → function(case) giving the files that go with it.
FILES: Registry[Callable[[UUID], list[Attached]]] = Registry("export files")


def archive(reader: Reader) -> Iterator[bytes]:
    """The bytes of the ZIP. Rows are read at once, files chunk by chunk: memory stays small."""
    files, left_out = _bounded([one for find in FILES.values() for one in find(reader.case)])
    data = {
        "schema": SCHEMA,
        "made_at": clock.now(),
        **{name: section(reader) for name, section in sorted(SECTIONS.items())},
        "files_left_out": left_out,
    }
    document = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2).encode()
    return _zipped(document, files)


def _bounded(files: list[Attached]) -> tuple[list[Attached], list[str]]:
    """Those that fit into MAX_BYTES, and the names of those that do not or whose bytes are not there."""
    kept, left_out, total = [], [], 0
    for one in files:
        size = one.path.stat().st_size if one.path.exists() else MAX_BYTES + 1
        if total + size > MAX_BYTES:
            left_out.append(one.name)
            continue
        kept.append(one)
        total += size
    return kept, left_out


class _Pipe:
    """What zipfile writes to: it never seeks, and is emptied after every write."""

    def __init__(self):
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        taken, self._held = bytes(self._held), bytearray()
        return taken


def _zipped(document: bytes, files: list[Attached]) -> Iterator[bytes]:
    pipe = _Pipe()
    moment = clock.now().timetuple()[:6]
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(zipfile.ZipInfo("data.json", moment), document, zipfile.ZIP_DEFLATED)
        yield pipe.take()
        for one in files:
            try:
                source = one.path.open("rb")
            except FileNotFoundError:  # erased since
                continue
            with source, target.open(zipfile.ZipInfo(one.name, moment), "w") as member:
                while chunk := source.read(CHUNK):
                    member.write(chunk)
                    yield pipe.take()
    yield pipe.take()


@SECTIONS.register("history")
def history(reader: Reader) -> list[dict]:
    return [
        {"at": entry.at, "event": entry.name, "told": entry.title} for entry in tell(reader.case, COMPANY)
    ]


@SECTIONS.register("mails")
def mails(reader: Reader) -> list[dict]:
    """Mails to this person, by kind: their text is made when they leave and kept nowhere."""
    rows = Message.objects.filter(case=reader.case, recipient=reader.email).order_by("created_at")
    return [
        {"kind": row.template, "language": row.language, "status": row.status, "sent_at": row.sent_at}
        for row in rows
    ]


@SECTIONS.register("links")
def links(reader: Reader) -> list[dict]:
    """Doors that were given to this person, never what opens them."""
    rows = AccessLink.objects.filter(subject_id=reader.case, email=reader.email).order_by("created_at")
    return [
        {
            "purpose": row.purpose,
            "created_at": row.created_at,
            "expires_at": row.expires_at,
            "revoked_at": row.revoked_at,
        }
        for row in rows
    ]

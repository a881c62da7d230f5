"""PDF: every object is looked at, also those in compressed streams.

Source: ISO 32000-2 §7.3, §7.6, §12.6.
"""

import io
import re

from .refusing import Refused, refuse_doubles

_STRINGS = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9a-fA-F\s]*>", re.S)
_SCRIPTS = re.compile(rb"/(?:JavaScript|JS|Launch|ImportData|SubmitForm|XFA|RichMedia|Rendition)(?![\w.-])")
_INSIDE = re.compile(rb"/(?:EmbeddedFiles?|EF|GoToE)(?![\w.-])")


def pdf(data: bytes) -> None:
    import pikepdf

    end = data.rfind(b"%%EOF")
    tail = data[end + 5 :] if end >= 0 else b""
    refuse_doubles(data, tail, "pdf")
    if len(tail.strip(b"\0\r\n\t ")) > 1024:  # readers look for the end mark in the last kilobyte
        raise Refused("polyglot")
    try:
        document = pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("encrypted") from error
    except pikepdf.PdfError as error:
        raise Refused("damaged") from error
    for found in document.objects:
        plain = _STRINGS.sub(b"", _unparsed(found, pikepdf))
        if _SCRIPTS.search(plain):
            raise Refused("script")
        if _INSIDE.search(plain):
            raise Refused("embedded")
    if not len(document.pages):
        raise Refused("damaged")


def _unparsed(found, pikepdf) -> bytes:
    if isinstance(found, pikepdf.Stream):
        return found.stream_dict.unparse(resolved=True)
    if isinstance(found, pikepdf.Dictionary | pikepdf.Array):
        return found.unparse(resolved=True)
    return b""

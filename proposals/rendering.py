"""A snapshot in, a tagged A4 document out. Reads nothing but the snapshot and our own assets.

Schema 2 is composed by `proposals.document`; schema 1 is written as it was when such versions were sent.
Keys of a snapshot: docs/proposal-snapshot.md.
"""

from dataclasses import dataclass
from functools import cache

from django.template.loader import render_to_string
from django.utils import translation

from proposals.document import pdf
from proposals.document.pdf import ARCHIVE, PEOPLE, CannotRender
from proposals.document.reading import language_of
from proposals.first_schema import reading

__all__ = ["ARCHIVE", "PEOPLE", "CannotRender", "Document", "reading", "render_pdf"]


@dataclass(frozen=True)
class Document:
    """`content`: the PDF; `pages`: how many."""

    content: bytes
    pages: int


def render_pdf(snapshot: dict, variant: str = PEOPLE) -> Document:
    """The document of a frozen snapshot, in the snapshot's language. Raises CannotRender."""
    if snapshot.get("schema", 1) >= 2:
        return Document(*pdf.write(snapshot, variant))
    with translation.override(language_of(snapshot.get("language"))):
        html = render_html(snapshot)
    quoted = language_of(snapshot.get("words_language"))
    return Document(*pdf.laid_out(html, variant, quoted=quoted, data=snapshot, sheet=""))


@cache
def warm() -> None:
    """Read fonts, rules and patterns once in this process, for the children that it forks (proposals.bounded)."""
    words = "<h1>ENACT</h1><p>Un <b>premier</b> <i>mot</i>.</p>"
    html = f'<html lang="fr"><head><title>ENACT</title></head><body>{words}</body></html>'
    pdf.laid_out(html, PEOPLE, quoted="fr", data={})


def render_html(snapshot: dict) -> str:
    """The document as HTML, in the language that is active."""
    return render_to_string("pdf/proposal.html", reading(snapshot))

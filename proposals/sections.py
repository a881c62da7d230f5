"""The text of a proposal by section: codes in their order, and reading what they hold. Pure.

A section is a list of paragraphs {"id", "text"}. The portal's own paragraphs have ids that say what they are about
("ethics-high"), those that a person adds a random one; no id stands twice in a proposal.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

PARAGRAPH_MAX = 4000
MOST_PARAGRAPHS = 12  # of one section

SECTIONS = {
    "need": _("Le besoin tel que nous l’avons compris"),
    "baseline": _("Situation chiffrée et objectif"),
    "market": _("État de l’art, ce qui existe"),
    "data": _("Les données"),
    "ethics": _("Éthique et règlement européen sur l’IA"),
    "staffing": _("Les personnes et leur temps"),
    "conditions": _("Propriété et confidentialité"),
    "risks": _("Les risques"),
    "next_steps": _("Prochaines étapes"),
}

Paragraph = dict[str, str]


def paragraph(identity: str, text: str) -> Paragraph:
    return {"id": identity, "text": text}


def text_of(sections: dict[str, Any], code: str) -> str:
    """The paragraphs of one section as one text."""
    return "\n\n".join(row["text"] for row in sections.get(code) or () if row.get("text", "").strip())


def with_text(sections: dict[str, Any], **texts: str) -> dict[str, Any]:
    """These sections, each said in one paragraph."""
    return {**sections, **{code: [paragraph(f"{code}-1", text)] for code, text in texts.items()}}


def said(sections: dict[str, Any]) -> dict[str, list[Paragraph]]:
    """Sections with something to say, in order, without empty paragraphs."""
    found = {
        code: [row for row in sections.get(code) or () if row.get("text", "").strip()] for code in SECTIONS
    }
    return {code: rows for code, rows in found.items() if rows}


def ids_in(sections: dict[str, Any]) -> set[str]:
    return {row["id"] for rows in sections.values() for row in rows}


def rewritten(sections: dict[str, Any], code: str, fresh: list[Paragraph]) -> dict[str, Any]:
    """The section as the portal writes it now, before what people added themselves."""
    mine = {row["id"] for row in fresh}
    own = [row for row in sections.get(code) or () if row["id"] not in mine and "-" not in row["id"]]
    return {**sections, code: [*fresh, *own]}

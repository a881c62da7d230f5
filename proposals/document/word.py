"""Paper → DOCX, for those who have to write in it: real headings, tables with header rows, language, alternatives.

The same blocks under the same numbers as the PDF. The same snapshot gives the same bytes: days are the snapshot's.
"""

import io
import zipfile
from datetime import UTC, datetime

from django.utils import translation
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from proposals.document.blocks import Block, Paper, Section
from proposals.document.composing import compose
from proposals.document.pictures.raster import to_png
from proposals.document.wordtables import cells_of, facts, rows

LOCALES = {"fr": "fr-FR", "de": "de-DE", "en": "en-GB"}
_FIR, _INK = RGBColor(0x14, 0x58, 0x4B), RGBColor(0x14, 0x21, 0x1D)
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest day a ZIP knows


def write(snapshot: dict) -> bytes:
    """The document of a snapshot of schema 2 as a word processor's file."""
    paper = compose(snapshot)
    with translation.override(paper.language):
        return _fixed(_made(paper))


def _made(paper: Paper):
    document = Document()
    _styles(document, paper)
    _properties(document, paper)
    _margins(document, paper)
    _cover(document, paper)
    for part in paper.parts:
        _part(document, part)
    return document


def _styles(document, paper: Paper) -> None:
    """One language for the whole text; headings in our colours, in the reader's own typeface if ours is missing."""
    for name, size, colour in (
        ("Normal", 10.5, _INK),
        ("Title", 24, _INK),
        ("Heading 1", 16, _INK),
        ("Heading 2", 12, _FIR),
        ("Quote", 11, _INK),
    ):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Source Sans 3", Pt(size), colour
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(key), None)
        for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(key), "Source Sans 3")
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    defaults = document.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    lang = defaults.find(qn("w:lang"))
    for key in ("w:val", "w:eastAsia"):
        lang.set(qn(key), LOCALES[paper.language])


def _properties(document, paper: Paper) -> None:
    """What stands in the file's properties: of a confidential case, the reference alone (`Paper.name`)."""
    day = datetime.fromisoformat(paper.created).replace(tzinfo=UTC)
    core = document.core_properties
    core.title, core.author, core.last_modified_by = paper.name, "ENACT", "ENACT"
    core.language, core.subject, core.comments, core.keywords = LOCALES[paper.language], "", "", ""
    core.created = core.modified = day.replace(tzinfo=None)
    core.revision = paper.version


def _margins(document, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.1)
    section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
    section.header.paragraphs[0].text = f"{_('Proposition de collaboration')} · {_('Confidentiel')}"
    foot = section.footer.paragraphs[0]
    foot.add_run(f"{paper.foot} · ")
    _field(foot, "PAGE")
    foot.add_run(" / ")
    _field(foot, "NUMPAGES")


def _field(paragraph, name: str) -> None:
    """A number that the word processor fills in."""
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        run = paragraph.add_run()._r
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run.append(mark)


def _cover(document, paper: Paper) -> None:
    document.add_paragraph(paper.kind_of_paper)
    document.add_paragraph(paper.title, style="Title")
    facts(document, paper.cover)
    for note in paper.notes:
        _note(document, note)
    if paper.verify_number:
        said = f"{paper.verify_number} · {paper.verify_check}"
        document.add_paragraph(f"{_('Ce papier est-il authentique et à jour ?')} {said} {paper.verify_url}")
    document.add_paragraph(paper.legal)
    document.add_paragraph(
        _("Ce fichier sert à travailler le texte. Seul le PDF est le document envoyé : lui seul se vérifie.")
    )


def _part(document, part: Section) -> None:
    heading = document.add_heading(part.heading, level=1)
    heading.paragraph_format.page_break_before = part.number == "1" or part.fresh
    for block in part.blocks:
        _WRITERS[block.kind](document, block)


def _paragraph(document, block) -> None:
    paragraph = document.add_paragraph()
    for number, line in enumerate(block.text.split("\n")):
        if number:
            paragraph.add_run().add_break()
        run = paragraph.add_run(line)
        run.italic = block.soft or None


def _heading(document, block) -> None:
    document.add_heading(block.text, level=2)


def _items(document, block) -> None:
    for item in block.items:
        document.add_paragraph(item, style="List Number" if block.ordered else "List Bullet")


def _facts(document, block) -> None:
    facts(document, block.rows)


def _table(document, block) -> None:
    rows(document, block)


def _quote(document, block) -> None:
    for text in block.text.split("\n\n"):
        run = document.add_paragraph(style="Quote").add_run(text)
        lang = OxmlElement("w:lang")
        lang.set(qn("w:val"), LOCALES[block.language])
        run._r.get_or_add_rPr().append(lang)


def _note(document, block) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Cm(0.5)
    if block.title:
        paragraph.add_run(block.title).bold = True
        paragraph.add_run().add_break()
    paragraph.add_run(block.text)


def _drawing(document, block) -> None:
    picture = block.picture
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    inline = paragraph.add_run().add_picture(io.BytesIO(to_png(picture)), width=Cm(16.6))
    named = inline._inline.docPr
    named.set("descr", picture.alternative)
    named.set("name", picture.name)


def _signatures(document, block) -> None:
    table = document.add_table(rows=1, cols=len(block.names[:3]) or 1)
    for number, name in enumerate(block.names):
        if number and number % 3 == 0:
            table.add_row()
        target = cells_of(table.rows[-1])[number % 3]
        target.paragraphs[0].add_run(_("Pour %(name)s") % {"name": name}).bold = True
        for line in (_("Nom et fonction :"), _("Date :"), _("Signature :"), ""):
            target.add_paragraph(line)


_WRITERS = {
    "paragraph": _paragraph,
    "heading": _heading,
    "items": _items,
    "facts": _facts,
    "table": _table,
    "quote": _quote,
    "note": _note,
    "drawing": _drawing,
    "signatures": _signatures,
}


def _fixed(document) -> bytes:
    """The file with one day for all of its parts: the clock of who writes it is not in it."""
    made, out = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(entry, source.read(name))
    return out.getvalue()


def knows(block: Block) -> bool:
    """Whether this output can say such a block: a new kind without a writer fails the tests."""
    return block.kind in _WRITERS

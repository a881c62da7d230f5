"""Tables of the DOCX: a header row that repeats over pages, rows that stay whole, figures on the right."""

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from proposals.document.blocks import Cell, Table

_ROOM = 16.8  # cm between the margins


def cells_of(row) -> list:
    """`row.cells` of python-docx walks the whole table for each cell."""
    return [row.table.cell(row._index, number) for number in range(len(row.table.columns))]


def rows(document, block: Table) -> None:
    table = document.add_table(rows=1, cols=len(block.head), style="Table Grid")
    _describe(table, block.caption)
    for target, head in zip(cells_of(table.rows[0]), block.head, strict=True):
        target.paragraphs[0].add_run(head).bold = True
    _flag(table.rows[0], "w:tblHeader")
    for number, row in enumerate(block.rows):
        made = table.add_row()
        _flag(made, "w:cantSplit")
        for column, (target, said) in enumerate(zip(cells_of(made), row, strict=True)):
            _fill(target, said, bold=number in block.totals, right=column in block.numbers)
    _widths(table, block.widths)
    document.add_paragraph()


def facts(document, pairs) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in pairs:
        made = table.add_row()
        _flag(made, "w:cantSplit")
        left, right = cells_of(made)
        left.paragraphs[0].add_run(name).bold = True
        right.text = value
    _widths(table, (30, 70))
    document.add_paragraph()


def _fill(target, said: Cell, *, bold: bool, right: bool) -> None:
    for number, line in enumerate(said.lines):
        paragraph = target.paragraphs[0] if number == 0 else target.add_paragraph()
        run = paragraph.add_run(line.text)
        run.bold = bold or line.tone in ("strong", "kind") or None
        run.italic = line.tone == "soft" or None
    for paragraph in target.paragraphs:
        paragraph.paragraph_format.space_after = Pt(2)
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _flag(row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _describe(table, text: str) -> None:
    """The title that a screen reader says."""
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), text)
    table._tbl.tblPr.append(caption)


def _widths(table, widths) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(_ROOM * width / 100)
        for target in column.cells:
            target.width = column.width

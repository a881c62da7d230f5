"""What a document is made of: sections of blocks, said once and written by each output in its own way."""

from dataclasses import dataclass, field
from typing import ClassVar

from proposals.document.pictures.shapes import Picture


@dataclass(frozen=True)
class Paragraph:
    """`id`: of a paragraph that people wrote, so that a comment or a difference can name it."""

    kind: ClassVar[str] = "paragraph"
    text: str
    id: str = ""
    soft: bool = False


@dataclass(frozen=True)
class Heading:
    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True)
class Items:
    kind: ClassVar[str] = "items"
    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Facts:
    """Two columns: what, and its value; "" is left open to be written by hand."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]
    caption: str = ""
    form: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a cell; `tone`: "", "kind" (small, above), "strong", "soft"."""

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Cell:
    lines: tuple[Line, ...]
    number: bool = False

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True)
class Table:
    """`widths`: per cent of each column; `header`: which column names its row; `numbers`: columns of figures;
    `totals`: rows that add up those above; `form`: rows to fill by hand."""

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]
    header: int = 0
    numbers: tuple[int, ...] = ()
    totals: tuple[int, ...] = ()
    form: bool = False

    @property
    def columns(self) -> list[tuple[str, int, bool]]:
        """(head, width, whether figures stand in it)."""
        return [
            (head, width, index in self.numbers)
            for index, (head, width) in enumerate(zip(self.head, self.widths, strict=True))
        ]

    @property
    def lines(self) -> list["Row"]:
        """Rows as a template walks them."""
        return [
            Row(
                tuple(
                    (cell, head, index == self.header, index in self.numbers)
                    for index, (cell, head) in enumerate(zip(row, self.head, strict=True))
                ),
                number in self.totals,
            )
            for number, row in enumerate(self.rows)
        ]


@dataclass(frozen=True)
class Row:
    """`cells`: (cell, head of its column, whether it names the row, whether it is a figure)."""

    cells: tuple[tuple[Cell, str, bool, bool], ...]
    total: bool


@dataclass(frozen=True)
class Quote:
    kind: ClassVar[str] = "quote"
    text: str
    language: str


@dataclass(frozen=True)
class Note:
    """Something to be seen: `tone` "plain" or "warn"."""

    kind: ClassVar[str] = "note"
    text: str
    title: str = ""
    tone: str = "plain"


@dataclass(frozen=True)
class Drawing:
    kind: ClassVar[str] = "drawing"
    picture: Picture


@dataclass(frozen=True)
class Signatures:
    kind: ClassVar[str] = "signatures"
    names: tuple[str, ...]


Block = Paragraph | Heading | Items | Facts | Table | Quote | Note | Drawing | Signatures


@dataclass(frozen=True)
class Section:
    """`number`: as printed before the title, « 3 » or « Annexe 2 »; `fresh`: begins on a page of its own."""

    code: str
    number: str
    title: str
    blocks: tuple[Block, ...]
    annex: bool = False
    fresh: bool = False

    @property
    def heading(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(frozen=True)
class Paper:
    """The whole document. `cover`: facts of the first page; `notes`: what the reader must know before reading."""

    language: str
    words_language: str
    reference: str
    version: int
    title: str
    kind_of_paper: str
    name: str
    cover: tuple[tuple[str, str], ...]
    notes: tuple[Note, ...]
    sections: tuple[Section, ...]
    date: str
    created: str
    foot: str
    legal: str
    verify_number: str = ""
    verify_check: str = ""
    verify_url: str = ""
    annexes: tuple[Section, ...] = field(default=())

    @property
    def parts(self) -> tuple[Section, ...]:
        return (*self.sections, *self.annexes)


def cell(*lines: str | tuple[str, str], number: bool = False) -> Cell:
    """A cell of lines; a line is a text or (tone, text). Empty ones are left out, a cell without any says « – »."""
    made = tuple(
        Line(*reversed(line)) if isinstance(line, tuple) else Line(line)
        for line in lines
        if (line[1] if isinstance(line, tuple) else line)
    )
    return Cell(made or (Line("–"),), number)


def empty_row(columns: int) -> tuple[Cell, ...]:
    """A row to be filled by hand."""
    return tuple(Cell(()) for _column in range(columns))

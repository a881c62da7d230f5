"""What a file would change: every line compared with the offer that is there."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from partners.models import Organisation
from programs.exchange.checking import canonical, check
from programs.exchange.fields import Vocabularies
from programs.exchange.records import owned, record_of
from programs.models import Offer, OfferKind, OfferStatus
from programs.sheets.columns import Values, all_columns, columns_of, line_of
from programs.sheets.lines import column_of, identifier, is_example, kind_of, record_of_line
from programs.sheets.reading import Line, Table

CREATED, UPDATED, UNCHANGED, WRONG = "created", "updated", "unchanged", "wrong"
MOST_TOLD = 1_000  # lines in the report, wrong ones first
MOST_PROBLEMS = 20  # of one line
AT_ONCE = 200


@dataclass
class Plan:
    """`records`: canonical, those to be written. `rows`: the offers that exist, by external id."""

    rows: dict[str, Offer]
    records: list[dict] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)
    lines: list[dict] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    examples: int = 0

    @property
    def told(self) -> dict:
        """For CatalogueImport.report."""
        order = {WRONG: 0, UPDATED: 1, CREATED: 2}
        shown = sorted(
            (line for line in self.lines if line["outcome"] != UNCHANGED),
            key=lambda line: (order[line["outcome"]], line["place"]),
        )
        return {
            **{name: self.counts[name] for name in (CREATED, UPDATED, UNCHANGED, WRONG)},
            "lines_read": self.counts.total(),
            "examples": self.examples,
            "ignored": self.ignored[:20],
            "lines": shown[:MOST_TOLD],
            "left_out": max(0, len(shown) - MOST_TOLD),
        }


def plan(
    organisation: Organisation, table: Table, progress: Callable[[int], None] = lambda done: None
) -> Plan:
    """Nothing is written. `progress` hears how many lines are done."""
    rows = {row.external_id: row for row in owned(organisation)}
    made = Plan(rows, ignored=table.ignored)
    values, vocabularies = Values(), Vocabularies()
    seen: dict[str, int] = {}
    for place, line in enumerate(table.lines):
        if is_example(line.cells):
            made.examples += 1
            continue
        _take(made, line, place, seen, values, vocabularies)
        if place % AT_ONCE == AT_ONCE - 1:
            progress(place + 1)
    return made


def _take(
    made: Plan, line: Line, place: int, seen: dict[str, int], values: Values, vocabularies: Vocabularies
) -> None:
    code = identifier(line.cells)
    row = made.rows.get(code)
    before = record_of(row) if row else None
    wrongs: list[tuple[str, str]] = []
    if code in seen and code:
        wrongs.append(
            ("id", _("Le même identifiant se trouve déjà à la ligne %(line)s.") % {"line": seen[code]})
        )
    seen.setdefault(code, line.number)
    kind = kind_of(line.cells, line.kind, before, values)
    if kind not in OfferKind.values:
        wrongs.append(("kind", _("Dites de quelle nature est l’offre : %(kinds)s.") % {"kinds": _kinds()}))
        return _tell(made, line, place, code, "", WRONG, wrongs)
    if before and kind != before["kind"]:
        wrongs.append(("kind", _("La nature d’une offre ne change pas : donnez-lui un autre identifiant.")))
        return _tell(made, line, place, code, "", WRONG, wrongs)
    record, unread = record_of_line(line.cells, kind, before, values)
    wrongs += unread
    told = {name for name, _why in unread}
    for problem in check(record, vocabularies):
        column = column_of(problem.path, record.get("language", ""))
        if column not in told:
            wrongs.append((column, problem.message))
    title = str(record.get("title") or "")[:110]
    if wrongs:
        return _tell(made, line, place, code, title, WRONG, wrongs)
    wanted = canonical(record)
    if before == wanted:
        return _tell(made, line, place, code, title, UNCHANGED)
    if row and row.status == OfferStatus.ARCHIVED:
        why = _("Cette offre est archivée : donnez un autre identifiant à la nouvelle.")
        return _tell(made, line, place, code, title, WRONG, [("id", why)])
    made.records.append(wanted)
    if before is None:
        return _tell(made, line, place, code, title, CREATED)
    return _tell(made, line, place, code, title, UPDATED, changes=_changes(before, wanted, values))


def _kinds() -> str:
    return ", ".join(str(label) for label in OfferKind.labels)


def _changes(before: dict, wanted: dict, values: Values) -> list[str]:
    """The headings of what is different."""
    columns = columns_of(wanted["kind"])
    pairs = zip(columns, line_of(before, columns, values), line_of(wanted, columns, values), strict=True)
    return [str(column.label) for column, old, new in pairs if old != new]


def _tell(made: Plan, line: Line, place: int, code: str, title: str, outcome: str, wrongs=(), changes=()):
    made.counts[outcome] += 1
    if outcome == UNCHANGED:
        return
    made.lines.append(
        {
            "place": place,
            "sheet": line.sheet[:60],
            "number": line.number,
            "id": code[:120],
            "title": title,
            "outcome": outcome,
            "changes": list(changes),
            "problems": [
                {"column": line.letters.get(name, ""), "heading": _heading(name), "why": why}
                for name, why in wrongs[:MOST_PROBLEMS]
            ],
        }
    )


def _heading(name: str) -> str:
    column = all_columns().get(name)
    return str(column.label) if column else name

"""What differs between two frozen versions: section by section, paragraph by paragraph, word by word.

Read from the snapshots alone. Paragraphs that people wrote are known by their id, everything else by its place and
likeness: steps, dates and costs are told as the document tells them.
"""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from django.utils import translation
from django.utils.translation import gettext as _

from proposals.document import wording
from proposals.document.blocks import Facts, Items, Note, Paragraph, Quote, Section, Signatures, Table
from proposals.document.composing import compose
from proposals.document.reading import language_of
from proposals.first_schema import reading
from proposals.plain import one_line

SAME, ADDED, REMOVED = "same", "added", "removed"
_ALIKE = 0.35  # of the words: under it, one text went and another came
_NOT_COMPARED = {"glossary"}  # follows from the others
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """Words that are the same, added or removed."""

    state: str
    text: str


@dataclass(frozen=True)
class Change:
    """One text of a section; `state`: "added", "removed" or "changed"."""

    state: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Differing:
    """A section in which something differs; `state`: "added" or "removed" as a whole, or "changed"."""

    title: str
    state: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class _Unit:
    key: str
    text: str


def differences(old: dict, new: dict) -> list[Differing]:
    """From `old` to `new`, in the language of `new`; [] when they say the same."""
    # The day of a document differs always: both are read as of the same one.
    before, after = _sections({**old, "date": new["date"]}), _sections(new)
    with translation.override(language_of(new.get("language"))):
        found = []
        codes = [*after, *(code for code in before if code not in after)]
        for code in codes:
            title = (after.get(code) or before[code])[0]
            was = before[code][1] if code in before else []
            now = after[code][1] if code in after else []
            changes = _changes(was, now)
            if changes:
                state = ADDED if code not in before else REMOVED if code not in after else "changed"
                found.append(Differing(title, state, tuple(changes)))
        return found


def _sections(snapshot: dict) -> dict[str, tuple[str, list[_Unit]]]:
    """Code of a section → (its title, its texts)."""
    if snapshot.get("schema", 1) < 2:
        return _of_the_first_schema(snapshot)
    paper = compose(snapshot)
    with translation.override(paper.language):
        found = {"cover": (_("Première page"), [_Unit("title", paper.title), *_facts(paper.cover)])}
    for part in paper.parts:
        if part.code not in _NOT_COMPARED:
            found[part.code] = (part.title, _units(part))
    return found


def _facts(rows) -> list[_Unit]:
    """The day and the number of a version differ always: they are not told."""
    told = {_("Référence"), _("Établie le")}
    return [_Unit(name, f"{name} : {value}".replace("\n", ", ")) for name, value in rows if name not in told]


def _units(part: Section) -> list[_Unit]:
    found: list[_Unit] = []
    for block in part.blocks:
        match block:
            case Paragraph():
                found.append(_Unit(block.id, block.text))
            case Note():
                found.append(_Unit("", f"{block.title} : {block.text}" if block.title else block.text))
            case Quote():
                found += [_Unit("", text) for text in block.text.split("\n\n")]
            case Items():
                found += [_Unit("", item) for item in block.items]
            case Facts() if part.code != "agreement":  # there it is the number of the paper
                found += [_Unit("", f"{name} : {value}") for name, value in block.rows]
            case Table():
                found += [_Unit("", _row(row)) for row in block.rows if any(cell.lines for cell in row)]
            case Signatures():
                found += [_Unit("", name) for name in block.names]
    return found


def _row(row) -> str:
    return " · ".join(cell.text.replace("\n", ", ") for cell in row if cell.text and cell.text != "–")


def _of_the_first_schema(snapshot: dict) -> dict[str, tuple[str, list[_Unit]]]:
    """The same for versions of before, under the codes that both schemas share."""
    with translation.override(language_of(snapshot.get("language"))):
        texts = reading(snapshot)
        steps = [
            " · ".join(
                filter(
                    None, (step["kind"], step["title"], step["organisation"], step["when"], step["summary"])
                )
            )
            for step in texts["steps"]
        ]
        cover = [
            texts["title"],
            texts["company"],
            _("Valable jusqu’au %(day)s") % {"day": wording.day(texts["valid_until"])},
        ]
        return {
            "cover": (_("Première page"), [_Unit("", text) for text in cover]),
            "words": (_("L’irritant, dans vos mots"), _paragraphs(texts["words"])),
            "need": (_("Ce que nous avons compris"), _paragraphs(texts["need"], texts["target"])),
            "options": (_("Le chemin proposé"), [_Unit("", step) for step in steps]),
            "team": (
                _("Vos partenaires et interlocuteurs"),
                [_Unit("", one_line(row["name"], 200)) for row in texts["partners"]],
            ),
            "conditions": (_("Propriété et confidentialité"), _paragraphs(texts["conditions"])),
            "next": (_("Prochaines étapes et validité"), _paragraphs(texts["next_steps"])),
        }


def _paragraphs(*texts: str) -> list[_Unit]:
    return [_Unit("", part) for text in texts for part in text.split("\n\n") if part]


def _changes(was: list[_Unit], now: list[_Unit]) -> list[Change]:
    """Texts known by their id first, the rest in order."""
    keys = {unit.key for unit in was if unit.key} & {unit.key for unit in now if unit.key}
    before = [unit.key if unit.key in keys else unit.text for unit in was]
    after = [unit.key if unit.key in keys else unit.text for unit in now]
    found: list[Change] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            pairs = zip(was[a:b], now[c:d], strict=True)
            found += [_changed(one.text, other.text) for one, other in pairs if one.text != other.text]
        else:
            for one, other in zip_longest(was[a:b], now[c:d]):
                found += _pair(one, other)
    return found


def _pair(one: _Unit | None, other: _Unit | None) -> list[Change]:
    if one and other and _likeness(one.text, other.text) >= _ALIKE:
        return [_changed(one.text, other.text)]
    found = []
    if one:
        found.append(Change(REMOVED, (Piece(REMOVED, one.text),)))
    if other:
        found.append(Change(ADDED, (Piece(ADDED, other.text),)))
    return found


def _likeness(one: str, other: str) -> float:
    """Of the words alone: spaces are alike everywhere."""
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).quick_ratio()


def _changed(one: str, other: str) -> Change:
    return Change("changed", pieces(one, other))


def pieces(one: str, other: str) -> tuple[Piece, ...]:
    """The later text with what was taken away and added, by words; one after the other where they have little alike."""
    if _likeness(one, other) < _ALIKE:
        found = (Piece(REMOVED, one), Piece(ADDED, other))
        return tuple(piece for piece in found if piece.text)
    return tuple(_by_words(one, other))


def _by_words(one: str, other: str) -> list[Piece]:
    a, b = _WORD.findall(one), _WORD.findall(other)
    found: list[Piece] = []
    for what, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(Piece(SAME, "".join(a[i:j])))
            continue
        if i < j:
            found.append(Piece(REMOVED, "".join(a[i:j])))
        if k < m:
            found.append(Piece(ADDED, "".join(b[k:m])))
    return found

"""Match, hold or redirect: whether a human must look before any partner sees a need, and why.

`data/verdicts.txt` names groups of words (who, what is done, which data, which place) and, for each reason, the
combinations that speak for it, in points. A reason stands from one point on, so that weak clues must add up.
Prohibited use is a redirect, high-risk use a hold.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

from .concepts.recognising import Recogniser
from .reading import Reading
from .text import DATA, LANGUAGES, Analysed, analyse
from .thesaurus import Entry, Thesaurus, parse_expressions
from .types import Need, Passage, ThesaurusError, VerdictCode, VerdictReason

STANDS = 1.0
# Beside a reason that stands, another is told from here on; two such reasons together also make a hold.
TELLS = 0.6
TOGETHER = 1.2
REACH = 10
CLOSE = 1
FEW_WORDS = 3
ENOUGH = 20
NEGATION = "negation"
NEGATED = 3
UNKNOWN = "unknown"
ALWAYS = "always"
EFFECTS = ("hold", "redirect")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
_LETTER = re.compile(r"[^\W\d_]")
_HEADER = re.compile(r"^\[([a-z-]+)\]([^/]*)(?:/(.*))?$")
_LINKS = re.compile(r">>|>|\+")
_RULE = re.compile(r"^([\d.]*)\s*(.+)$")


@dataclass(frozen=True, slots=True)
class Assessment:
    """A verdict, why, and topics of help that a sensitive need calls for (law, ethics, security)."""

    verdict: VerdictCode
    reasons: tuple[VerdictReason, ...]
    topics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a group is said: words `first` to `last` of a sentence; `weight` 1, or less for a weak clue.

    A fact about the company (sector, type of organisation) is a place without words.
    """

    weight: float = 1.0
    sentence: tuple[bool, int] = (False, -1)
    first: int = 0
    last: int = 0
    passage: Passage | None = None

    def linked(self, link: str, other: Place) -> bool:
        """Whether both stand as `link` says: "+" near one another, ">" in this order, ">>" side by side."""
        if self.passage is None or other.passage is None or self.sentence != other.sentence:
            return False
        if link != "+" or self.first < other.first:
            return 0 < other.first - self.last <= (CLOSE if link == ">>" else REACH)
        return 0 < self.first - other.last <= REACH


@dataclass(frozen=True, slots=True)
class Clause:
    """Groups that must stand near one another (each with its alternatives), or be absent.

    links: how each item stands to the next one, see `Place.linked`.
    """

    items: tuple[tuple[str, ...], ...]
    links: tuple[str, ...] = ()
    absent: bool = False

    def met(self, places: Mapping[str, list[Place]]) -> tuple[float, frozenset[Passage]] | None:
        """How surely the clause is met and by which passages; None when it is not."""
        found = [[place for group in item for place in places.get(group, ())] for item in self.items]
        if self.absent:
            return None if any(found) else (1.0, frozenset())
        best, passages = 0.0, set()
        for chosen in product(*found):
            pairs = zip(chosen, chosen[1:], self.links, strict=False)
            if all(one.linked(link, other) for one, other, link in pairs):
                best = max(best, min(place.weight for place in chosen))
                passages.update(place.passage for place in chosen if place.passage)
        return (best, frozenset(passages)) if best else None


@dataclass(frozen=True, slots=True)
class Rule:
    """Clauses that all hold are worth `points` for a reason (negative: they speak against it)."""

    points: float
    clauses: tuple[Clause, ...]


@dataclass(slots=True)
class Sensitive:
    """A reason of the closed list: its effect, the topics it calls for, the reasons it implies, its rules."""

    effect: str
    topics: Mapping[str, float]
    implied: tuple[str, ...] = ()
    rules: list[Rule] = field(default_factory=list)


class Judge:
    """Applies the verdict rules to a need. Raises ThesaurusError when the rules cannot be read."""

    def __init__(self, path: str | Path | None = None) -> None:
        self._reasons, groups = _load(Path(path or DATA / "verdicts.txt"))
        self._facts = {name: frozenset(entry.sectors) for name, entry in groups.items()}
        self._always = {name for name, entry in groups.items() if ALWAYS in entry.topics}
        self._recogniser = Recogniser(Thesaurus(groups))

    def assess(self, need: Need, reading: Reading) -> Assessment:
        """The verdict, its reasons with the words behind them (none for a match), the topics called for."""
        if (len(reading.terms) < FEW_WORDS and not reading.topics) or not _LETTER.search(
            _LINK.sub(" ", need.text)
        ):
            return Assessment("redirect", (VerdictReason("not-an-irritant"),), {})
        points = self._points(self._places(need, reading.language))
        standing = {code for code, (score, _) in points.items() if score >= STANDS}
        told = {code for code, (score, _) in points.items() if score >= TELLS}
        hinted = [min(points[code][0], 1.0) for code in told if self._reasons[code].effect == "hold"]
        if not standing and sum(hinted) < TOGETHER:
            return Assessment("match", (), {})
        redirected = any(self._reasons[code].effect == "redirect" for code in standing)
        told = {code for code in told if code in standing or self._reasons[code].effect == "hold"}
        return Assessment("redirect" if redirected else "hold", self._told(told, points), self._called(told))

    def _told(
        self, codes: Iterable[str], points: Mapping[str, tuple[float, set[Passage]]]
    ) -> tuple[VerdictReason, ...]:
        passages: dict[str, set[Passage]] = defaultdict(set)
        for code in codes:
            for named in (code, *self._reasons[code].implied):
                passages[named] |= points[code][1]
        return tuple(
            VerdictReason(code, tuple(sorted(found, key=lambda p: (not p.in_title, p.start, p.end))))
            for code, found in sorted(passages.items())
        )

    def _called(self, codes: Iterable[str]) -> dict[str, float]:
        called: dict[str, float] = {}
        for code in codes:
            for topic, weight in self._reasons[code].topics.items():
                called[topic] = max(called.get(topic, 0.0), weight)
        return called

    def _points(self, places: Mapping[str, list[Place]]) -> dict[str, tuple[float, set[Passage]]]:
        points: dict[str, tuple[float, set[Passage]]] = {}
        for code, reason in self._reasons.items():
            total, passages = 0.0, set()
            for rule in reason.rules:
                met = [clause.met(places) for clause in rule.clauses]
                if all(met):
                    total += rule.points * min(one[0] for one in met if one)
                    if rule.points > 0:
                        passages.update(*(one[1] for one in met if one))
            points[code] = (round(total, 3), passages)
        return points

    def _places(self, need: Need, language: str) -> dict[str, list[Place]]:
        facts = {need.sector or UNKNOWN, need.organisation_type}
        places = defaultdict(list, {name: [Place()] for name, known in self._facts.items() if known & facts})
        for text, in_title in ((need.title, True), (need.text, False)):
            for name, place in self._said(text, in_title, analyse(text, language)):
                if len(places[name]) < ENOUGH:
                    places[name].append(place)
        return places

    def _said(self, text: str, in_title: bool, analysed: Analysed) -> Iterator[tuple[str, Place]]:
        words, spans = analysed.words, self._recogniser.spans(analysed)
        negated: set[int] = set()
        for _, _, last in spans.pop(NEGATION, ()):
            for position in range(last + 1, min(last + 1 + NEGATED, len(words))):
                between = text[words[position - 1].end : words[position].start]
                if not between.isspace() and "'" not in between and "’" not in between:
                    break
                negated.add(position)
        for name, found in spans.items():
            for weight, first, last in found:
                if first not in negated or name in self._always:
                    passage = Passage(words[first].start, words[last].end, in_title)
                    yield name, Place(weight, (in_title, words[first].sentence), first, last, passage)


def _load(path: Path) -> tuple[dict[str, Sensitive], dict[str, Entry]]:
    reasons: dict[str, Sensitive] = {}
    groups: dict[str, Entry] = {}
    current = ""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ThesaurusError(f"{path}: cannot be read") from error
    for number, line in enumerate(map(str.strip, lines), 1):
        try:
            if line.startswith("["):
                current = _header(line, reasons, groups)
            elif line and not line.startswith("#"):
                _line(line, current, reasons, groups)
        except ValueError as error:
            raise ThesaurusError(f"{path.name}, line {number}: {error}") from error
    known = {*groups, *reasons}
    for code, reason in reasons.items():
        used = {
            name for rule in reason.rules for clause in rule.clauses for item in clause.items for name in item
        }
        if not used <= set(groups) or not set(reason.implied) <= known:
            raise ThesaurusError(f"{path.name}: {code} names unknown groups: {sorted(used - set(groups))}")
    return reasons, groups


def _header(line: str, reasons: dict[str, Sensitive], groups: dict[str, Entry]) -> str:
    header = _HEADER.match(line)
    if not header or header[1] in reasons or header[1] in groups:
        raise ValueError("a new [name] was expected")
    name, effect, *topics = header[1], *(header[2].split() or [""])
    if effect in EFFECTS:
        pairs = (topic.partition(":") for topic in topics)
        reasons[name] = Sensitive(effect, {topic: float(weight or 1) for topic, _, weight in pairs})
    elif effect in ("", ALWAYS):
        groups[name] = Entry(name, {effect: 1.0}, tuple((header[3] or "").split()))
    else:
        raise ValueError(f"{effect!r} is neither hold, redirect nor always")
    return name


def _line(line: str, current: str, reasons: dict[str, Sensitive], groups: dict[str, Entry]) -> None:
    key, _, value = (part.strip() for part in line.partition(":"))
    if current in reasons and key == "up":
        reasons[current].implied = tuple(value.split())
    elif current in reasons and key in ("when", "less"):
        reasons[current].rules.append(_rule(value, -1 if key == "less" else 1))
    elif current in groups and key in (*LANGUAGES, "xx"):
        entry = groups[current]
        said = (*entry.expressions, *parse_expressions(value, key))
        groups[current] = replace(entry, expressions=said)
    else:
        raise ValueError(f"{key!r} has no place here")


def _rule(value: str, sign: int) -> Rule:
    match = _RULE.match(value)
    if not match:
        raise ValueError("points and groups were expected")
    clauses = []
    for part in match[2].split("&"):
        absent = part.strip().startswith("!")
        items = _LINKS.split(part.strip().removeprefix("!"))
        links = tuple(_LINKS.findall(part))
        clauses.append(Clause(tuple(tuple(map(str.strip, item.split("|"))) for item in items), links, absent))
    return Rule(sign * float(match[1] or 1), tuple(clauses))

"""The trilingual thesaurus: concepts → topics, and the words by which people say them. A readable data file.

The format is described in `data/thesaurus/00-format.md`. Additions and retirements of coordinators are laid
over the base without touching it; `version` changes with any of them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .text import DATA, LANGUAGES
from .types import ThesaurusError

WEAK = 0.4
RELATED = 0.5
BASE = DATA / "thesaurus"
_HEADER = re.compile(r"^\[([a-z0-9-]+)\]([^/|]*)(?:/([^|]*))?(?:\|(.*))?$")


@dataclass(frozen=True, slots=True)
class Expression:
    """One way to say a concept. `exact` counts little words; `weight` is 1, or 0.4 for a weak clue."""

    text: str
    language: str
    weight: float = 1.0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept: topics with weights, sector hints, broader concepts, expressions.

    related: concepts whose offers also help a need of this one, with weights (0 to 1).
    """

    id: str
    topics: Mapping[str, float]
    sectors: tuple[str, ...]
    broader: tuple[str, ...] = ()
    expressions: tuple[Expression, ...] = ()
    related: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """Concepts by identifier, and the version of what was read."""

    entries: Mapping[str, Entry] = field(repr=False)
    version: str = field(default="")

    @classmethod
    def load(
        cls,
        path: str | Path | None = None,
        additions: Sequence[Mapping[str, Any]] = (),
        retired: Sequence[str] = (),
    ) -> Thesaurus:
        """Read a file or a folder of `*.txt` files (the base thesaurus by default).

        additions: mappings with `concept`, `language`, `expression` and, for a new concept, optional `topics`
        (list, or mapping to weights) and `sectors`. retired: "concept" or "concept/language/expression".
        Raises ThesaurusError naming the file and line, or the addition, that cannot be read.
        """
        source = Path(path) if path is not None else BASE
        files = sorted(source.glob("*.txt")) if source.is_dir() else [source]
        entries: dict[str, Entry] = {}
        digest = hashlib.sha256()
        for file in files:
            try:
                content = file.read_text(encoding="utf-8")
            except OSError as error:
                raise ThesaurusError(f"{file}: cannot be read") from error
            digest.update(content.encode())
            _parse(content, file.name, entries)
        for addition in additions:
            _add(entries, addition)
        for item in retired:
            _retire(entries, item)
        overlay = sorted(map(repr, ([sorted(dict(a).items(), key=str) for a in additions]))) + sorted(retired)
        digest.update("\n".join(overlay).encode())
        return cls(entries, digest.hexdigest()[:12])


def parse_expressions(listed: str, language: str) -> list[Expression]:
    """`a; ~b; "c d"` → expressions of that language."""
    expressions = []
    for raw in listed.split(";"):
        text = raw.strip()
        weight = 1.0
        if text.startswith("~"):
            text, weight = text[1:].strip(), WEAK
        exact = len(text) > 2 and text[0] == text[-1] == '"'
        if exact:
            text = text[1:-1].strip()
        if text:
            expressions.append(Expression(text, language, weight, exact))
    return expressions


def _weights(listed: Iterable[str], absent: float = 1.0) -> dict[str, float]:
    weights = {}
    for item in listed:
        name, _, weight = item.partition(":")
        weights[name] = float(weight) if weight else absent
    return weights


def _parse(content: str, name: str, entries: dict[str, Entry]) -> None:
    current = ""
    for number, raw in enumerate(content.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        try:
            current = _parse_line(line, current, entries)
        except ValueError as error:
            raise ThesaurusError(f"{name}, line {number}: {error}") from error


def _parse_line(line: str, current: str, entries: dict[str, Entry]) -> str:
    header = _HEADER.match(line)
    if header:
        identifier = header.group(1)
        if identifier in entries:
            raise ValueError(f"concept {identifier} is defined twice")
        topics, sectors = _weights(header.group(2).split()), tuple((header.group(3) or "").split())
        listed = header.group(4).split("|") if header.group(4) else []
        if len(listed) not in (0, len(LANGUAGES)):
            raise ValueError("the short form needs three lists: | fr | de | en")
        said = [
            e
            for language, part in zip(LANGUAGES, listed, strict=False)
            for e in parse_expressions(part, language)
        ]
        entries[identifier] = Entry(identifier, topics, sectors, (), tuple(said))
        return identifier
    key, colon, value = line.partition(":")
    if not colon or not current:
        raise ValueError("a [header] or a line such as `fr: …` was expected")
    entry = entries[current]
    if key == "up":
        entries[current] = replace(entry, broader=tuple(value.split()))
    elif key == "related":
        entries[current] = replace(entry, related=_weights(value.split(), RELATED))
    elif key in LANGUAGES or key == "xx":
        entries[current] = replace(entry, expressions=(*entry.expressions, *parse_expressions(value, key)))
    else:
        raise ValueError(f"unknown key {key!r}")
    return current


def _add(entries: dict[str, Entry], addition: Mapping[str, Any]) -> None:
    try:
        identifier = str(addition["concept"])
        added = parse_expressions(str(addition["expression"]), str(addition["language"]))
    except KeyError as error:
        raise ThesaurusError(f"addition {dict(addition)!r}: {error.args[0]} is missing") from error
    if str(addition["language"]) not in (*LANGUAGES, "xx"):
        raise ThesaurusError(f"addition {dict(addition)!r}: unknown language")
    topics = addition.get("topics", ())
    weights = dict(topics) if isinstance(topics, Mapping) else dict.fromkeys(topics, 1.0)
    entry = entries.get(identifier) or Entry(identifier, weights, tuple(addition.get("sectors", ())))
    entries[identifier] = replace(entry, expressions=(*entry.expressions, *added))


def _retire(entries: dict[str, Entry], item: str) -> None:
    identifier, _, rest = item.partition("/")
    if not rest:
        entries.pop(identifier, None)
    elif identifier in entries:
        language, _, text = rest.partition("/")
        entry = entries[identifier]
        kept = tuple(e for e in entry.expressions if (e.language, e.text) != (language, text))
        entries[identifier] = replace(entry, expressions=kept)

"""What changed from one version to another, paragraph by paragraph and word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from proposals.agreeing.paragraphs import paragraphs
from proposals.models import ProposalVersion

_WORDS = re.compile(r"\s+|[^\s]+")
_ALIKE = 0.4  # of the longer text at least: below, a patchwork of words is harder to read than both
_MOST = 4000  # words compared one by one; longer texts are shown before and after as a whole


@dataclass(frozen=True)
class Piece:
    """`kind`: "same", "out" (taken away) or "in" (added)."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """`kind`: "new", "gone" or "changed"."""

    id: str
    heading: str
    kind: str
    pieces: tuple[Piece, ...]


def between(before: dict, after: dict) -> list[Change]:
    """The paragraphs that differ between two snapshots, those of the later one first, then those that are gone."""
    old = {one.id: one for one in paragraphs(before)}
    new = paragraphs(after)
    found = []
    for one in new:
        was = old.pop(one.id, None)
        if was is None:
            found.append(Change(one.id, one.heading, "new", (Piece("in", one.text),)))
        elif was.text != one.text:
            found.append(Change(one.id, one.heading, "changed", pieces(was.text, one.text)))
    left = {one.id for one in new}
    found += [
        Change(one.id, one.heading, "gone", (Piece("out", one.text),))
        for key, one in old.items()
        if key not in left
    ]
    return found


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The later text with what was taken away and added, by whole words."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > _MOST:
        return (Piece("out", before), Piece("in", after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    kept = sum(
        len(word.strip()) for block in matcher.get_matching_blocks() for word in old[block.a :][: block.size]
    )
    if kept < _ALIKE * max(len(before), len(after)):
        return (Piece("out", before), Piece("in", after))
    found = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(old[a:b])))
            continue
        if b > a:
            found.append(Piece("out", "".join(old[a:b])))
        if d > c:
            found.append(Piece("in", "".join(new[c:d])))
    return tuple(found)


def read_before(version: ProposalVersion, organisation=None) -> ProposalVersion | None:
    """The version that this party was last given before this one; None when this is the first it reads."""
    rows = version.proposal.versions.filter(number__lt=version.number)
    given = rows.filter(agreements__organisation=organisation, agreements__asked_at__isnull=False)
    return given.order_by("-number").first()

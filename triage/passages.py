"""The company's words with what the machine read in them: each stretch knows which lines rest on it, and how."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HOLD = "hold"
# A stretch that several kinds of reasons share is shown as the first of these.
KINDS = ("topic", "concept", "words")


@dataclass(frozen=True)
class Stretch:
    """A part of the text. `shown`: "" (plain), "hold" or one of KINDS; `lines`: (line, kind) that rest on it."""

    text: str
    shown: str = ""
    lines: tuple[tuple[str, str], ...] = ()

    @property
    def data(self) -> str:
        """For static/js/passages.js: "line:kind line:kind"."""
        return " ".join(f"{line}:{kind}" for line, kind in self.lines)


def of_reasons(reasons: Iterable[dict]) -> list[tuple[str, list]]:
    """(kind, [start, end, in_title]) of every passage of a match's reasons."""
    return [
        (reason["code"], passage)
        for reason in reasons
        if reason["code"] in KINDS
        for passage in reason.get("passages", ())
    ]


def stretches(
    text: str, held: Iterable[list], lines: Mapping[str, list[tuple[str, list]]], shown: Iterable[str]
) -> list[Stretch]:
    """`text` cut where a passage begins or ends. What caused a hold wins; then the kinds of the lines in `shown`.

    Passages beyond the text or in a title are left out: offsets stored with an older run still hold in the rest.
    """
    holding = [False] * len(text)
    for start, end, in_title in held:
        if not in_title and end <= len(text):
            holding[start:end] = [True] * (end - start)
    resting: list[dict[str, str]] = [{} for _sign in text]
    for line, passages in lines.items():
        for kind, (start, end, in_title) in passages:
            if in_title or end > len(text):
                continue
            for place in range(start, end):
                before = resting[place].get(line)
                if before is None or KINDS.index(kind) < KINDS.index(before):
                    resting[place][line] = kind
    wanted = set(shown)
    found: list[Stretch] = []
    begin = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or (holding[place], resting[place]) != (holding[begin], resting[begin]):
            here = tuple(resting[begin].items())
            kinds = [kind for line, kind in here if line in wanted]
            kind = HOLD if holding[begin] else min(kinds, key=KINDS.index, default="")
            found.append(Stretch(text[begin:place], kind, here))
            begin = place
    return found

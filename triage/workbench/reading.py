"""The company's words on one irritant's screen: passages behind the reasons, and the hold rules that fired."""

from dataclasses import dataclass

from intake.models import Irritant
from triage import holding, passages, reasons
from triage.models import HoldFiring, Match
from triage.passages import HOLD, Stretch

MARKED_MATCHES = 5  # the words behind the first lines are highlighted, not those behind thirty


def _line(match: Match) -> str:
    """A name for a match that is short and safe in an address and in an attribute."""
    return str(match.public_id)[:8]


@dataclass(frozen=True)
class Words:
    """The company's words with the passages behind the reasons. `selected`: the one match that was asked for."""

    text: list[Stretch]
    tried: list[Stretch]
    shown: str
    selected: Match | None


def words_of(irritant: Irritant, rows: list[Match], held: holding.Held, asked: str) -> Words:
    """Of the match named in `asked`, else of the first lines."""
    for match in rows:
        match.line = _line(match)
        match.has_passages = bool(passages.of_reasons(match.reasons))
    selected = next((match for match in rows if match.line == asked), None)
    first = [match for match in rows if match.score is not None][:MARKED_MATCHES]
    shown = [match.line for match in ([selected] if selected else first)]
    held_passages = [passage for reason in held.shown for passage in reason["passages"]]
    lines = {match.line: passages.of_reasons(match.reasons) for match in rows}
    whole = reasons.words_of(irritant)
    after = len(irritant.text)
    text = passages.stretches(whole[:after], held_passages, lines, shown)
    tried = passages.stretches(
        irritant.tried,
        _moved([(HOLD, passage) for passage in held_passages], after + 1, bare=True),
        {line: _moved(found, after + 1) for line, found in lines.items()},
        shown,
    )
    return Words(text, tried, " ".join(shown), selected)


def _moved(found: list[tuple[str, list]], by: int, *, bare: bool = False) -> list:
    """Passages counted from `by` on; those that begin before are left out."""
    kept = [(kind, [start - by, end - by, title]) for kind, (start, end, title) in found if start >= by]
    return [passage for _kind, passage in kept] if bare else kept


@dataclass(frozen=True)
class Fired:
    """A rule that fired here: its sentence, the words that caused it, whether it only observes, what people said."""

    code: str
    sentence: str
    quoted: str
    observed: bool
    judgement: str


def fired(irritant: Irritant, held: holding.Held, text: str) -> list[Fired]:
    if not held.shown:
        return []
    said = dict(HoldFiring.objects.filter(irritant=irritant).values_list("code", "judgement"))
    told = zip(held.shown, reasons.verdict_sentences(held.shown, text), strict=True)
    return [
        Fired(reason["code"], sentence, quoted, reason in held.observed, said.get(reason["code"], ""))
        for reason, (sentence, quoted) in told
    ]

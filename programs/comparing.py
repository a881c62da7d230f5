"""What another thesaurus would change, why an offer stands where it stands, and which words no concept knows.

`compare` and `explain` may move into programs/engine.py with the same signatures.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

from foundation import clock
from matching import ENGINE_VERSION, Engine, Need, Thesaurus
from matching.concepts import recognising
from matching.concepts.compiling import Compiler
from matching.concepts.finding import Finder
from matching.concepts.recognising import Recogniser, recogniser_of
from matching.documents import Analyser
from matching.text import LANGUAGES, Analysed, analyse, guess_language
from programs import index, serving
from programs.models import Offer
from programs.thesaurus import current

_LETTERS = re.compile(r"[^\W\d_]{4,}")
# Offers that a changed expression may be said in are looked for by its words: so many each, of so many expressions.
TRIED_EXPRESSIONS, TRIED_OFFERS = 12, 60
_GAP = 2  # little words between the two words of a phrase: « taux de rebut »


@dataclass(frozen=True)
class Compared:
    """One need under the present thesaurus and another: the first offers (keys) and the concepts, sorted."""

    before: list[int]
    after: list[int]
    concepts_before: list[str]
    concepts_after: list[str]


def engine_version() -> str:
    return ENGINE_VERSION


class _OverlaidLanguage(Finder):
    """The patterns of the concepts that differ, and those of the others as they were compiled before."""

    def __init__(self, base: Finder, entries: dict, touched: set[str], language: str, compounds) -> None:
        super().__init__(Compiler(language, compounds).patterns(entries), language, compounds)
        self._base, self._touched = base, touched

    def spans(self, analysed: Analysed) -> dict:
        found = {
            name: spans for name, spans in self._base.spans(analysed).items() if name not in self._touched
        }
        return {**found, **super().spans(analysed)}


class _Overlaid(Recogniser):
    """A thesaurus that differs in a few concepts: compiling those alone takes milliseconds, all of them seconds."""

    def __init__(self, base: Recogniser, thesaurus: Thesaurus, touched: set[str]) -> None:
        self.thesaurus, self.compounds = thesaurus, base.compounds
        entries = {name: thesaurus.entries[name] for name in touched if name in thesaurus.entries}
        self._compiled = {
            language: _OverlaidLanguage(base._in(language), entries, touched, language, base.compounds)
            for language in LANGUAGES
        }


def _touched(one: Thesaurus, other: Thesaurus) -> set[str]:
    """Concepts that differ."""
    names = one.entries.keys() | other.entries.keys()
    return {name for name in names if one.entries.get(name) != other.entries.get(name)}


def _with(now: Engine, thesaurus: Thesaurus) -> Engine:
    """The present engine reading with another thesaurus: offers in which a changed expression may be said are read
    again, the others stay as they are. Good enough to show what a change does; the real index is made when it is."""
    touched = _touched(now.thesaurus, thesaurus)
    if not touched:
        return now
    recognisers = recognising._recognisers
    known = thesaurus.version in recognisers
    overlaid = recognisers.get(thesaurus.version) or _Overlaid(now.recogniser, thesaurus, touched)
    offers = list(index.published(_may_say(now, thesaurus, touched)))
    analyser = Analyser(overlaid, index.expertise({offer.organisation for offer in offers}))
    snapshot = now.snapshot.amended(offers, [], analyser, f"{now.snapshot.version}~{thesaurus.version}")
    recognisers[thesaurus.version] = overlaid  # what Engine() would else compile
    try:
        return Engine(snapshot, thesaurus)
    finally:
        if not known:
            recognisers.pop(thesaurus.version, None)


def _may_say(now: Engine, other: Thesaurus, touched: Collection[str]) -> list[int]:
    """Keys of offers in which an expression that one thesaurus has and the other has not may be said."""
    changed = []
    for name in sorted(touched):
        said = [
            {one.text for one in entry.expressions} if (entry := thesaurus.entries.get(name)) else set()
            for thesaurus in (now.thesaurus, other)
        ]
        changed += sorted(said[0] ^ said[1])
    step = max(1, len(changed) // TRIED_EXPRESSIONS)
    found: dict[int, None] = {}
    for expression in changed[::step][:TRIED_EXPRESSIONS]:
        for offer_id, _score in now.search(expression.replace("*", ""), limit=TRIED_OFFERS).lines:
            found[now.reference(offer_id)] = None
    return list(found)


def compare(needs: list[dict], other: Thesaurus, limit: int = 10) -> list[Compared]:
    """What `other` would change for these needs (keyword facts of matching.Need), in their order.

    Only needs that speak of a concept that differs are ranked: nothing else can move. Without the memory of
    decisions: what moves is what the thesaurus moves.
    """
    now = serving.current().remembering(None)
    before, after = _with(now, current()), None
    touched = _touched(before.thesaurus, other)
    mine, theirs = before.recogniser, _Overlaid(before.recogniser, other, touched)
    answers = []
    for facts in needs:
        text = facts["text"]
        analysed = analyse(text, facts.get("language") or guess_language(text))
        was, then = set(mine.spans(analysed)), set(theirs.spans(analysed))
        first = second = []
        if was != then or (was | then) & touched:
            after = after or _with(now, other)
            need = Need(**facts, today=clock.today())
            first = [before.reference(line.offer_id) for line in before.rank(need, limit).lines]
            second = [after.reference(line.offer_id) for line in after.rank(need, limit).lines]
        answers.append(Compared(first, second, sorted(was), sorted(then)))
    return answers


@dataclass(frozen=True)
class Unknown:
    """A word or two that no concept recognises. `key`: its stems; `start`, `end`: where it stands in the text."""

    key: tuple[str, ...]
    surface: str
    start: int
    end: int


def unknown_phrases(text: str, thesaurus: Thesaurus | None = None) -> tuple[str, list[Unknown]]:
    """(language, words and phrases of two words of a text that the thesaurus, the current one by default, lacks)."""
    language = guess_language(text)
    analysed = analyse(text, language)
    hits = recogniser_of(thesaurus or current()).find(analysed)
    covered = [(passage.start, passage.end) for hit in hits.values() for passage in hit.passages]
    free: list[tuple[int, object]] = [
        (place, word)
        for place, word in enumerate(analysed.words)
        if word.stem
        and _LETTERS.fullmatch(word.folded)
        and not any(start <= word.start and word.end <= end for start, end in covered)
    ]
    found = [_unknown(text, word) for _place, word in free]
    for (place, word), (next_place, following) in pairwise(free):
        between = analysed.words[place + 1 : next_place]
        little = len(between) <= _GAP and not any(other.stem for other in between)
        if little and word.sentence == following.sentence and "," not in text[word.end : following.start]:
            found.append(_unknown(text, word, following))
    return language, found


def _unknown(text: str, *words) -> Unknown:
    start, end = words[0].start, words[-1].end
    surface = " ".join(text[start:end].split())
    return Unknown(tuple(word.stem for word in words), surface, start, end)


def concepts_of_offers(pks: Iterable[int]) -> dict[int, Counter[str]]:
    """Concepts recognised in what offers say of themselves (title, summary, keywords), with their strength."""
    known = recogniser_of(current())
    answer = {}
    for offer in Offer.objects.filter(pk__in=list(pks)):
        said = ". ".join(
            [offer.text("title", offer.language), offer.text("summary", offer.language), *offer.keywords]
        )
        hits = known.find_in(said, offer.language)
        answer[offer.pk] = Counter({concept: hit.strength for concept, hit in hits.items()})
    return answer

"""Irritants and the vocabulary: how often concepts are recognised, and which words of accepted irritants none knows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log1p

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy

from foundation import clock
from intake.models import Irritant, Outcome, Stage
from journal import jobs
from journal.clockwork import RULES
from journal.models import Job
from programs import comparing, thesaurus
from triage.models import Match, MatchRun, MatchState, UnknownWord
from triage.reasons import words_of

KIND = "vocabulary.unknown"
COUNTED = 500
READ = 2_000
FEWEST_IRRITANTS = {1: 3, 2: 2}  # by number of words: one word says less than two
FEWEST_COMPANIES = 2  # a word of one company alone may be its name
PROPOSED = 60
EXAMPLES = 3
# A word that half of everybody uses tells nothing apart; of ten irritants, that can be said.
COMMON, ENOUGH = 0.5, 10
TOPICS, CONCEPTS = 3, 5


@dataclass(frozen=True)
class Recognised:
    """In how many of the newest irritants each concept was recognised, and in which (newest first)."""

    total: int
    counts: Counter
    irritants: dict[str, list[Irritant]]


def recognised(user, limit: int = COUNTED) -> Recognised:
    """Read from the latest run of each irritant, in one query."""
    latest = MatchRun.objects.filter(irritant=OuterRef("pk")).order_by("-pk")
    rows = Irritant.objects.visible_to(user).annotate(concepts=Subquery(latest.values("concepts")[:1]))
    counts: Counter[str] = Counter()
    found: dict[str, list[Irritant]] = defaultdict(list)
    total = 0
    for row in rows.order_by("-created_at", "-pk")[:limit]:
        total += 1
        for concept in {concept["id"] for concept in row.concepts or ()}:
            counts[concept] += 1
            found[concept].append(row)
    return Recognised(total, counts, found)


def accepted():
    """Irritants that somebody found a partner for: oriented, ended well, or with an offer that was kept."""
    kept = Match.objects.filter(irritant=OuterRef("pk"), state=MatchState.KEPT)
    ended_well = Q(outcome__in=[Outcome.COLLABORATION, Outcome.TRAINING, Outcome.TALENT])
    return Irritant.objects.filter(Q(stage=Stage.ORIENTED) | ended_well | Exists(kept))


@dataclass
class _Seen:
    """One key while counting: where it stands, in how many irritants of how many companies, how it is written."""

    surfaces: Counter = field(default_factory=Counter)
    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    companies: set[int] = field(default_factory=set)


def unknown_words() -> list[UnknownWord]:
    """Unsaved proposals, most frequent first, at most PROPOSED per language."""
    rows = list(accepted().order_by("-created_at", "-pk")[:READ])
    seen: dict[tuple[str, tuple[str, ...]], _Seen] = defaultdict(_Seen)
    read: Counter[str] = Counter()
    known = thesaurus.current()
    for row in rows:
        language, phrases = comparing.unknown_phrases(words_of(row), known)
        read[language] += 1
        for phrase in phrases:
            one = seen[(language, phrase.key)]
            one.surfaces[phrase.surface.casefold()] += 1
            one.places.setdefault(row.pk, (phrase.start, phrase.end))
            one.companies.add(row.company_id)
    frequent = {
        key: one
        for key, one in seen.items()
        if len(one.places) >= FEWEST_IRRITANTS[len(key[1])]
        and len(one.companies) >= FEWEST_COMPANIES
        and not (read[key[0]] >= ENOUGH and len(one.places) > COMMON * read[key[0]])
    }
    offers = _Kept(rows)
    proposed = []
    for language in read:
        keys = [key for key in frequent if key[0] == language and not _only_in_a_phrase(key, frequent)]
        keys.sort(key=lambda key: (-len(frequent[key].places), -len(key[1]), key[1]))
        proposed += [_proposal(key, frequent[key], offers) for key in keys[:PROPOSED]]
    return proposed


def _only_in_a_phrase(key, frequent) -> bool:
    """Whether a single word is found nowhere but in one of the proposed phrases."""
    language, stems = key
    return len(stems) == 1 and any(
        other[0] == language
        and len(other[1]) > 1
        and stems[0] in other[1]
        and len(frequent[other].places) == len(frequent[key].places)
        for other in frequent
    )


class _Kept:
    """Topics and concepts of the offers that were kept for irritants."""

    def __init__(self, rows: Iterable[Irritant]):
        self.offers: dict[int, set[int]] = defaultdict(set)
        kept = Match.objects.filter(irritant__in=[row.pk for row in rows], state=MatchState.KEPT)
        topics: dict[int, list[str]] = defaultdict(list)
        for irritant, offer in kept.values_list("irritant", "offer"):
            self.offers[irritant].add(offer)
        every = {offer for offers in self.offers.values() for offer in offers}
        through = Match._meta.get_field("offer").related_model.topics.through
        for offer, topic in through.objects.filter(offer__in=every).values_list("offer", "topic"):
            topics[offer].append(topic)
        self.topics = {offer: Counter(codes) for offer, codes in topics.items()}
        self.concepts = comparing.concepts_of_offers(every)

    def about(self, irritants: Iterable[int], told: dict[int, Counter], limit: int) -> list[str]:
        """What these irritants' offers share and the others do not, best first."""
        here: Counter[str] = Counter()
        for irritant in irritants:
            names = {name for offer in self.offers[irritant] for name in told.get(offer, ())}
            here.update(names)
        everywhere: Counter[str] = Counter()
        for counter in told.values():
            everywhere.update(counter.keys())
        weighed = {name: count * log1p(len(told) / everywhere[name]) for name, count in here.items()}
        return sorted(weighed, key=lambda name: (-weighed[name], name))[:limit]


def _proposal(key, one: _Seen, offers: _Kept) -> UnknownWord:
    language, stems = key
    surface = min(one.surfaces, key=lambda text: (-one.surfaces[text], len(text), text))
    return UnknownWord(
        language=language,
        key=" ".join(stems)[:120],
        words=surface[:120],
        irritants=len(one.places),
        examples=[[pk, start, end] for pk, (start, end) in list(one.places.items())[:EXAMPLES]],
        concepts=offers.about(one.places, offers.concepts, CONCEPTS),
        topics=offers.about(one.places, offers.topics, TOPICS),
    )


jobs.LABELS.add(KIND, gettext_lazy("relevé des mots inconnus"))


@jobs.HANDLERS.register(KIND)
def collect(payload: dict):
    found = unknown_words()
    return lambda: _store(found)


def _store(found: list[UnknownWord]) -> None:
    """The proposals of now replace the former ones; what people ignored stays ignored."""
    ignored = set(UnknownWord.objects.exclude(ignored_at=None).values_list("language", "key"))
    UnknownWord.objects.filter(ignored_at=None).delete()
    UnknownWord.objects.bulk_create(
        [row for row in found if (row.language, row.key) not in ignored], ignore_conflicts=True
    )


@RULES.register(KIND)
def collect_daily() -> int:
    """Once a day, whenever the scheduler wakes up on that day."""
    key = f"vocabulary:{clock.today()}"
    if Job.objects.filter(key=key).exists():
        return 0
    with transaction.atomic():
        jobs.submit(KIND, key, {})
    return 1


@transaction.atomic
def collect_now() -> bool:
    """Owe one computation, unless one is owed already. Returns whether it was."""
    if collecting():
        return False
    jobs.submit(KIND, f"vocabulary:{clock.now().isoformat()}", {})
    return True


def collecting() -> bool:
    return Job.objects.open().filter(kind=KIND).exists()


@dataclass(frozen=True)
class Example:
    """A sentence of an irritant around an unknown word: before, the word, after."""

    irritant: Irritant
    before: str
    word: str
    after: str


def examples(words: Iterable[UnknownWord], user) -> dict[int, list[Example]]:
    """Sentences by the key of the proposal, only from irritants that this person may read: one query."""
    words = list(words)
    wanted = {pk for word in words for pk, _start, _end in word.examples}
    rows = Irritant.objects.visible_to(user).in_bulk(wanted)
    return {
        word.pk: [_sentence(rows[pk], start, end) for pk, start, end in word.examples if pk in rows]
        for word in words
    }


def _sentence(irritant: Irritant, start: int, end: int, reach: int = 90) -> Example:
    text = words_of(irritant)
    ends = ".!?\n"
    first = max((text.rfind(sign, 0, start) for sign in ends), default=-1) + 1
    last = min((place for sign in ends if (place := text.find(sign, end)) >= 0), default=len(text))
    before, after = text[first:start].lstrip(), text[end:last]
    if len(before) > reach:
        before = "…" + before[-reach:].partition(" ")[2]
    if len(after) > reach:
        after = after[:reach].rpartition(" ")[0] + "…"
    return Example(irritant, before, text[start:end], after)


def concept_names(ids: Iterable[str], entries: Mapping | None = None) -> list[tuple[str, str]]:
    """(identifier, name in the reader's language) of those that still exist (in `entries`, else those in force)."""
    entries = thesaurus.current().entries if entries is None else entries
    return [(one, thesaurus.name_of(entries[one])) for one in ids if one in entries]

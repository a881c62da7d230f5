"""What a change of the vocabulary would do to the newest irritants. Writes nothing."""

from dataclasses import dataclass
from itertools import zip_longest

from intake.models import Irritant
from programs import comparing, thesaurus
from programs.models import Offer
from programs.thesaurus import Edit
from triage.ranking import latest_needs

COMPARED, TOP = 200, 10
SHOWN_CASES = 15


@dataclass(frozen=True)
class Moved:
    """What a change does to one irritant: concepts gained and lost, and both rankings when they differ."""

    irritant: Irritant
    gained: list[str]
    lost: list[str]
    ranking: list[tuple]


@dataclass(frozen=True)
class Effect:
    compared: int
    recognised: int
    ranked: int
    cases: list[Moved]


def effect_of(edit: Edit, user) -> Effect:
    """What a checked edit would change for the newest irritants. Writes nothing."""
    rows = latest_needs(user, COMPARED)
    other = thesaurus.tried(edit)
    compared = comparing.compare([need for _row, need in rows], other, limit=TOP)
    changed = [
        (row, one)
        for (row, _need), one in zip(rows, compared, strict=True)
        if one.concepts_before != one.concepts_after or one.before != one.after
    ]
    shown = changed[:SHOWN_CASES]
    wanted = {pk for _row, one in shown for pk in (*one.before, *one.after)}
    offers = Offer.objects.select_related("organisation").in_bulk(wanted)
    names = {**thesaurus.current().entries, **other.entries}
    return Effect(
        len(rows),
        sum(one.concepts_before != one.concepts_after for _row, one in changed),
        sum(one.before != one.after for _row, one in changed),
        [
            Moved(
                row,
                [thesaurus.name_of(names[c]) for c in one.concepts_after if c not in one.concepts_before],
                [thesaurus.name_of(names[c]) for c in one.concepts_before if c not in one.concepts_after],
                _both(one, offers) if one.before != one.after else [],
            )
            for row, one in shown
        ],
    )


def _both(one: comparing.Compared, offers: dict[int, Offer]) -> list[tuple]:
    """(rank, offer before, whether it leaves the list, offer after, rank it had or None) line by line."""
    rank = {pk: place for place, pk in enumerate(one.before, start=1)}
    return [
        (place, offers.get(was), was is not None and was not in one.after, offers.get(now), rank.get(now))
        for place, (was, now) in enumerate(zip_longest(one.before, one.after), start=1)
    ]

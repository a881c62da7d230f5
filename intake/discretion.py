"""What the company wrote that it had better say aloud: shown on the check page and to coordinators, never blocking."""

from dataclasses import dataclass

from foundation.sensitive import find

FIELDS = ("text", "tried")


@dataclass(frozen=True)
class Seen:
    """`kind`: of foundation.sensitive.KINDS; `words`: as they stand in the text of `field`."""

    field: str
    kind: str
    words: str


def seen(answers: dict) -> list[Seen]:
    """The first of each kind in each field of a draft's answers, or of any mapping of FIELDS."""
    firsts = {}
    for field in FIELDS:
        text = answers.get(field) or ""
        for one in find(text):
            firsts.setdefault((field, one.kind), Seen(field, one.kind, text[one.start : one.end][:60]))
    return list(firsts.values())


def seen_in(irritant) -> list[Seen]:
    return seen({field: getattr(irritant, field) for field in FIELDS})

"""Whether two texts say the same in the same words, and which other irritants do: near-copies, not like problems.

A text is the set of its runs of WIDTH words, without case, accents and punctuation; the likeness of two is the size of
what they share over the size of both (Jaccard). To find near-copies without reading every text, an irritant keeps the
SKETCH smallest hashes of its runs (Broder, « On the resemblance and containment of documents », 1997): of two texts at
NEAR, more than half of these are the same ones.
"""

from dataclasses import dataclass
from hashlib import blake2b

from django.db.models import Count

from accounts.models import User
from foundation.names import plain_name
from intake.models import Irritant
from triage.models import TextPrint

WIDTH, SKETCH = 3, 16
NEAR = 0.6
_SHARED = 5  # of SKETCH: below this no pair reaches NEAR in practice
_MOST = 20  # near-copies looked at: more of them is the same news


@dataclass(frozen=True)
class Alike:
    """Another irritant in nearly the same words. `share`: NEAR to 1."""

    irritant: Irritant
    share: float

    @property
    def percent(self) -> int:
        return int(100 * self.share)


def runs(text: str) -> frozenset[str]:
    words = plain_name(text).split()
    return frozenset(
        " ".join(words[at : at + WIDTH]) for at in range(max(1, len(words) - WIDTH + 1)) if words
    )


def share(one: frozenset[str], other: frozenset[str]) -> float:
    """0 (nothing in common) to 1 (the same runs of words)."""
    return len(one & other) / len(one | other) if one and other else 0.0


def sketch(text: str) -> list[int]:
    """The SKETCH smallest hashes of the text's runs, as signed 64-bit numbers."""
    return sorted(
        int.from_bytes(blake2b(run.encode(), digest_size=8).digest(), signed=True) for run in runs(text)
    )[:SKETCH]


def keep(irritant: Irritant) -> None:
    """Remember the words of an irritant; they are never rewritten, so once is enough."""
    rows = [TextPrint(irritant=irritant, value=value) for value in sketch(irritant.text)]
    TextPrint.objects.bulk_create(rows, ignore_conflicts=True)


def near_copies(irritant: Irritant, reader: User) -> list[Alike]:
    """Other irritants in nearly the same words, most alike first, with `may_open` for this reader; two queries."""
    met = (
        TextPrint.objects.filter(value__in=sketch(irritant.text))
        .exclude(irritant=irritant)
        .values("irritant")
        .annotate(shared=Count("pk"))
        .filter(shared__gte=_SHARED)
        .order_by("-shared", "-irritant")[:_MOST]
    )
    met = [row["irritant"] for row in met]
    rows = (
        Irritant.objects.filter(pk__in=met, erased_at=None).openable_by(reader)
        if met
        else Irritant.objects.none()
    )
    mine = runs(irritant.text)
    found = [Alike(row, share(mine, runs(row.text))) for row in rows.select_related("company", "contact")]
    return sorted((one for one in found if one.share >= NEAR), key=lambda one: (-one.share, -one.irritant.pk))

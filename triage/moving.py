"""What a new computation of the matches changed, kept until a coordinator says that they have seen it."""

from dataclasses import dataclass

from foundation import clock
from intake.models import Irritant
from programs.models import Offer
from triage.models import Match, MatchRun, MatchState

NEW, UP, DOWN = "new", "up", "down"


@dataclass(frozen=True)
class Move:
    """`kind`: NEW, UP or DOWN; `by`: places gained or lost, 0 for a new one."""

    kind: str
    by: int = 0


@dataclass(frozen=True)
class Moves:
    """`of`: primary key of a suggested match → its Move; `gone`: offers that are no longer proposed."""

    of: dict[int, Move]
    gone: list[Offer]

    @property
    def counts(self) -> dict[str, int]:
        kinds = [move.kind for move in self.of.values()]
        return {kind: kinds.count(kind) for kind in (NEW, UP, DOWN)}

    def __bool__(self) -> bool:
        return bool(self.of or self.gone)


def ranks_to_compare(irritant: Irritant, before: MatchRun | None) -> list[list[int]] | None:
    """What the next run is compared with: the ranks as somebody last saw them. None for a first run."""
    if before is None:
        return None
    if before.before is not None and before.seen_at is None:
        return before.before  # two computations in a row are one difference for whoever looks only now
    ranked = irritant.matches.exclude(rank=None).order_by("rank", "pk")
    return [list(pair) for pair in ranked.values_list("offer_id", "rank")]


def moves(run: MatchRun | None, rows: list[Match]) -> Moves:
    """What changed since somebody last looked; one query when offers went, else none."""
    if run is None or run.before is None or run.seen_at is not None:
        return Moves({}, [])
    ranks = dict(run.before)
    found = {}
    for match in rows:
        if match.state != MatchState.SUGGESTED or match.rank is None:
            continue
        if match.offer_id not in ranks:
            found[match.pk] = Move(NEW)
        elif by := ranks[match.offer_id] - match.rank:
            found[match.pk] = Move(UP if by > 0 else DOWN, abs(by))
    left = ranks.keys() - {match.offer_id for match in rows}
    gone = list(Offer.objects.filter(pk__in=left).select_related("organisation")) if left else []
    return Moves(found, sorted(gone, key=lambda offer: ranks[offer.pk]))


def see(irritant: Irritant, run: int) -> bool:
    """Somebody has seen what this run (primary key) changed; False when a newer one has come since."""
    latest = irritant.runs.values_list("pk", flat=True).first()
    if latest != run:
        return False
    MatchRun.objects.filter(pk=run, seen_at=None).update(seen_at=clock.now())
    return True

"""Which rankings of past irritants would another configuration change, and does what people kept rise or sink?"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from statistics import fmean
from typing import Any

from intake.models import Irritant, Outcome
from programs.models import Offer
from programs.replaying import Ranker
from triage.models import Match, Referral
from triage.ranking import KEPT_LINES, need_of

TOP = 10


@dataclass(frozen=True)
class Compared:
    """One irritant. `moved`: lines of the first ten before or after whose rank differs; `entered` and `left`: public
    ids of offers. Mean rank of what people kept, counting from 1, an offer beyond the last line as one further;
    None when nothing was kept."""

    reference: str
    overlap: float
    moved: int
    entered: tuple[str, ...]
    left: tuple[str, ...]
    kept: int
    kept_rank_before: float | None
    kept_rank_after: float | None

    @property
    def changed(self) -> bool:
        return self.moved > 0


def past(since: date | None = None, limit: int | None = None) -> list[Irritant]:
    """Irritants with words, unwanted ones left out, latest first."""
    rows = Irritant.objects.exclude(text="").exclude(outcome=Outcome.SPAM).select_related("company")
    if since:
        rows = rows.filter(created_at__date__gte=since)
    return list(rows.order_by("-created_at", "-pk")[:limit])


def compare(irritants: Iterable[Irritant], before: Ranker, after: Ranker) -> Iterator[Compared]:
    """Each irritant ranked by both. Its own decisions are not remembered: they would only repeat themselves."""
    for irritant in irritants:
        need, own = need_of(irritant), (str(irritant.public_id),)
        orders = [[offer for offer, _score in ranker(need, KEPT_LINES, own)] for ranker in (before, after)]
        yield _compared(irritant, *orders)


def summary(rows: list[Compared]) -> dict[str, Any]:
    """Figures over all irritants; ranks over those of which something was kept."""
    ranked = [row for row in rows if row.kept_rank_before is not None]
    return {
        "irritants": len(rows),
        "changed": sum(row.changed for row in rows),
        "overlap@10": _mean(row.overlap for row in rows),
        "moved_lines": sum(row.moved for row in rows),
        "with_kept_offers": len(ranked),
        "kept_rank_before": _mean(row.kept_rank_before for row in ranked),
        "kept_rank_after": _mean(row.kept_rank_after for row in ranked),
        "better": sum(row.kept_rank_after < row.kept_rank_before for row in ranked),
        "worse": sum(row.kept_rank_after > row.kept_rank_before for row in ranked),
    }


def as_json(row: Compared) -> dict[str, Any]:
    return {**asdict(row), "entered": list(row.entered), "left": list(row.left)}


def table(rows: list[Compared]) -> str:
    """Irritants whose ranking changes, the most changed first."""
    lines = [
        f"{'irritant':16}{'overlap@10':>11}{'moved':>7}{'in':>4}{'out':>4}{'kept':>6}{'before':>8}{'after':>8}"
    ]
    for row in sorted(rows, key=lambda row: (row.overlap, -row.moved, row.reference)):
        if row.changed:
            lines.append(
                f"{row.reference:16}{row.overlap:11.2f}{row.moved:7}{len(row.entered):4}{len(row.left):4}"
                f"{row.kept:6}{_shown(row.kept_rank_before):>8}{_shown(row.kept_rank_after):>8}"
            )
    return "\n".join(lines)


def _compared(irritant: Irritant, before: list[int], after: list[int]) -> Compared:
    ranks = [{offer: rank for rank, offer in enumerate(order, 1)} for order in (before, after)]
    top = [order[:TOP] for order in (before, after)]
    size = max(len(top[0]), len(top[1]))
    kept = _kept(irritant)
    names = dict(_public_ids({*top[0], *top[1]}))
    return Compared(
        reference=irritant.reference,
        overlap=round(len({*top[0]} & {*top[1]}) / size, 4) if size else 1.0,
        moved=sum(ranks[0].get(offer) != ranks[1].get(offer) for offer in {*top[0], *top[1]}),
        entered=tuple(names[offer] for offer in top[1] if offer not in top[0]),
        left=tuple(names[offer] for offer in top[0] if offer not in top[1]),
        kept=len(kept),
        kept_rank_before=_mean(ranks[0].get(offer, KEPT_LINES + 1) for offer in kept),
        kept_rank_after=_mean(ranks[1].get(offer, KEPT_LINES + 1) for offer in kept),
    )


def _kept(irritant: Irritant) -> set[int]:
    """Offers that people kept, less those that a partner declined."""
    declined = Referral.objects.answered().filter(irritant=irritant).exclude(decline_reason="")
    matches = Match.objects.filter(irritant=irritant).kept().exclude(referrals__in=declined)
    return set(matches.values_list("offer_id", flat=True))


def _public_ids(offers: set[int]) -> Iterator[tuple[int, str]]:
    for pk, public_id in Offer.objects.filter(pk__in=offers).values_list("pk", "public_id"):
        yield pk, str(public_id)


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(fmean(found), 3) if found else None


def _shown(rank: float | None) -> str:
    return "-" if rank is None else f"{rank:.1f}"

"""What companies asked for and nobody could serve, in a partner's field: an invitation to publish.

Topics, sector and department only, never a word. Fewer than three companies together are not told apart: first the
department is left out, then the sector, then the line. A company whose level is « open » may be told of alone
(docs/decisions/0021-confidentiality.md).
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from foundation import clock
from foundation.identifiers import GRAND_EST
from intake.models import Confidentiality, Irritant, Outcome, Stage
from partners.models import Organisation
from programs.models import OfferStatus, Topic

YEAR = timedelta(days=365)
TOGETHER = 3  # companies


@dataclass(frozen=True)
class Need:
    """One irritant under one topic; `sector`, `department`: codes, "" when not said."""

    key: int
    company: int
    sector: str
    department: str
    open: bool


@dataclass(frozen=True)
class Gap:
    """`count` irritants about a topic. `sector`, `department`: codes; None where they would tell too much."""

    topic: str
    sector: str | None
    department: str | None
    count: int


def gaps(organisation: Organisation) -> list[Gap]:
    """Those of the last year, in the topics of its offers; most asked for first. Two queries."""
    offers = organisation.offers.exclude(status=OfferStatus.ARCHIVED)
    field = set(Topic.objects.filter(offers__in=offers).values_list("code", flat=True))
    if not field:
        return []
    rows = Irritant.objects.filter(
        stage=Stage.CLOSED, outcome=Outcome.NO_MATCH, erased_at=None, created_at__gte=clock.now() - YEAR
    )
    needs: dict[str, list[Need]] = defaultdict(list)
    for row in rows.select_related("qualification").prefetch_related("qualification__topics"):
        for code in _topics(row) & field:
            is_open = row.confidentiality == Confidentiality.OPEN
            department = row.department if row.department in GRAND_EST else ""
            needs[code].append(Need(row.pk, row.company_id, row.sector_id or "", department, is_open))
    found = [gap for topic, those in needs.items() for gap in told(topic, those)]
    return sorted(found, key=lambda gap: (-gap.count, gap.topic, gap.sector or "", gap.department or ""))


def _topics(irritant: Irritant) -> set[str]:
    """As the coordinator read it, else as the company confirmed."""
    reading = getattr(irritant, "qualification", None)
    read = {topic.code for topic in reading.topics.all()} if reading else set()
    return read or set(irritant.topics_confirmed)


def told(topic: str, needs: Iterable[Need]) -> list[Gap]:
    """The lines of a topic; every need is in one of them, or in none."""
    left, lines = list(needs), []
    for level in (("sector", "department"), ("sector",), ()):
        cells: dict[tuple, list[Need]] = defaultdict(list)
        for need in left:
            cells[tuple(getattr(need, name) for name in level)].append(need)
        left = []
        for cell, those in cells.items():
            shown = those
            if len({need.company for need in those}) < TOGETHER:
                shown = [need for need in those if need.open and len(level) == 2]
                left += [need for need in those if need not in shown]
            if shown:
                place = dict(zip(level, cell, strict=True))
                lines.append(Gap(topic, place.get("sector"), place.get("department"), len(shown)))
    return lines


def offer_form(organisation: Organisation, topic: str) -> str:
    """Address of the form of a new offer with this topic."""
    return f"{reverse('partner_offer_new', args=[organisation.external_id])}?theme={topic}"

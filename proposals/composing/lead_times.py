"""What has to pass before each kind of help may begin: calendar weeks, low and high, with their source.

Sources: « Calendar of decisions » (lead times of the cluster's handbook, as of 22 November 2026); ANRT (CIFRE: answer
in two to three months, start four to nine months after the first talk); décret n° 2011-1425, art. 4 (ZRR: two months,
silence is a refusal). A month counts 13/3 weeks, rounded to the nearest week; two months of ZRR are counted whole, up.
A path plans with the high number, so that nothing slips; where a calendar of its own decides the day (a school's, a
session's), with the low one.
"""

from dataclasses import dataclass

from proposals.steps import OTHER

TRAINING, INTERNSHIP, APPRENTICESHIP = "training", "internship", "apprenticeship"
CIFRE, RND, LABORATORY, DIAGNOSIS = "cifre", "rnd", "laboratory", "diagnosis"


@dataclass(frozen=True)
class LeadTime:
    """`weeks`: low and high; `calendar`: another calendar decides the day; `source`: where the numbers come from."""

    code: str
    weeks: tuple[int, int]
    source: str
    calendar: bool = False

    @property
    def wait(self) -> dict:
        return {"code": self.code, "weeks": list(self.weeks)}


_HANDBOOK = "calendar of decisions, 2026-11-22"
NDA = LeadTime("nda", (2, 6), "schemes.json: nda.lead_time")
ZRR = LeadTime("zrr", (9, 9), "décret n° 2011-1425, art. 4")
CALL = LeadTime("call", (39, 78), f"{_HANDBOOK}: Interreg, ANR, i-Démo, 9 to 18 months")

BEFORE: dict[str, tuple[LeadTime, ...]] = {
    TRAINING: (
        LeadTime("opco", (1, 8), f"{_HANDBOOK}: training, 1 to 8 weeks, asked before", calendar=True),
    ),
    INTERNSHIP: (LeadTime("school", (4, 13), f"{_HANDBOOK}: stage PFE, 1 to 3 months", calendar=True),),
    APPRENTICESHIP: (LeadTime("school", (13, 39), f"{_HANDBOOK}: alternance, 3 to 9 months", calendar=True),),
    CIFRE: (
        LeadTime("recruit", (9, 26), f"{_HANDBOOK}: CIFRE, 4 to 9 months, without the instruction"),
        LeadTime("instruction", (9, 13), "ANRT: answer in two to three months"),
    ),
    RND: (LeadTime("contract", (9, 26), f"{_HANDBOOK}: collaboration, 2 to 6 months"),),
    LABORATORY: (LeadTime("contract", (2, 8), f"{_HANDBOOK}: prestation, 2 to 8 weeks"),),
    DIAGNOSIS: (),
    OTHER: (),
}

CALENDAR_CODES = {"school", "opco", "session"}
# One after the other; the rest runs alongside them, and the confidentiality agreement comes before all.
_IN_TURN = {"contract", "recruit", "instruction"}


def total(waits: list[dict], bound: int) -> int:
    """Weeks before a step may begin; bound 0: at the least, 1: at the most."""
    weeks = {wait["code"]: wait["weeks"][bound] for wait in waits}
    first = weeks.pop("nda", 0)
    in_turn = sum(count for code, count in weeks.items() if code in _IN_TURN)
    return first + max([in_turn, *(count for code, count in weeks.items() if code not in _IN_TURN)])


def planned(waits: list[dict]) -> int:
    """Weeks that a path plans with: the most, but the least of what another calendar decides."""
    prudent = [
        {"code": wait["code"], "weeks": [0, wait["weeks"][0 if wait["code"] in CALENDAR_CODES else 1]]}
        for wait in waits
    ]
    return total(prudent, 1)

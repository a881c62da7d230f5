"""The French nomenclature of activities: which version is in force, and what its codes are called.

NAF rev. 2 is official until 31 December 2026, NAF 2025 from 1 January 2027 (décret 2025-736 of 31 July 2025). Codes of
both look alike ("NN.NNL") and mean different things: a code is never kept without its version.
"""

from datetime import date
from functools import cache
from pathlib import Path

REV2, NAF_2025 = "rev2", "2025"
NAF_2025_SINCE = date(2027, 1, 1)


def version_in_force(day: date) -> str:
    return NAF_2025 if day >= NAF_2025_SINCE else REV2


def code_in_force(rev2: str, naf_2025: str, day: date) -> tuple[str, str]:
    """(code, version) in force that day; the other version where that one is not known; ("", "") without any."""
    known = {REV2: rev2, NAF_2025: naf_2025}
    current = version_in_force(day)
    for version in (current, *sorted(known.keys() - {current})):
        if known[version]:
            return known[version], version
    return "", ""


def label(code: str, version: str) -> str:
    """What a subclass is called, in French as INSEE writes it; "" when unknown: of NAF 2025 no list is carried."""
    return _rev2().get(code, "") if version == REV2 else ""


@cache
def _rev2() -> dict[str, str]:
    lines = (Path(__file__).parent / "data" / "naf_rev2.tsv").read_text("utf-8").split("\n")
    return dict(line.split("\t") for line in lines if line)

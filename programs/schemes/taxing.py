"""The research tax credits, as parts of a calculation.

Formulas: « assiette = salaire chargé + 40 % (43 % avant le 15/02/2025) – subvention ANRT ; × 30 % » (shared data of
November 2026, from cms.law, reucirs.fr and group-gac.com); the rates are rows.
"""

from datetime import date
from decimal import Decimal

from programs.schemes.work import NO, Work

CIR_RULES = ("tax.cir_rate", "tax.cir_threshold", "tax.cir_overhead")


def rated(work: Work, base: Decimal, *, day: date | None = None) -> Decimal:
    """The CIR on a year's base: one rate up to the threshold, another beyond."""
    base = max(base, NO)
    threshold = work.value("tax.cir_threshold", day=day)
    first = min(base, threshold) * work.share("tax.cir_rate", "first", day=day)
    if base <= threshold:
        return first
    return first + (base - threshold) * work.share("tax.cir_rate", "beyond", day=day)


def cir(
    work: Work, *, staff: Decimal = NO, external: Decimal = NO, aid: Decimal = NO, day: date | None = None
) -> Decimal:
    """A year's CIR: (loaded salaries + overhead on them + agreed subcontractors − public aid) × rate."""
    overhead = work.share("tax.cir_overhead", day=day) if staff else NO
    return rated(work, staff * (1 + overhead) + external - aid, day=day)

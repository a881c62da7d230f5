"""What a snapshot says, as plain values: texts bounded and printable, days as days, money as whole euros."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Text:
    """A paragraph that somebody wrote; `id` is stable over versions."""

    id: str
    text: str


@dataclass(frozen=True)
class Rule:
    """One dated rule; `valid_from`, `valid_until`: None where none is said."""

    code: str
    label: str
    value: str
    valid_from: date | None
    valid_until: date | None
    source: str
    confidence: str


@dataclass(frozen=True)
class Amount:
    """A line of a cost: `kind` "cost", "aid" or "tax" (what the State gives back later); `low`, `high` in euros."""

    label: str
    low: int
    high: int
    kind: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    """What a step costs its employer over the whole of it, without VAT: (low, high) before and after aid.

    Where one of `refused` (the scheme is not open, and why) and `to_price` (who knows the cost) says something, there
    are no amounts.
    """

    name: str
    before: tuple[int, int]
    after: tuple[int, int]
    amounts: tuple[Amount, ...]
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    refused: str
    to_price: str
    rules: tuple[Rule, ...]

    @property
    def priced(self) -> bool:
        return not self.refused and not self.to_price


@dataclass(frozen=True)
class Wait:
    """What has to pass before a step begins; `code` is one of the contract's, `low`, `high` in weeks."""

    code: str
    low: int
    high: int


@dataclass(frozen=True)
class Step:
    """`number`: « A1 »; `after`: numbers of the steps before it; `scheme`: of programs.schemes, or ""."""

    number: str
    kind: str
    kind_label: str
    organisation: str
    person: str
    leads: str
    title: str
    summary: str
    when: str
    start: date | None
    end: date | None
    after: tuple[str, ...]
    waits: tuple[Wait, ...]
    deliverables: str
    decision: str
    trl: tuple[int, int] | None
    maturity: tuple[int, int] | None
    scheme: str
    cost: Cost | None

    @property
    def waits_since(self) -> date | None:
        """When what it waits for has to begin at the latest."""
        if not self.waits or self.start is None:
            return None
        return self.start - timedelta(weeks=max(wait.high for wait in self.waits))


@dataclass(frozen=True)
class Option:
    """`letter`: "A", "B", "C"."""

    id: str
    letter: str
    title: str
    why: str
    limits: str
    chosen: bool
    steps: tuple[Step, ...]

    @property
    def start(self) -> date | None:
        return min((step.start for step in self.steps if step.start), default=None)

    @property
    def end(self) -> date | None:
        return max((step.end or step.start for step in self.steps if step.end or step.start), default=None)

    @property
    def priced(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.cost and step.cost.priced)

    @property
    def unpriced(self) -> tuple[Step, ...]:
        """Those whose cost is not known: no calculator, or not for this employer."""
        return tuple(step for step in self.steps if step not in self.priced)

    def total(self, which: str) -> tuple[int, int] | None:
        """(low, high) of "before" or "after" over the steps with a cost; None when none has one."""
        spans = [getattr(step.cost, which) for step in self.priced]
        return (sum(low for low, _ in spans), sum(high for _, high in spans)) if spans else None

    def reach(self, scale: str) -> tuple[int, int] | None:
        """From where to where on "trl" or "maturity", over its steps."""
        spans = [span for step in self.steps if (span := getattr(step, scale))]
        return (min(low for low, _ in spans), max(high for _, high in spans)) if spans else None


@dataclass(frozen=True)
class Partner:
    """`tutelles`: the establishments that a laboratory belongs to; `signed_by`: who signs for it, "" for itself."""

    name: str
    kind: str
    city: str
    person: str
    tutelles: tuple[str, ...]
    signed_by: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    language: str
    words_language: str
    reference: str
    version: int
    date: date
    valid_until: date
    confidentiality: str
    title: str
    company: str
    contact: str
    city: str
    coordinator: str
    words: str
    baseline: str
    target: str
    pillar: str
    ai_act: str
    personal_data: bool
    health_data: bool
    employee_data: bool
    trl: tuple[int, int] | None
    maturity: int | None
    sections: dict[str, tuple[Text, ...]]
    options: tuple[Option, ...]
    partners: tuple[Partner, ...]
    parties: tuple[str, ...]
    rules: tuple[Rule, ...]
    illustrative: bool
    missing_signs: bool
    cut: bool
    verify_number: str
    verify_check: str
    verify_url: str

    @property
    def nda(self) -> bool:
        return self.confidentiality == "nda"

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for option in self.options for step in option.steps)

    def name_of(self, option: Option) -> str:
        """As pictures and captions name it; where there is one alone, nobody asks which."""
        if len(self.options) == 1:
            return _("Ce chemin")
        return _("Option %(letter)s") % {"letter": option.letter}

    @property
    def waits(self) -> set[str]:
        return {wait.code for step in self.steps for wait in step.waits}

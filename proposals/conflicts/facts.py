"""What the conflicts are judged on, and what a conflict says. No model, no clock."""

from dataclasses import dataclass, field
from datetime import date

from proposals.composing.case import Employer, Slot

STOP, WARN = "stop", "warn"
ANY_EMPLOYER = Employer()


@dataclass(frozen=True)
class Known:
    """An offer as its partner leaves it now. `status`: of programs.OfferStatus; `form`: of a placement."""

    status: str
    sessions: tuple[Slot, ...] = ()
    form: str = ""
    start_until: date | None = None


@dataclass(frozen=True)
class Partner:
    """`left`: did not accept, or stepped back; `nda`: an agreement is missing; `away`: absences, first and last day."""

    name: str
    left: bool = False
    restricted: bool = False
    nda: bool = False
    full: bool = False
    away: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True)
class Situation:
    """Everything but the path. `urgency` and `since`: when an answer is expected, and from when that counts."""

    today: date
    valid_until: date
    since: date
    urgency: str = ""
    employer: Employer = ANY_EMPLOYER
    offers: dict[str, Known] = field(default_factory=dict)
    partners: dict[str, Partner] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """`option`, `step`: ids, "" for the whole; `what` and `todo`: sentences in the active language."""

    code: str
    severity: str
    what: str
    todo: str
    option: str = ""
    step: str = ""

    @property
    def blocks(self) -> bool:
        return self.severity == STOP

    @property
    def sentence(self) -> str:
        return f"{self.what} {self.todo}"

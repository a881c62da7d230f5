"""When a step can begin: what it waits for, working days, sessions, and the calendars of schools."""

from datetime import date, timedelta

from foundation.working_days import add_months, is_working_day
from proposals.composing import lead_times
from proposals.composing.case import Piece, Slot

INTERNSHIP_MONTHS = 6  # the most, in one year of study and one host: Code de l'éducation, L124-5
CIFRE_MONTHS = 36  # ANRT
APPRENTICESHIP_MONTHS = 12
DIAGNOSIS_WEEKS = 6  # the cluster's own estimate; a coordinator changes it
FIRST_TALK_DAYS = 14


def working_from(found: date, department: str) -> date:
    """This day, or the next one on which people work."""
    while not is_working_day(found, department):
        found += timedelta(days=1)
    return found


def ready_on(today: date, waits: list[dict]) -> date:
    """The day from which a step is planned: its waits run from today, while other steps are under way."""
    return today + timedelta(weeks=lead_times.planned(waits))


def earliest(today: date, waits: list[dict]) -> date:
    """Before this day a step cannot begin, however well things go."""
    return today + timedelta(weeks=lead_times.total(waits, 0))


def last_day(start: date, months: int) -> date:
    return add_months(start, months) - timedelta(days=1)


def session_for(sessions: tuple[Slot, ...], ready: date) -> Slot | None:
    """The first session with a seat that begins on this day or later."""
    return min(
        (slot for slot in sessions if slot.seats_left > 0 and slot.start >= ready),
        key=lambda slot: slot.start,
        default=None,
    )


def intern_from(today: date, ready: date) -> date:
    """Schools place their students from September to November, for a beginning in February or March."""
    year = today.year + (2 if today.month == 12 else 1)
    while ready > date(year, 3, 31):
        year += 1
    return max(date(year, 2, 1), ready)


def apprentice_from(today: date, ready: date) -> date:
    """Announced from January to July, for a beginning in September."""
    year = today.year + (1 if today.month >= 8 else 0)
    while ready > date(year, 9, 30):
        year += 1
    return max(date(year, 9, 1), ready)


def start_of(piece: Piece, today: date, ready: date, department: str) -> date | None:
    """The first day on which this piece can begin, not before `ready`; None when it has no date, or no longer."""
    if piece.help == lead_times.TRAINING:
        slot = session_for(piece.sessions, ready)
        return slot.start if slot else None
    if piece.help in (lead_times.INTERNSHIP, lead_times.APPRENTICESHIP):
        found = _placement_from(piece, today, ready)
    else:
        found = max(ready, piece.start_from) if piece.start_from else ready
    found = working_from(found, department)
    return None if piece.start_until and found > piece.start_until else found


def _placement_from(piece: Piece, today: date, ready: date) -> date:
    """The partner's own date while it holds (a placement may begin late, not after its length), else the school's."""
    if piece.start_from and ready <= add_months(piece.start_from, piece.months[1] or INTERNSHIP_MONTHS):
        return max(piece.start_from, ready)
    year = apprentice_from if piece.help == lead_times.APPRENTICESHIP else intern_from
    return year(today, ready)


def end_of(piece: Piece, start: date) -> date | None:
    """Its last day, None where nothing says how long it lasts."""
    if piece.help == lead_times.TRAINING:
        return next((slot.end for slot in piece.sessions if slot.start == start), None)
    if piece.help == lead_times.INTERNSHIP:
        return last_day(start, min(piece.months[1] or INTERNSHIP_MONTHS, INTERNSHIP_MONTHS))
    if piece.help == lead_times.APPRENTICESHIP:
        return last_day(start, piece.months[1] or APPRENTICESHIP_MONTHS)
    if piece.help == lead_times.CIFRE:
        return last_day(start, CIFRE_MONTHS)
    months = piece.months[1] or piece.months[0]
    return last_day(start, months) if months else None

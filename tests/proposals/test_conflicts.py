"""Each conflict, once: what it says, whether it stops the document, and that a sound path has none."""

from datetime import date

import pytest

from proposals import paths
from proposals.composing import Employer, Slot
from proposals.conflicts import STOP, WARN, Known, Partner, Situation, conflicts_in

TODAY = date(2026, 11, 26)
SESSION = Slot(date(2027, 1, 14), date(2027, 1, 15), 3)


def step(step_id="s", **values):
    return paths.blank_step(step_id, title=f"Étape {step_id}", **values)


def course(**values):
    return step(kind="training", offer_id="course", start="2027-01-14", end="2027-01-15", **values)


FULL = Slot(SESSION.start, SESSION.end, 0)
LAST = date(2027, 6, 30)
AWAY = (date(2027, 1, 4), date(2027, 1, 8))


def lab(**facts) -> dict:
    return {"partners": {"lab": Partner("L", **facts)}}


def offer(status, sessions=(), of="open", **facts) -> dict:
    return {"offers": {of: Known(status, sessions, **facts)}}


def found(*steps, options=None, **changes) -> list[tuple[str, str, str]]:
    """(code, severity, step) of a path in an otherwise sound situation."""
    now = Situation(
        **{
            "today": TODAY,
            "valid_until": date(2027, 1, 25),
            "since": date(2026, 11, 2),
            "employer": Employer("FR", True),
            "offers": {"course": Known("published", (SESSION,)), "open": Known("published")},
            "partners": {"lab": Partner("Le labo")},
            **changes,
        }
    )
    options = options or [paths.blank_option("o", title="Une option", steps=list(steps))]
    return [(one.code, one.severity, one.step) for one in conflicts_in(options, now)]


def test_a_sound_path_has_none():
    intern = step("t", kind="talent", start="2027-02-01", end="2027-07-31", after=["s"])
    assert found(course(), intern) == []
    assert found(step(), step("t", after=["s"])) == []  # nothing dated, nothing false


@pytest.mark.parametrize(
    ("steps", "changes", "wanted"),
    [
        ([course()], {"valid_until": date(2026, 11, 25)}, ("validity", STOP, "")),
        ([course()], {"urgency": "urgent", "since": date(2026, 10, 1)}, ("deadline", WARN, "")),
        ([step(start="2027-12-06")], {"urgency": "soon"}, ("deadline", WARN, "")),
        ([], {}, ("empty", STOP, "")),
        ([course()], offer("published", (FULL,), of="course"), ("session_full", STOP, "s")),
        ([course()], offer("published", of="course"), ("session_gone", STOP, "s")),
        ([step(offer_id="open")], offer("archived"), ("archived", STOP, "s")),
        ([step(offer_id="open")], offer("hidden"), ("hidden", WARN, "s")),
        ([step(offer_id="open", start="2027-07-01")], offer("published", start_until=LAST), ("closed", STOP, "s")),
        ([step(organisation_id="lab")], lab(left=True, full=True), ("partner", STOP, "s")),
        ([step(organisation_id="lab", start="2027-01-05")], lab(away=(AWAY,)), ("away", WARN, "s")),
        ([step(organisation_id="lab")], lab(full=True), ("capacity", WARN, "s")),
        ([step(organisation_id="lab")], lab(restricted=True), ("zrr", WARN, "s")),
        ([step(organisation_id="lab", start="2027-01-25")], lab(restricted=True), ("zrr", STOP, "s")),
        ([step(organisation_id="lab")], lab(nda=True), ("nda", WARN, "s")),
        ([step(kind="cifre")], {"employer": Employer("DE", False)}, ("cifre", STOP, "s")),
        ([step(kind="cifre")], {"employer": Employer("FR", True, "7112")}, ("cifre", STOP, "s")),
        ([step(kind="cifre")], {"urgency": "urgent"}, ("cifre_short", WARN, "s")),
        ([step(start="2026-11-25")], {}, ("past", STOP, "s")),
        ([step(start="2027-02-02", end="2027-02-01")], {}, ("ends", STOP, "s")),
        ([step(kind="talent", start="2027-02-01", end="2027-08-01")], {}, ("internship", STOP, "s")),
        ([step(start="2027-01-20", waits=[{"code": "contract", "weeks": [9, 26]}])], {}, ("early", STOP, "s")),
        ([step(start="2027-02-20", waits=[{"code": "contract", "weeks": [9, 26]}])], {}, ("tight", WARN, "s")),
        ([step(end="2027-02-05"), step("t", start="2027-02-05", after=["s"])], {}, ("order", STOP, "t")),
        ([course(), {**course(), "id": "t"}], {}, ("twice", WARN, "t")),
    ],
)  # fmt: skip
def test_each_is_found_alone(steps, changes, wanted):
    assert found(*steps, **changes) == [wanted]


def test_steps_that_wait_for_each_other():
    assert found(step("s", after=["t"]), step("t", after=["s"])) == [
        ("circle", STOP, "s"),
        ("circle", STOP, "t"),
    ]


def test_the_same_path_twice_and_what_stops_comes_first():
    one = paths.blank_option("a", title="A", steps=[step(kind="cifre")])
    other = paths.blank_option("b", title="B", steps=[step("t", kind="cifre")])
    other["steps"][0]["title"] = "Étape s"
    told = found(options=[one, other], employer=Employer("DE", False))
    assert told == [("cifre", STOP, "s"), ("cifre", STOP, "t"), ("same", WARN, "")]


def test_what_is_no_conflict():
    apprentice = step(kind="talent", offer_id="open", start="2027-09-01", end="2029-08-31")
    assert found(apprentice, offers={"open": Known("published", form="apprenticeship")}) == []
    entered = step(organisation_id="lab", start="2027-02-05", waits=[{"code": "zrr", "weeks": [9, 9]}])
    assert found(entered, partners={"lab": Partner("L", restricted=True)}) == []
    assert found(course(organisation_id="lab"), partners={"lab": Partner("L", restricted=True)}) == []
    assert found(step(kind="cifre"), employer=Employer("DE", True)) == []


def test_they_say_what_is_so_and_what_to_do():
    [one] = conflicts_in(
        [paths.blank_option("o", title="O", steps=[course()])],
        Situation(TODAY, date(2027, 1, 25), TODAY, offers={"course": Known("published")}),
    )
    assert one.sentence == (
        "Aucune session de cette formation ne commence ce jour-là. Recalculez les dates, ou laissez-la sans date."
    )
    assert (one.blocks, one.option, one.step) == (True, "o", "s")

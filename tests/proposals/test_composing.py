"""Composing on hand-made cases: whole expected paths, and what holds for any case."""

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.working_days import is_working_day
from proposals import paths
from proposals.composing import (
    Employer,
    Need,
    Piece,
    Slot,
    calendar,
    compose,
    lead_times,
    levels,
    plan_again,
    reason_against,
)
from proposals.conflicts import STOP, Known, Partner, Situation, conflicts_in

TODAY = date(2026, 11, 26)  # a Thursday
COURSE = Piece(
    "course",
    "training",
    "Comprendre ses données",
    "École",
    "school",
    sessions=(Slot(date(2026, 11, 30), date(2026, 12, 1), 5), Slot(date(2027, 1, 14), date(2027, 1, 15), 8)),
)
INTERN = Piece(
    "intern", "talent", "Stage de fin d’études", "Université", "uni", form="internship", months=(6, 6)
)
THESIS = Piece("thesis", "cifre", "Apprendre sous incertitude", "Laboratoire", "lab")
PROJECT = Piece(
    "project",
    "rnd",
    "Maintenance prévisible",
    "Laboratoire",
    "lab",
    months=(6, 12),
    trl=(3, 6),
    deliverables="Un démonstrateur.",
)
FOUNDRY = Need(
    TODAY,
    "57",
    Employer("FR", True, "5710", "PME"),
    maturity=2,
    trl_now=2,
    trl_target=6,
    target="Rebuts sous 3 %",
)


def numbers():
    source = count(1)
    return lambda: f"n{next(source)}"


def told(options) -> list:
    """Title and, step by step, what is planned when, after what (by title), and how far it carries."""
    found = []
    for option in options:
        titles = {step["id"]: step["title"] for step in option["steps"]}
        found.append(
            (
                option["title"],
                [
                    (
                        step["title"],
                        step["start"],
                        step["end"],
                        [titles[one] for one in step["after"]],
                        [(wait["code"], *wait["weeks"]) for wait in step["waits"]],
                        step["trl"],
                        step["maturity"],
                    )
                    for step in option["steps"]
                ],
            )
        )
    return found


OPCO, SCHOOL = [("opco", 1, 8)], [("school", 4, 13)]
RECRUIT = [("recruit", 9, 26), ("instruction", 9, 13)]
LEARN = ("Comprendre ses données", "2027-01-14", "2027-01-15", [], OPCO, None, None)


def test_a_foundry_learns_takes_an_intern_then_a_thesis():
    """The session of next Monday is too soon for the OPCO; the thesis waits for the intern, not for its own dossier."""
    intern = ("Stage de fin d’études", "2027-02-01", "2027-07-31")
    assert told(compose(FOUNDRY, [THESIS, COURSE, INTERN], numbers())) == [
        ("Commencer vite", [LEARN, (*intern, [], SCHOOL, [2, 4], [2, 3])]),
        (
            "Chemin complet",
            [
                LEARN,
                (*intern, ["Comprendre ses données"], SCHOOL, [2, 4], [2, 3]),
                (
                    "Apprendre sous incertitude",
                    "2027-08-26",
                    "2030-08-25",
                    ["Stage de fin d’études"],
                    RECRUIT,
                    [4, 6],
                    None,
                ),
            ],
        ),
        (
            "Recherche d’abord",
            [("Apprendre sous incertitude", "2027-08-26", "2030-08-25", [], RECRUIT, [2, 5], None)],
        ),
    ]


def test_a_very_small_company_looks_at_its_data_first():
    need = Need(TODAY, "68", Employer("FR", True, "1000", "TPE"), maturity=1)
    look = ("Diagnostic des données", "2026-12-10", "2027-01-20", [], [], None, [1, 2])
    assert told(compose(need, [COURSE, INTERN], numbers())) == [
        (
            "Le chemin proposé",
            [
                look,
                LEARN,
                (
                    "Stage de fin d’études",
                    "2027-02-01",
                    "2027-07-31",
                    ["Diagnostic des données", "Comprendre ses données"],
                    SCHOOL,
                    None,
                    [2, 3],
                ),
            ],
        )
    ]


def test_a_german_company_without_french_entity_gets_no_thesis():
    need = Need(TODAY, "", Employer("DE", False), maturity=3, trl_now=3, trl_target=6)
    assert told(compose(need, [THESIS, PROJECT], numbers())) == [
        (
            "Le chemin proposé",
            [("Maintenance prévisible", "2027-05-27", "2028-05-26", [], [("contract", 9, 26)], [3, 6], None)],
        )
    ]
    assert "droit français" in reason_against(need, THESIS)
    assert reason_against(FOUNDRY, THESIS) == ""


@pytest.mark.parametrize(
    ("employer", "word"),
    [
        (Employer("LU", False), "droit français"),
        (Employer("FR", True, "7113"), "Cofra"),
        (Employer("FR", False, "", "individu"), "particulier"),
    ],
)
def test_who_cannot_take_a_thesis_and_why(employer, word):
    need = Need(TODAY, employer=employer)
    assert word in reason_against(need, THESIS)
    assert compose(need, [THESIS], numbers()) == []


@pytest.mark.parametrize(
    "employer", [Employer("DE", True), Employer("FR", True, "7210"), Employer("FR", False)]
)
def test_who_can(employer):
    """A French subsidiary, a commune, a company that gave no number."""
    assert reason_against(Need(TODAY, employer=employer), THESIS) == ""


def test_an_answer_within_three_months_is_no_thesis():
    need = Need(TODAY, urgency="urgent")
    assert "trois mois" in reason_against(need, THESIS)
    assert [title for title, _steps in told(compose(need, [THESIS, COURSE], numbers()))] == [
        "Le chemin proposé"
    ]


def test_a_restricted_laboratory_waits_for_its_authorisation_and_the_agreement():
    piece = Piece("e", "laboratory", "Essais", "Labo", "lab", restricted=True, nda=True)
    [option] = compose(Need(TODAY, "54", maturity=3), [piece], numbers())
    [step] = option["steps"]
    assert step["waits"] == [
        {"code": "nda", "weeks": [2, 6]},
        {"code": "contract", "weeks": [2, 8]},
        {"code": "zrr", "weeks": [9, 9]},
    ]
    # The agreement first (six weeks), then the authorisation, under way beside the contract (nine).
    assert step["start"] == "2027-03-11"


def test_a_full_session_is_not_proposed_and_nothing_dated_stays_so():
    full = Piece(
        "f", "training", "Cours", "École", "s", sessions=(Slot(date(2027, 1, 14), date(2027, 1, 15), 0),)
    )
    [option] = compose(FOUNDRY, [full], numbers())
    assert [(step["start"], step["end"], step["when"]) for step in option["steps"]] == [
        ("", "", "à convenir")
    ]
    assert compose(FOUNDRY, [], numbers()) == []


def test_without_research_an_intern_and_an_apprentice_are_two_ways():
    apprentice = Piece(
        "a", "talent", "Alternance", "Université", "uni", form="apprenticeship", months=(24, 24)
    )
    found = told(compose(FOUNDRY, [apprentice, INTERN], numbers()))
    assert [(title, steps[0][0], steps[0][1], steps[0][2]) for title, steps in found] == [
        ("Avec un stage", "Stage de fin d’études", "2027-02-01", "2027-07-31"),
        ("Avec une alternance", "Alternance", "2027-09-01", "2029-08-31"),
    ]


def test_a_course_that_costs_a_season_runs_beside():
    late = Piece(
        "c", "training", "Cours", "École", "s", sessions=(Slot(date(2027, 4, 8), date(2027, 4, 9), 8),)
    )
    [option] = compose(Need(TODAY, "57", maturity=2), [late, INTERN], numbers())
    assert [(step["start"], step["after"]) for step in option["steps"]] == [
        ("2027-02-01", []),
        ("2027-04-08", []),
    ]


def test_a_window_that_closes_before_the_contract_is_said():
    closed = Piece(
        "t", "cifre", "Thèse", "Labo", "l", start_from=date(2027, 1, 1), start_until=date(2027, 6, 30)
    )
    assert "plus ouvert" in reason_against(FOUNDRY, closed)
    assert compose(FOUNDRY, [closed], numbers()) == []


def test_each_option_says_what_it_buys_and_what_it_does_not():
    quick, complete, research = compose(FOUNDRY, [THESIS, COURSE, INTERN], numbers())
    assert quick["why"] == "Commence au plus tôt\u202f; chaque étape demande peu et vaut par elle-même."
    assert quick["limits"].endswith("Il mène au TRL 4\u202f; le TRL 6 visé demande une suite.")
    assert complete["limits"] == "La recherche ne vient qu’à la fin."
    assert "TRL 5" in research["limits"]
    assert quick["steps"][0]["decision"] == ""  # nobody waits for it
    assert [bool(step["decision"]) for step in complete["steps"]] == [True, True, False]
    assert "Rebuts sous 3 %" in complete["steps"][1]["decision"]


@pytest.mark.parametrize(
    ("today", "ready", "start"),
    [
        (date(2026, 9, 1), date(2026, 10, 1), date(2027, 2, 1)),
        (date(2026, 11, 30), date(2027, 3, 1), date(2027, 3, 1)),
        (date(2026, 11, 30), date(2027, 4, 1), date(2028, 2, 1)),
        (date(2026, 12, 1), date(2027, 1, 1), date(2028, 2, 1)),
        (date(2027, 5, 1), date(2027, 6, 1), date(2028, 2, 1)),
    ],
)
def test_schools_place_interns_in_autumn(today, ready, start):
    assert calendar.intern_from(today, ready) == start


@pytest.mark.parametrize(
    ("today", "ready", "start"),
    [
        (date(2027, 1, 4), date(2027, 4, 1), date(2027, 9, 1)),
        (date(2027, 7, 31), date(2027, 10, 30), date(2028, 9, 1)),
        (date(2026, 8, 1), date(2026, 11, 1), date(2027, 9, 1)),
    ],
)
def test_apprentices_begin_in_september(today, ready, start):
    assert calendar.apprentice_from(today, ready) == start


def test_levels_climb_as_far_as_the_help_carries():
    assert levels.trl("internship", 2, 6) == [2, 4]
    assert levels.trl("internship", 4, 6) is None
    assert levels.trl("cifre", 4, 5) == [4, 5]
    assert levels.trl("rnd", 3, 9, (4, 7)) == [3, 6]
    assert levels.trl("training", 2, 6) is None and levels.trl("cifre", None, 6) is None
    assert levels.maturity("diagnosis", 0) == [0, 1]
    assert levels.maturity("cifre", 1) is None


def test_waits_run_one_after_the_other_or_beside():
    waits = [
        {"code": "nda", "weeks": [2, 6]},
        {"code": "recruit", "weeks": [9, 26]},
        {"code": "instruction", "weeks": [9, 13]},
        {"code": "zrr", "weeks": [9, 9]},
        {"code": "opco", "weeks": [1, 8]},
    ]
    assert (lead_times.total(waits, 0), lead_times.total(waits, 1)) == (20, 45)
    assert lead_times.planned([{"code": "opco", "weeks": [1, 8]}]) == 1


def test_dates_again_forward_from_today():
    options = compose(FOUNDRY, [THESIS, COURSE, INTERN], numbers())
    later = Need(date(2027, 2, 15), "57", FOUNDRY.employer, maturity=2)
    again = plan_again(options, later, [THESIS, COURSE, INTERN])
    starts = [(step["title"], step["start"]) for step in again[1]["steps"]]
    assert starts == [
        ("Comprendre ses données", ""),  # no session is left
        ("Stage de fin d’études", "2028-02-01"),
        ("Apprendre sous incertitude", "2028-08-01"),
    ]
    assert plan_again(again, later, [THESIS, COURSE, INTERN]) == again
    assert plan_again(options, FOUNDRY, [THESIS, COURSE, INTERN]) == options


# -- whatever the case

days = st.dates(date(2026, 1, 1), date(2029, 12, 31))


@st.composite
def pieces(draw):
    found = []
    for number in range(draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(["training", "talent", "cifre", "rnd", "laboratory"]))
        start, end = draw(st.none() | days), draw(st.none() | days)
        slots = draw(st.lists(st.tuples(days, st.integers(0, 4), st.integers(0, 3)), max_size=3))
        low = draw(st.none() | st.integers(1, 6))
        found.append(
            Piece(
                f"offer{number}",
                kind,
                f"Offre {number}",
                f"Partenaire {number % 3}",
                f"p{number % 3}",
                form=draw(st.sampled_from(["internship", "apprenticeship", ""])),
                restricted=draw(st.booleans()),
                nda=draw(st.booleans()),
                sessions=tuple(Slot(one, one + timedelta(days=more), seats) for one, more, seats in slots),
                start_from=start,
                start_until=end if kind == "cifre" else None,
                months=draw(st.sampled_from([(None, None), (6, 6), (4, 24)])),
                trl=(low, min(9, low + 3)) if low else None,
                readiness=draw(st.integers(0, 4)),
            )
        )
    return found


@st.composite
def needs(draw):
    now = draw(st.none() | st.integers(1, 9))
    return Need(
        draw(days),
        draw(st.sampled_from(["", "54", "57", "67"])),
        Employer(
            draw(st.sampled_from(["FR", "DE"])), draw(st.booleans()), draw(st.sampled_from(["", "7113"]))
        ),
        draw(st.none() | st.integers(0, 4)),
        now,
        draw(st.none() | st.integers(now or 1, 9)),
        urgency=draw(st.sampled_from(["urgent", "soon", "open", ""])),
    )


def situation(need: Need, found: list[Piece]) -> Situation:
    return Situation(
        need.today,
        need.today,
        need.today,
        need.urgency,
        need.employer,
        {p.offer_id: Known("published", p.sessions, p.form, p.start_until) for p in found},
        {p.organisation_id: Partner(p.organisation, restricted=p.restricted, nda=p.nda) for p in found},
    )


@settings(max_examples=150, deadline=None)
@given(needs(), pieces())
def test_whatever_is_composed_holds(need, found):
    options = compose(need, found, numbers())
    assert len(options) <= 3
    assert bool(options) == any(not reason_against(need, piece) for piece in found)
    sets = [[step["offer_id"] for step in option["steps"]] for option in options]
    assert len({tuple(one) for one in sets}) == len(sets), "no two options are the same path"
    ids = [step["id"] for step in paths.all_steps(options)]
    assert len(set(ids)) == len(ids)
    for option in options:
        assert not paths.in_circles(option)
        assert 1 <= len(option["steps"]) <= 12 and option["title"] and len(option["limits"]) <= 600
        by_id = {step["id"]: step for step in option["steps"]}
        for step in option["steps"]:
            start, end = paths.day(step["start"]), paths.day(step["end"])
            if start:
                assert start > need.today
                assert start >= calendar.earliest(need.today, step["waits"])
                assert step["kind"] == "training" or is_working_day(start, need.department)
                assert end is None or end >= start
                for one in step["after"]:
                    before = by_id[one]["end"] or by_id[one]["start"]
                    assert not before or before < step["start"]
            for name, wanted in (("trl", need.trl_target or 9), ("maturity", 4)):
                if step[name]:
                    assert step[name][0] < step[name][1] <= wanted
    if len({piece.organisation_id for piece in found}) == len(found):  # one partner, one set of facts
        assert [one for one in conflicts_in(options, situation(need, found)) if one.severity == STOP] == []


@settings(max_examples=100, deadline=None)
@given(needs(), pieces(), st.integers(0, 500))
def test_dates_computed_again_are_never_past_and_stay_so(need, found, later):
    options = compose(need, found, numbers())
    then = Need(need.today + timedelta(days=later), need.department, need.employer, need.maturity)
    again = plan_again(options, then, found)
    for step in paths.all_steps(again):
        if step["start"] and step["kind"] != "cifre":  # a window may have closed: the editor says so
            assert paths.day(step["start"]) >= then.today
    assert plan_again(again, then, found) == again

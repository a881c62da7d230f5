"""The figures of the bench against a history of April 2026 counted by hand.

Good Friday, 3 April, is a holiday in Moselle and Bas-Rhin and a working day in Meurthe-et-Moselle; Easter Monday, the
6th, is one everywhere.
"""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import Absence
from foundation import clock
from insights.bench import exports, periods
from insights.bench.counting import Answers, Board, Hold, unit
from insights.bench.load import Load, loads
from insights.bench.periods import Period
from insights.figures import Bar
from intake import conversation
from intake.lifecycle import IRRITANT
from journal.actors import CLOCK_ACTOR, Actor, coordinator
from tests import cast as casting
from triage.lifecycle import MATCH, REFERRAL
from triage.models import HoldFiring, HoldMode, Match, Qualification, Referral

pytestmark = [pytest.mark.django_db, pytest.mark.database]
PARTNER = Actor("partner")
APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))
MOSELLE, BAS_RHIN, MEURTHE = "57000", "67000", "54000"


def april(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 4, day, hour, tzinfo=UTC)


def arrived(number: int, postcode: str, day: int = 2):
    with clock.at(april(day)):
        return casting.irritant(
            email=f"p{number}@e.example", company_name=f"Entreprise {number}", site_postcode=postcode
        )


@pytest.fixture
def history(db):
    """Seven irritants of Thursday 2 April; what happened to them until Friday the 10th."""
    told = SimpleNamespace()
    told.anne = casting.person("anne@enact.example", "coordinator", full_name="Anne")
    told.bela = casting.person("bela@enact.example", "coordinator", full_name="Béla")
    anne, bela = coordinator(told.anne), coordinator(told.bela)
    places = [MOSELLE, MEURTHE, MOSELLE, MEURTHE, BAS_RHIN, MEURTHE, MEURTHE]
    told.rows = rows = [arrived(number, place) for number, place in enumerate(places)]
    for row, who, day in (
        (rows[0], anne, 7),  # Moselle: one working day after the 2nd, the 7th itself
        (rows[1], anne, 7),  # Meurthe-et-Moselle: the 3rd and the 7th
        (rows[2], anne, 2),  # the same day
        (rows[3], anne, 3),  # one
        (rows[4], bela, 8),  # Bas-Rhin: the 7th and the 8th
        (rows[5], bela, 9),  # spam: not counted
    ):
        with clock.at(april(day)):
            IRRITANT.perform(row, "take", actor=who)
    with translation.override("fr"):
        with clock.at(april(8)):
            IRRITANT.perform(rows[0], "ask_info", actor=anne, text="Combien de fours ?")
        with clock.at(april(9)):
            conversation.say(rows[1], "Nous regardons.", actor=anne, form_token="a")
            IRRITANT.perform(rows[5], "close", actor=bela, outcome="spam")
        with clock.at(april(10, 8)):
            conversation.say(rows[1], "Encore un mot.", actor=anne, form_token="b")
            IRRITANT.perform(rows[2], "close", actor=anne, outcome="no_match", text="Personne.")
    labs = [casting.laboratory("labo-a"), casting.laboratory("labo-b")]
    asked = []
    for row, who in ((rows[3], anne), (rows[4], bela)):
        for lab in labs:
            referral = Referral.objects.create(irritant=row, organisation=lab)
            with clock.at(april(8)):
                REFERRAL.perform(referral, "ask", actor=who, summary="Une fonderie cherche.")
            asked.append(referral)
        with clock.at(april(8)):
            IRRITANT.perform(row, "orient", actor=who)
    with clock.at(april(9)):
        REFERRAL.perform(asked[0], "accept", actor=PARTNER)
        REFERRAL.perform(asked[1], "decline", actor=PARTNER, reason="no_capacity_now")
    with clock.at(april(10, 8)):
        REFERRAL.perform(asked[2], "decline", actor=PARTNER, reason="no_capacity_now")
        REFERRAL.perform(asked[3], "expire", actor=CLOCK_ACTOR)
    told.labs = labs
    return told


@pytest.fixture
def now(history):
    with clock.at(april(10)):
        yield


def waits(history, period=APRIL) -> dict:
    return {one.key: one for one in Board(history.anne, period).waits}


def test_how_long_until_somebody_takes_a_case(history, now):
    found = waits(history)["take"]
    assert sorted(found.days) == [0, 1, 1, 2, 2]
    assert (found.count, found.middle, found.ninth) == (5, 1, 2)
    assert found.note == "Pas encore pris\u202f: 1. Plus longue attente, en jours ouvrés\u202f: 5."
    assert [(bar.label, bar.count) for bar in found.chart.bars] == [
        ("Le jour même", 1),
        ("1 jour ouvré", 2),
        ("2 jours ouvrés", 2),
        ("3 à 5 jours ouvrés", 0),
        ("6 à 10 jours ouvrés", 0),
        ("Plus de 10 jours ouvrés", 0),
    ]


def test_how_long_until_the_company_hears_from_a_person(history, now):
    """A question on the 8th in Moselle, the first of two messages on the 9th in Meurthe-et-Moselle, a closing on the
    10th in Moselle."""
    found = waits(history)["answer"]
    assert sorted(found.days) == [2, 4, 4]
    assert (found.middle, found.ninth) == (None, None)


def test_how_long_until_a_partner_is_asked_and_answers(history, now):
    """On the 8th: the 3rd, 7th, 8th in Meurthe-et-Moselle, the 7th and 8th in Bas-Rhin; two partners are one case."""
    found = waits(history)
    assert sorted(found["referral"].days) == [2, 3]
    assert sorted(found["partner"].days) == [1, 1, 2]


def test_a_wait_counts_in_the_period_in_which_it_ended(history, now):
    first_week = waits(history, Period(date(2026, 4, 1), date(2026, 4, 7)))
    assert sorted(first_week["take"].days) == [0, 1, 1, 2]
    assert first_week["answer"].days == first_week["referral"].days == []
    after = waits(history, Period(date(2026, 4, 10), date(2026, 4, 30)))
    assert (after["take"].days, after["answer"].days, after["partner"].days) == ([], [4], [2])
    assert waits(history, Period(date(2026, 3, 1), date(2026, 3, 31)))["take"].days == []


def test_what_partners_said_and_why_not(history, now):
    board = Board(history.anne, APRIL)
    assert board.answers == Answers(1, {"pas de disponibilité en ce moment": 2}, 1)
    assert (board.answers.count, board.answers.share) == (3, None)  # three answers are too few for a rate
    assert board.reasons_chart.bars == [Bar("Pas de disponibilité en ce moment", 2, 100)]
    assert Board(history.anne, Period(date(2026, 3, 1), date(2026, 3, 31))).answers == Answers(0, {}, 0)


@pytest.mark.parametrize(
    ("days", "middle", "ninth"),
    [([1, 2, 3, 4], None, None), ([1, 2, 3, 4, 5], 3, 5), ([0] * 9 + [30], 0, 0), ([0] * 8 + [7, 30], 0, 7)],
)
def test_nine_of_ten_by_the_nearest_rank(days, middle, ninth):
    from insights.bench.counting import Waits

    found = Waits("k", "t", "d", days)
    assert (found.middle, found.ninth) == (middle, ninth)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["jour ouvré", "jour ouvré", "jour ouvré", "jours ouvrés"]),
        ("de", ["Arbeitstage", "Arbeitstag", "Arbeitstage", "Arbeitstage"]),
        ("en", ["working days", "working day", "working days", "working days"]),
    ],
)
def test_the_unit_of_a_number_of_days(language, words):
    with translation.override(language):
        assert [unit(days) for days in (0, 1, 1.5, 2)] == words


def test_at_which_place_the_machine_had_what_people_kept(history, now):
    offers = [casting.offer(history.labs[0], f"o-{number}") for number in range(10)]
    actor = coordinator(history.anne)
    ranks = [1, 1, 2, 4, 10, 11, None]
    made = [
        Match.objects.create(irritant=history.rows[number % 2], offer=offers[number], rank=rank)
        for number, rank in enumerate([*ranks, 1, 3, 1])
    ]
    for match in made[:7]:
        MATCH.perform(match, "keep", actor=actor)
    for match in made[7:9]:
        MATCH.perform(match, "set_aside", actor=actor, reason="too_far")
    with clock.at(datetime(2026, 5, 1, 12, tzinfo=UTC)):  # not in the period
        MATCH.perform(made[9], "keep", actor=actor)
    board = Board(history.anne, APRIL)
    assert [(rank.label, rank.kept, rank.set_aside) for rank in board.ranks] == [
        ("rang 1", 2, 1),
        ("rang 2", 1, 0),
        ("rang 3", 0, 1),
        ("rangs 4 à 10", 2, 0),
        ("au-delà du 10e rang", 1, 0),
        ("ajoutée à la main", 1, 0),
    ]
    assert board.kept == 7
    assert board.ranks_chart.bars[0] == Bar("Rang 1", 2, 100)


def test_what_people_said_of_each_hold_rule(history, now):
    rows = history.rows
    Qualification.objects.create(irritant=rows[0], health_data=True)
    Qualification.objects.create(irritant=rows[1], hold_lifted_reason="Données publiques.")
    for irritant, code, day, judgement, mode in (
        (rows[0], "health-data", 7, "", HoldMode.ON),  # confirmed by the flag of the qualification
        (rows[1], "health-data", 7, "", HoldMode.ON),  # lifted: that alone does not say that it was wrong
        (rows[2], "health-data", 8, "rejected", HoldMode.OBSERVE),
        (rows[3], "on-premises", 8, "confirmed", HoldMode.ON),
        (rows[3], "plain-it", 8, "", HoldMode.OFF),  # a rule that is off is not counted
    ):
        HoldFiring.objects.create(irritant=irritant, code=code, at=april(day), judgement=judgement, mode=mode)
    HoldFiring.objects.create(irritant=rows[4], code="defence", at=datetime(2026, 3, 31, tzinfo=UTC))
    found = Board(history.anne, APRIL).holds
    assert found == [Hold("health-data", 3, 1, 1, 1), Hold("on-premises", 1, 1, 0, 0)]
    assert [hold.undecided for hold in found] == [1, 0] and found[0].share is None


def test_who_carries_how_much_and_who_stands_in(history, now):
    """Anne: a question to the company, one to study, one answered by all partners; Béla: one answered by all."""
    with clock.at(april(10)):
        Absence.objects.create(
            user=history.anne, since=date(2026, 4, 9), until=date(2026, 4, 12), replacement=history.bela
        )
    gone = casting.person("gone@enact.example", "coordinator", full_name="Parti")
    history.rows[1].refresh_from_db()
    found = {str(load.who): load for load in loads(history.bela)}
    assert list(found) == ["None", "Anne", "Béla", "Parti"]
    assert found["None"] == Load(None, open=1, ours=1, late=1)  # two working days were promised
    anne, bela = found["Anne"], found["Béla"]
    assert (anne.open, anne.ours, anne.late, anne.taken, anne.for_others) == (3, 2, 0, 2, 0)
    assert (bela.open, bela.ours, bela.late, bela.taken, bela.for_others) == (1, 1, 0, 2, 3)
    assert anne.absence.replacement == history.bela and bela.absence is None
    assert found["Parti"] == Load(gone)
    with clock.at(april(24)):
        # Béla's came back on the 10th: ten working days end at six in the evening
        late = {str(load.who): (load.ours, load.late, load.taken) for load in loads(history.bela)}
        assert late == {"None": (1, 1, 0), "Anne": (2, 3, 0), "Béla": (1, 0, 0), "Parti": (0, 0, 0)}
        type(history.rows[1]).objects.filter(pk=history.rows[1].pk).update(asleep_until=date(2026, 5, 4))
        assert [(one.open, one.ours, one.late) for one in loads(history.bela) if str(one.who) == "Anne"] == [
            (3, 1, 2)
        ]


def test_periods():
    with clock.at(april(10)):
        assert periods.last_days() == Period(date(2026, 3, 12), date(2026, 4, 10))
        assert periods.quarter() == Period(date(2026, 4, 1), date(2026, 4, 10))
        assert periods.year() == Period(date(2026, 1, 1), date(2026, 4, 10))
        assert periods.chosen(None, date(2026, 2, 28)) == Period(date(2026, 1, 30), date(2026, 2, 28))
        assert periods.chosen(date(2027, 1, 1), None) == Period(date(2026, 4, 10), date(2026, 4, 10))
    with clock.at(datetime(2026, 3, 31, 23, tzinfo=UTC)):  # one in the morning of 1 April in Paris
        assert periods.quarter() == Period(date(2026, 4, 1), date(2026, 4, 1))


ADDRESS = reverse("admin:workbench_figures")


def signed_in(client, user):
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client


def test_the_page_says_what_is_too_few_and_asks_the_same_whatever_the_volume(client, history, now):
    browser = signed_in(client, history.anne)
    browser.get(ADDRESS)
    with CaptureQueriesContext(connection) as before:
        page = browser.get(f"{ADDRESS}?periode=trimestre").content.decode()
    assert (
        "3 cas\u202f: trop peu pour conclure." in page and "3 réponses\u202f: trop peu pour un taux." in page
    )
    assert "Du 1er\xa0avril\xa02026 au 10\xa0avril\xa02026" in page and "Aucune piste retenue" in page
    assert "style=" not in page and "Entreprise 0" not in page
    for number in range(20, 32):
        row = arrived(number, MOSELLE, 7)
        with clock.at(april(9)):
            IRRITANT.perform(row, "take", actor=coordinator(history.bela))
            Referral.objects.create(
                irritant=row,
                organisation=history.labs[0],
                stage="accepted",
                asked_at=april(8),
                answered_at=april(9),
            )
    with CaptureQueriesContext(connection) as after:
        page = browser.get(f"{ADDRESS}?periode=trimestre").content.decode()
    assert "17" in page
    assert len(before) == len(after) <= 22


def test_free_dates_and_nonsense(client, history, now):
    browser = signed_in(client, history.anne)
    page = browser.get(f"{ADDRESS}?periode=dates&since=2026-04-01&until=2026-04-07").content.decode()
    assert "Du 1er\xa0avril\xa02026 au 7\xa0avril\xa02026" in page
    for query in (
        "periode=dates&since=2026-04-09&until=2026-04-01",
        "periode=dates&since=hier",
        "periode=%00",
        "periode=dates&since=0001-01-01&until=9999-12-31",
    ):
        assert browser.get(f"{ADDRESS}?{query}").status_code == 200
    page = browser.get(f"{ADDRESS}?periode=dates&since=2026-04-09&until=2026-04-01").content.decode()
    assert "La fin précède le début." in page


def test_an_empty_bench_has_figures(client, db):
    page = signed_in(client, casting.person("a@a.example", "administrator")).get(ADDRESS).content.decode()
    assert page.count("Aucun cas dans cette période.") == 4
    assert "Aucune règle ne s’est déclenchée" in page and "Aucun refus" in page


def test_the_same_figures_as_a_table(history, now):
    total, rows = exports.read(history.anne, {"since": "2026-04-01", "until": "2026-04-30"})
    told = {(line.figure, line.of, line.measure): (line.value, line.cases) for _period, line in rows}
    assert total == len(rows) == len(told)
    assert told["Prise en charge", "", "médiane (jours ouvrés)"] == (1, 5)
    assert told["Première réponse", "", "neuf sur dix, au plus (jours ouvrés)"] == (None, 3)
    assert told["Raisons de refus", "pas de disponibilité en ce moment", "refus"] == (2, 2)
    assert told["Dossiers suivis, aujourd’hui", "Béla", "pris cette semaine"] == (2, None)

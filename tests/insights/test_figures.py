"""The board, counted by hand; small numbers stay hidden; funders read it, partners and companies do not."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import translation

from foundation import clock
from insights import figures
from insights.figures import Bar, protect
from intake.lifecycle import IRRITANT
from journal import jobs
from journal.actors import Actor, coordinator
from tests import cast as casting
from triage.asking import ask
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Match, Qualification

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def _day(number: int) -> datetime:
    """Noon of a day of June 2026: Monday 1 June is a working day, the 6th and 7th a week-end."""
    return datetime(2026, 6, number, 12, tzinfo=UTC)


@pytest.fixture
def season(db):
    """Five irritants in June 2026: three taken after 0, 1 and 3 working days, two laboratories asked."""
    staff = casting.person("c@enact.example", "coordinator")
    labs = [casting.laboratory("labo-a"), casting.laboratory("labo-b")]
    offers = [casting.offer(lab, lab.external_id) for lab in labs]
    actor = coordinator(staff)
    with clock.at(_day(1)):
        rows = [
            casting.irritant(email=f"p{n}@e.example", company_name=f"Entreprise {n}", site_postcode=postcode)
            for n, postcode in enumerate(["57000", "57000", "57000", "54000", "54000"])
        ]
        jobs.run_owed()
    for row, taken in zip(rows[:3], (1, 2, 4), strict=True):
        with clock.at(_day(taken)), translation.override("fr"):
            IRRITANT.perform(row, "take", actor=actor)
            Qualification.objects.create(irritant=row, partner_summary="Une fonderie cherche.")
            for offer in offers:
                match, _new = Match.objects.get_or_create(irritant=row, offer=offer)
                MATCH.perform(match, "keep", actor=actor)
            asked = ask(row, labs, note="", actor=actor)
        with clock.at(_day(8)):  # 5, 4 and 2 working days later
            REFERRAL.perform(asked[0], "accept", actor=Actor("partner"))
            REFERRAL.perform(asked[1], "decline", actor=Actor("partner"), reason="other")
    IRRITANT.perform(rows[4], "take", actor=actor)
    IRRITANT.perform(rows[4], "close", actor=actor, outcome="spam")
    return rows


def test_the_headline_counted_by_hand(season):
    shown = {figure.label: figure.value for figure in figures.headline()}
    assert shown == {
        "Irritants reçus": "4",  # five less one spam
        "En cours": "4",
        "Orientés": "3",
        "Collaborations": "0",
        "Sans le cluster, pas ou autrement": None,
        "Prise en charge": "1 jour ouvré",  # 0, 1, 3; the spam, taken months later, does not count
        "Réponse des partenaires": "4 jours ouvrés",  # 5, 5, 4, 4, 2, 2
        "Taux d’acceptation": "50\u202f%",
    }


def test_the_charts_counted_by_hand(season):
    charts = {chart.key: chart.bars for chart in figures.charts()}
    assert charts["kinds"][0] == Bar("Laboratoire", 6, 100)
    assert [bar.count for bar in charts["kinds"]] == [6, 0, 0, 0, 0]
    assert charts["sectors"] == [Bar("Fonderie", 4, 100)]
    # Three in Moselle, one in Meurthe-et-Moselle: the one is hidden, so the other is too.
    assert charts["departments"] == [Bar("Meurthe-et-Moselle", None, 0), Bar("Moselle", None, 0)]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({}, {}),
        ({"a": 0, "b": 3}, {"a": 0, "b": 3}),
        ({"a": 1, "b": 2, "c": 9}, {"a": None, "b": None, "c": 9}),
        ({"a": 1, "b": 5, "c": 9}, {"a": None, "b": None, "c": 9}),
        ({"a": 2, "b": 0}, {"a": None, "b": 0}),
        ({"a": 1, "b": 1, "c": 5, "d": 9}, {"a": None, "b": None, "c": None, "d": 9}),
        ({"a": 2, "b": 2, "c": 5, "d": 9}, {"a": None, "b": None, "c": None, "d": 9}),
    ],
)
def test_small_numbers_are_hidden_and_cannot_be_found_by_subtraction(counts, shown):
    assert protect(counts) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(1, 2, None), (2, 9, None), (8, 9, None), (0, 5, "0\u202f%"), (4, 8, "50\u202f%")],
)
def test_a_rate_tells_of_nobody(part, whole, shown):
    assert figures._rate(part, whole) == shown


def test_an_empty_portal_has_a_board(client, db):
    client.force_login(casting.person("f@f.example", "funder"))
    page = client.get(reverse("insights:figures"))
    assert page.status_code == 200
    assert [figure.value for figure in figures.headline()] == ["0", "0", "0", "0", None, None, None, None]


def test_who_may_read_the_board(client, cast):
    address = reverse("insights:figures")
    assert client.get(address).status_code == 302
    for user, status in (
        (cast.funder, 200),
        (cast.coordinator, 200),
        (cast.administrator, 200),
        (cast.editor, 403),
        (cast.company, 403),
    ):
        client.force_login(user)
        assert client.get(address).status_code == status, user


def test_no_company_is_named_and_every_chart_has_its_table(client, season, django_assert_max_num_queries):
    client.force_login(casting.person("f@f.example", "funder"))
    with django_assert_max_num_queries(20):
        page = client.get(reverse("insights:figures")).content.decode()
    assert "Entreprise" not in page.replace("l’entreprise", "") and "e.example" not in page
    assert page.count('<svg class="bars"') == page.count("<desc") == page.count('<table class="table">') == 4
    assert "style=" not in page

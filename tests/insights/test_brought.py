"""What offers brought: recounted by hand from a known history; what nobody could serve, without saying who asked."""

import csv
import io
from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from foundation import clock
from insights.brought import counting, unserved
from insights.brought.unserved import Gap, Need, told
from intake.models import Irritant, Outcome, Stage, Turn
from journal.actors import Actor
from programs.models import Offer, OfferViews, Topic
from proposals.models import Collaboration, Proposal
from tests import cast as casting
from tests.triage.clock_walk import paris
from triage.lifecycle import REFERRAL
from triage.models import Qualification, Referral

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def page(code: str = "labo-a", name: str = "page") -> str:
    return reverse(f"brought:{name}", args=[code])


@pytest.fixture
def history(db):
    """May: 3 views of the first offer, both laboratories asked about their three kept matches. June: 4 views of the
    second offer, a yes, a no, a collaboration; and views of thirteen months ago, which are over."""
    with clock.at(paris("2026-05-20 10:00")):
        cast = casting.everybody()
        cast.referrals = casting.asked(cast)
        OfferViews.objects.create(offer=cast.offers[0], day=date(2026, 5, 19), count=3)
        OfferViews.objects.create(offer=cast.offers[2], day=date(2026, 5, 19), count=50)
        OfferViews.objects.create(offer=cast.offers[0], day=date(2025, 5, 31), count=99)
    with clock.at(paris("2026-06-03 10:00")):
        OfferViews.objects.create(offer=cast.offers[1], day=date(2026, 6, 2), count=4)
        REFERRAL.perform(cast.referrals[0], "accept", actor=Actor("partner"), person_in_charge="Équipe A")
        REFERRAL.perform(cast.referrals[1], "decline", actor=Actor("partner"), reason="other")
        proposal = Proposal.objects.create(irritant=cast.irritant, valid_until=date(2026, 7, 1))
        Collaboration.objects.create(irritant=cast.irritant, proposal=proposal).organisations.add(cast.lab)
        yield cast


def test_every_number_by_hand(history):
    found = counting.brought_by(history.lab)
    assert len(found.months) == 12 and found.months[0] == date(2025, 7, 1) and found.months[-1] == JUNE
    first, second, _theirs = history.offers
    assert {month: dict(counted) for month, counted in found.by_month.items() if counted} == {
        MAY: {"views": 3, "kept": 2, "asked": 1},
        JUNE: {"views": 4, "answered": 1, "accepted": 1, "collaborations": 1},
    }
    assert {pk: dict(counted) for pk, counted in found.by_offer.items()} == {
        first.pk: {"views": 3, "kept": 1, "asked": 1, "answered": 1, "accepted": 1, "collaborations": 1},
        second.pk: {"views": 4, "kept": 1, "asked": 1, "answered": 1, "accepted": 1, "collaborations": 1},
    }
    assert dict(found.total) == {
        "views": 7,
        "kept": 2,
        "asked": 1,
        "answered": 1,
        "accepted": 1,
        "collaborations": 1,
    }
    theirs = counting.brought_by(history.other_lab)
    assert dict(theirs.total) == {"views": 50, "kept": 1, "asked": 1, "answered": 1, "declined": 1}


def test_a_question_that_was_called_back_was_not_asked(history):
    Referral.objects.filter(pk=history.referrals[1].pk).update(stage="cancelled")
    assert dict(counting.brought_by(history.other_lab).total) == {"views": 50, "kept": 1}


def test_the_median_needs_five_offers_of_the_kind(history):
    middle = counting.middles(["laboratory"])["laboratory"]
    assert (middle.offers, middle.values) == (3, None)
    for views in (10, 20):
        row = casting.offer(history.other_lab, f"v-{views}")
        OfferViews.objects.create(offer=row, day=date(2026, 6, 1), count=views)
    casting.offer(history.other_lab, "never-opened")  # no data: not among those that are compared
    cache.clear()
    middle = counting.middles(["laboratory"])["laboratory"]
    assert middle.offers == 5
    assert middle.values == {
        "views": 10,  # 3 4 10 20 50
        "kept": 1,  # 0 0 1 1 1
        "asked": 1,
        "answered": 1,
        "accepted": 0,  # 0 0 0 1 1
        "declined": 0,
        "collaborations": 0,
    }
    assert counting.middles(["training"])["training"].values is None


def test_the_page_shows_them_with_a_chart_and_a_table(history, client):
    client.force_login(history.editor)
    text = " ".join(client.get(page()).content.decode().split())
    tallies = [
        part.split("</dd>")[0] for part in text.split('class="tallies tallies-many"')[1].split("<dd>")[1:8]
    ]
    assert tallies == ["7", "2", "1", "1", "1", "0", "1"]
    assert text.count('<svg class="bars columns-chart"') == 3 and "juin 2026 : 4" in text
    assert history.offers[0].title in text and history.offers[2].title not in text
    assert "moins de 5 offres" in text and history.other_lab.name not in text


def test_the_file_says_the_same(history, client):
    client.force_login(history.editor)
    answer = client.get(page(name="csv"))
    assert (
        answer["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in answer["Content-Disposition"]
    )
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:2] == ["mois", "identifiant"] and len(rows) == 1 + 12 + 4
    assert rows[12] == ["2026-06", "", "toutes les offres", "", "4", "0", "0", "1", "1", "0", "1"]
    assert [row[:2] + row[4:] for row in rows[13:]] == [
        ["2026-05", "a-1", "3", "1", "1", "0", "0", "0", "0"],
        ["2026-05", "a-2", "0", "1", "1", "0", "0", "0", "0"],
        ["2026-06", "a-1", "0", "0", "0", "1", "1", "0", "1"],
        ["2026-06", "a-2", "4", "0", "0", "1", "1", "0", "1"],
    ]


def test_a_strangers_figures_do_not_exist(history, client):
    for person in (history.editor, history.company):
        client.force_login(person)
        for name in ("page", "csv"):
            assert client.get(page("labo-b", name)).status_code == 404
    client.logout()
    assert client.get(page()).status_code == 302


def test_the_page_is_flat_in_queries(history, client, django_assert_max_num_queries):
    for number in range(10):
        row = casting.offer(history.lab, f"n-{number}")
        OfferViews.objects.create(offer=row, day=date(2026, 6, 1), count=2)
    client.force_login(history.editor)
    with django_assert_max_num_queries(24):
        client.get(page())
    with django_assert_max_num_queries(16):  # the medians are known for an hour
        client.get(page())


# -- what nobody could serve


def need(company: int, sector: str = "s", department: str = "57", *, open: bool = False) -> Need:
    need.key += 1
    return Need(need.key, company, sector, department, open)


need.key = 0


@pytest.mark.parametrize(
    ("needs", "lines"),
    [
        ([(1,), (2,), (3,)], [("s", "57", 3)]),
        ([(1,), (2,)], []),
        ([(1,), (1,), (1,)], []),  # one company thrice is one company
        ([(1, "s", "57"), (2, "s", "54"), (3, "s", "88")], [("s", None, 3)]),
        ([(1, "a", "57"), (2, "b", "57"), (3, "c", "57")], [(None, None, 3)]),
        ([(1,), (2,), (3,), (4, "s", "54")], [("s", "57", 3)]),  # the fourth would be alone
    ],
)
def test_fewer_than_three_companies_are_not_told_apart(needs, lines):
    assert told("t", [need(*one) for one in needs]) == [Gap("t", *line) for line in lines]


def test_a_company_that_is_open_may_be_told_of_alone():
    assert told("t", [need(1, open=True), need(2)]) == [Gap("t", "s", "57", 1)]


def unserved_irritant(number: int, **changes) -> Irritant:
    row = casting.irritant(
        email=f"e{number}@entreprise.example", company_name=f"Entreprise {number}", **changes
    )
    Irritant.objects.filter(pk=row.pk).update(stage=Stage.CLOSED, turn=Turn.NOBODY, outcome=Outcome.NO_MATCH)
    return row


def test_only_ones_own_field_and_never_a_word(cast, client):
    for number in range(3):
        unserved_irritant(number)
    elsewhere = Topic.objects.get(code="ai-literacy")
    for number in range(3, 6):
        row = unserved_irritant(number, topics_confirmed=["ai-literacy"])
        Qualification.objects.create(irritant=row, reformulated="Secret reformulé").topics.set([elsewhere])
    casting.offer(cast.other_lab, "over", status="archived")  # says nothing about the field of others
    assert unserved.gaps(cast.lab) == [Gap("anomaly-detection", "foundry-metals", "57", 3)]
    client.force_login(cast.editor)
    text = client.get(page()).content.decode()
    main = text.split("<main")[1]
    assert "3 demandes" in main and "Fonderie" in main and "Moselle" in main
    for secret in (
        casting.SECRET_WORDS,
        "Entreprise 1",
        "culasses",
        "Secret reformulé",
        "@entreprise.example",
    ):
        assert secret not in main
    Offer.objects.filter(organisation=cast.lab).update(status="archived")
    assert unserved.gaps(cast.lab) == []


def test_two_companies_and_erased_ones_are_not_shown(cast):
    rows = [unserved_irritant(number) for number in range(3)]
    Irritant.objects.filter(pk=rows[0].pk).update(erased_at=clock.now())
    assert unserved.gaps(cast.lab) == []


def test_an_irritant_that_found_somebody_or_is_old_is_no_gap(cast):
    rows = [unserved_irritant(number) for number in range(3)]
    Irritant.objects.filter(pk=rows[0].pk).update(outcome=Outcome.TRAINING)
    assert unserved.gaps(cast.lab) == []
    Irritant.objects.filter(pk=rows[0].pk).update(
        outcome=Outcome.NO_MATCH, created_at=paris("2020-01-01 10:00")
    )
    assert unserved.gaps(cast.lab) == []


def test_gaps_take_two_queries_and_topics_more_only_where_read(cast, django_assert_num_queries):
    for number in range(6):
        Qualification.objects.create(irritant=unserved_irritant(number)).topics.set(["anomaly-detection"])
    with django_assert_num_queries(3):
        assert [gap.count for gap in unserved.gaps(cast.lab)] == [6]


def test_the_invitation_leads_to_a_new_offer_with_the_topic(cast, client):
    address = unserved.offer_form(cast.lab, "anomaly-detection")
    client.force_login(cast.editor, backend="accounts.backends.RoleBackend")
    page = client.get(address).content.decode()
    assert 'name="topic" value="anomaly-detection"' in page
    client.post(address, {"kind": "rnd", "language": "fr", "topic": "anomaly-detection"})
    offer = cast.lab.offers.get(status="draft")
    assert [topic.code for topic in offer.topics.all()] == ["anomaly-detection"]

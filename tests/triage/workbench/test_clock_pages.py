"""« L’horloge », « À relancer », sleep on the workbench, and the one question on the follow-up page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Feedback, Irritant, Outcome
from journal import clockwork, jobs, links
from journal.actors import Actor, coordinator
from journal.events import broken_links
from journal.models import ClockMark, ClockRun, Event, Message
from tests import cast as casting
from tests.triage.clock_walk import paris
from triage import chasing
from triage.lifecycle import REFERRAL

pytestmark = pytest.mark.django_db
PARTNER, COMPANY = Actor("partner"), Actor("company")
NOW = "2026-06-11 10:00"  # eight working days after the question: both reminders are over


@pytest.fixture
def asked(db):
    with clock.at(paris("2026-06-01 10:00")):
        cast = casting.everybody()
        cast.referrals = casting.asked(cast)
        jobs.run_owed()
    return cast


@pytest.fixture
def browser(asked, sign_in):
    """Signed in at NOW, where the test stays."""
    with clock.at(paris(NOW)):
        yield sign_in(asked.coordinator)


CLOCK, CHASING = reverse("admin:workbench_clock"), reverse("admin:workbench_chasing")


def rows_of_tables() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Message, Event, ClockMark, ClockRun))


def test_the_page_shows_every_rule_and_what_it_would_do_and_does_nothing(asked, browser):
    before = rows_of_tables()
    page = browser.get(CLOCK).content.decode()
    assert rows_of_tables() == before
    for rule in clockwork.RULES.values():
        assert str(rule.title) in page
    row = page[page.index('id="regle-referralremind"') :].split("</tr>")[0]
    assert re.findall(r'<span class="reference">([^<]+)', row) == [asked.irritant.reference] * 2
    assert "L’horloge n’a pas encore tourné" in page
    clockwork.tick()
    after = browser.get(CLOCK).content.decode()
    row = after[after.index('id="regle-referralremind"') :].split("</tr>")[0]
    assert "rien" in row and "2 fois, le 11\xa0juin\xa02026" in row and "n’a pas encore tourné" not in after


def test_a_silent_clock_and_a_failing_rule_are_said_on_the_queue(asked, browser):
    clockwork.tick()
    assert "horloge" not in trouble_of(browser)
    ClockRun.objects.filter(rule="referral.expire").update(
        succeeded_at=paris("2026-06-11 08:00"), last_error="OperationalError: no"
    )
    assert "Une règle de l’horloge ne réussit plus" in trouble_of(browser)
    with clock.at(paris("2026-06-11 10:20")):
        assert "L’horloge s’est tue depuis" in trouble_of(browser)


def trouble_of(browser) -> str:
    page = browser.get(reverse("admin:index")).content.decode()
    found = re.search(r'<section class="callout callout-warn wb-trouble.*?</section>', page, re.S)
    return found.group() if found else ""


def shown(page) -> list[tuple[str, bool]]:
    """(partner, whether it is done) of every line."""
    html = page.content.decode()
    names = re.findall(r'(<button[^>]*name="done" value="(\d)".*?</button>)', html, re.S)
    return [(re.search(r"Laboratoire [\w-]+", button).group(), value == "0") for button, value in names]


def test_who_is_silent_is_chased_by_hand_ticked_and_comes_back(asked, browser):
    first, _second = asked.referrals
    assert shown(browser.get(CHASING)) == [("Laboratoire labo-a", False), ("Laboratoire labo-b", False)]
    for _click in range(2):
        answer = browser.post(
            reverse("admin:workbench_chased"), {"subject": first.public_id, "done": "1", "vue": "partenaires"}
        )
        assert (answer.status_code, answer["Location"]) == (303, f"{CHASING}?vue=partenaires")
    assert shown(browser.get(CHASING)) == [("Laboratoire labo-b", False), ("Laboratoire labo-a", True)]
    assert list(Event.objects.filter(name=chasing.DONE).values_list("subject_id", "payload")) == [
        (first.public_id, {"basket": "partner", "organisation": str(asked.lab.public_id)})
    ]
    with clock.at(paris("2026-06-17 10:00")):  # the fourth working day
        assert [bool(line.tick) for line in chasing.lines(asked.coordinator)] == [True, False]
    with clock.at(paris("2026-06-18 10:00")):
        assert [bool(line.tick) for line in chasing.lines(asked.coordinator)] == [False, False]
    browser.post(reverse("admin:workbench_chased"), {"subject": first.public_id, "done": "0"})
    assert shown(browser.get(CHASING)) == [("Laboratoire labo-a", False), ("Laboratoire labo-b", False)]
    assert list(broken_links()) == []


def test_an_answer_takes_the_line_away_and_a_late_click_is_told_so(asked, browser):
    first, _second = asked.referrals
    REFERRAL.perform(first, "decline", actor=PARTNER, reason="no_capacity_now")
    assert shown(browser.get(CHASING)) == [("Laboratoire labo-b", False)]
    page = browser.post(
        reverse("admin:workbench_chased"), {"subject": first.public_id, "done": "1"}, follow=True
    )
    assert "une réponse est arrivée" in page.content.decode()
    assert not Event.objects.filter(name=chasing.DONE).exists()
    for nonsense in ("", "abc", "0" * 40):
        assert browser.post(reverse("admin:workbench_chased"), {"subject": nonsense}).status_code == 303


def test_baskets_by_case_by_partner_and_of_mine(asked, browser, sign_in):
    def heads(query):
        page = browser.get(f"{CHASING}{query}").content.decode()
        return re.findall(r'id="panier-\d+">(?:<a[^>]*>)?([^<]+)', page)

    assert heads("") == [asked.irritant.headline]
    assert heads("?vue=partenaires") == ["Laboratoire labo-a", "Laboratoire labo-b"]
    assert heads("?suivi=moi") == [asked.irritant.headline]
    Irritant.objects.update(coordinator=asked.colleague)
    assert heads("?suivi=moi") == []


def test_the_baskets_cost_the_same_for_one_or_many(asked, browser):
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(CHASING).status_code == 200
        return len(queries)

    few = cost()
    with clock.at(paris("2026-06-01 10:00")):
        for n in range(4):
            row = casting.irritant(email=f"firme{n}@moselle.example")
            IRRITANT.perform(row, "take", actor=coordinator(asked.coordinator))
            IRRITANT.perform(row, "ask_info", actor=coordinator(asked.coordinator), text="Quand ?")
    assert len(chasing.lines(asked.coordinator)) == 6
    assert cost() == few


# Sleep


def counts(browser) -> dict[str, int]:
    page = browser.get(reverse("admin:index")).content.decode()
    found = re.findall(r'<a href="\?file=(\w+)[^"]*"[^>]*>[^<]*<span class="count[^>]*>(\d+)', page)
    return {tab: int(number) for tab, number in found if int(number)}


def test_what_sleeps_leaves_our_queues_and_comes_back_visibly(asked, browser, at):
    row = asked.strangers_irritant
    before = counts(browser)
    answer = browser.post(at("sleep", row), {"until": "2026-06-22", "reason": "  Congés\nannuels "})
    assert answer.status_code == 303
    asleep = counts(browser)
    assert (before["ours"], asleep.get("ours", 0), asleep["asleep"], asleep["all"]) == (1, 0, 1, 2)
    assert "dort jusqu’au" in browser.get(f"{reverse('admin:index')}?file=asleep").content.decode()
    assert "Congés annuels" in browser.get(at("irritant", row)).content.decode()
    with clock.at(paris("2026-06-22 09:00")):
        back = browser.get(reverse("admin:index")).content.decode()
        assert "de retour" in back and counts(browser)["ours"] == 1
        assert "Il attendait" in browser.get(at("irritant", row)).content.decode()
        browser.post(at("wake", row))
        assert "de retour" not in browser.get(reverse("admin:index")).content.decode()
    assert list(
        Event.objects.filter(case=row.public_id, name__startswith="irritant.").values_list("name", "payload")
    )[-2:] == [("irritant.put_to_sleep", {"until": "2026-06-22"}), ("irritant.woken", {})]


@pytest.mark.parametrize(
    ("until", "reason", "said"),
    [
        ("2026-06-11", "Congés", "Choisissez un jour à venir"),
        ("2026-12-12", "Congés", "Choisissez un jour à venir"),
        ("2026-06-31", "Congés", "Choisissez un jour à venir"),
        ("", "Congés", "Choisissez un jour à venir"),
        ("2026-07-14", "Congés", "Choisissez un jour ouvré"),
        ("2026-06-22", " \n", "Dites pourquoi"),
    ],
)
def test_a_sleep_that_cannot_be_keeps_what_was_typed(asked, browser, at, until, reason, said):
    answer = browser.post(at("sleep", asked.irritant), {"until": until, "reason": reason})
    html = answer.content.decode()
    assert answer.status_code == 422 and said in html and f'value="{until}"' in html
    asked.irritant.refresh_from_db()
    assert not asked.irritant.is_asleep


def test_a_closed_case_does_not_sleep_and_closing_wakes(asked, browser, at):
    browser.post(at("sleep", asked.irritant), {"until": "2026-06-22", "reason": "Congés"})
    asked.irritant.refresh_from_db()
    assert asked.irritant.is_asleep
    IRRITANT.perform(asked.irritant, "close", actor=coordinator(asked.coordinator), outcome=Outcome.NO_MATCH)
    asked.irritant.refresh_from_db()
    assert (asked.irritant.is_asleep, asked.irritant.asleep_reason) == (False, "")
    assert (
        browser.post(at("sleep", asked.irritant), {"until": "2026-06-22", "reason": "Congés"}).status_code
        == 422
    )


# The one question after the closing


def test_one_click_on_the_follow_up_page_is_kept(asked, browser, client):
    IRRITANT.perform(asked.irritant, "close", actor=coordinator(asked.coordinator), outcome=Outcome.TRAINING)
    with clock.at(paris("2026-06-25 10:00")):
        token = links.give(links.FOLLOW, asked.irritant.public_id, casting.SECRET_EMAIL).token
        follow, give = reverse("intake:follow", args=[token]), reverse("intake:feedback", args=[token])
        page = client.get(follow).content.decode()
        assert re.findall(r'name="answer" value="(\w+)"', page) == ["yes", "partly", "no"]
        assert client.get(give).status_code == 405
        for said in ("partly", "partly", "solved", "nonsense"):
            assert client.post(give, {"question": "satisfaction", "answer": said}).status_code == 303
        client.post(give, {"question": "nonsense", "answer": "yes"})
        assert 'name="answer"' not in client.get(follow).content.decode()
        case = browser.get(reverse("admin:workbench_irritant", args=[asked.irritant.public_id]))
        assert "L’entreprise répond, après la clôture : En partie" in case.content.decode()
    assert list(Feedback.objects.values_list("question", "answer")) == [("satisfaction", "partly")]


def test_nothing_is_asked_before_its_day_or_of_who_withdrew(asked, browser, client):
    token = links.give(links.FOLLOW, asked.irritant.public_id, casting.SECRET_EMAIL).token
    IRRITANT.perform(asked.irritant, "withdraw", actor=COMPANY)
    with clock.at(paris("2026-06-26 10:00")):
        assert 'name="answer"' not in client.get(reverse("intake:follow", args=[token])).content.decode()
        client.post(reverse("intake:feedback", args=[token]), {"question": "satisfaction", "answer": "yes"})
    assert not Feedback.objects.exists()

"""A no that helps: from which day on to ask again, whom to ask instead, and what the coordination does with it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.urls import reverse

from foundation import clock
from intake.lifecycle import IRRITANT
from journal import jobs
from journal.actors import PARTNER, Actor, coordinator
from journal.clockwork import RULES
from journal.models import Message
from tests import cast as casting
from tests.triage.partner.helpers import leaks, token_of, url
from triage.asking import ask
from triage.lifecycle import REFERRAL
from triage.models import Match

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 24, 10, tzinfo=PARIS)  # a Tuesday
FREE = "coordinator_free_again"
AGAIN = "Solliciter de nouveau<span"


@pytest.fixture(autouse=True)
def november():
    with clock.at(NOW):
        yield


@pytest.fixture
def third(cast):
    """A laboratory that nobody asked, with an offer in the catalogue."""
    lab = casting.laboratory("labo-c", casting.person("labo-c@recherche.example"))
    casting.offer(lab, "c-1")
    return lab


@pytest.fixture
def asked(cast, third):
    return casting.asked(cast)[0]


def decline(client, referral, **data):
    given = {"version": referral.version, "reason": "no_capacity_now", **data}
    answer = client.post(url("decline", token_of(referral)), given, follow=True)
    referral.refresh_from_db()
    return answer


def case(client, cast) -> str:
    client.force_login(cast.coordinator)
    return client.get(reverse("admin:workbench_irritant", args=[cast.irritant.public_id])).content.decode()


def test_a_day_and_a_name_are_kept_and_shown(client, cast, asked, third):
    page = decline(
        client, asked, available_from="2027-01-04", suggestion="LABORATOIRE labo c"
    ).content.decode()
    assert (asked.stage, asked.available_from, asked.suggested, asked.suggested_words) == (
        "declined",
        date(2027, 1, 4),
        third,
        "",
    )
    assert "À partir du 4\xa0janvier\xa02027" in page and "Laboratoire labo-c" in page
    seen = case(client, cast)
    assert (
        "4\xa0janvier\xa02027" in seen
        and "Conseille plutôt" in seen
        and "Solliciter Laboratoire labo-c" in seen
    )
    assert AGAIN not in seen  # not before that day


def test_words_that_name_nobody_stay_words(client, cast, asked):
    decline(client, asked, suggestion="Une équipe de Metz, je crois")
    assert (asked.stage, asked.suggested, asked.suggested_words) == (
        "declined",
        None,
        "Une équipe de Metz, je crois",
    )
    seen = case(client, cast)
    assert "Une équipe de Metz, je crois" in seen and "Solliciter Une équipe" not in seen


def test_several_that_fit_are_listed_without_javascript(client, cast, asked, third):
    page = decline(client, asked, suggestion="laboratoire")
    text = page.content.decode()
    assert (page.status_code, asked.stage) == (422, "asked")
    assert 'value="labo-b"' in text and 'value="labo-c"' in text
    assert 'value="labo-a"' not in text  # itself
    decline(client, asked, suggestion="laboratoire", which="labo-c")
    assert (asked.stage, asked.suggested) == ("declined", third)


def test_or_ones_words_are_kept(client, asked):
    decline(client, asked, suggestion="laboratoire", which="words")
    assert (asked.stage, asked.suggested, asked.suggested_words) == ("declined", None, "laboratoire")


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-11-24", "un jour à venir"),
        ("2026-11-29", "n’est pas ouvré chez vous"),
        ("2026-12-25", "n’est pas ouvré chez vous"),
        ("2029-01-02", "dans les 24 mois"),
        ("bientôt", "Indiquez un jour."),
    ],
)
def test_only_a_working_day_to_come(client, asked, day, why):
    page = decline(client, asked, available_from=day, answer="Désolés")
    text = page.content.decode()
    assert (page.status_code, asked.stage) == (422, "asked")
    assert why in text and "Désolés" in text


@pytest.mark.parametrize(
    ("reason", "why"),
    [("other", "Dites-la en un mot."), ("redirect_to_other_partner", "Dites à qui vous pensez.")],
)
def test_a_reason_that_says_nothing_by_itself_needs_a_word(client, asked, reason, why):
    page = decline(client, asked, reason=reason)
    assert (page.status_code, asked.stage, why in page.content.decode()) == (422, "asked", True)


def test_names_are_proposed_while_one_types(client, cast, asked, third):
    def options(words):
        return client.get(url("suggest", token_of(asked)), {"suggestion": words}).content.decode()

    assert options("labo-C").count("<option") == 1 and 'value="Laboratoire labo-c"' in options("labo-C")
    assert options("labo").count("<option") == 2  # not itself
    assert options("") == options("zzz") == ""
    assert leaks(options("labo")) == []


def test_one_click_prepares_the_question_to_the_suggested_partner(client, cast, asked, third):
    decline(client, asked, suggestion="labo-c")
    client.force_login(cast.coordinator)
    match = Match.objects.filter(irritant=cast.irritant, offer__organisation=third).first()
    assert match is None or match.state == "suggested"
    address = reverse("admin:workbench_ask_suggested", args=[cast.irritant.public_id, asked.public_id])
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True)
    match = Match.objects.get(irritant=cast.irritant, offer__organisation=third)
    assert match.state == "kept"
    assert page.redirect_chain[-1][0].endswith(f"?piste={match.public_id}")
    assert [one.organisation for one in page.context["previews"]] == [third]
    assert cast.irritant.referrals.filter(organisation=third).count() == 0  # nothing has left


def test_no_click_where_nobody_can_be_asked(client, cast, asked, third):
    decline(client, asked, suggestion="labo-c")
    ask_it = reverse("admin:workbench_ask_suggested", args=[cast.irritant.public_id, asked.public_id])
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="no_match", text="")
    assert "Solliciter Laboratoire labo-c" not in case(client, cast)
    before = list(Match.objects.values_list("pk", "state"))
    client.post(ask_it)
    assert list(Match.objects.values_list("pk", "state")) == before


def test_the_coordination_hears_of_each_answer_once(client, cast, asked):
    jobs.run_owed()
    mail.outbox.clear()
    client.post(url("question", token_of(asked)), {"version": asked.version, "text": "Quel four numéro ?"})
    asked.refresh_from_db()
    jobs.run_owed()
    decline(client, asked, available_from="2027-01-04", suggestion="labo-c", answer="Trop de thèses en cours")
    jobs.run_owed()
    told = [sent for sent in mail.outbox if sent.to == [cast.coordinator.email]]
    assert [sent.subject for sent in told] == [
        f"{cast.irritant.reference}\u202f: réponse de {cast.lab.name}"
    ] * 2
    assert "pose une question" in told[0].body and "Quel four" not in told[0].body
    assert "décline." in told[1].body and "4\xa0janvier\xa02027" in told[1].body
    assert "Laboratoire labo-c" in told[1].body and "thèses" not in told[1].body
    assert leaks("".join(sent.subject + sent.body + sent.alternatives[0][0] for sent in told)) == []


def test_a_yes_that_was_taken_back_before_the_mail_left_is_told_once(cast, asked):
    jobs.run_owed()
    mail.outbox.clear()
    REFERRAL.perform(asked, "accept", actor=Actor(PARTNER))
    REFERRAL.perform(asked, "withdraw", actor=Actor(PARTNER))
    jobs.run_owed()
    told = [sent for sent in mail.outbox if sent.to == [cast.coordinator.email]]
    assert len(told) == 1 and "se retire" in told[0].body


def remind(moment) -> tuple[int, int]:
    rule = RULES["referral.free_again"]
    with clock.at(moment):
        return rule(), rule()


def test_on_that_day_whoever_follows_the_case_is_reminded_once(client, cast, asked):
    decline(client, asked, available_from="2027-01-04")
    day = datetime(2027, 1, 4, 10, tzinfo=PARIS)
    assert remind(day - timedelta(days=3)) == (0, 0)
    assert remind(day + timedelta(days=3)) == (1, 0)  # three days late, and twice
    with clock.at(day + timedelta(days=3)):
        jobs.run_owed()
        assert [(row.recipient, row.status) for row in Message.objects.filter(template=FREE)] == [
            (cast.coordinator.email, "sent")
        ]
        assert "4\xa0janvier\xa02027" in mail.outbox[-1].body
        assert AGAIN in case(client, cast)


def test_not_at_night_nor_for_a_case_that_is_closed(client, cast, asked):
    decline(client, asked, available_from="2027-01-04")
    assert remind(datetime(2027, 1, 4, 3, tzinfo=PARIS)) == (0, 0)
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="no_match", text="")
    assert remind(datetime(2027, 1, 5, 10, tzinfo=PARIS)) == (0, 0)


def test_not_for_a_partner_that_was_asked_again(client, cast, asked):
    decline(client, asked, available_from="2027-01-04")
    cast.irritant.refresh_from_db()
    ask(cast.irritant, [cast.lab], note="", actor=coordinator(cast.coordinator))
    assert remind(datetime(2027, 1, 5, 10, tzinfo=PARIS)) == (0, 0)


def test_a_reminder_that_waited_loses_its_object(client, cast, asked):
    decline(client, asked, available_from="2027-01-04")
    day = datetime(2027, 1, 4, 10, tzinfo=PARIS)
    with clock.at(day):
        assert RULES["referral.free_again"]() == 1
        IRRITANT.perform(
            cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="no_match", text=""
        )
        jobs.run_owed()
    assert [row.status for row in Message.objects.filter(template=FREE)] == ["obsolete"]

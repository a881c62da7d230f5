"""What a coordinator writes down after a call: nobody's irritant until its company says yes."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from foundation import clock
from intake import resuming, rules
from intake.models import Draft, Irritant
from journal import jobs
from journal.models import AccessLink, Message
from tests import cast as casting

pytestmark = pytest.mark.django_db
TOLD = {
    "text": casting.WORDS,
    "tried": "",
    "company_name": "Verrerie Exemple",
    "country": "FR",
    "name": "Cheffe d’atelier",
    "email": "Atelier@Verrerie.example",
    "language": "de",
    "occasion": "salon",
    "campaign": "360 Grand Est 2026",
}


@pytest.fixture
def entered(cast, browser) -> Draft:
    mail.outbox.clear()
    assert browser.post(reverse("admin:workbench_enter"), TOLD).status_code == 303
    jobs.run_owed()
    return Draft.objects.entered().get()


def door() -> str:
    letter = mail.outbox[-1].body
    return letter[letter.index("/reprendre/") :].split()[0]


def test_it_waits_at_the_strictest_level_and_is_no_irritant(cast, entered, browser):
    before = Irritant.objects.count()
    assert (entered.entered_by, entered.provenance, entered.language, entered.email) == (
        cast.coordinator,
        "salon-360-grand-est-2026",
        "de",
        "atelier@verrerie.example",
    )
    assert entered.answers["confidentiality"] == "nda"
    assert Irritant.objects.filter(company__name="Verrerie Exemple").count() == 0 and before == 2
    for name in ("index", "workbench_enter"):
        page = browser.get(reverse(f"admin:{name}")).content.decode()
        assert "Verrerie Exemple" in page and "360 grand est 2026" in page and "Coordinatrice" in page


def test_the_mail_is_in_the_language_of_the_company_and_says_none_of_its_words(entered):
    [letter] = [one for one in mail.outbox if one.to == ["atelier@verrerie.example"]]
    whole = letter.subject + letter.body + letter.alternatives[0][0]
    assert "Guten Tag" in letter.body and "Coordinatrice" in letter.body
    assert "culasses" not in whole and "Verrerie" not in whole


def test_no_other_mail_reminds_or_links(entered):
    with clock.at(clock.now() + timedelta(days=3)):
        assert (resuming.send_links(), resuming.remind()) == (0, 0)


def test_a_corrected_address_gets_a_link_of_its_own(entered):
    Draft.objects.filter(pk=entered.pk).update(email="autre@verrerie.example")
    with clock.at(clock.now() + timedelta(minutes=10)):
        assert resuming.send_links() == 1
    assert Message.objects.get(template="company_resume").recipient == "autre@verrerie.example"


def test_a_scanner_that_opens_the_link_changes_nothing_and_reads_nothing(entered, client):
    page = client.get(door())
    assert page.status_code == 200 and "culasses" not in page.content.decode()
    assert client.head(door()).status_code == 200
    assert Draft.objects.entered().get().answers == entered.answers


def test_confirmed_by_the_company_in_its_own_form(entered, client):
    opened = client.post(door())
    assert opened.status_code == 303 and opened["Location"].endswith("/verifier/")
    page = client.get(opened["Location"]).content.decode()
    assert "culasses" in page and "Verrerie Exemple" in page
    from intake import drafts

    entered.refresh_from_db()
    made = drafts.send(entered, drafts.review(entered).cleaned)
    assert (made.confidentiality, made.provenance, made.stage) == (
        "nda",
        "salon-360-grand-est-2026",
        "submitted",
    )
    assert not Draft.objects.entered().exists()


def test_no_erases_everything_and_tells_whoever_wrote_it_down(cast, entered, client):
    where = door()
    answer = client.post(where, {"action": "refuse"})
    assert answer.status_code == 200
    assert not Draft.objects.filter(pk=entered.pk).exists()
    assert not AccessLink.objects.filter(subject_id=entered.public_id).exists()
    assert [(row.template, row.recipient) for row in Message.objects.filter(case=entered.public_id)] == [
        ("coordinator_entry_refused", cast.coordinator.email)
    ]
    jobs.run_owed()
    assert mail.outbox[-1].to == [cast.coordinator.email] and "Verrerie" not in mail.outbox[-1].body
    assert client.post(where, {"action": "refuse"}).status_code == 404


def test_silence_erases_too(entered):
    with clock.at(clock.now() + timedelta(days=15)):
        assert rules.purge_drafts() >= 1
    assert not Draft.objects.filter(pk=entered.pk).exists()
    assert not Message.objects.filter(case=entered.public_id).exists()


def test_taken_back_by_the_coordinator_before_an_answer_only(cast, entered, browser, client):
    where = door()
    url = reverse("admin:workbench_take_back_entry", args=[entered.public_id])
    assert browser.get(url).status_code == 405
    assert browser.post(url).status_code == 303
    assert not Draft.objects.filter(pk=entered.pk).exists()
    assert (browser.post(url).status_code, client.post(where).status_code) == (404, 404)


def test_a_form_that_a_company_began_is_not_for_coordinators_to_take_back(cast, browser):
    own = Draft.objects.create(answers={"text": "x"}, email="a@b.example")
    url = reverse("admin:workbench_take_back_entry", args=[own.public_id])
    assert browser.post(url).status_code == 404
    assert Draft.objects.filter(pk=own.pk).exists()


@pytest.mark.parametrize(
    "field, value",
    [("text", "Trop court."), ("email", "x"), ("occasion", ""), ("siren_or_siret", "123456789")],
)
def test_what_the_form_of_the_company_refuses_is_refused_here(cast, browser, field, value):
    answer = browser.post(reverse("admin:workbench_enter"), {**TOLD, field: value})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Draft.objects.entered().exists()


def test_the_country_is_asked_before_the_number_that_it_decides(cast, browser):
    page = browser.get(reverse("admin:workbench_enter")).content.decode()
    places = [
        page.index(f'name="{name}"') for name in ("company_name", "country", "siren_or_siret", "foreign_id")
    ]
    assert places == sorted(places)

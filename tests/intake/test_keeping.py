"""Nothing typed is lost: saved while one types, two tabs on one draft, a word that comes after the sending."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from intake import drafts, merging
from intake.models import Contact, Draft, Irritant
from tests.intake.walking import CONTEXT, WORDS, YOU, begin, fill, ready, send, unhurried, url

pytestmark = pytest.mark.django_db


def seen_on(page) -> str:
    return re.search(r'name="seen" id="seen" value="([^"]*)"', page.content.decode())[1]


def told(draft: Draft) -> dict:
    draft.refresh_from_db()
    return draft.answers


def test_the_page_saves_on_its_own_and_an_address_half_typed_is_nobodys(client):
    draft = begin(client)
    page = client.get(url(draft, "vous"))
    typed = {"email": "claire@fonderie.example", "name": "Cl", "seen": seen_on(page), "action": "keep"}
    answer = client.post(url(draft, "vous"), typed)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert told(draft)["email"] == "claire@fonderie.example" and draft.answers["name"] == "Cl"
    assert draft.email == "", "known by a click only"
    assert answer.json() == {"seen": merging.seen(drafts.bound(draft, "vous"))}


def test_the_first_words_become_a_draft_while_one_types(client):
    answer = client.post(reverse("intake:start"), {"text": WORDS, "tried": "", "action": "keep"})
    draft = Draft.objects.get()
    assert answer.status_code == 201
    assert answer.json()["url"] == url(draft, "irritant")
    assert answer.cookies[drafts.COOKIE].value == draft.token
    assert client.post(reverse("intake:start"), {"text": " ", "action": "keep"}).status_code == 303
    assert Draft.objects.count() == 1


def test_an_old_tab_does_not_blank_what_another_tab_answered(client):
    draft = begin(client)
    old = seen_on(client.get(url(draft, "vous")))
    client.post(url(draft, "vous"), YOU)
    mine = {
        **YOU,
        "name": "C. Morel",
        "phone": "",
        "position": "",
        "topics": [],
        "topics_shown": [],
        "seen": old,
    }
    client.post(url(draft, "vous"), mine)
    answers = told(draft)
    assert answers["name"] == "C. Morel", "changed on this page: the last word counts"
    assert (answers["phone"], answers["position"]) == (YOU["phone"], YOU["position"])
    assert answers["topics_confirmed"] == ["anomaly-detection"]


def test_without_the_marks_an_old_tab_would_blank_it(client):
    """The negative twin: what the marks are for."""
    draft = begin(client)
    client.post(url(draft, "vous"), YOU)
    client.post(url(draft, "vous"), {**YOU, "phone": ""})
    assert told(draft)["phone"] == ""


def test_who_empties_a_field_that_was_shown_empties_it(client):
    draft = begin(client)
    client.post(url(draft, "vous"), YOU)
    shown = seen_on(client.get(url(draft, "vous")))
    client.post(url(draft, "vous"), {**YOU, "phone": "", "seen": shown})
    assert told(draft)["phone"] == ""


def test_fields_that_a_page_never_showed_stay(client):
    draft = begin(client)
    fill(client, draft)
    client.post(url(draft, "contexte"), {"site_city": "Metz"})
    answers = told(draft)
    assert (answers["site_city"], answers["site_postcode"], answers["sector"]) == (
        "Metz",
        "57700",
        "foundry-metals",
    )


def test_defaults_that_nobody_touched_are_answers_too(client):
    draft = begin(client)
    client.post(url(draft, "vous"), YOU)
    shown = seen_on(client.get(url(draft, "contexte")))
    client.post(url(draft, "contexte"), {"confidentiality": "summary", "seen": shown})
    assert told(draft)["confidentiality"] == "summary"
    assert drafts.furthest(draft) == "verifier"


def test_kinds_of_help_are_merged_as_one_answer(client):
    draft = begin(client)
    fill(client, draft)
    Draft.objects.update(answers={**told(draft), "kinds_wished": ["training"]})
    shown = seen_on(client.get(url(draft, "contexte")))
    Draft.objects.update(answers={**told(draft), "kinds_wished": ["talent"]})
    client.post(
        url(draft, "contexte"), {**CONTEXT, "kinds_asked": "1", "kinds_wished": ["training"], "seen": shown}
    )
    assert told(draft)["kinds_wished"] == ["talent"], "unchanged on this page"
    client.post(url(draft, "contexte"), {**CONTEXT, "kinds_asked": "1", "kinds_wished": [], "seen": shown})
    assert told(draft)["kinds_wished"] == []


def test_subjects_clicked_in_two_tabs_both_count(client):
    draft = begin(client)
    shown = seen_on(client.get(url(draft, "vous")))
    assert "topic.anomaly-detection:1" in shown
    base = {**YOU, "topics_shown": ["anomaly-detection"], "seen": shown}
    client.post(url(draft, "vous"), {**base, "topics": []})
    client.post(url(draft, "vous"), {**base, "topics": ["anomaly-detection"], "topic_added": "ai-literacy"})
    answers = told(draft)
    assert answers["topics_removed"] == ["anomaly-detection"], "the second tab never touched it"
    assert answers["topics_confirmed"] == ["ai-literacy"]


def test_marks_that_nobody_wrote_break_nothing(client):
    draft = begin(client)
    for odd in ("", ":", "a:b:c", "\x00", "x" * 5000, "email"):
        assert client.post(url(draft, "vous"), {**YOU, "seen": odd}).status_code == 303
    assert told(draft)["name"] == YOU["name"]


def test_a_word_after_the_sending_is_shown_to_be_copied_and_not_kept(client):
    draft = ready(client)
    received = send(client, draft)["Location"]
    same = {"text": WORDS, "tried": "Des cartes de contrôle."}
    assert client.post(url(draft, "irritant"), same)["Location"] == received, "a resend is harmless"
    late = client.post(url(draft, "irritant"), {**same, "text": WORDS + " <b>Et depuis mars.</b>"})
    html = late.content.decode()
    assert late.status_code == 409
    assert "Votre demande est déjà partie" in html and "&lt;b&gt;Et depuis mars.&lt;/b&gt;" in html
    assert "Des cartes de contrôle." not in html, "what was sent is not lost"
    assert (Irritant.objects.get().text, told(draft)) == (WORDS, {})
    assert Client().post(url(draft, "irritant"), {**same, "action": "keep", "tried": "x"}).status_code == 409


def test_what_comes_after_the_sending_is_no_oracle_on_a_known_contact(client):
    Contact.objects.create(email="claire.morel@fonderie.example", name="Vrai Nom", phone="06 12 34 56 78")
    draft = ready(client)
    send(client, draft)
    answers = {
        (page.status_code, "Vrai Nom" in page.content.decode().replace("Vrai Nom</p>", ""))
        for page in (client.post(url(draft, "vous"), {"name": name}) for name in ("Vrai Nom", "Autre Nom"))
    }
    assert {code for code, _said in answers} == {409}


def test_the_language_follows_who_switches_in_the_middle(client):
    draft = begin(client)
    client.post(reverse("set_language"), {"language": "de", "next": url(draft, "vous")})
    assert Draft.objects.get().language == "de", "at once: the person may leave now"
    assert "Ihre E‑Mail-Adresse" in client.get(url(draft, "vous")).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": url(draft, "vous")})
    fill(client, draft)
    Draft.objects.update(language="fr")  # as a lost cookie would leave it
    unhurried(draft)
    ready_draft = Draft.objects.get()
    send(client, ready_draft)
    irritant = Irritant.objects.get()
    assert (irritant.language, irritant.contact.language) == ("en", "en")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_page_with_errors_switches_language_in_its_place(client, language):
    draft = begin(client)
    refused = client.post(url(draft, "vous"), {"email": "claire@"})
    assert refused.status_code == 422
    assert f'name="next" value="{url(draft, "vous")}"' in refused.content.decode()

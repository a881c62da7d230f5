"""The four steps: nothing typed is lost, nothing happens twice, every refusal says what to do."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation import clock
from intake import drafts
from intake.models import Company, Contact, Draft, Irritant
from journal.models import AccessLink, Event, Message
from tests import cast as casting
from tests.intake.walking import CONTEXT, WORDS, YOU, begin, fill, ready, send, unhurried, url

pytestmark = pytest.mark.django_db


def test_the_whole_form_makes_one_irritant_with_every_answer(client):
    draft = ready(client)
    summary = client.get(url(draft, "verifier")).content.decode()
    for shown in (
        "Claire Morel",
        "Fonderie de la Fensch",
        "57700 Hayange",
        "Des historiques, de qualité inégale",
        "Dans l’année",
    ):
        assert shown in summary
    response = send(client, draft)
    assert response.status_code == 303
    assert response["Location"] == reverse("intake:received", args=[draft.token])
    irritant = Irritant.objects.get()
    assert irritant.text == WORDS
    assert (irritant.tried, irritant.language) == ("Des cartes de contrôle.", "fr")
    assert (irritant.sector_id, irritant.data_maturity, irritant.deadline) == ("foundry-metals", 2, "soon")
    assert (irritant.site_city, irritant.site_postcode, irritant.department) == ("Hayange", "57700", "57")
    assert irritant.topics_confirmed == ["anomaly-detection"]
    assert irritant.topics_removed == ["ai-literacy"]
    assert (irritant.contact.email, irritant.contact.phone) == (
        "claire.morel@fonderie.example",
        "03 82 00 00 00",
    )
    assert (irritant.company.siren, irritant.company.organisation_type) == ("732829320", "PME")
    assert irritant.consent_version and irritant.consent_at
    assert [event.name for event in Event.objects.filter(case=irritant.public_id)] == ["irritant.submitted"]
    assert (
        Message.objects.filter(template="company_received", recipient="claire.morel@fonderie.example").count()
        == 1
    )
    draft.refresh_from_db()
    assert draft.answers == {}


def test_the_confirmation_says_reference_who_when_and_the_link(client):
    draft = ready(client)
    page = client.get(send(client, draft)["Location"])
    irritant = Irritant.objects.get()
    html = page.content.decode()
    assert irritant.reference in html
    assert "Une personne du cluster vous lit, puis vous appelle ou vous écrit" in html
    assert AccessLink.objects.get(subject_id=irritant.public_id).token in html
    assert page["Cache-Control"] == "no-store, private"
    assert client.cookies[drafts.COOKIE].value == ""


def test_the_promised_days_are_those_of_the_department(client):
    with clock.at(
        datetime(2026, 12, 23, 10, tzinfo=UTC)
    ):  # Wednesday; the 25th is a holiday, the 26th a Saturday
        draft = ready(client)
        html = client.get(send(client, draft)["Location"]).content.decode()
    assert "lundi 28 décembre 2026" in html


def test_a_long_enough_answer_on_the_home_page_is_not_asked_twice(client):
    response = client.post(
        reverse("intake:start"), {"text": "Nos presses tombent en panne sans prévenir. " * 3}
    )
    assert response["Location"] == url(Draft.objects.get(), "vous")


def test_a_short_answer_on_the_home_page_is_seen_again_with_what_it_lacks(client):
    response = client.post(reverse("intake:start"), {"text": "Trop court", "via": "CCI-54<b>"})
    draft = Draft.objects.get()
    assert response["Location"] == url(draft, "irritant") + "?erreurs=1"
    assert draft.provenance == "cci-54b"
    page = client.get(response["Location"]).content.decode()
    assert "Trop court" in page
    assert "au moins 50\xa0caractères" in page


def test_an_address_with_text_prefills_and_writes_nothing(client):
    html = client.get(
        reverse("intake:start"), {"text": "On perd <b>tout</b>", "via": "salon"}
    ).content.decode()
    assert "On perd &lt;b&gt;tout&lt;/b&gt;" in html
    assert 'name="via" value="salon"' in html
    assert not Draft.objects.exists()


@pytest.mark.parametrize("text", ["", "   \n "])
def test_an_empty_first_step_makes_no_draft(client, text):
    response = client.post(reverse("intake:start"), {"text": text, "tried": "Rien encore"})
    assert response.status_code == 422
    assert "Écrivez quelques phrases" in response.content.decode()
    assert "Rien encore" in response.content.decode()
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("step", "field", "typed", "sentence"),
    [
        ("irritant", "text", "Trop court", "au moins 50\xa0caractères"),
        ("irritant", "text", "x" * 4001, "4\u202f000 caractères au plus"),
        ("irritant", "text", "", "Écrivez quelques phrases"),
        ("irritant", "tried", "x" * 1001, "1\u202f000 caractères"),
        ("vous", "email", "claire@", "semble incomplète"),
        ("vous", "email", "", "Indiquez une adresse"),
        ("vous", "name", "", "Indiquez votre nom"),
        ("vous", "company_name", "", "Indiquez le nom"),
        ("vous", "phone", "appelez-moi", "semble incomplet"),
        ("vous", "siren_or_siret", "123 456", "Vous en avez écrit 6"),
        ("vous", "siren_or_siret", "732 829 321", "n’existe pas"),
        ("vous", "siren_or_siret", "FR73282932", "que des chiffres"),
        ("contexte", "site_postcode", "57abc", "Un code postal a cinq chiffres"),
        ("contexte", "confidentiality", "public", "Sélectionnez un choix valide"),
        ("contexte", "data_maturity", "12", "Sélectionnez un choix valide"),
    ],
)
def test_a_refused_answer_is_said_and_everything_typed_is_kept(client, step, field, typed, sentence):
    draft = begin(client)
    fill(client, draft)
    answers = {"irritant": {"text": WORDS, "tried": "Un tri."}, "vous": YOU, "contexte": CONTEXT}[step]
    response = client.post(url(draft, step), {**answers, field: typed})
    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html
    assert "data-error-summary" in html
    draft.refresh_from_db()
    for name, value in {**answers, field: typed}.items():
        if name in draft.answers:
            assert draft.answers[name] == value
    again = client.get(url(draft, step)).content.decode()
    assert typed[:40] in again or field in ("confidentiality", "data_maturity")
    assert client.get(url(draft, "verifier"))["Location"].startswith(url(draft, step)), (
        "not sendable as it stands"
    )
    assert not Irritant.objects.exists()


def test_four_thousand_signs_are_counted_as_the_page_does(client):
    lines = "\r\n".join(["x" * 99] * 40)  # 40 × 99 + 39 line ends = 3999
    assert client.post(reverse("intake:start"), {"text": lines, "tried": ""})["Location"].endswith("/vous/")


def test_a_siret_is_accepted_and_a_foreign_organisation_needs_none(client):
    draft = begin(client)
    assert client.post(url(draft, "vous"), {**YOU, "siren_or_siret": "732 829 320 00074"}).status_code == 303
    abroad = {**YOU, "siren_or_siret": "12", "country": "DE", "foreign_id": "HRB 12345"}
    assert client.post(url(draft, "vous"), abroad).status_code == 303
    client.post(url(draft, "contexte"), {**CONTEXT, "site_postcode": "66111", "site_city": "Saarbrücken"})
    unhurried(draft)
    send(client, draft)
    irritant = Irritant.objects.get()
    assert (irritant.company.siren, irritant.company.foreign_id, irritant.company.country) == (
        "",
        "HRB 12345",
        "DE",
    )
    assert irritant.department == "DE", "a German postcode is no French department"


def test_subjects_are_mirrored_removed_and_added(client):
    draft = begin(client)
    html = client.get(url(draft, "vous")).content.decode()
    assert "Ce que nous avons compris" in html
    assert 'value="anomaly-detection"' in html
    added = {
        **YOU,
        "topics": [],
        "topics_shown": ["anomaly-detection"],
        "topic_added": "ai-literacy",
        "action": "add_topic",
    }
    response = client.post(url(draft, "vous"), added, headers={"HX-Request": "true"})
    assert response["Location"] == url(draft, "vous") + "#compris"
    draft.refresh_from_db()
    assert draft.answers["topics_confirmed"] == ["ai-literacy"]
    assert draft.answers["topics_removed"] == ["anomaly-detection"]
    assert draft.answers["name"] == "Claire Morel", "typed beside it, kept too"


def test_each_subject_says_which_words_it_comes_from(client):
    partner = casting.laboratory("muet")
    casting.offer(partner, "a")
    told = f"{WORDS} Des <b>anomalies</b>, des anomalies."
    draft = begin(client, told)
    seen = {one.topic.code: one for one in drafts.understood(draft)}
    assert set(seen) == {"anomaly-detection"}
    words = seen["anomaly-detection"].words
    assert 1 <= len(words) <= 3 and all(one in told for one in words)
    assert len({one.casefold() for one in words}) == len(words)
    page = client.get(url(draft, "vous")).content.decode()
    assert re.search(r'aria-describedby="(id_topics_0_why)".*<p class="form-text why" id="\1"', page, re.S)
    box = page[page.index('id="compris"') : page.index("</fieldset>")]
    assert "<b>" not in box and partner.name not in box
    assert all(f"<q>{one}</q>" in box for one in words)


def test_a_subject_that_was_added_comes_from_no_word(client):
    draft = begin(client)
    client.post(url(draft, "vous"), {**YOU, "topic_added": "ai-literacy", "action": "add_topic"})
    draft.refresh_from_db()
    seen = {one.topic.code: one.words for one in drafts.understood(draft)}
    assert seen["ai-literacy"] == () != seen["anomaly-detection"]


def test_nothing_recognised_is_said_honestly(client):
    draft = begin(
        client, "Bonjour, voilà, c’est compliqué, on ne sait plus quoi faire, merci de votre retour rapide."
    )
    assert "Nous n’avons reconnu aucun sujet" in client.get(url(draft, "vous")).content.decode()


def test_unknown_subjects_are_ignored(client):
    draft = begin(client)
    client.post(
        url(draft, "vous"), {**YOU, "topics": ["<script>"], "topics_shown": ["x"], "topic_added": "y"}
    )
    draft.refresh_from_db()
    assert draft.answers["topics_confirmed"] == [] == draft.answers["topics_removed"]


def test_the_back_button_can_post_an_earlier_step_again(client):
    draft = ready(client)
    client.post(url(draft, "irritant"), {"text": WORDS + " Depuis mars.", "tried": ""})
    send(client, draft)
    assert Irritant.objects.get().text.endswith("Depuis mars.")
    assert Irritant.objects.get().contact.name == "Claire Morel"


def test_change_from_the_check_returns_to_the_check(client):
    draft = ready(client)
    response = client.post(url(draft, "contexte") + "?retour=verifier", CONTEXT)
    assert response["Location"] == url(draft, "verifier")


def test_going_back_keeps_what_is_half_typed(client):
    draft = begin(client)
    response = client.post(url(draft, "vous"), {"email": "pas fini", "action": "back"})
    assert response["Location"] == url(draft, "irritant")
    draft.refresh_from_db()
    assert draft.answers["email"] == "pas fini"


def test_an_incomplete_draft_goes_to_its_first_incomplete_step(client):
    draft = begin(client)
    response = client.get(url(draft, "verifier"), follow=True)
    assert response.redirect_chain[0][0].startswith(url(draft, "vous"))
    assert "Il manque encore une réponse" in response.content.decode()
    unhurried(draft)
    assert send(client, draft)["Location"].startswith(url(draft, "vous"))
    assert not Irritant.objects.exists()


def test_consent_is_required(client):
    draft = ready(client)
    response = client.post(url(draft, "verifier"), {})
    assert response.status_code == 422
    assert "Cochez la case pour donner votre accord" in response.content.decode()
    assert not Irritant.objects.exists()


def test_sending_twice_is_sending_once(client):
    draft = ready(client)
    first, second = send(client, draft), send(client, draft)
    assert first["Location"] == second["Location"]
    assert Irritant.objects.count() == 1
    assert Message.objects.filter(template="company_received").count() == 1
    assert client.get(url(draft, "vous"))["Location"] == first["Location"], (
        "an old tab leads to the confirmation"
    )
    draft.refresh_from_db()
    assert draft.answers == {}


def test_an_anonymous_form_never_changes_nor_shows_a_known_contact(client):
    Contact.objects.create(email="claire.morel@fonderie.example", name="Vrai Nom", phone="06 12 34 56 78")
    Company.objects.create(name="Vraie Fonderie", siren="732829320")
    draft = ready(client)
    received = client.get(send(client, draft)["Location"])
    link = AccessLink.objects.get()
    follow = client.get(reverse("intake:follow", args=[link.token]))
    for page in (received, follow):
        assert "Vrai Nom" not in page.content.decode()
        assert "06 12 34" not in page.content.decode()
    assert Contact.objects.get().name == "Vrai Nom"
    assert Company.objects.get().name == "Vraie Fonderie"


def test_the_form_stays_open_when_the_cache_is_down(client, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    try:
        draft = ready(client)
        assert send(client, draft).status_code == 303
    finally:
        cache.close()


def test_the_draft_is_resumed_by_address_and_offered_by_cookie(client):
    draft = begin(client)
    offered = client.get(reverse("intake:start")).content.decode()
    assert "Reprendre votre demande" in offered
    assert url(draft, "vous") in offered
    assert client.cookies[drafts.COOKIE]["httponly"]
    assert "Reprendre" not in Client().get(reverse("intake:start")).content.decode()
    assert WORDS[:40] in Client().get(url(draft, "irritant")).content.decode(), "the address alone is enough"


def test_cookies_lost_or_refused_lose_nothing(client):
    draft = begin(client)
    strict = Client(enforce_csrf_checks=True)  # a browser without any cookie
    assert strict.post(url(draft, "vous"), YOU).status_code == 303
    draft.refresh_from_db()
    assert draft.answers["email"] == YOU["email"]
    started = Client(enforce_csrf_checks=True).post(reverse("intake:start"), {"text": WORDS, "tried": ""})
    assert started.status_code == 303


@pytest.mark.parametrize("token", ["inconnu", "x" * 32, "%00" * 8])
def test_an_unknown_draft_says_so_and_lets_one_begin_again(client, token):
    for step in ("vous", "recue"):
        response = client.get(f"/demande/{token}/{step}/")
        assert response.status_code == 404
        assert "Recommencer une demande" in response.content.decode()


def test_an_expired_draft_is_gone_even_before_it_is_purged(client):
    draft = begin(client)
    Draft.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    for response in (client.get(url(draft, "vous")), client.post(url(draft, "vous"), YOU)):
        assert response.status_code == 404
        assert WORDS[:30] not in response.content.decode()


def test_an_unknown_step_is_not_found(client):
    assert client.get(f"/demande/{begin(client).token}/autre/").status_code == 404


def test_a_draft_lives_two_days_and_fourteen_once_there_is_an_address(client):
    draft = begin(client)
    assert draft.expires_at - clock.now() < timedelta(hours=49)
    client.post(url(draft, "vous"), {"email": "claire@"})
    draft.refresh_from_db()
    assert draft.expires_at - clock.now() < timedelta(hours=49)
    client.post(url(draft, "vous"), {"email": "claire@fonderie.example"})
    draft.refresh_from_db()
    assert draft.expires_at - clock.now() > timedelta(days=13)


def test_the_confirmation_with_its_link_does_not_last_for_ever(client):
    draft = ready(client)
    received = send(client, draft)["Location"]
    Draft.objects.update(submitted_at=clock.now() - timedelta(days=3))
    assert client.get(received).status_code == 404


def test_getting_the_pages_writes_nothing(client):
    draft = ready(client)
    with CaptureQueriesContext(connection) as seen:
        for step in drafts.ORDER:
            assert client.get(url(draft, step)).status_code == 200
    written = [q["sql"] for q in seen if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert written == []


def test_what_is_typed_is_shown_as_text(client):
    draft = begin(client, "<script>alert('x')</script> " + WORDS)
    fill(client, draft)
    for step in drafts.ORDER:
        assert "<script>alert" not in client.get(url(draft, step)).content.decode()


def test_a_null_sign_is_dropped_and_breaks_nothing(client):
    draft = begin(client, WORDS + "\x00 fin")
    assert draft.answers["text"].endswith(" fin")

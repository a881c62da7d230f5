"""The follow-up page: whoever holds the link sees its case and nothing else."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from files import store
from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Post, Stage
from journal import jobs, links
from journal.actors import SYSTEM_ACTOR, coordinator
from journal.models import Event, Message
from partners.models import Organisation
from tests import cast as casting
from tests.files.corpus import PDF

pytestmark = pytest.mark.django_db


def give(irritant):
    return links.give(links.FOLLOW, irritant.public_id, irritant.contact.email)


def address(irritant, name: str = "follow", *more) -> str:
    return reverse(f"intake:{name}", args=[give(irritant).token, *more])


@pytest.fixture
def case(db):
    return casting.irritant()


@pytest.fixture
def staff(db):
    return coordinator(casting.person("coordination@enact.example", "coordinator", full_name="Camille Weber"))


def ask(case, staff, text="Depuis quand ?"):
    IRRITANT.perform(case, "take", actor=staff)
    IRRITANT.perform(case, "ask_info", actor=staff, text=text)


def test_it_says_whose_turn_it_is_and_by_when(client, case):
    html = client.get(address(case)).content.decode()
    for shown in (
        case.reference,
        "C’est à nous",
        "Au plus tard",
        "Vous nous avez raconté",
        "la recette Quetzalcoatl",
    ):
        assert shown in html


def test_the_page_speaks_the_language_of_the_mail_that_led_there(client):
    """On another machine too, whose browser asks for French; whoever switches has the last word."""
    page = address(casting.irritant(language="de"))
    french = {"headers": {"accept-language": "fr"}}
    assert '<html lang="de"' in client.get(page, **french).content.decode()
    assert '<html lang="fr"' in client.get("/catalogue/", **french).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": page})
    assert '<html lang="en"' in client.get(page, **french).content.decode()


def test_silence_is_news(client, case):
    with clock.at(case.due_at + timedelta(hours=1)):
        html = client.get(address(case)).content.decode()
    assert "Personne ne vous a encore répondu" in html
    assert "C’était promis pour" in html


@pytest.mark.parametrize(
    ("stage", "turn", "words"),
    [
        ("submitted", "coordinator", "vous appelle ou vous écrit"),
        ("in_triage", "coordinator", "cherche qui peut vous aider"),
        ("needs_info", "company", "Nous avons besoin de votre réponse"),
        ("oriented", "partner", "au tour des partenaires"),
        ("oriented", "coordinator", "Nous préparons la suite"),
        ("oriented", "company", "Une proposition vous attend"),
    ],
)
def test_every_stage_has_its_words(client, case, stage, turn, words):
    type(case).objects.filter(pk=case.pk).update(stage=stage, turn=turn)
    assert words in client.get(address(case)).content.decode()


@pytest.mark.parametrize(
    "outcome", ["training", "talent", "redirected", "no_match", "out_of_scope", "no_reply", "spam"]
)
def test_every_outcome_has_its_words(client, case, outcome):
    IRRITANT.perform(case, "close", actor=SYSTEM_ACTOR, outcome=outcome)
    html = client.get(address(case)).content.decode()
    assert ("La suite vous revient" if outcome == "redirected" else "C’est terminé") in html
    assert "Retirer ma demande" not in html


def test_it_is_never_cached_nor_told_to_other_sites(client, case):
    response = client.get(address(case))
    assert response["Cache-Control"] == "no-store, private"
    assert response["Referrer-Policy"] == "no-referrer"


def test_a_forged_link_shows_nothing(client, case):
    token = give(case).token
    other = casting.irritant(email="autre@ailleurs.example", company_name="Autre")
    crossed = give(other).token[:22] + token[22:]
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "Q"), crossed, "x" * 43, "court", "é" * 43):
        for name in ("follow", "withdraw"):
            response = client.get(reverse(f"intake:{name}", args=[forged]))
            assert response.status_code == 404
            html = response.content.decode()
            assert case.reference not in html and casting.SECRET_COMPANY not in html
        assert client.post(reverse("intake:answer", args=[forged]), {"text": "x"}).status_code == 404
        assert client.post(reverse("intake:withdraw", args=[forged])).status_code == 404
        assert client.post(reverse("intake:new_link", args=[forged])).status_code == 404
    case.refresh_from_db()
    assert case.stage == Stage.SUBMITTED


def test_a_link_of_another_kind_opens_nothing(client, case):
    link = links.give(links.ANSWER, case.public_id, case.contact.email)
    assert client.get(reverse("intake:follow", args=[link.token])).status_code == 404


def test_an_expired_link_offers_a_new_one_once_a_day(client, case):
    jobs.run_owed()
    mail.outbox.clear()
    link = give(case)
    link.expires_at = clock.now() - timedelta(days=1)
    link.save()
    old = link.token
    page = client.get(reverse("intake:follow", args=[old]))
    assert page.status_code == 410
    assert casting.SECRET_COMPANY not in page.content.decode() and case.reference not in page.content.decode()
    sent = client.post(reverse("intake:new_link", args=[old]))
    assert "Regardez vos courriels" in sent.content.decode()
    assert casting.SECRET_EMAIL not in sent.content.decode()
    jobs.run_owed()
    [letter] = mail.outbox
    assert letter.to == [casting.SECRET_EMAIL]
    fresh = give(case).token
    assert fresh in letter.body and fresh != old
    assert client.get(reverse("intake:follow", args=[fresh])).status_code == 200
    assert client.get(reverse("intake:follow", args=[old])).status_code == 404
    link = give(case)
    link.expires_at = clock.now() - timedelta(days=1)
    link.save()
    client.post(reverse("intake:new_link", args=[fresh]))
    assert Message.objects.filter(template="company_link").count() == 1
    with clock.at(clock.now() + timedelta(days=1)):
        client.post(reverse("intake:new_link", args=[fresh]))
    assert Message.objects.filter(template="company_link").count() == 2


def test_the_company_answers_a_question_once(client, case, staff):
    ask(case, staff, "Sur toutes les empreintes <b>?</b>")
    html = client.get(address(case)).content.decode()
    assert "Sur toutes les empreintes &lt;b&gt;?&lt;/b&gt;" in html and "Camille Weber" in html
    response = client.post(address(case, "answer"), {"text": "Surtout la troisième."})
    assert response.status_code == 303
    case.refresh_from_db()
    assert (case.stage, case.turn) == ("in_triage", "coordinator")
    assert "Surtout la troisième." in client.get(address(case)).content.decode()
    again = client.post(address(case, "answer"), {"text": "Et le lundi."})
    assert again.status_code == 409
    assert "déjà fait" in again.content.decode()
    assert "Et le lundi." in again.content.decode(), "what was typed too late is shown, not lost"
    assert Post.objects.filter(irritant=case, author_role="company").count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"), [("  ", "Écrivez votre réponse"), ("x" * 4001, "4\u202f000 caractères au plus")]
)
def test_a_refused_answer_is_kept_on_the_page(client, case, staff, typed, sentence):
    ask(case, staff)
    response = client.post(address(case, "answer"), {"text": typed})
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert typed.strip() in response.content.decode()
    case.refresh_from_db()
    assert case.stage == Stage.NEEDS_INFO


def test_notes_and_talks_with_partners_are_not_shown(client, case):
    lab = casting.laboratory("labo-z")
    Post.objects.create(irritant=case, author_role="coordinator", text="Note interne", internal=True)
    Post.objects.create(irritant=case, author_role="coordinator", text="Au laboratoire", organisation=lab)
    Post.objects.create(irritant=case, author_role="coordinator", text="À l’entreprise")
    html = client.get(address(case)).content.decode()
    assert "Note interne" not in html and "Au laboratoire" not in html
    assert "À l’entreprise" in html
    assert Organisation.objects.get().name not in html


def test_withdrawing_asks_first_and_happens_once(client, case):
    page = client.get(address(case, "withdraw"))
    assert "Oui, retirer ma demande" in page.content.decode()
    case.refresh_from_db()
    assert case.stage == Stage.SUBMITTED, "reading the page withdraws nothing"
    for _twice in range(2):
        response = client.post(address(case, "withdraw"), follow=True)
        assert response.status_code == 200
    case.refresh_from_db()
    assert (case.stage, case.outcome) == (Stage.CLOSED, "withdrawn")
    assert Event.objects.filter(case=case.public_id, name="irritant.withdraw").count() == 1
    assert client.get(address(case, "withdraw")).status_code == 303


def test_files_of_this_case_only(client, case):
    other = casting.irritant(email="autre@ailleurs.example", company_name="Autre")
    mine = store.receive(SimpleUploadedFile("plan.pdf", PDF), case.public_id)
    theirs = store.receive(SimpleUploadedFile("secret.pdf", PDF), other.public_id)
    html = client.get(address(case)).content.decode()
    assert "plan.pdf" in html and "secret.pdf" not in html
    response = client.get(address(case, "follow_file", mine.pk))
    assert response.getvalue() == PDF
    assert client.get(address(case, "follow_file", theirs.pk)).status_code == 404
    forged = reverse("intake:follow_file", args=["x" * 43, mine.pk])
    assert client.get(forged).status_code == 404


@pytest.mark.parametrize("name", ["answer", "new_link"])
def test_mail_scanners_that_open_links_change_nothing(client, case, name):
    assert client.get(address(case, name)).status_code == 405


def test_the_number_of_queries_is_known(client, case, staff, django_assert_num_queries):
    ask(case, staff)
    for number in range(5):
        Post.objects.create(irritant=case, author_role="company", text=f"Message {number}")
    path = address(case)
    client.get(path)
    with django_assert_num_queries(QUERIES):
        client.get(path)


# link · irritant · events · files · what is asked · colleagues · call · posts · their questions · two panels
QUERIES = 11

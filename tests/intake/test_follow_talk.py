"""Words both ways: at any time, once per form, told to the other side once, with files, and for a while after."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from files import store
from files.models import StoredFile
from foundation import clock
from intake import conversation
from intake.lifecycle import IRRITANT
from intake.models import Post, Stage
from journal import jobs
from journal.actors import SYSTEM_ACTOR, coordinator
from journal.models import Event, Message
from tests import cast as casting
from tests.files.corpus import PDF
from tests.intake.following import address, ask, give
from triage import disclosure

pytestmark = pytest.mark.django_db
WORDS = "Nous avons retrouvé <b>deux ans</b> de relevés."


@pytest.fixture
def case(db):
    return casting.irritant()


@pytest.fixture
def user(db):
    return casting.person("coordination@enact.example", "coordinator", full_name="Camille Weber")


@pytest.fixture
def staff(user):
    return coordinator(user)


@pytest.fixture
def workbench(client_class, user):
    browser = client_class()
    browser.force_login(user, backend="accounts.backends.RoleBackend")
    return browser


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


def pdf(name: str = "releve.pdf", content: bytes = PDF):
    return SimpleUploadedFile(name, content)


def letters(to: str):
    mail.outbox.clear()
    jobs.run_owed()
    return [letter for letter in mail.outbox if letter.to == [to]]


def token_in(html: str) -> str:
    return re.search(r'name="jeton" value="([^"]+)"', html)[1]


@pytest.mark.parametrize("stage", ["submitted", "in_triage", "needs_info", "oriented"])
def test_the_company_writes_at_any_time_and_changes_no_turn(client, case, stage):
    type(case).objects.filter(pk=case.pk).update(stage=stage)
    case.refresh_from_db()
    before = (case.stage, case.turn, case.due_at, case.version)
    response = client.post(address(case, "message"), {"text": WORDS, "jeton": "a1", "attachments": pdf()})
    assert response.status_code == 303
    case.refresh_from_db()
    assert (case.stage, case.turn, case.due_at, case.version) == before
    assert case.unread_since is not None
    html = client.get(address(case)).content.decode()
    assert "&lt;b&gt;deux ans&lt;/b&gt;" in html and "releve.pdf" in html
    [row] = StoredFile.objects.all()
    assert row.subject == Post.objects.get().public_id
    assert client.get(address(case, "follow_file", row.pk)).getvalue() == PDF


def test_a_double_click_is_one_message(client, case):
    token = token_in(client.get(address(case)).content.decode())
    for _twice in range(2):
        response = client.post(
            address(case, "message"), {"text": WORDS, "jeton": token, "attachments": pdf()}
        )
        assert response.status_code == 303
    client.post(address(case, "message"), {"text": WORDS, "jeton": "another"})
    assert Post.objects.count() == 2
    assert StoredFile.objects.count() == 1
    assert Event.objects.filter(name=conversation.FROM_COMPANY).count() == 2


@pytest.mark.parametrize(
    ("typed", "sentence"), [(" ", "Écrivez votre message"), ("x" * 4001, "4\u202f000 caractères au plus")]
)
def test_what_is_refused_stays_on_the_page(client, case, typed, sentence):
    response = client.post(address(case, "message"), {"text": typed})
    html = response.content.decode()
    assert response.status_code == 422
    assert sentence in html and typed.strip() in html and "<title>Erreur" in html
    assert not Post.objects.exists()


def test_one_bad_file_sends_nothing_and_keeps_the_words(
    client, case, settings, django_capture_on_commit_callbacks
):
    files = [pdf("bon.pdf"), pdf("page.pdf", b"<html>")]
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address(case, "message"), {"text": WORDS, "attachments": files})
    html = response.content.decode()
    assert response.status_code == 422
    assert "page.pdf" in html and "deux ans" in html
    assert not Post.objects.exists() and not StoredFile.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_file_alone_is_a_message(client, case):
    assert client.post(address(case, "message"), {"text": "", "attachments": pdf()}).status_code == 303
    assert Post.objects.get().text == ""


def test_the_coordinator_in_charge_is_told_once_per_unread_batch(client, case, user, staff, workbench):
    casting.person("autre@enact.example", "coordinator")
    IRRITANT.perform(case, "take", actor=staff)
    letters(user.email)
    for number in range(3):
        client.post(address(case, "message"), {"text": f"Message {number}"})
    [letter] = letters(user.email)
    assert case.reference in letter.subject
    assert "Message 0" not in letter.body, "what companies write does not travel to coordinators by mail"
    assert not Message.objects.filter(template="coordinator_message").exclude(recipient=user.email).exists()

    screen = reverse("admin:workbench_irritant", args=[case.public_id])
    html = workbench.get(screen).content.decode()
    assert "nouveau message" in html and "Message 2" in html
    assert "nouveau message" in workbench.get(reverse("admin:index") + "?file=unread").content.decode()
    client.post(address(case, "message"), {"text": "Entre-temps"})
    stale = workbench.post(reverse("admin:workbench_mark_read", args=[case.public_id]), {"seen": "3"})
    assert stale.status_code == 303
    case.refresh_from_db()
    assert case.unread_since, "a word that the coordinator has not seen stays unread"
    workbench.post(reverse("admin:workbench_mark_read", args=[case.public_id]), {"seen": "4"})
    case.refresh_from_db()
    assert case.unread_since is None
    assert letters(user.email) == []
    client.post(address(case, "message"), {"text": "Encore"})
    assert len(letters(user.email)) == 1, "a new batch is a new mail"


def test_nobody_in_charge_means_the_whole_coordination(client, case, user):
    casting.person("autre@enact.example", "coordinator")
    casting.person("financeur@enact.example", "funder")
    client.post(address(case, "message"), {"text": WORDS})
    told = Message.objects.filter(template="coordinator_message").values_list("recipient", flat=True)
    assert set(told) == {"coordination@enact.example", "autre@enact.example"}


def test_a_mail_about_what_was_read_meanwhile_is_not_sent(client, case, user, staff):
    client.post(address(case, "message"), {"text": WORDS})
    conversation.read_up_to(case, 1, actor=staff)
    assert letters(user.email) == []


def test_the_coordination_writes_at_any_time_once_and_is_mailed(client, case, user, staff, workbench):
    IRRITANT.perform(case, "take", actor=staff)
    client.post(address(case, "message"), {"text": WORDS})
    letters(case.contact.email)
    case.refresh_from_db()
    before = (case.stage, case.turn, case.due_at, case.version)
    url = reverse("admin:workbench_write", args=[case.public_id])
    for _twice in range(2):
        sent = {"text": "Bonne nouvelle & suite.", "jeton": "b1", "seen": "1", "attachments": pdf("plan.pdf")}
        assert workbench.post(url, sent).status_code == 303
    case.refresh_from_db()
    assert (case.stage, case.turn, case.due_at, case.version) == before
    assert case.unread_since is None, "whoever answers has read"
    [letter] = letters(case.contact.email)
    assert "Bonne nouvelle & suite." in letter.body and "Camille Weber" in letter.body
    assert "Bonne nouvelle &amp; suite." in letter.alternatives[0][0]
    html = client.get(address(case)).content.decode()
    assert "Bonne nouvelle &amp; suite." in html and "plan.pdf" in html
    workbench.post(url, {"text": "Un deuxième.", "jeton": "b2"})
    assert len(letters(case.contact.email)) == 1, "one mail per message"
    refused = workbench.post(url, {"text": "x" * 4001, "jeton": "b3"})
    assert refused.status_code == 422 and "x" * 4001 in refused.content.decode()


def test_after_closing_one_may_write_for_thirty_days_and_reopens_nothing(client, case):
    IRRITANT.perform(case, "close", actor=SYSTEM_ACTOR, outcome="no_match")
    html = client.get(address(case)).content.decode()
    assert "Votre demande est close. Vous pouvez nous écrire ici jusqu’au" in html
    assert client.post(address(case, "message"), {"text": WORDS}).status_code == 303
    case.refresh_from_db()
    assert (case.stage, case.turn) == (Stage.CLOSED, "nobody")
    assert list(type(case).objects.unread()) == [case]
    with clock.at(clock.now() + timedelta(days=31)):
        html = client.get(address(case)).content.decode()
        assert "close depuis plus de trente jours" in html and 'name="jeton"' not in html
        late = client.post(address(case, "message"), {"text": "Trop tard, mais <i>écrit</i>"})
    assert late.status_code == 409
    assert "Trop tard, mais &lt;i&gt;écrit&lt;/i&gt;" in late.content.decode(), "given back, not lost"
    assert Post.objects.count() == 1


def test_what_is_unwanted_may_not_go_on(client, case):
    IRRITANT.perform(case, "close", actor=SYSTEM_ACTOR, outcome="spam")
    assert client.post(address(case, "message"), {"text": WORDS}).status_code == 409


def test_a_forged_link_writes_nothing(client, case):
    for name in ("message", "answer", "add_colleague", "download_data", "erase"):
        assert client.post(reverse(f"intake:{name}", args=["x" * 43]), {"text": WORDS}).status_code == 404
    assert not Post.objects.exists()


def test_what_is_joined_to_a_message_is_not_for_partners(client, case, staff):
    ask(case, staff, "", fields=["documents"])
    client.post(address(case, "message"), {"text": WORDS, "attachments": pdf("entre-nous.pdf")})
    client.post(address(case, "answer"), {"attachments": pdf("demande.pdf")})
    assert {row.name for row in conversation.files_to_share([case.public_id])} == {"demande.pdf"}


def test_a_file_that_came_before_is_shown_as_such(client, case, user, staff, workbench):
    """With another word: each keeps its own, the second says when it first came. Twice with one word: once."""
    client.post(
        address(case, "message"), {"text": "Un", "attachments": [pdf("plan.pdf"), pdf("plan bis.pdf")]}
    )
    client.post(address(case, "message"), {"text": "Deux", "attachments": pdf("plan.pdf")})
    url = reverse("admin:workbench_write", args=[case.public_id])
    workbench.post(url, {"text": "Trois", "jeton": "c1", "attachments": pdf("le nôtre.pdf")})
    assert list(StoredFile.objects.values_list("name", flat=True)) == ["plan.pdf", "plan.pdf", "le nôtre.pdf"]
    today = date_format(timezone.localdate(clock.now()), "DATE_FORMAT")
    for page in (
        client.get(address(case)),
        workbench.get(reverse("admin:workbench_irritant", args=[case.public_id])),
    ):
        html = page.content.decode()
        assert html.count("déjà reçu le") == html.count(f"déjà reçu le {today}") == 1
        assert html.index("Deux") < html.index("déjà reçu le") < html.index("Trois")


def test_a_partner_reads_of_the_same_document_once(client, case, staff):
    """Sent with the form, and again because it was asked for."""
    store.receive(pdf("plan.pdf"), case.public_id)
    ask(case, staff, "", fields=["documents"])
    answered = {"attachments": [pdf("plan bis.pdf"), pdf("relevé.pdf", PDF + b"% two\n")]}
    assert client.post(address(case, "answer"), answered).status_code == 303
    assert StoredFile.objects.count() == 3
    [files] = disclosure._files_of([case]).values()
    assert [row.name for row in files] == ["plan.pdf", "relevé.pdf"]


def test_documents_asked_for_may_be_sent_again(client, case, staff):
    """A second « garder » with the same file keeps it once, and a refused companion does not take it away."""
    ask(case, staff, "", fields=["documents"])
    for _twice in range(2):
        kept = client.post(address(case, "answer"), {"action": "keep", "attachments": pdf("demande.pdf")})
        assert kept.status_code == 303
    pair = [pdf("demande.pdf"), pdf("page.pdf", b"<html>")]
    assert client.post(address(case, "answer"), {"action": "keep", "attachments": pair}).status_code == 422
    [row] = StoredFile.objects.all()
    assert (row.name, row.path.exists()) == ("demande.pdf", True)


def test_the_page_costs_the_same_whatever_was_said(client, case, staff, django_assert_num_queries):
    from tests.intake.test_follow import QUERIES

    case.colleagues.create(email="a@zirkonia.example", name="A")
    ask(case, staff, "", fields=["deadline"], free=["Combien ?"])
    for number in range(6):
        client.post(address(case, "message"), {"text": f"M{number}", "attachments": pdf(f"{number}.pdf")})
    path = address(case)
    give(case)
    client.get(path)
    with django_assert_num_queries(QUERIES):
        client.get(path)

"""Words and files between a partner that accepted and the company: when, for whom, and for nobody else."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from files.models import StoredFile
from journal import jobs
from journal.actors import COMPANY, PARTNER, Actor
from journal.models import Event
from tests import cast as casting
from tests.triage.partner.helpers import follow_token, leaks, token_of, url
from triage.disclosure import open_it
from triage.lifecycle import REFERRAL
from triage.models import PartnerWord
from triage.sharing import share

pytestmark = pytest.mark.django_db
ASKS, ANSWERS = "Quelle cadence au four sept ?", "Trente pièces à l’heure."


@pytest.fixture
def accepted(cast):
    referral = casting.accepted(cast)[0]
    jobs.run_owed()
    mail.outbox.clear()
    return referral


@pytest.fixture
def opened(accepted):
    share(accepted, actor=Actor(COMPANY))
    open_it(accepted, actor=Actor(PARTNER))
    jobs.run_owed()
    mail.outbox.clear()
    return accepted


def table(name="releve.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"jour;rebut\n1;4\n")


def partner_says(client, referral, text=ASKS, files=(), jeton="p1"):
    data = {"text": text, "jeton": jeton, "attachments": list(files)}
    return client.post(url("write_company", token_of(referral)), data, follow=True)


def talk(irritant, referral) -> str:
    return reverse("triage:talk", args=[follow_token(irritant), referral.public_id])


def company_says(client, referral, text=ANSWERS, files=(), jeton="c1"):
    data = {"text": text, "jeton": jeton, "attachments": list(files)}
    return client.post(talk(referral.irritant, referral), data, follow=True)


def test_nobody_writes_before_the_partner_has_opened_what_it_was_given(client, cast, accepted):
    for step in (lambda: None, lambda: share(accepted, actor=Actor(COMPANY))):
        step()
        page = client.get(url("answer", token_of(accepted))).content.decode()
        assert "Envoyer le message" not in page
        assert client.get(talk(cast.irritant, accepted)).status_code == 404
        partner_says(client, accepted)
        assert company_says(client, accepted).status_code == 404
    assert PartnerWord.objects.count() == 0 and not Event.objects.filter(name__contains=".word_").exists()


def test_both_ways_with_files_each_told_by_a_mail_without_the_words(client, cast, opened):
    page = partner_says(client, opened, files=[table()]).content.decode()
    assert ASKS in page and "releve.csv" in page
    jobs.run_owed()
    assert [sent.to for sent in mail.outbox] == [[casting.SECRET_EMAIL]]
    told = mail.outbox[0]
    assert cast.lab.name in told.subject and ASKS not in told.body + told.alternatives[0][0]
    assert "#partenaire-" in told.body
    mail.outbox.clear()

    follow = client.get(reverse("intake:follow", args=[follow_token(cast.irritant)])).content.decode()
    assert "1 message" in follow and ASKS not in follow
    theirs = client.get(talk(cast.irritant, opened)).content.decode()
    assert ASKS in theirs and "releve.csv" in theirs
    assert ANSWERS in company_says(client, opened, files=[table("cadences.csv")]).content.decode()
    jobs.run_owed()
    assert [sent.to for sent in mail.outbox] == [[cast.editor.email]]
    assert ANSWERS not in mail.outbox[0].body and leaks(mail.outbox[0].subject + mail.outbox[0].body) == []

    page = client.get(url("answer", token_of(opened))).content.decode()
    assert ANSWERS in page and "cadences.csv" in page
    for row in StoredFile.objects.all():
        own = reverse("intake:follow_file", args=[follow_token(cast.irritant), row.pk])
        for address in (url("answer_file", token_of(opened), row.pk), own):
            answer = client.get(address)
            assert b"".join(answer.streaming_content) == b"jour;rebut\n1;4\n"


def test_the_same_form_twice_is_one_word(client, cast, opened):
    for _click in range(2):
        partner_says(client, opened, files=[table()])
        company_says(client, opened)
    assert (PartnerWord.objects.count(), StoredFile.objects.count()) == (2, 1)
    assert Event.objects.filter(name__startswith="referral.word_").count() == 2


@pytest.mark.parametrize("says", [partner_says, company_says])
def test_a_file_that_the_gate_refuses_keeps_the_words_for_another_try(client, cast, opened, says):
    bad = SimpleUploadedFile("programme.exe", b"MZ" + b"\0" * 300)
    page = says(client, opened, "Voici le programme", [table(), bad])
    text = page.content.decode()
    assert (page.status_code, PartnerWord.objects.count(), StoredFile.objects.count()) == (422, 0, 0)
    assert "Voici le programme" in text and "programme.exe" in text and "data-error-summary" in text


@pytest.mark.parametrize("says", [partner_says, company_says])
def test_an_empty_word_is_not_sent(client, cast, opened, says):
    assert says(client, opened, "  ").status_code == 422
    assert PartnerWord.objects.count() == 0


def test_another_partner_reads_and_fetches_nothing_of_it(client, cast, opened):
    partner_says(client, opened, files=[table()])
    company_says(client, opened)
    other = cast.irritant.referrals.exclude(pk=opened.pk).get()
    REFERRAL.perform(other, "accept", actor=Actor(PARTNER))
    share(other, actor=Actor(COMPANY))
    open_it(other, actor=Actor(PARTNER))
    page = client.get(url("answer", token_of(other))).content.decode()
    assert casting.SECRET_COMPANY in page  # it may read the company
    assert [words for words in (ASKS, ANSWERS, "releve.csv") if words in page] == []
    for row in StoredFile.objects.all():
        assert client.get(url("answer_file", token_of(other), row.pk)).status_code == 404
    assert client.get(talk(cast.irritant, other)).content.decode().count(ASKS) == 0


def test_a_stranger_with_a_link_of_its_own_finds_nothing(client, cast, opened):
    partner_says(client, opened)
    address = reverse("triage:talk", args=[follow_token(cast.strangers_irritant), opened.public_id])
    assert client.get(address).status_code == 404
    assert client.post(address, {"text": "x", "jeton": "s"}).status_code == 404


def test_when_the_partner_leaves_the_company_still_reads_and_the_partner_does_not(client, cast, opened):
    partner_says(client, opened, files=[table()])
    company_says(client, opened)
    REFERRAL.perform(opened, "withdraw", actor=Actor(PARTNER))
    page = client.get(url("answer", token_of(opened))).content.decode()
    assert [words for words in (ASKS, ANSWERS, "releve.csv") if words in page] == []
    file = StoredFile.objects.get()
    assert client.get(url("answer_file", token_of(opened), file.pk)).status_code == 404
    assert partner_says(client, opened, jeton="p2").status_code == 200  # told politely
    theirs = client.get(talk(cast.irritant, opened)).content.decode()
    assert ASKS in theirs and ANSWERS in theirs and "Envoyer le message" not in theirs
    assert PartnerWord.objects.count() == 2
    follow = client.get(reverse("intake:follow", args=[follow_token(cast.irritant)])).content.decode()
    assert "Relire vos échanges" in follow


def test_a_mail_about_a_word_that_can_no_longer_be_read_does_not_leave(client, cast, opened):
    company_says(client, opened)
    REFERRAL.perform(opened, "withdraw", actor=Actor(PARTNER))
    jobs.run_owed()
    assert [sent.subject for sent in mail.outbox if sent.to == [cast.editor.email]] == []


def test_the_coordination_reads_along(client, cast, opened):
    partner_says(client, opened, files=[table()])
    company_says(client, opened)
    client.force_login(cast.coordinator)
    page = client.get(reverse("admin:workbench_irritant", args=[cast.irritant.public_id])).content.decode()
    assert ASKS in page and ANSWERS in page and "releve.csv" in page


def test_the_page_says_who_does_what_next(client, cast, opened):
    page = client.get(url("answer", token_of(opened))).content.decode()
    assert "écrivez ou appelez en premier, au plus tard" in page
    partner_says(client, opened)
    page = client.get(url("answer", token_of(opened))).content.decode()
    assert "Le contact est pris" in page and "écrivez ou appelez en premier" not in page

"""Documents joined to a draft: refused in plain words, never another draft's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files.models import StoredFile
from intake.models import Irritant
from tests.files.corpus import EXE, PDF
from tests.intake.walking import CONTEXT, begin, fill, ready, send, url

pytestmark = pytest.mark.django_db


def upload(client, draft, *files, **more):
    return client.post(url(draft, "contexte"), {**CONTEXT, **more, "attachments": list(files)})


def pdf(name="plan.pdf"):
    return SimpleUploadedFile(name, PDF)


def test_documents_follow_the_irritant(client):
    draft = ready(client)
    assert upload(client, draft, pdf(), pdf("relevé.pdf")).status_code == 303
    assert "relevé.pdf" in client.get(url(draft, "verifier")).content.decode()
    send(client, draft)
    names = StoredFile.objects.filter(case=Irritant.objects.get().public_id).values_list("name", flat=True)
    assert sorted(names) == ["plan.pdf", "relevé.pdf"]


def test_one_refused_file_keeps_the_good_one_and_the_answers(client):
    draft = begin(client)
    fill(client, draft)
    bad = SimpleUploadedFile("programme.pdf", EXE)
    response = upload(client, draft, pdf(), bad, site_city="Thionville")
    html = response.content.decode()
    assert response.status_code == 422
    assert "programme.pdf" in html and "ne correspond pas à son nom" in html
    assert "Thionville" in html
    assert [row.name for row in StoredFile.objects.all()] == ["plan.pdf"]


def test_a_file_too_big_is_said_beside_the_field(client):
    draft = begin(client)
    big = SimpleUploadedFile("film.pdf", PDF + bytes(10 * 1024 * 1024))
    response = upload(client, draft, big)
    assert response.status_code == 422
    assert "dépasse 10 Mo" in response.content.decode()
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"), [("x.exe", EXE, "n’est pas accepté"), ("x.pdf", b"", "est vide")]
)
def test_forbidden_and_empty_files_are_said(client, name, content, sentence):
    draft = begin(client)
    response = upload(client, draft, SimpleUploadedFile(name, content))
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_the_sixth_file_is_refused_with_a_sentence(client):
    draft = begin(client)
    assert upload(client, draft, *[pdf(f"{n}.pdf") for n in range(5)]).status_code == 303
    response = upload(client, draft, pdf("6.pdf"))
    assert "Cinq fichiers au plus" in response.content.decode()
    assert StoredFile.objects.count() == 5


def test_dropping_files_does_not_ask_for_the_rest(client):
    draft = begin(client)
    response = upload(client, draft, pdf(), confidentiality="", action="upload")
    assert response["Location"].endswith("#documents")
    assert StoredFile.objects.count() == 1


def test_a_document_can_be_taken_back_twice_without_harm(client, django_capture_on_commit_callbacks):
    draft = begin(client)
    upload(client, draft, pdf())
    row = StoredFile.objects.get()
    path = row.path
    for _twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(url(draft, "contexte"), {**CONTEXT, "action": f"remove:{row.pk}"})
        assert response.status_code == 303
    assert not path.exists() and not StoredFile.objects.exists()


def test_another_draft_neither_sees_nor_removes_a_document(client):
    mine, other = begin(client), begin(client)
    upload(client, mine, pdf("secret.pdf"))
    row = StoredFile.objects.get()
    assert "secret.pdf" not in client.get(url(other, "contexte")).content.decode()
    for forged in (str(row.pk), "../../etc/passwd", "", "0"):
        client.post(url(other, "contexte"), {**CONTEXT, "action": f"remove:{forged}"})
    assert StoredFile.objects.filter(pk=row.pk).exists()


def test_a_sent_draft_takes_no_more_documents(client):
    draft = ready(client)
    send(client, draft)
    upload(client, draft, pdf())
    assert not StoredFile.objects.exists()

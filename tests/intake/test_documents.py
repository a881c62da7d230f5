"""Documents joined to a draft: refused in plain words, never another draft's."""

from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.urls import reverse

from files.models import StoredFile
from intake import gate
from intake.models import Irritant
from journal import jobs
from journal.events import broken_links
from journal.models import Event
from tests.files.corpus import EXE, PDF
from tests.files.scanners import impostor
from tests.intake.walking import CONTEXT, begin, fill, ready, send, url

pytestmark = pytest.mark.django_db


def upload(client, draft, *files, **more):
    return client.post(url(draft, "contexte"), {**CONTEXT, **more, "attachments": list(files)})


def pdf(name="plan.pdf"):
    return SimpleUploadedFile(name, PDF + f"% {name}\n".encode())  # another name, other bytes


def test_documents_follow_the_irritant(client):
    draft = ready(client)
    assert upload(client, draft, pdf(), pdf("relevé.pdf")).status_code == 303
    assert "relevé.pdf" in client.get(url(draft, "verifier")).content.decode()
    send(client, draft)
    names = StoredFile.objects.filter(case=Irritant.objects.get().public_id).values_list("name", flat=True)
    assert sorted(names) == ["plan.pdf", "relevé.pdf"]


def test_a_file_scanned_before_the_sending_opens_the_chain(client, settings):
    """What the antivirus said of a draft's file comes first in the history of its case, which still verifies."""
    draft = ready(client)
    with impostor(b"stream: OK\0") as settings.CLAMD_URL:
        upload(client, draft, pdf())
        jobs.run_owed()
        assert send(client, draft).status_code == 303
    case = Irritant.objects.get().public_id
    names = Event.objects.filter(case=case).order_by("seq").values_list("name", flat=True)
    assert list(names)[:2] == ["file.clear", "irritant.submitted"]
    assert list(broken_links()) == []


def test_one_refused_file_keeps_the_good_one_and_the_answers(client):
    draft = begin(client)
    fill(client, draft)
    bad = SimpleUploadedFile("programme.pdf", EXE)
    response = upload(client, draft, pdf(), bad, site_city="Thionville")
    html = response.content.decode()
    assert response.status_code == 422
    assert "programme.pdf" in html and "Nous n’acceptons pas les programmes" in html
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
    ("name", "content", "sentence"),
    [
        ("x.exe", EXE, "Nous n’acceptons pas les programmes"),
        ("x.xyz", b"a", "n’est pas accepté"),
        ("x.pdf", b"", "est vide"),
    ],
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


def test_a_document_sent_again_is_said_to_be_there_and_stops_nothing(client):
    draft = begin(client)
    upload(client, draft, pdf(), action="upload")
    response = client.post(
        url(draft, "contexte"), {**CONTEXT, "attachments": [pdf(), pdf("relevé.pdf")]}, follow=True
    )
    assert response.status_code == 200
    assert "plan.pdf est déjà joint\u202f: nous le gardons une seule fois." in response.content.decode()
    assert sorted(StoredFile.objects.values_list("name", flat=True)) == ["plan.pdf", "relevé.pdf"]


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


# -- One by one, as static/js/uploads.js sends them.


def documents(draft) -> str:
    return reverse("intake:documents", args=[draft.token])


def one_by_one(client, draft, content=PDF, name="plan.pdf"):
    return client.post(documents(draft), {"attachments": SimpleUploadedFile(name, content)})


def test_one_file_comes_back_as_the_new_list(client):
    draft = begin(client)
    answer = one_by_one(client, draft)
    row = StoredFile.objects.get()
    assert answer.status_code == 200
    assert "plan.pdf" in answer.content.decode() and f"remove:{row.pk}" in answer.content.decode()
    assert client.get(documents(draft)).content == answer.content
    answer = client.post(documents(draft), {"action": f"remove:{row.pk}"})
    assert answer.status_code == 200 and "plan.pdf" not in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_one_file_sent_again_one_by_one_is_said_to_be_there(client):
    draft = begin(client)
    assert "data-again" not in one_by_one(client, draft).content.decode()
    answer = one_by_one(client, draft, name="plan bis.pdf")
    assert answer.status_code == 200 and '<p class="form-text" data-again>' in answer.content.decode()
    assert "plan bis.pdf est le même document que plan.pdf" in answer.content.decode()
    assert StoredFile.objects.get().name == "plan.pdf"


def test_what_is_refused_one_by_one_says_why(client):
    draft = begin(client)
    answer = one_by_one(client, draft, EXE)
    assert answer.status_code == 422
    assert answer.json() == {"error": "Nous n’acceptons pas les programmes."}
    for number in range(5):
        one_by_one(client, draft, b"%d" % number, "a.txt")
    assert "Cinq fichiers au plus" in one_by_one(client, draft, b"a", "a.txt").json()["error"]


def test_the_list_of_a_draft_that_is_gone_or_sent(client):
    draft = ready(client)
    send(client, draft)
    assert one_by_one(client, draft).status_code == 404
    assert client.get(reverse("intake:documents", args=["A" * 32])).status_code == 404
    assert not StoredFile.objects.exists()


def test_another_draft_takes_no_document_away(client):
    mine, other = begin(client), begin(client)
    one_by_one(client, mine)
    row = StoredFile.objects.get()
    for forged in (str(row.pk), "../../etc/passwd", "", "0"):
        answer = client.post(documents(other), {"action": f"remove:{forged}"})
        assert "plan.pdf" not in answer.content.decode()
    assert StoredFile.objects.filter(pk=row.pk).exists()


def test_an_address_that_sends_without_end_is_slowed_down(client, monkeypatch):
    monkeypatch.setitem(gate.PER_HOUR, "upload", 1)
    draft = begin(client)
    assert one_by_one(client, draft).status_code == 200
    assert "Réessayez dans une heure" in one_by_one(client, draft).json()["error"]


# -- More than a request may carry.


@contextmanager
def bytes_on_disk(sizes: list[int]):
    """Notes how many bytes of each file reach the disk."""
    complete = TemporaryFileUploadHandler.file_complete

    def noting(self, size):
        sizes.append(size)
        return complete(self, size)

    TemporaryFileUploadHandler.file_complete = noting
    try:
        yield
    finally:
        TemporaryFileUploadHandler.file_complete = complete


def test_a_body_without_end_is_read_and_dropped(client, settings, tmp_path):
    """Seventy megabytes in one file: a sentence, one byte too much on the disk, and the answers are kept."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    draft = begin(client)
    fill(client, draft)
    sizes = []
    with bytes_on_disk(sizes):
        response = upload(
            client, draft, SimpleUploadedFile("film.pdf", bytes(70 * 1024 * 1024)), site_city="Bitche"
        )
    assert response.status_code == 422 and "dépasse 10 Mo" in response.content.decode()
    assert "Bitche" in response.content.decode()
    assert sizes == [10 * 1024 * 1024 + 1]
    assert list(tmp_path.glob("*.upload*")) == []


def test_many_large_files_stop_at_the_quota(client, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    draft = begin(client)
    files = [SimpleUploadedFile(f"{n}.txt", b"%d" % n * (9 * 1024 * 1024)) for n in range(7)]
    response = upload(client, draft, *files, site_city="Bitche")
    assert response.status_code == 422 and "50 Mo" in response.content.decode()
    assert "Bitche" in response.content.decode()
    assert StoredFile.objects.count() == 5
    assert list(tmp_path.glob("*.upload*")) == []

"""The gate for uploads: what a file is, what it is called, where it lies, how it leaves."""

import io
import random
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404

from files import store
from files.models import StoredFile
from files.signatures import MAX_BYTES, MAX_FILES, Rejected, recognise
from tests.files.corpus import HONEST, HOSTILE, PDF, office


def kind_of(name: str, content: bytes):
    return recognise(io.BytesIO(content), name, len(content))


@pytest.mark.parametrize("name", HONEST)
def test_honest_files_pass(name):
    assert name.rpartition(".")[2].lower() in kind_of(name, HONEST[name]).extensions


@pytest.mark.parametrize(
    ("name", "content", "code"), HOSTILE, ids=[name for name, _content, _code in HOSTILE]
)
def test_hostile_files_are_refused_for_the_right_reason(name, content, code):
    with pytest.raises(Rejected) as refused:
        kind_of(name, content)
    assert refused.value.code == code
    assert str(store.SENTENCES[code])


def test_too_big_is_told_before_anything_is_read():
    with pytest.raises(Rejected) as refused:
        recognise(io.BytesIO(PDF), "plan.pdf", MAX_BYTES + 1)
    assert refused.value.code == "too_big"
    assert recognise(io.BytesIO(PDF), "plan.pdf", MAX_BYTES).code == "pdf"


def test_damaged_archives_never_break_the_gate():
    whole = bytearray(office("docx"))
    chance = random.Random(7)
    for _round in range(300):
        broken = bytearray(whole)
        for _hit in range(chance.randint(1, 8)):
            broken[chance.randrange(4, len(broken))] = chance.randrange(256)
        try:
            kind_of("note.docx", bytes(broken))
        except Rejected as refused:
            assert refused.code in store.SENTENCES


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("C:\\Users\\moi\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("exe\u202efdp.pdf", "exefdp.pdf"),
        ('a"; filename="b.pdf', "a__ filename__b.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("re\u0301leve\u0301.csv", "rélevé.csv"),
        ("<b>gras</b>.txt", "b_.txt"),
        (".pdf", "fichier.pdf"),
        ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
        ("été (v2) + fin.xlsx", "été (v2) + fin.xlsx"),
    ],
)
def test_names_are_made_harmless(given, kept):
    assert store.harmless_name(given) == kept
    assert len(store.harmless_name(given)) <= StoredFile._meta.get_field("name").max_length


@pytest.mark.django_db
def test_a_file_is_kept_whole_under_a_random_private_name():
    row = store.receive(SimpleUploadedFile("plan du four.pdf", PDF, content_type="text/html"), uuid.uuid4())
    assert row.path.read_bytes() == PDF
    assert (row.name, row.kind, row.size) == ("plan du four.pdf", "pdf", len(PDF))
    assert "plan" not in str(row.path)
    assert row.path.parent.stat().st_mode & 0o077 == 0
    assert list(row.path.parent.iterdir()) == [row.path], "no partial file is left"


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing(settings):
    with pytest.raises(Rejected):
        store.receive(SimpleUploadedFile("programme.pdf", b"MZ\x00"), uuid.uuid4())
    assert not StoredFile.objects.exists()
    assert not settings.MEDIA_ROOT.exists()


@pytest.mark.django_db
def test_five_files_per_case_and_removing_makes_room(django_capture_on_commit_callbacks):
    case = uuid.uuid4()
    rows = [store.receive(SimpleUploadedFile(f"{n}.pdf", PDF), case) for n in range(MAX_FILES)]
    with pytest.raises(Rejected) as refused:
        store.receive(SimpleUploadedFile("6.pdf", PDF), case)
    assert refused.value.code == "too_many"
    path = rows[0].path
    with django_capture_on_commit_callbacks(execute=True):
        store.remove(rows[0])
        assert path.exists(), "a row that comes back must find its bytes"
    assert not path.exists()
    assert store.receive(SimpleUploadedFile("6.pdf", PDF), case).pk


@pytest.mark.django_db
def test_a_full_disk_is_a_sentence(settings, tmp_path):
    wall = tmp_path / "wall"
    wall.write_text("a file where a folder should be")
    settings.MEDIA_ROOT = wall
    with pytest.raises(Rejected) as refused:
        store.receive(SimpleUploadedFile("plan.pdf", PDF), uuid.uuid4())
    assert refused.value.code == "disk"
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
def test_a_file_leaves_as_a_download_and_can_run_nothing():
    response = store.stream(store.receive(SimpleUploadedFile("relevés.csv", b"a;b\n"), uuid.uuid4()))
    assert response.getvalue() == b"a;b\n"
    response.file_to_stream.close()
    assert response["Content-Type"] == "text/csv"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
def test_a_row_whose_bytes_are_gone_is_not_found():
    row = store.receive(SimpleUploadedFile("plan.pdf", PDF), uuid.uuid4())
    row.path.unlink()
    with pytest.raises(Http404):
        store.stream(row)

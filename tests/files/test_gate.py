"""The gate for uploads: what a file is, what it is called, where it lies, how it leaves."""

import hashlib
import io
import random
import subprocess
import sys
import tempfile
import uuid

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from PIL import Image, ImageCms

from files import sandbox, store
from files.judge import judging
from files.models import StoredFile
from files.sandbox import examine
from files.signatures import MAX_BYTES, MAX_FILES, Rejected, recognise
from tests.files.corpus import EIGHT, HONEST, HOSTILE, JPEG, PDF, PNG, content_of, exif, office, picture, png


def judged(name: str, content: bytes) -> tuple[str, bytes]:
    """(code of the kind, bytes that would be kept), by the gate itself. Raises Rejected."""
    kind = recognise(io.BytesIO(content), name, len(content))
    with tempfile.TemporaryFile() as raw, tempfile.TemporaryFile() as clean:
        raw.write(content)
        raw.flush()
        kept = clean if examine(kind, raw, clean) else raw
        kept.seek(0)
        return kind.code, kept.read()


@pytest.mark.parametrize("name", HONEST)
def test_honest_files_pass(name):
    code, kept = judged(name, HONEST[name])
    assert name.rpartition(".")[2].lower() in store.KINDS[code].extensions
    if code in ("png", "jpeg"):
        with Image.open(io.BytesIO(kept)) as after, Image.open(io.BytesIO(HONEST[name])) as before:
            assert (after.mode, after.size) == (before.mode, before.size)
            assert after.tobytes() == before.tobytes(), "not one pixel is changed"
    else:
        assert kept == HONEST[name]


@pytest.mark.parametrize(("name", "content", "code"), HOSTILE, ids=[name for name, *_rest in HOSTILE])
def test_hostile_files_are_refused_for_the_right_reason(name, content, code):
    with pytest.raises(Rejected) as refused:
        judged(name, content_of(content))
    assert refused.value.code == code
    assert str(store.SENTENCES[code])


def test_the_corpus_is_large_and_every_sentence_about_a_file_is_earned():
    assert len(HONEST) + len(HOSTILE) >= 100
    about_a_file = store.SENTENCES.keys() - {"too_big", "too_many", "case_full", "disk"}
    assert {code for _name, _content, code in HOSTILE} == about_a_file


def test_too_big_is_told_before_anything_is_read():
    with pytest.raises(Rejected) as refused:
        recognise(io.BytesIO(PDF), "plan.pdf", MAX_BYTES + 1)
    assert refused.value.code == "too_big"
    assert recognise(io.BytesIO(PDF), "plan.pdf", MAX_BYTES).code == "pdf"


@pytest.mark.parametrize("kind", ["docx", "pdf", "png", "jpeg"])
def test_damaged_files_never_break_the_gate(kind):
    """1 000 mutated files: accepted or refused with a sentence; whatever else a decoder raises counts as damaged."""
    whole = {"docx": office("docx"), "pdf": PDF, "png": PNG, "jpeg": JPEG}[kind]
    chance = random.Random(7)
    for _round in range(250):
        broken = bytearray(whole)
        for _hit in range(chance.randint(1, 8)):
            broken[chance.randrange(4, len(broken))] = chance.randrange(256)
        try:
            judging.judge(kind, bytes(broken))
        except judging.Refused as refused:
            assert refused.args[0] in store.SENTENCES
        except Exception as error:
            assert not isinstance(error, ImportError | NameError | AttributeError), error


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_keeps_its_orientation_and_colours_and_forgets_the_rest(kind):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    told = {"exif": exif(), "icc_profile": profile}
    if kind == "JPEG":
        told |= {"comment": b"Zirkonia atelier", "xmp": b"<x:xmpmeta>Zirkonia</x:xmpmeta>"}
    else:
        from PIL.PngImagePlugin import PngInfo

        told["pnginfo"] = PngInfo()
        told["pnginfo"].add_text("Author", "Zirkonia")
        told["pnginfo"].add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Zirkonia</x:xmpmeta>")
    content = picture(kind, **told)
    assert b"Zirkonia" in content
    _code, kept = judged(f"photo.{kind.lower()}", content)
    with Image.open(io.BytesIO(kept)) as image:
        image.load()
        assert dict(image.getexif()) == {0x0112: 6}
        assert not image.getexif().get_ifd(0x8825)
        assert image.info["icc_profile"] == profile
    assert b"Zirkonia" not in kept and b"xmp" not in kept and b"2026:11:20" not in kept


def test_an_orientation_told_behind_the_pixels_is_kept_too():
    told = exif().tobytes().removeprefix(b"Exif\0\0")
    content = png(EIGHT, spoil=lambda chunks: [*chunks[:2], (b"eXIf", told), chunks[2]])
    assert b"Zirkonia" in content
    _code, kept = judged("photo.png", content)
    with Image.open(io.BytesIO(kept)) as image:
        assert dict(image.getexif()) == {0x0112: 6}
    assert b"Zirkonia" not in kept


MEASURE = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-I", *sys.argv[1:]], stdout=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def largest_memory(kind: str, content: bytes) -> int:
    """MiB that the judge of an acceptable file held at most. Measured from a small process: a child inherits the
    highest mark of the one that made it."""
    with tempfile.TemporaryFile() as raw:
        raw.write(content)
        raw.seek(0)
        code, kib = subprocess.check_output(
            [sys.executable, "-c", MEASURE, sandbox._JUDGE, kind], stdin=raw, text=True
        ).split()
    assert code == "0"
    return int(kib) // 1024


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kibibytes on Linux only")
def test_the_largest_pictures_are_judged_in_little_memory():
    """40 million pixels of four bytes are 160 MB; a file of ten megabytes lies in memory twice."""
    grey = picture("PNG", "RGBA", (8000, 5000), compress_level=1)
    assert judged("grande.png", grey)[1] == grey
    assert largest_memory("png", grey) < 40
    noise = io.BytesIO()
    Image.frombytes("RGB", (1860, 1860), random.Random(7).randbytes(1860 * 1860 * 3)).save(noise, "PNG")
    assert 0.95 * MAX_BYTES < len(noise.getvalue()) < MAX_BYTES
    assert largest_memory("png", noise.getvalue()) < 60
    photo = picture("JPEG", "RGB", (8000, 5000))
    assert largest_memory("jpeg", photo) < 60


def test_a_judge_that_cannot_start_lets_nothing_in(monkeypatch):
    monkeypatch.setattr("files.sandbox._JUDGE", "/nowhere/judge")
    with pytest.raises(Rejected):
        judged("plan.pdf", PDF)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("C:\\Users\\moi\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("exe\u202efdp.pdf", "exefdp.pdf"),
        ("\u2066plan\u2069\u200b.pdf", "plan.pdf"),
        ('a"; filename="b.pdf', "a__ filename__b.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("a\x00b\x7f.pdf", "ab.pdf"),
        ("re\u0301leve\u0301.csv", "rélevé.csv"),
        ("<b>gras</b>.txt", "b_.txt"),
        ("<img src=x onerror=alert(1)>.png", "_img src_x onerror_alert(1)_.png"),
        (".pdf", "fichier.pdf"),
        (".htaccess", "fichier.htaccess"),
        ("CON.pdf", "fichier CON.pdf"),
        ("lpt1.tar.pdf", "fichier lpt1.tar.pdf"),
        ("....", "fichier"),
        ("plan.pdf...", "plan.pdf"),
        ("", "fichier"),
        ("$(reboot)`id`|x.csv", "_(reboot)_id__x.csv"),
        ("=cmd'.csv", "_cmd’.csv"),
        ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
        ("été (v2) + fin.xlsx", "été (v2) + fin.xlsx"),
        ("Relevé d'incident, juin.csv", "Relevé d’incident, juin.csv"),
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
    assert row.sha256 == hashlib.sha256(PDF).hexdigest()
    assert "plan" not in str(row.path)
    assert row.path.parent.stat().st_mode & 0o077 == 0
    assert list(row.path.parent.iterdir()) == [row.path], "no partial file is left"


@pytest.mark.django_db
def test_what_is_counted_and_hashed_is_what_is_kept():
    content = HONEST["photo.jpeg"]
    row = store.receive(SimpleUploadedFile("photo.jpeg", content), uuid.uuid4())
    kept = row.path.read_bytes()
    assert (row.size, row.sha256) == (len(kept), hashlib.sha256(kept).hexdigest())
    assert len(kept) < len(content)


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing(settings):
    for name, content in (("programme.pdf", b"MZ\x00"), ("script.pdf", PDF + b"<html>")):
        with pytest.raises(Rejected):
            store.receive(SimpleUploadedFile(name, content), uuid.uuid4())
    assert not StoredFile.objects.exists()
    assert not settings.MEDIA_ROOT.exists()


@pytest.mark.django_db
def test_five_files_per_case_and_removing_makes_room(django_capture_on_commit_callbacks):
    case = uuid.uuid4()
    rows = [store.receive(SimpleUploadedFile(f"{n}.txt", b"%d" % n), case) for n in range(MAX_FILES)]
    with pytest.raises(Rejected) as refused:
        store.receive(SimpleUploadedFile("6.txt", b"a"), case)
    assert refused.value.code == "too_many"
    assert store.receive(SimpleUploadedFile("7.txt", b"a"), case, subject=uuid.uuid4()).pk
    path = rows[0].path
    with django_capture_on_commit_callbacks(execute=True):
        store.remove(rows[0])
        assert path.exists(), "a row that comes back must find its bytes"
    assert not path.exists()
    assert store.receive(SimpleUploadedFile("6.txt", b"a"), case).pk


@pytest.mark.django_db
def test_the_same_bytes_are_kept_once_with_the_same_word(settings):
    """A retry after a cut of five files is no sixth file; another word, another case keep their own."""
    case, word = uuid.uuid4(), uuid.uuid4()
    rows = [store.receive(SimpleUploadedFile(f"{n}.txt", b"%d" % n), case) for n in range(MAX_FILES)]
    again = [store.receive(SimpleUploadedFile(f"bis {n}.txt", b"%d" % n), case) for n in range(MAX_FILES)]
    assert [row.pk for row in again] == [row.pk for row in rows]
    assert [row.name for row in again] == [row.name for row in rows]
    assert {row.came_again for row in again} == {True} and {row.came_again for row in rows} == {False}
    kept = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert sorted(kept) == sorted(row.path for row in rows)
    others = [
        store.receive(SimpleUploadedFile("0.txt", b"0"), case, subject=word),
        store.receive(SimpleUploadedFile("0.txt", b"0"), uuid.uuid4()),
    ]
    assert not any(row.came_again for row in others)
    assert StoredFile.objects.count() == MAX_FILES + 2


@pytest.mark.django_db
def test_fifty_megabytes_per_case_whatever_the_word_they_came_with(settings):
    case = uuid.uuid4()
    row = store.receive(SimpleUploadedFile("1.txt", b"a"), case, subject=uuid.uuid4())
    StoredFile.objects.filter(pk=row.pk).update(size=50 * 1024 * 1024 - 1)
    assert store.receive(SimpleUploadedFile("2.txt", b"a"), case).pk
    with pytest.raises(Rejected) as refused:
        store.receive(SimpleUploadedFile("3.txt", b"b"), case)
    assert refused.value.code == "case_full"


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
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''relev%C3%A9s.csv"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "no-store, private"


@pytest.mark.django_db
def test_a_row_whose_bytes_are_gone_is_not_found():
    row = store.receive(SimpleUploadedFile("plan.pdf", PDF), uuid.uuid4())
    row.path.unlink()
    with pytest.raises(Http404):
        store.stream(row)


def test_the_corpus_is_made_of_real_documents():
    assert len(pikepdf.open(io.BytesIO(PDF)).pages) == 1

"""The same with Debian's own clamd and a signature of ours: no download, no network."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from files import antivirus, store
from files.models import FileState
from journal import jobs
from tests.files.corpus import office, pdf, picture
from tests.files.scanners import CLAMD, MARK, NAME, clamd
from tests.process.conftest import free_port

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(CLAMD is None, reason="no clamd: install clamav-daemon"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with clamd(tmp_path_factory.mktemp("clamd"), free_port()) as address:
        yield address


def marked_pdf() -> bytes:
    return pdf(lambda document: document.docinfo.__setitem__("/Title", MARK.decode()))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"rien a signaler", ""),
        (bytes(10 * 1024 * 1024), ""),
        (b"x" * 200_000 + MARK, f"{NAME}.UNOFFICIAL"),
        (office("docx", {"word/media/a.bin": MARK}), f"{NAME}.UNOFFICIAL"),
    ],
    ids=["clean", "ten megabytes", "marked", "marked inside an office document"],
)
def test_clamd_answers(settings, tmp_path, address, content, found):
    settings.CLAMD_URL = address
    (tmp_path / "file").write_bytes(content)
    assert antivirus.answers()
    assert antivirus.scan(tmp_path / "file") == found


@pytest.mark.django_db(transaction=True)
def test_from_the_upload_to_the_verdict(settings, address):
    settings.CLAMD_URL = address
    case = uuid.uuid4()
    clean = store.receive(SimpleUploadedFile("photo.png", picture("PNG")), case)
    marked = store.receive(SimpleUploadedFile("plan.pdf", marked_pdf()), case)
    assert {clean.state, marked.state} == {FileState.PENDING}
    jobs.run_owed()
    clean.refresh_from_db()
    marked.refresh_from_db()
    assert (clean.state, clean.path.exists()) == (FileState.CLEAN, True)
    assert (marked.state, marked.path.exists()) == (FileState.INFECTED, False)


@pytest.mark.django_db(transaction=True)
def test_over_tcp(settings, tmp_path, tmp_path_factory):
    port = free_port()
    with clamd(tmp_path_factory.mktemp("clamd-tcp"), port):
        settings.CLAMD_URL = f"tcp://127.0.0.1:{port}"
        (tmp_path / "file").write_bytes(MARK)
        assert antivirus.scan(tmp_path / "file") == f"{NAME}.UNOFFICIAL"

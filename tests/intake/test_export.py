"""« Télécharger mes données »: everything held on this case and this person, and nothing of anybody else."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from files import store
from files.models import StoredFile
from intake import conversation, people
from intake.exporting import A_DAY
from intake.models import Post
from journal import exporting, jobs
from journal.actors import Actor, coordinator
from journal.models import Event
from proposals import writing
from proposals.lifecycle import PROPOSAL
from tests import cast as casting
from tests.files.corpus import PDF, PNG
from tests.intake.following import address, give, holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(cast):
    """A case with a conversation, files, a partner that knows the company, and a proposal."""
    case = cast.irritant
    store.receive(SimpleUploadedFile("plan.pdf", PDF), case.public_id)
    casting.accepted(cast)
    by = coordinator(cast.coordinator)
    upload = SimpleUploadedFile("plan.png", PNG)
    conversation.say(case, "Voici une photo.", [upload], actor=holder(case), form_token="t")
    Post.objects.create(irritant=case, author_role="coordinator", text="Note interne", internal=True)
    people.add_colleague(case, email="collegue@zirkonia.example", name="Collègue", actor=holder(case))
    proposal = writing.prepare(case, actor=by)
    version = writing.freeze(proposal, actor=by)
    jobs.run_owed()
    casting.agreed_and_sent(proposal, version, by=by)
    PROPOSAL.perform(proposal, "accept", actor=Actor("company"), comment="D’accord.")
    jobs.run_owed()
    case.refresh_from_db()
    return cast


def taken(client, case, email: str = "") -> tuple[dict, zipfile.ZipFile]:
    response = client.post(address(case, "download_data", email=email))
    assert response.status_code == 200 and response["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert archive.testzip() is None
    return json.loads(archive.read("data.json")), archive


def test_everything_of_the_case_is_there(client, full):
    case = full.irritant
    data, archive = taken(client, case)
    assert set(data) == {"schema", "made_at", "files_left_out", *exporting.SECTIONS}
    assert (
        data["request"]["text"] == case.text and data["request"]["company"]["name"] == casting.SECRET_COMPANY
    )
    assert data["person"] == {
        "email": casting.SECRET_EMAIL,
        "name": casting.SECRET_PERSON,
        "phone": "",
        "position": "",
        "language": "fr",
    }
    assert [word["text"] for word in data["conversation"]] == ["Voici une photo."]
    assert data["conversation"][0]["files"] == ["files/02-plan.png"]
    assert [one["organisation"] for one in data["disclosures"]] == ["Laboratoire labo-a"]
    assert [one["organisation"] for one in data["asked"]] == ["Laboratoire labo-a", ""]
    assert data["proposals"][0]["answer"] == {
        **data["proposals"][0]["answer"],
        "state": "agreed",
        "comment": "D’accord.",
    }
    assert {"company_received", "company_proposal"} <= {mail["kind"] for mail in data["mails"]}
    document = data["proposals"][0]["in_archive"]
    assert sorted(archive.namelist()) == sorted(
        [
            *("data.json", "files/01-plan.pdf", "files/02-plan.png"),
            *(document, document.replace(".pdf", "-archive.pdf"), document.replace(".pdf", ".docx")),
        ]
    )
    assert archive.read("files/01-plan.pdf") == PDF
    assert archive.read(data["proposals"][0]["in_archive"]).startswith(b"%PDF-")


def test_nothing_that_opens_a_door_and_nothing_of_others(client, full):
    case = full.irritant
    data, _archive = taken(client, case)
    everything = json.dumps(data, ensure_ascii=False)
    for secret in (
        give(case).token,
        case.form_token,
        "Note interne",
        "Laboratoire labo-b",
        full.stranger.email,
    ):
        assert secret not in everything
    colleague, _archive = taken(client, case, "collegue@zirkonia.example")
    assert colleague["person"] == {"email": "collegue@zirkonia.example", "name": "Collègue"}
    assert casting.SECRET_EMAIL not in json.dumps(colleague["mails"]) + json.dumps(colleague["followers"])


def test_a_link_alone_shows_nothing_that_another_request_brought(client, full):
    """Whoever types somebody's address gets a link from the confirmation page: not their telephone number."""
    victim = full.irritant.contact
    victim.phone = "06 12 34 56 78"
    victim.save()
    typed = casting.irritant(company_name="Usurpateur")
    data, _archive = taken(client, typed)
    assert victim.phone not in json.dumps(data) and victim.name not in json.dumps(data)
    signed_in = Client()
    signed_in.force_login(full.company, backend="accounts.backends.RoleBackend")
    data, _archive = taken(signed_in, typed)
    assert data["person"]["phone"] == victim.phone


def test_it_is_asked_by_post_recorded_and_bounded(client, full, monkeypatch):
    case = full.irritant
    assert client.get(address(case, "download_data")).status_code == 405
    taken(client, case)
    event = Event.objects.get(case=case.public_id, name="irritant.exported")
    assert event.actor == f"link:{give(case).pk}"
    monkeypatch.setattr(exporting, "MAX_BYTES", len(PDF))
    data, archive = taken(client, case)
    assert "files/01-plan.pdf" in archive.namelist() and "files/02-plan.png" in data["files_left_out"]
    for _more in range(A_DAY - 2):
        client.post(address(case, "download_data"))
    assert client.post(address(case, "download_data")).status_code == 429


def test_a_missing_file_does_not_break_the_archive(client, full):
    StoredFile.objects.get(name="plan.pdf").path.unlink()
    data, archive = taken(client, full.irritant)
    assert data["files_left_out"] == ["files/01-plan.pdf"] and "files/02-plan.png" in archive.namelist()


def test_the_keys_are_documented():
    text = Path("docs/export-format.md").read_text("utf-8")
    assert [name for name in exporting.SECTIONS if f"`{name}`" not in text] == []

"""What differs between versions; the other files of a version; the whole text on a page."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from journal import jobs
from journal.erasing import erase_held
from journal.exporting import FILES
from proposals import comparing
from proposals.document import word
from proposals.models import ProposalVersion, VersionFile
from tests.proposals.samples import NAMES, sample, with_step
from tests.proposals.snapshots import snapshot
from tests.proposals.test_screens import answer, case, follow, save, send, url  # noqa: F401


def told(old: dict, new: dict) -> dict[str, list]:
    """Title → [(state, what went, what came)]."""
    return {
        part.title: [
            (
                change.state,
                "".join(piece.text for piece in change.pieces if piece.state == "removed"),
                "".join(piece.text for piece in change.pieces if piece.state == "added"),
            )
            for change in part.changes
        ]
        for part in comparing.differences(old, new)
    }


@pytest.mark.pure
class TestDifferences:
    def test_the_same_differs_in_nothing(self):
        assert comparing.differences(sample(), sample(version=3, date="2026-12-01", verify={})) == []
        assert comparing.differences(snapshot(), snapshot(version=9)) == []

    def test_words_of_a_paragraph(self):
        new = sample()
        new["sections"]["risks"][0]["text"] = new["sections"]["risks"][0]["text"].replace(
            "décembre", "janvier"
        )
        assert told(sample(), new) == {"Risques et parades": [("changed", "décembre", "janvier")]}

    def test_paragraphs_that_come_go_and_move(self):
        new = sample()
        rows = new["sections"]["risks"]
        rows[:] = [{"id": "r9", "text": "Un risque tout neuf."}, rows[1], rows[2]]
        found = told(sample(), new)["Risques et parades"]
        assert [state for state, _went, _came in found] == ["removed", "added"]
        assert found[1][2] == "Un risque tout neuf."

    def test_steps_dates_and_costs(self):
        new = with_step(sample(), 0, 1, end="2027-07-30")
        cost = new["options"][0]["steps"][2]["cost"]
        cost["lines"][2].update(low=-45000, high=-45000)
        cost["after"] = [50820, 80820]
        found = told(sample(), new)
        assert {"Calendrier", "Coût et financement", "Les chemins possibles"} <= found.keys()
        went = "".join(row[1] for row in found["Coût et financement"])
        came = "".join(row[2] for row in found["Coût et financement"])
        assert "42" in went and "45" in came

    def test_an_option_more_and_a_section_less(self):
        new = sample(options=sample()["options"][:1])
        new["sections"]["market"] = []
        states = {part.title: part.state for part in comparing.differences(sample(), new)}
        assert states["Ce qui existe déjà, et pourquoi cela ne suffit pas"] == "removed"

    def test_from_the_first_schema_to_the_second(self):
        found = told(snapshot(), sample())
        assert "Coût et financement" in found
        assert found["Ce que nous avons compris"]

    def test_longest_texts_are_compared_in_time(self):
        text = "mot autre " * 400
        old, new = sample(), sample()
        old["sections"]["need"] = [{"id": f"n{n}", "text": f"{n} {text}"} for n in range(9)]
        new["sections"]["need"] = [{"id": f"n{n}", "text": f"{text} {n}"} for n in range(9)]
        assert comparing.differences(old, new)


@pytest.mark.pure
@pytest.mark.parametrize("name", NAMES)
def test_the_text_to_work_on_is_the_same_document(name):
    from proposals.document.composing import compose

    content, paper = word.write(sample(name)), compose(sample(name))
    assert content == word.write(sample(name))
    document = Document(io.BytesIO(content))
    headings = [row.text for row in document.paragraphs if row.style.name == "Heading 1"]
    assert headings == [part.heading for part in paper.parts]
    language = {"fr": "fr-FR", "de": "de-DE"}[paper.language]
    assert f'w:lang w:val="{language}"' in document.styles.element.xml
    assert document.core_properties.language == language
    assert document.core_properties.title == paper.name
    tables = [block for part in paper.parts for block in part.blocks if block.kind == "table"]
    assert document.element.body.xml.count("<w:tblHeader") == len(tables)
    pictures = [block.picture for part in paper.parts for block in part.blocks if block.kind == "drawing"]
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert described == [picture.alternative for picture in pictures]
    assert all(word.knows(block) for part in paper.parts for block in part.blocks)


@pytest.mark.pure
def test_the_text_to_work_on_names_nobody_in_its_properties():
    document = Document(io.BytesIO(word.write(sample("german-company"))))
    properties = document.core_properties
    said = " ".join(str(getattr(properties, name)) for name in dir(properties) if not name.startswith("_"))
    assert "Beispiel" not in said and "ENACT-9XKM-27" in said


def whole(version: ProposalVersion, name: str = "foundry") -> ProposalVersion:
    """The same version with a snapshot of schema 2."""
    seal = version.snapshot["verify"]
    ProposalVersion.objects.filter(pk=version.pk).update(
        snapshot=sample(name, verify=seal, version=version.number)
    )
    version.refresh_from_db()
    return version


@pytest.fixture
def sent(case):  # noqa: F811
    """A version of schema 2 that was sent, its files made."""
    case.ours.post(url(case, "freeze"))
    version = whole(case.proposal.versions.first())
    jobs.run_owed()
    ProposalVersion.objects.filter(pk=version.pk).update(sent_at=version.created_at)
    type(case.proposal).objects.filter(pk=case.proposal.pk).update(stage="sent")
    from proposals.jobs import owe_files

    version.refresh_from_db()
    owe_files(version)
    jobs.run_owed()
    case.version = version
    return case


def test_sending_owes_the_other_files_once(case):  # noqa: F811
    version = send(case)
    jobs.run_owed()
    archive, text = version.files.all()
    assert (archive.variant, text.variant) == ("archive", "word")
    assert archive.path.read_bytes().startswith(b"%PDF-")
    assert archive.path.stat().st_size == archive.size


def test_files_of_a_sent_version(sent):
    version = sent.version
    assert {row.variant for row in version.files.all()} == {"archive", "word"}
    for variant, start in (("archive", b"%PDF-"), ("word", b"PK")):
        for client, address in (
            (sent.ours, reverse("proposals:file", args=[version.public_id, variant])),
            (sent.anyone, reverse("proposals:company_file", args=[sent.token, version.public_id, variant])),
        ):
            response = client.get(address)
            assert response.status_code == 200
            assert b"".join(response.streaming_content).startswith(start)
            named = response["Content-Disposition"]
            assert "Zirkonia" not in named and "ENACT-7F3K-92-v" in named
            assert response["Cache-Control"] == "no-store, private"
        assert (
            sent.theirs.get(reverse("proposals:file", args=[version.public_id, variant])).status_code == 403
        )
    assert sent.ours.get(reverse("proposals:file", args=[version.public_id, "ghost"])).status_code == 404


def test_files_are_made_on_demand_and_go_with_the_case(sent):
    version = sent.version
    paths = [row.path for row in version.files.all()]
    names = [attached.name for attached in FILES["proposals"](sent.irritant.public_id)]
    assert len(names) == 3 and all("Zirkonia" not in name for name in names)
    from foundation.privacy import Subject

    erase_held(Subject(sent.irritant.public_id))
    jobs.run_owed()
    assert not VersionFile.objects.exists()
    assert not any(path.exists() for path in [*paths, version.path])


def test_a_coordinator_asks_for_the_files_of_a_draft(case):  # noqa: F811
    case.ours.post(url(case, "freeze"))
    version = whole(case.proposal.versions.first())
    jobs.run_owed()
    page = case.ours.get(url(case, "edit")).content.decode()
    assert "Préparer DOCX et archive" in page
    for _twice in range(2):
        case.ours.post(reverse("proposals:ask_files", args=[version.public_id]))
    jobs.run_owed()
    assert version.files.count() == 2
    page = case.ours.get(url(case, "edit")).content.decode()
    assert reverse("proposals:file", args=[version.public_id, "word"]) in page
    unsent = reverse("proposals:company_file", args=[case.token, version.public_id, "word"])
    assert case.anyone.get(unsent).status_code == 404
    assert (
        case.anyone.get(reverse("proposals:company_read", args=[case.token, version.public_id])).status_code
        == 404
    )


def test_the_company_reads_the_whole_text(sent):
    page = follow(sent)
    address = reverse("proposals:company_read", args=[sent.token, sent.version.public_id])
    assert address in page and "Ce qu’elle apporte" in page and "Coût après aides" in page
    text = sent.anyone.get(address).content.decode()
    for said in ("Plan de travail", "Coût et financement", "Risques et parades", "Hypothèses retenues", "<svg",
                 'id="p-r1"', 'lang="fr"', "Fiche de thèse", "Le texte à travailler"):  # fmt: skip
        assert said in text, said
    read = text.partition('<div class="document"')[2]
    assert "Lettre de confidentialité, modèle" not in read  # to be filled by hand: in the files
    stranger = Client().get(reverse("proposals:company_read", args=["A" * 43, sent.version.public_id]))
    assert stranger.status_code in (404, 410)


def test_what_changed_for_the_company_and_for_us(case):  # noqa: F811
    first = send(case)
    answer(case, first, "modifier", "Plus court")
    case.ours.post(url(case, "revise"), {"seen_version": case.proposal.version})
    case.proposal.refresh_from_db()
    save(case, target="Deux pour cent <b>")
    case.ours.post(url(case, "freeze"))
    draft = case.proposal.versions.first()
    hidden = reverse("proposals:company_differences", args=[case.token, draft.public_id])
    assert case.anyone.get(hidden).status_code == 404
    ours = reverse("proposals:differences", args=[draft.public_id])
    page = case.ours.get(ours).content.decode()
    assert "<ins>" in page and "Deux pour cent" in page and "Ajouté" in page and "<b>" not in page
    assert case.theirs.get(ours).status_code == 403
    second = send(case)
    page = follow(case)
    address = reverse("proposals:company_differences", args=[case.token, second.public_id])
    assert address in page
    assert "Deux pour cent" in case.anyone.get(address).content.decode()
    none_before = reverse("proposals:company_differences", args=[case.token, first.public_id])
    assert case.anyone.get(none_before).status_code == 404

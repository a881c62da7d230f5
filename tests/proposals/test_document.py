"""The document of schema 2: sections as far as there is something to say, tagged, archived, the same bytes."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
from functools import cache
from itertools import pairwise

import pikepdf
import pytest

from proposals.document import composing
from proposals.document.blocks import Note, Paragraph, Table
from proposals.document.pdf import ARCHIVE, PEOPLE
from proposals.rendering import render_pdf
from proposals.steps import MAX_STEPS
from tests.proposals.samples import NAMES, sample, text_of, with_step
from tests.proposals.test_rendering import Listener, font_names, hostile, structure

pytestmark = pytest.mark.pure


@cache
def document(name: str, variant: str = PEOPLE) -> bytes:
    return render_pdf(sample(name), variant).content


def codes(snapshot: dict) -> list[str]:
    return [part.code for part in composing.compose(snapshot).parts]


def part(snapshot: dict, code: str):
    return next(part for part in composing.compose(snapshot).parts if part.code == code)


# -- what it says


def test_the_fifteen_sections_of_a_full_proposal():
    assert codes(sample()) == [
        "words", "need", "market", "options", "team", "workplan", "data", "ethics", "staffing", "budget",
        "calendar", "conditions", "risks", "next", "agreement",
        "internship", "thesis", "inventory", "confidentiality", "sources", "glossary",
    ]  # fmt: skip


def test_what_has_nothing_to_say_is_not_there():
    poor = sample(sections={}, options=[], partners=[], parties=[], words="", baseline="", target="", flags={},
                  maturity=None, trl=None, rules=[], coordinator="", confidentiality="open", verify={})  # fmt: skip
    assert codes(poor) == ["next", "agreement"]
    assert render_pdf(poor).pages >= 2


def test_a_cost_that_nobody_knows_says_whom_to_ask():
    cost = {"scheme": "prestation", "name": "Prestation", "before": None, "after": None, "lines": [], "refused": "",
            "assumptions": ["Sans déplacement."], "warnings": [], "rules": [],
            "to_price": "Le laboratoire fait un devis."}  # fmt: skip
    budget = part(with_step(sample(), 0, 1, cost=cost), "budget")
    said = [block.text for block in budget.blocks if block.kind == "paragraph"]
    assert "A2\u202f: Le laboratoire fait un devis." in said
    assert "Sans déplacement." in [
        item for block in budget.blocks if block.kind == "items" for item in block.items
    ]


def test_a_rule_is_printed_as_the_calculator_says_it_bracket_by_bracket():
    rule = {"code": "apprentissage.aid", "value": "2000", "unit": "€", "valid_from": "2026-01-01",
            "valid_until": None, "source": "s", "confidence": "high"}  # fmt: skip
    rules = [
        {**rule, "bracket": level, "label": f"Aide, {level}", "said": f"{amount}\u00a0€ par an"}
        for level, amount in (("bac", "2\u202f000"), ("bac+5", "750"))
    ]
    sources = part(sample(rules=rules), "sources")
    printed = [
        cell.text
        for block in sources.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row
    ]
    assert "2\u202f000\u00a0€ par an" in printed and "750\u00a0€ par an" in printed


def test_annexes_follow_from_what_the_options_hold():
    assert "thesis" not in codes(sample("small-company"))
    assert "confidentiality" not in codes(sample("small-company"))
    german = codes(sample("german-company"))
    assert "thesis" not in german  # a thesis that is refused has no sheet
    assert {"internship", "inventory", "confidentiality"} <= set(german)


def test_paragraphs_are_those_of_the_snapshot_and_carry_their_ids():
    found = [block for block in part(sample(), "risks").blocks if isinstance(block, Paragraph)]
    assert [block.id for block in found] == ["r1", "r2", "r3"]
    changed = sample()
    changed["sections"]["risks"][1]["text"] = "Un autre risque."
    assert "Un autre risque." in text_of(render_pdf(changed).content)


@pytest.mark.parametrize("name", NAMES)
def test_no_aid_is_told_without_the_days_of_its_rule(name):
    snapshot = sample(name)
    for block in part(snapshot, "budget").blocks:
        if isinstance(block, Table):
            for row in block.rows:
                if row[1].text.startswith(("−", "jusqu’à −", "bis zu −")):
                    assert re.search(r"R\d+ · .*\d{2}[./]\d{2}[./]\d{4}", row[2].text), row


def test_a_rule_without_a_day_or_that_ended_says_so():
    snapshot = sample()
    step = snapshot["options"][0]["steps"][2]
    step["cost"]["rules"][0]["valid_from"] = None
    step["cost"]["rules"][2]["valid_until"] = "2026-06-30"
    step["cost"]["lines"].append(
        {"code": "x", "label": "Aide sans règle", "low": -10, "high": -10, "kind": "aid", "rules": []}
    )
    said = " ".join(row[2].text for block in part(snapshot, "budget").blocks if isinstance(block, Table)
                    for row in block.rows)  # fmt: skip
    assert "sans date : à confirmer" in said.replace("\u202f", " ")
    assert "sans règle datée : à confirmer" in said.replace("\u202f", " ")
    assert "échue le 30/06/2026" in said


def test_who_signs_is_never_the_head_of_a_laboratory():
    said = text_of(document("german-company"))
    assert "jede Trägereinrichtung oder die von ihnen beauftragte" in said
    assert "Seine Leitung unterschreibt nie allein" in said
    assert "son directeur ne signe jamais seul" in text_of(document("foundry"))


def test_a_refused_scheme_says_why_and_costs_nothing():
    notes = [block for block in part(sample("german-company"), "budget").blocks if isinstance(block, Note)]
    assert any("französische Niederlassung" in note.text for note in notes)


def test_the_glossary_explains_what_is_used_and_nothing_else():
    terms = {row[0].text for block in part(sample("small-company"), "glossary").blocks for row in block.rows}
    assert "OPCO" in terms and "RGPD" in terms
    assert not terms & {"CIFRE", "ZRR", "CICo", "Interreg", "TRL"}


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_three_languages_without_a_word_of_another(language):
    """Our own words: the snapshot's are the company's."""
    paper = composing.compose(sample("german-company", language=language))
    titles = " ".join(part.title for part in paper.parts)
    assert {"fr": "Coût et financement", "de": "Kosten und Finanzierung", "en": "Cost and funding"}[
        language
    ] in titles
    if language != "fr":
        assert not re.search(r"\b(Étapes|Coût|Calendrier|Règles|Votre|Vos)\b", titles)


def test_a_snapshot_of_odd_shape_is_read_as_far_as_it_goes():
    odd = {"schema": 2, "date": "2026-11-24", "valid_until": "2026-12-24", "options": [3, {"steps": ["x", {
        "start": "nie", "end": 7, "waits": [{"code": "zrr", "weeks": "x"}], "trl": [9, "a"], "cost": {"before": 1},
        "after": "x"}]}], "sections": {"need": "text", "risks": [{"id": 3, "text": None}]}, "partners": {},
        "rules": [{"value": {"a": 1}}], "flags": [], "trl": "3", "maturity": True, "verify": None}  # fmt: skip
    assert render_pdf(odd).pages >= 2


# -- structure


@pytest.mark.parametrize("variant", [PEOPLE, ARCHIVE])
@pytest.mark.parametrize("name", NAMES)
def test_structure_for_assistive_technology(name, variant):
    snapshot = sample(name)
    with pikepdf.open(io.BytesIO(document(name, variant))) as pdf:
        assert pdf.Root.MarkInfo.Marked and pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.Root.Lang) == snapshot["language"]
        metadata = bytes(pdf.Root.Metadata.read_bytes()).decode()
        assert ('pdfuaid:part="1"' in metadata) == (variant == PEOPLE)
        elements = structure(pdf)
        assert {str(node.Lang) for node in elements if node.S == "/BlockQuote"} == {
            snapshot["words_language"]
        }
        figures = [node for node in elements if node.S == "/Figure"]
        assert len(figures) >= 4 and all(str(node.get("/Alt", "")).strip() for node in figures)
        cells = [node for node in elements if node.S == "/TD"]
        assert cells and all("/Headers" in node.get("/A", {}) for node in cells if _told(node))
        assert pdf.Root.get("/Outlines") is not None
        for page in pdf.pages:
            assert [round(float(value)) for value in page.mediabox] == [0, 0, 595, 842]
        fonts = font_names(pdf)
        assert fonts and all(fonts.values()) and all("Source-Sans-3" in font for font in fonts)


def _told(node) -> bool:
    """Whether a cell stands in a table with headers: the one with the QR code of the cover has none."""
    table = node
    while str(table.S) != "/Table":
        table = table.P
    return any(
        str(row.S) in ("/THead", "/TBody") for row in table.K if isinstance(row, pikepdf.Dictionary)
    ) and any("/TH" in str(found) for found in _kinds(table))


def _kinds(node):
    if isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield str(node.S)
        kids = node.get("/K", [])
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            yield from _kinds(kid)


@pytest.mark.parametrize("name", NAMES)
def test_headings_leave_out_no_level(name):
    with pikepdf.open(io.BytesIO(document(name))) as pdf:
        levels = [
            int(kind[2]) for kind in _kinds(pdf.Root.StructTreeRoot.K[0]) if re.fullmatch(r"/H\d", kind)
        ]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", NAMES)
def test_the_archive_carries_the_snapshot(name):
    with pikepdf.open(io.BytesIO(document(name, ARCHIVE))) as pdf:
        metadata = bytes(pdf.Root.Metadata.read_bytes()).decode()
        assert 'pdfaid:part="3"' in metadata and 'pdfaid:conformance="A"' in metadata
        [intent] = pdf.Root.OutputIntents
        assert str(intent.S) == "/GTS_PDFA1"
        [attached] = pdf.Root.AF
        assert str(attached.AFRelationship) == "/Data"
        assert str(attached.UF) == "proposal.json"
        assert json.loads(bytes(attached.EF.F.read_bytes())) == sample(name)
        assert str(attached.EF.F.Subtype) == "/application/json"


def test_people_get_no_file_inside():
    with pikepdf.open(io.BytesIO(document("foundry"))) as pdf:
        assert "/AF" not in pdf.Root and "/EmbeddedFiles" not in pdf.Root.get("/Names", {})


@pytest.mark.once
@pytest.mark.parametrize("variant", [PEOPLE, ARCHIVE])
def test_the_same_snapshot_gives_the_same_bytes_in_another_process(variant):
    program = (
        "import sys, json, hashlib, django; django.setup();"
        "from proposals.rendering import render_pdf;"
        f"print(hashlib.sha256(render_pdf(json.load(sys.stdin), {variant!r}).content).hexdigest())"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "enact_portal.settings", "PYTHONHASHSEED": "7"}
    render_pdf(sample("german-company"))  # what was drawn before leaves no trace
    mine = hashlib.sha256(render_pdf(sample("small-company"), variant).content).hexdigest()
    other = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(sample("small-company")),
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    assert other.stdout.strip() == mine


def test_nothing_of_a_confidential_case_in_the_metadata():
    with pikepdf.open(io.BytesIO(document("german-company"))) as pdf:
        written = str(dict(pdf.docinfo)) + bytes(pdf.Root.Metadata.read_bytes()).decode()
    assert "Beispiel" not in written and "Offenburg" not in written
    assert "ENACT-9XKM-27" in written


# -- hostile


def _everywhere(value, evil: str):
    """The same shape with other words in every text."""
    if isinstance(value, str):
        return evil
    if isinstance(value, list):
        return [_everywhere(one, evil) for one in value]
    if isinstance(value, dict):
        kept = {"id", "after", "start", "end", "kind", "code", "rules", "valid_from", "valid_until", "scheme"}
        return {key: one if key in kept and isinstance(one, str | list) and key != "rules" else _everywhere(one, evil)
                for key, one in value.items()}  # fmt: skip
    return value


@pytest.mark.parametrize("variant", [PEOPLE, ARCHIVE])
def test_hostile_text_reads_nothing_and_stays_text(variant):
    snapshot = sample()
    fixed = {
        key: snapshot[key]
        for key in ("schema", "date", "valid_until", "language", "words_language", "chosen")
    }
    with Listener() as listener:
        evil = _everywhere(snapshot, hostile(listener.url)) | fixed | {"verify": snapshot["verify"]}
        content = render_pdf(evil, variant).content
        assert listener.hits == 0
    assert b"root:x:0" not in content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert all("Source-Sans-3" in name for name in font_names(pdf))
        assert ("/AF" in pdf.Root) == (variant == ARCHIVE)
    text = text_of(content)
    assert "root:" not in text and "<script>alert(1)</script>" in text.replace(" ", "")
    assert "□" in text  # emoji, Arabic and Hebrew: one sign that the typeface has


@pytest.mark.once
@pytest.mark.parametrize("said", ["W" * 5_000_000, "a\n" * 2_500_000, "العربية 😀 " * 500_000])
def test_five_megabytes_of_text_are_bounded(said):
    snapshot = sample(words=said, title=said, target=said, baseline=said)
    snapshot["sections"] = {code: [{"id": "p", "text": said}] * 50 for code in snapshot["sections"]}
    for option in snapshot["options"]:
        option.update(title=said, why=said, limits=said)
        option["steps"] = [{**option["steps"][0], "title": said}] * 40
    document = render_pdf(snapshot)
    assert document.pages <= 100
    assert len([step for step in composing.compose(snapshot).parts if step.code == "workplan"]) == 1
    assert MAX_STEPS == 12


def test_what_was_cut_is_said():
    snapshot = sample()
    snapshot["sections"]["risks"] = [{"id": "r", "text": "x" * 4001}]
    paper = composing.compose(snapshot)
    assert any("[…]" in note.text for note in paper.notes)
    assert not any("[…]" in note.text for note in composing.compose(sample()).notes)


def test_steps_of_an_option_keep_their_numbers():
    snapshot = with_step(sample(), 0, 2, after=["a1", "a2", "gone"])
    rows = [
        row for block in part(snapshot, "calendar").blocks if isinstance(block, Table) for row in block.rows
    ]
    assert "après A1, A2" in rows[2][3].text

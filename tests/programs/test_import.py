"""A partner's file: said line by line, written whole or not at all; the file exported is the one imported."""

import io
import json
import zipfile

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from files.models import StoredFile
from foundation import clock, spreadsheets
from journal import jobs
from journal.actors import PARTNER, Actor
from journal.exports import keeping
from journal.exports.kinds import EXPORTERS
from journal.lifecycle import Refusal
from journal.models import Event, Export, Job
from partners.models import Membership
from programs.exchange.fields import LANGUAGES
from programs.exchange.records import owned, record_of
from programs.imports import working
from programs.models import CatalogueImport, Offer, OfferKind, OfferStatus, TrainingDetail
from programs.sheets import template
from programs.sheets.columns import all_columns, field_of, headings, normal
from programs.sheets.reading import decoded, letter
from tests import cast as casting
from tests.programs.offers import LINE, counts, csv, imported, sent, xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def lab(db):
    casting.vocabulary()
    editor = casting.person("labo@recherche.example")
    lab = casting.laboratory("labo", editor)
    lab.editor = editor
    return lab


def problems(one) -> list[tuple]:
    return [
        (line["number"], problem["column"], problem["heading"], problem["why"])
        for line in one.report["lines"]
        for problem in line["problems"]
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_csv_as_people_save_it(lab, separator, encoding):
    line = {**LINE, "sessions": "2027-03-15; 2027-03-16; 12; 4; Metz"}
    one = sent(lab, lab.editor, csv(line, separator=separator, encoding=encoding))
    assert (counts(one), problems(one)) == ((1, 0, 0, 0), [])


def test_the_first_line_of_excel_names_its_separator(lab):
    one = sent(lab, lab.editor, b"sep=,\r\n" + csv(LINE, separator=",", encoding="utf-8"))
    assert counts(one) == (1, 0, 0, 0)


def test_a_dry_run_writes_nothing_and_then_all_is_written(lab):
    one = sent(lab, lab.editor, csv(LINE, {**LINE, "identifiant": "vision-2"}))
    assert (counts(one), Offer.objects.count()) == ((2, 0, 0, 0), 0)
    working.confirm(one, actor=Actor(PARTNER, user=lab.editor), submit_new=False)
    jobs.run_owed()
    one.refresh_from_db()
    assert (one.stage, Offer.objects.count()) == ("done", 2)
    offer = owned(lab).get(external_id="vision-1")
    assert record_of(offer) == {
        "id": "vision-1",
        "kind": "training",
        "language": "fr",
        "title": LINE["titre (fr)"],
        "summary": LINE["résumé (fr)"],
        "description": LINE["description (fr)"],
        "translations": {},
        "topics": ["anomaly-detection"],
        "pillars": [],
        "sectors": [],
        "keywords": [],
        "city": "",
        "postcode": "",
        "country": "FR",
        "remote_possible": False,
        "company_sizes": [],
        "eligible_countries": [],
        "data_readiness_min": 0,
        "valid_until": None,
        "details": {
            **dict.fromkeys(("audience", "prerequisites", "accessibility", "vat"), ""),
            **dict.fromkeys(("certification", "certification_code"), ""),
            "certification_until": None,
            "qualiopi": False,
            "fundings": [],
            "duration_hours": 14,
            "modality": "onsite",
            "level": "practitioner",
            "price_eur": 1250.5,
            "sessions": [
                {"start": "2027-03-15", "end": "2027-03-16", "seats": 12, "seats_left": 4, "city": "Metz"}
            ],
        },
    }
    assert (offer.status, offer.history.count()) == (OfferStatus.DRAFT, 1)
    assert offer.history.get().history_user == lab.editor
    assert [event.name for event in Event.objects.filter(case=one.public_id).order_by("seq")] == [
        "import.sent",
        "import.check",
        "import.confirm",
        "import.complete",
    ]


def test_one_wrong_line_and_nothing_is_written(lab, client):
    wrong = {**LINE, "identifiant": "vision-2", "durée en heures": "beaucoup", "thèmes": "Alchimie"}
    one = sent(lab, lab.editor, csv(LINE, wrong))
    assert counts(one) == (1, 0, 0, 1)
    assert problems(one) == [
        (3, "G", "durée en heures", "Un nombre entier est attendu."),
        (3, "F", "thèmes", "Valeurs inconnues\u202f: Alchimie."),
    ]
    with pytest.raises(Refusal, match="Corrigez d’abord"):
        working.confirm(one, actor=Actor(PARTNER, user=lab.editor), submit_new=False)
    assert Offer.objects.count() == 0
    client.force_login(lab.editor)
    page = client.get(reverse("partner_import", args=[lab.external_id, one.public_id])).content.decode()
    assert reverse("partner_import_send", args=[lab.external_id]) in page  # the mended file, from this page
    page = client.get(reverse("partner_exchange", args=[lab.external_id])).content.decode()
    assert "1 à créer" in page and "créée" not in page


def test_messages_are_in_the_language_of_whoever_sent_the_file(lab):
    one = sent(lab, lab.editor, csv({**LINE, "durée en heures": "viel"}), language="de")
    assert [why for *_where, why in problems(one)] == ["Eine ganze Zahl wird erwartet."]


@pytest.mark.parametrize(
    ("changes", "heading", "why"),
    [
        ({"identifiant": "avec espace"}, "identifiant", "aucun espace"),
        ({"nature": "atelier"}, "nature", "Dites de quelle nature"),
        ({"titre (fr)": ""}, "titre (fr)", "manque"),
        ({"titre (fr)": "x" * 111}, "titre (fr)", "110 caractères au plus\u202f: il y en a 111"),
        ({"titre (fr)": "=HYPERLINK(1)"}, "titre (fr)", "formule"),
        ({"prix en euros": "cher"}, "prix en euros", "montant"),
        ({"sessions": "16/03/2027; 15/03/2027; 12; 4"}, "sessions", "fin précède"),
        ({"sessions": "15/03/2027; 16/03/2027; 2; 4"}, "sessions", "plus de places"),
        ({"sessions": "demain"}, "sessions", "Session 1, début"),
        ({"TRL visé": "4"}, "TRL visé", "ne concerne pas"),
        ({"valable jusqu’au": "31/02/2027"}, "valable jusqu’au", "date est attendue"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell(lab, changes, heading, why):
    one = sent(lab, lab.editor, csv({**LINE, **changes}))
    assert counts(one)[3] == 1
    assert any(said == heading and why in text for _line, _column, said, text in problems(one)), problems(one)


def test_the_same_identifier_twice_is_wrong(lab):
    one = sent(lab, lab.editor, csv(LINE, LINE))
    assert problems(one) == [(3, "A", "identifiant", "Le même identifiant se trouve déjà à la ligne 2.")]


def test_a_missing_column_leaves_and_an_empty_cell_empties(lab):
    imported(lab, lab.editor, csv({**LINE, "ville": "Metz", "mots-clés": "caméra; four"}))
    update = {"identifiant": "vision-1", "ville": "", "prix en euros": "990"}
    one = imported(lab, lab.editor, csv(update))
    assert counts(one) == (0, 1, 0, 0)
    assert one.report["lines"][0]["changes"] == ["ville", "prix en euros"]
    offer = owned(lab).get()
    assert (offer.city, offer.keywords, offer.detail.price_eur) == ("", ["caméra", "four"], 990)
    assert (offer.version, [row.history_type for row in offer.history.order_by("pk")]) == (2, ["+", "~"])


def test_the_same_file_again_changes_nothing(lab):
    imported(lab, lab.editor, csv(LINE))
    one = sent(lab, lab.editor, csv(LINE))
    assert counts(one) == (0, 0, 1, 0)


def test_kind_and_archive_are_not_undone_by_a_file(lab):
    imported(lab, lab.editor, csv(LINE))
    other = sent(lab, lab.editor, csv({**LINE, "nature": "laboratoire"}))
    assert "ne change pas" in problems(other)[0][3]
    Offer.objects.update(status=OfferStatus.ARCHIVED)
    assert counts(sent(lab, lab.editor, csv(LINE))) == (0, 0, 1, 0)
    changed = sent(lab, lab.editor, csv({**LINE, "ville": "Nancy"}))
    assert "archivée" in problems(changed)[0][3]


def test_a_workbook_has_a_sheet_per_kind_typed_cells_and_no_formulas(lab):
    line = {name: value for name, value in LINE.items() if name != "nature"}
    line |= {"durée en heures": 14.0, "prix en euros": 1250.5, "code postal": 57000}
    assert counts(sent(lab, lab.editor, xlsx(line, sheet="Formation"), "a.xlsx")) == (1, 0, 0, 0)
    formula = {**line, "durée en heures": "=7*2"}  # never calculated: it has no value
    imported(lab, lab.editor, xlsx(formula, sheet="Formation"), "a.xlsx")
    assert record_of(owned(lab).get())["details"]["duration_hours"] is None


@pytest.mark.parametrize("kind", OfferKind.values)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_is_right_in_every_language(lab, client, kind, language):
    """Its example becomes an offer as soon as it has an identifier of its own; as it is, it is left aside."""
    client.force_login(lab.editor)
    lab.editor.language = language
    lab.editor.save()
    url = reverse("partner_template", args=["labo", "xlsx"])
    data = client.get(f"{url}?nature={kind}").content
    assert counts(sent(lab, lab.editor, data, "modele.xlsx")) == (0, 0, 0, 0)
    book = load_workbook(io.BytesIO(data))
    assert len(book.sheetnames) == 2
    book.worksheets[0]["A2"] = "une-offre"
    out = io.BytesIO()
    book.save(out)
    one = sent(lab, lab.editor, out.getvalue(), "modele.xlsx")
    assert (counts(one), problems(one)) == ((1, 0, 0, 0), [])
    plain = client.get(f"{reverse('partner_template', args=['labo', 'csv'])}?nature={kind}").content
    one = sent(lab, lab.editor, plain.replace(b"EXEMPLE", b"une-autre"))
    assert (counts(one), problems(one)) == ((1, 0, 0, 0), [])


def test_headings_name_one_column_each():
    """In any language: no two columns answer to the same words."""
    names: dict[str, set[str]] = {}
    from django.utils import translation

    for column in all_columns().values():
        for language in LANGUAGES:
            with translation.override(language):
                labels = (
                    [column.label, *(field_of(column, kind).label for kind in column.kinds)]
                    if column.is_detail
                    else [column.label]
                )
                for label in labels:
                    names.setdefault(normal(label), set()).add(column.name)
    assert {label: found for label, found in names.items() if len(found) > 1} == {}
    assert headings()["identifier"] == headings()["kennung"] == "id"


@pytest.mark.parametrize("format", ["xlsx", "csv"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_exported_is_imported_as_unchanged(lab, format, language):
    tricky = {
        **LINE,
        "titre (fr)": "'+1 % de rendement",
        "titre (de)": "Kamera; Licht",
        "description (fr)": '- un\n- deux\n\n« trois » ; "quatre"',
        "mots-clés": "caméra | four",
        "sessions": "2027-03-15; 2027-03-16; 12; 4; Metz | 2027-05-15; 2027-05-16; 12; 12",
        "possible à distance": "oui",
        "pays admis": "France; Allemagne",
        "valable jusqu’au": "31.12.2027",
    }
    imported(lab, lab.editor, csv(tricky))
    casting.offer(lab, "sans-rien", status=OfferStatus.ARCHIVED)
    before = [record_of(row) for row in owned(lab)]
    assert before[0]["title"] == "+1 % de rendement" and len(before[0]["details"]["sessions"]) == 2
    made = keeping.ask(
        "offers",
        actor=Actor(PARTNER, user=lab.editor),
        format=format,
        columns=list(EXPORTERS["offers"].columns),
        choices={"organisation": "labo"},
        language=language,
    )
    jobs.run_owed()
    made.refresh_from_db()
    assert (made.stage, made.done) == ("ready", 2)
    one = sent(lab, lab.editor, made.path.read_bytes(), f"offres.{format}")
    assert (counts(one), problems(one)) == ((0, 0, 2, 0), [])


@given(st.text(max_size=60))
def test_a_text_comes_back_from_a_cell_as_it_went(text):
    text = spreadsheets.printable(text)
    assert spreadsheets.as_typed(str(spreadsheets.cell(text))) == text or text.startswith("'")


def test_an_export_is_of_ones_own_offers(lab):
    stranger = casting.person("autre@recherche.example")
    casting.offer(lab, "secret", title_fr="Offre secrète", status=OfferStatus.DRAFT)
    total, rows = EXPORTERS["offers"].read(stranger, {"organisation": "labo"})
    assert (total, list(rows)) == (0, [])
    with pytest.raises(Refusal):
        keeping.ask(
            "offers",
            actor=Actor("coordinator", user=stranger),
            format="csv",
            columns=["id"],
            choices={},
            language="fr",
        )


def test_new_offers_are_put_forward_when_asked_and_the_lifecycle_decides(lab):
    one = imported(lab, lab.editor, csv(LINE), submit_new=True)
    jobs.run_owed()
    assert one.stage == "done"
    assert owned(lab).get().status == OfferStatus.IN_REVIEW


def test_what_changed_meanwhile_is_shown_again(lab):
    one = sent(lab, lab.editor, csv(LINE))
    imported(lab, lab.editor, csv(LINE))
    working.confirm(one, actor=Actor(PARTNER, user=lab.editor), submit_new=False)
    jobs.run_owed()
    one.refresh_from_db()
    assert (one.stage, counts(one)) == ("checked", (0, 0, 1, 0))


def test_an_offer_changed_between_comparing_and_writing_stops_the_writing(lab):
    imported(lab, lab.editor, csv(LINE))
    one = sent(lab, lab.editor, csv({**LINE, "ville": "Nancy"}))
    working.confirm(one, actor=Actor(PARTNER, user=lab.editor), submit_new=False)
    effect = working.apply({"import": one.pk})
    Offer.objects.update(version=9)
    with pytest.raises(working._Overtaken):
        effect()
    jobs.run_owed()  # compared anew
    one.refresh_from_db()
    assert (one.stage, owned(lab).get().city) == ("done", "Nancy")


def test_whoever_may_no_longer_write_writes_nothing(lab):
    one = sent(lab, lab.editor, csv(LINE))
    working.confirm(one, actor=Actor(PARTNER, user=lab.editor), submit_new=False)
    Membership.objects.update(role=Membership.READER)
    jobs.run_owed()
    one.refresh_from_db()
    assert (one.stage, Offer.objects.count()) == ("failed", 0)


def test_a_file_that_waits_for_the_antivirus_waits(lab, settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    one = sent(lab, lab.editor, csv(LINE))
    assert one.stage == "checking"
    assert Job.objects.get(kind=working.CHECK).last_error.startswith("NotYet")


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"nom;ville\na;b\n", "a.csv", "identifiant"),
        (csv(LINE).splitlines()[0], "a.csv", "aucune ligne"),
        (b"identifiant;id\na;b\n", "a.csv", "deux fois"),
    ],
)
def test_a_file_that_says_nothing_fails_with_a_sentence(lab, data, name, why):
    one = sent(lab, lab.editor, data, name)
    assert one.stage == "failed" and why in one.reason


def test_huge_sheets_are_bounded(lab, monkeypatch):
    from programs.sheets import reading

    monkeypatch.setattr(reading, "MOST_LINES", 2)
    one = sent(lab, lab.editor, csv(LINE, LINE, LINE))
    assert one.stage == "failed" and "2 lignes au plus" in one.reason
    monkeypatch.setattr(reading, "MOST_UNPACKED", 100)
    one = sent(lab, lab.editor, xlsx(LINE), "a.xlsx")
    assert one.stage == "failed" and "trop grand" in one.reason


def test_bombs_do_not_pass_the_gate(lab, client):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 30_000_000)
    client.force_login(lab.editor)
    out.seek(0)
    out.name = "bombe.xlsx"
    response = client.post(reverse("partner_import_send", args=["labo"]), {"fichier": out})
    assert response.status_code == 422 and "trop de mémoire" in response.content.decode()
    assert CatalogueImport.objects.count() == 0


def test_pages_from_file_to_import(lab, client):
    client.force_login(lab.editor)
    data = io.BytesIO(csv(LINE, {**LINE, "identifiant": "mal placé"}))
    data.name = "offres.csv"
    sent_to = client.post(reverse("partner_import_send", args=["labo"]), {"fichier": data})
    page = client.get(sent_to["Location"]).content.decode()
    assert "attend d’être lu" in page and 'hx-trigger="every 2s"' in page
    jobs.run_owed()
    page = client.get(sent_to["Location"]).content.decode()
    assert "Rien n’est importé." in page and "Colonne A, «\u202fidentifiant\u202f»" in page
    assert "Importer</button>" not in page
    one = CatalogueImport.objects.get()
    assert client.post(reverse("partner_import_discard", args=["labo", one.public_id])).status_code == 303
    good = io.BytesIO(csv(LINE))
    good.name = "offres.csv"
    sent_to = client.post(reverse("partner_import_send", args=["labo"]), {"fichier": good})
    jobs.run_owed()
    one = CatalogueImport.objects.exclude(pk=one.pk).get()
    client.post(reverse("partner_import_confirm", args=["labo", one.public_id]), {"publier": "oui"})
    jobs.run_owed()
    page = client.get(sent_to["Location"]).content.decode()
    assert "Tout est écrit." in page and "proposées à la publication" in page
    assert client.get(reverse("partner_exchange", args=["labo"])).status_code == 200
    loaded = json.loads(b"".join(client.get(reverse("partner_export_json", args=["labo"])).streaming_content))
    assert [one["id"] for one in loaded] == ["vision-1"]


def test_nobody_else_reaches_a_file_or_an_export(lab, client):
    one = sent(lab, lab.editor, csv(LINE))
    other = casting.person("autre@recherche.example")
    casting.laboratory("autre", other)
    client.force_login(other)
    for code in ("labo", "autre"):
        assert client.get(reverse("partner_import", args=[code, one.public_id])).status_code == 404
        assert client.post(reverse("partner_import_confirm", args=[code, one.public_id])).status_code == 404
    assert client.get(reverse("partner_export_json", args=["labo"])).status_code == 404
    reader = casting.person("lecture@recherche.example")
    Membership.objects.create(organisation=lab, user=reader, role=Membership.READER)
    client.force_login(reader)
    assert client.get(reverse("partner_import", args=["labo", one.public_id])).status_code == 403
    assert client.post(reverse("partner_import_confirm", args=["labo", one.public_id])).status_code == 403
    assert (
        "Importer des offres" not in client.get(reverse("partner_exchange", args=["labo"])).content.decode()
    )


def test_files_go_after_a_month(lab):
    one = sent(lab, lab.editor, csv(LINE))
    path = one.file.path
    with clock.at(clock.now() + CatalogueImport.KEPT * 0.9):
        working.purge()
    assert path.exists() and CatalogueImport.objects.count() == 1
    with clock.at(clock.now() + CatalogueImport.KEPT * 1.1):
        working.purge()
    assert (CatalogueImport.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_the_page_asks_for_a_fixed_number_of_rows(lab, client, django_assert_max_num_queries):
    client.force_login(lab.editor)
    for number in range(3):
        one = sent(lab, lab.editor, csv({**LINE, "identifiant": f"a{number}"}))
        working.discard(one, actor=Actor(PARTNER, user=lab.editor)) if number else None
    with django_assert_max_num_queries(10):
        assert client.get(reverse("partner_exchange", args=["labo"])).status_code == 200
    assert Export.objects.count() == 0 and TrainingDetail.objects.count() == 0


def test_letters_and_encodings():
    assert [letter(place) for place in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]
    assert (
        decoded("é;ß".encode("cp1252")) == decoded("é;ß".encode()) == decoded("é;ß".encode("utf-16")) == "é;ß"
    )
    assert template.FILE_NAME == "enact-offres"

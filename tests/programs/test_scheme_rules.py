"""Rules as rows: loaded without overwriting people, edited with dates and source, kept by what was computed."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from foundation import clock
from programs.management.commands.load_reference import DATA
from programs.models import Scheme, SchemeRule
from programs.schemes import estimate
from programs.schemes.loading import load
from programs.schemes.reading import UnknownScheme
from tests.programs.schemes import BOOK, CASES, FILE

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 26)
ADD = "admin:programs_schemerule_add"


@pytest.fixture
def loaded(db):
    load(DATA)


@pytest.fixture
def on_that_day():
    with clock.at(timezone.make_aware(datetime(2026, 11, 26, 10))):
        yield


def minimum(year: int) -> SchemeRule:
    return SchemeRule.objects.get(code="cifre.gross_min_year", valid_from=date(year, 1, 1))


def test_the_tables_count_as_the_file_does(loaded):
    assert Scheme.objects.count() == 24
    assert SchemeRule.objects.in_use().count() == len(list(BOOK))
    for case in CASES:
        found = estimate(case["scheme"], case["facts"], on=date.fromisoformat(case["on"]), language="fr")
        assert (found.before, found.after) == (case.get("before"), case.get("after")), case["title"]


def test_loading_again_changes_nothing(loaded):
    history = SchemeRule.history.count(), Scheme.history.count()
    load(DATA)
    assert (SchemeRule.history.count(), Scheme.history.count()) == history


def write(folder, change) -> None:
    data = json.loads(json.dumps(FILE))
    change(data)
    (folder / "schemes.json").write_text(json.dumps(data), "utf-8")
    load(folder)


def rows_of(data, code):
    return next(entry["rows"] for entry in data["rules"] if entry["code"] == code)


def test_a_new_file_renews_what_nobody_touched(loaded, tmp_path):
    def change(data):
        rows_of(data, "diag.rest")[0]["value"] = "8000"
        rows_of(data, "labcom.months").clear()
        data["schemes"][0]["sentence"]["fr"] = "Autre phrase."

    write(tmp_path, change)
    assert SchemeRule.objects.get(code="diag.rest").value == 8000
    assert SchemeRule.objects.get(code="labcom.months").withdrawn
    assert not SchemeRule.objects.in_use().filter(code="labcom.months").exists()
    assert Scheme.objects.get(code="cifre").sentence_fr == "Autre phrase."
    load(DATA)
    assert not SchemeRule.objects.get(code="labcom.months").withdrawn


def test_what_a_person_changed_stays(loaded, tmp_path, cast):
    rest = SchemeRule.objects.get(code="diag.rest")
    rest.value = 9999
    rest.touched(cast.administrator)
    rest.save()
    scheme = Scheme.objects.get(code="cifre")
    scheme.sentence_fr = "La nôtre."
    scheme.touched(cast.administrator)
    scheme.save()

    def change(data):
        rows_of(data, "diag.rest")[0]["value"] = "8000"
        data["schemes"][0]["sentence"]["fr"] = "Autre phrase."

    write(tmp_path, change)
    assert SchemeRule.objects.get(code="diag.rest").value == 9999
    assert Scheme.objects.get(code="cifre").sentence_fr == "La nôtre."


def test_a_persons_rule_keeps_the_days_that_the_file_would_take(loaded, tmp_path, cast):
    """Somebody wrote 2027 from 1 February; the next file has it from 1 January without an end: the person's stays."""
    mine = SchemeRule(
        code="cifre.gross_min_year",
        value=28_000,
        valid_from=date(2027, 2, 1),
        source="ANRT, par téléphone (2027)",
        confidence="medium",
    )
    mine.touched(cast.administrator)
    mine.save()
    row = {
        "bracket": "",
        "value": "28200",
        "from": "2027-01-01",
        "until": "",
        "source": "x",
        "confidence": "high",
    }
    write(tmp_path, lambda data: rows_of(data, "cifre.gross_min_year").append({**row, "note": ""}))
    days = SchemeRule.objects.filter(code="cifre.gross_min_year", valid_from__gte=date(2027, 1, 1))
    assert [(one.value, one.valid_from) for one in days] == [(28_000, date(2027, 2, 1))]


def test_constraints_hold_in_the_database(loaded):
    row = {"code": "diag.days", "value": 1, "valid_from": TODAY, "source": "x", "confidence": "high"}
    for wrong in ({"valid_until": TODAY - timedelta(days=1)}, {"source": ""}, {"value": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SchemeRule.objects.create(**{**row, **wrong})
    SchemeRule.objects.create(**row)
    with pytest.raises(IntegrityError), transaction.atomic():
        SchemeRule.objects.create(**row)


@pytest.mark.parametrize(
    ("first", "last", "meets"),
    [
        ("2026-12-31", None, True),
        ("2027-01-01", None, False),
        ("2026-03-01", "2026-04-01", True),
        ("2021-01-01", "2021-12-31", False),
    ],
)
def test_two_rules_never_hold_on_one_day(loaded, first, last, meets):
    row = SchemeRule(
        code="cifre.gross_min_year",
        value=1,
        valid_from=date.fromisoformat(first),
        valid_until=last and date.fromisoformat(last),
        source="x",
        confidence="high",
    )
    if not meets:
        return row.full_clean()
    with pytest.raises(ValidationError) as raised:
        row.full_clean()
    assert "27\u202f600" in raised.value.message_dict["valid_from"][0]


@pytest.mark.parametrize(("code", "bracket"), [("no.such", ""), ("diag.rest", "low"), ("diag.headcount", "")])
def test_a_rule_that_no_calculator_reads_is_refused(loaded, code, bracket):
    row = SchemeRule(code=code, bracket=bracket, value=1, valid_from=TODAY, source="x", confidence="high")
    with pytest.raises(ValidationError):
        row.full_clean()


def new_value(**changes) -> dict:
    return {
        "which": "cifre.gross_min_year|",
        "value": "28200",
        "valid_from": "2027-01-01",
        "valid_until": "2027-12-31",
        "source": "anrt.asso.fr (2027)",
        "confidence": "high",
        "note": "",
        "checked_on": "2026-12-15",
        "ends_previous": "on",
    } | changes


def test_an_administrator_adds_the_value_of_next_year(loaded, cast, client):
    client.force_login(cast.administrator)
    before = estimate("cifre", {"signed_on": "2027-03-01", "cir": False}, on=TODAY, language="fr").as_json()
    assert any("Règle finie" in words for words in before["warnings"])
    answer = client.post(reverse(ADD), new_value())
    assert answer.status_code == 302, answer.content.decode()
    row = SchemeRule.objects.get(value=28_200)
    assert (row.edited_by, row.code, row.bracket) == (cast.administrator, "cifre.gross_min_year", "")
    after = estimate("cifre", {"signed_on": "2027-03-01", "cir": False}, on=TODAY, language="fr").as_json()
    assert not any("Règle finie" in words for words in after["warnings"])
    assert after["before"][0] - before["before"][0] == 3 * Decimal("1.42") * 600
    kept = {rule["code"]: rule["amount"] for rule in before["rules"]}
    assert kept["cifre.gross_min_year"] == "27600"  # what was computed keeps its rules
    load(DATA)
    assert SchemeRule.objects.get(pk=row.pk).value == 28_200


def test_the_rule_that_held_until_then_ends_on_the_day_before(loaded, cast, client):
    client.force_login(cast.administrator)
    answer = client.post(
        reverse(ADD),
        new_value(which="cifre.grant_year|", value="15000", valid_from="2027-07-01", valid_until=""),
    )
    assert answer.status_code == 302
    old, new = SchemeRule.objects.filter(code="cifre.grant_year").order_by("valid_from")
    assert (old.valid_until, new.valid_until) == (date(2027, 6, 30), None)
    assert old.history.count() == 2
    load(DATA)
    old.refresh_from_db()
    assert old.valid_until == date(2027, 6, 30)


def test_without_that_the_days_are_taken(loaded, cast, client):
    client.force_login(cast.administrator)
    taken = new_value(which="cifre.grant_year|", value="15000", valid_until="", ends_previous="")
    answer = client.post(reverse(ADD), taken)
    assert answer.status_code == 200 and "14\u202f000" in answer.content.decode()
    assert SchemeRule.objects.filter(code="cifre.grant_year").count() == 1


@pytest.mark.parametrize("missing", ["which", "value", "valid_from", "source", "confidence"])
def test_day_and_source_are_required(loaded, cast, client, missing):
    client.force_login(cast.administrator)
    answer = client.post(reverse(ADD), new_value(**{missing: ""}))
    assert answer.status_code == 200
    assert not SchemeRule.objects.filter(value=28_200).exists()


def test_a_change_is_told_with_what_was_there(loaded, cast, client):
    client.force_login(cast.administrator)
    row = SchemeRule.objects.get(code="diag.rest")
    url = reverse("admin:programs_schemerule_change", args=[row.pk])
    data = new_value(value="8000", valid_from="2025-07-01", valid_until="", source=row.source)
    assert client.post(url, data | {"confidence": "medium", "note": row.note}).status_code == 302
    row.refresh_from_db()
    assert (row.value, row.code, row.valid_until) == (8_000, "diag.rest", None)
    told = client.get(reverse("admin:programs_schemerule_history", args=[row.pk])).content.decode()
    assert "7500.00 → 8000" in told
    assert row.history.earliest().value == 7_500


def test_a_coordinator_reads_and_does_not_write(loaded, cast, client):
    client.force_login(cast.coordinator)
    row = minimum(2026)
    assert client.get(reverse("admin:programs_schemerule_changelist")).status_code == 200
    assert client.get(reverse("admin:programs_schemerule_change", args=[row.pk])).status_code == 200
    assert client.get(reverse(ADD)).status_code == 403
    assert (
        client.post(reverse("admin:programs_schemerule_change", args=[row.pk]), new_value()).status_code
        == 403
    )
    assert client.post(reverse("admin:programs_scheme_change", args=["cifre"]), {}).status_code == 403
    row.refresh_from_db()
    assert row.value == 27_600


def test_what_ends_soon_is_on_top_until_a_value_follows(loaded, cast, client, on_that_day):
    client.force_login(cast.administrator)
    codes = set(SchemeRule.objects.ending(TODAY).values_list("code", flat=True))
    assert {"cifre.gross_min_year", "labcom.grant", "apprentice.aid"} <= codes
    assert not {"cifre.grant_year", "tax.cico_rate", "tax.cir_overhead"} & codes
    page = client.get(reverse("admin:programs_schemerule_changelist"), {"revoir": "fin"}).content.decode()
    assert "finit dans 35 jours" in page and "finie" in page
    assert "18 règles sont finies" in client.get(reverse("admin:data")).content.decode()
    client.post(reverse(ADD), new_value())
    assert "cifre.gross_min_year" not in SchemeRule.objects.ending(TODAY).values_list("code", flat=True)


def test_what_nobody_looked_at_for_a_year(loaded):
    later = date(2027, 12, 1)
    assert not SchemeRule.objects.unseen(TODAY).exists()
    assert "cifre.grant_year" in SchemeRule.objects.unseen(later).values_list("code", flat=True)
    SchemeRule.objects.update(checked_on=later)
    assert not SchemeRule.objects.unseen(later).exists()


def test_a_scheme_is_changed_by_its_form(loaded, cast, client):
    client.force_login(cast.administrator)
    url = reverse("admin:programs_scheme_change", args=["cofra"])
    row = Scheme.objects.get(code="cofra")
    skipped = {"code", "instead", "edited_at", "edited_by"}
    data = {
        field.name: getattr(row, field.name) for field in Scheme._meta.fields if field.name not in skipped
    }
    data = {name: "" if value is None else value for name, value in data.items() if value is not False}
    answer = client.post(url, data | {"open_to": ["state"], "closed_to": ["state"]})
    assert "pas les deux" in answer.content.decode()
    assert client.post(url, data | {"open_to": ["state", "hospital"]}).status_code == 302
    row.refresh_from_db()
    assert row.open_to == ["state", "hospital"] and row.edited_by == cast.administrator
    load(DATA)
    row.refresh_from_db()
    assert row.open_to == ["state", "hospital"]


@pytest.mark.parametrize(
    ("language", "label", "value"),
    [
        ("fr", "Subvention Cifre", "14\u202f000"),
        ("de", "Cifre-Zuschuss", "14.000"),
        ("en", "Cifre grant", "14,000"),
    ],
)
def test_words_come_in_the_language_that_is_asked(loaded, language, label, value):
    with translation.override("fr"):
        found = estimate("cifre", {}, on=TODAY, language=language)
    assert label in {line["label"] for line in found.lines}
    assert value in {rule["value"] for rule in found.rules}


def test_an_unknown_scheme_is_said(loaded):
    with pytest.raises(UnknownScheme):
        estimate("loterie", {}, on=TODAY, language="fr")


def test_an_estimate_costs_two_queries(loaded, django_assert_num_queries):
    with django_assert_num_queries(2):
        estimate("cifre", {"cir": True}, on=TODAY, language="de")

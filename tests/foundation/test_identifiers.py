import re

import pytest

from foundation.identifiers import (
    Identifier,
    WrongIdentifier,
    association_number,
    clean_siren_or_siret,
    department_of,
    foreign_identifier,
    new_reference,
)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("356 000 000", ("356000000", "")),
        ("356.000.000.00048", ("356000000", "35600000000048")),  # head office of La Poste: ordinary key
        ("35600000049837", ("356000000", "35600000049837")),  # its branches: digit sum divisible by 5 (INSEE)
        ("73282932000074", ("732829320", "73282932000074")),
        ("130 015 506 00012", ("130015506", "13001550600012")),
        ("13000545700010", ("130005457", "13000545700010")),
        ("552\u202f081\u202f317", ("552081317", "")),
        ("FR 03 552081317", ("552081317", "")),  # the French VAT number holds the SIREN
    ],
)
def test_what_is_genuine_is_accepted(typed, answer):
    assert clean_siren_or_siret(typed) == answer


@pytest.mark.parametrize(
    "typed",
    [
        "356000001",
        "732829321",
        "73282932000075",
        "1234567890123",
        "1234567890123A",
        "12345",
        "abcdefghi",
        "35600000049838",
        "FR04552081317",
        "",
    ],
)
def test_what_is_wrong_is_refused(typed):
    with pytest.raises(ValueError):
        clean_siren_or_siret(typed)


def test_an_association_may_give_its_rna_number():
    typed = ["W543001234", "w 54 300 1234", "W9R1000123", "543001234", "W12", "", "Volume 12 folio 34"]
    assert [association_number(text) for text in typed] == [
        *["W543001234"] * 2,
        "W9R1000123",
        *[""] * 4,
    ]


ACCEPTED = [
    ("DE", "DE 136 695 976", "vat", "DE136695976"),
    ("DE", "de136695976", "vat", "DE136695976"),
    ("DE", "DE136695976-00001", "vat", "DE136695976"),  # W-IdNr: the same number, of one activity
    ("DE", "HRB 12345, Amtsgericht Saarbrücken", "hr", "Saarbrücken HRB 12345"),
    ("DE", "Amtsgericht Ortsfremd, hra 99", "hr", "Ortsfremd HRA 99"),  # a court the list does not know
    ("DE", "AG Freiburg i. Br. HR B 5678", "hr", "Freiburg i. Br. HRB 5678"),
    ("DE", "HRB-Nr. 12345 Stuttgart", "hr", "Stuttgart HRB 12345"),
    ("DE", "Berlin (Charlottenburg) HRB 11223 B", "hr", "Berlin (Charlottenburg) HRB 11223 B"),
    ("DE", "GnR 8 Kiel", "hr", "Kiel GnR 8"),
    ("DE", "VR 1234 Offenburg", "hr", "Offenburg VR 1234"),
    ("DE", "PR 77, Landau in der Pfalz", "hr", "Landau in der Pfalz PR 77"),
    ("DE", "Mannheim GsR 12", "hr", "Mannheim GsR 12"),
    ("DE", "HRB 12345", "other", "HRB 12345"),  # each court has one: it finds no other organisation
    ("LU", "LU 26375245", "vat", "LU26375245"),
    ("LU", "RCS Luxembourg B 123456", "rcs", "B123456"),
    ("LU", "R.C.S. Luxembourg F1234", "rcs", "F1234"),
    ("LU", "b123456", "rcs", "B123456"),
    ("BE", "BE 0428.759.497", "bce", "0428759497"),
    ("BE", "BCE 0428 759 497", "bce", "0428759497"),
    ("BE", "TVA BE 428.759.497", "bce", "0428759497"),
    ("CH", "CHE-116.281.710 TVA", "uid", "CHE116281710"),
    ("CH", "CHE-116.281.710 HR/MWST", "uid", "CHE116281710"),
    ("CH", "che116281710", "uid", "CHE116281710"),
    ("ZZ", "  GB 123   456 ", "other", "GB 123 456"),
    ("ZZ", "12", "other", "12"),
]
REFUSED = [
    ("DE", "DE136695978", "vat"),
    ("DE", "DE12", "shape"),
    ("DE", "DE 136 695 97", "shape"),
    ("DE", "DE", "shape"),
    ("DE", "136695976", "shape"),
    ("DE", "12345", "shape"),
    ("DE", "93815/08152", "shape"),  # a Steuernummer, which the tax office may change
    ("DE", "HRB", "shape"),
    ("DE", "HRB Saarbrücken", "shape"),
    ("DE", "HRB 12345678 Saarbrücken", "shape"),
    ("DE", "HRC 12345 Saarbrücken", "shape"),
    ("DE", "HRB 12345 66111", "shape"),  # a postcode is no court
    ("DE", "HRB 1 HRB 2 Kiel", "shape"),
    ("LU", "LU26375246", "vat"),
    ("LU", "LU2637524", "shape"),
    ("LU", "B 1234567", "shape"),
    ("LU", "123456", "shape"),
    ("LU", "B 0", "shape"),
    ("BE", "0428759498", "bce"),
    ("BE", "BE 0428.759.49", "shape"),
    ("BE", "2.123.456.789", "shape"),  # an establishment, not the enterprise
    ("BE", "Brasserie", "shape"),
    ("CH", "CHE-116.281.711", "uid"),
    ("CH", "CHE-116.281", "shape"),
    ("CH", "116.281.710", "shape"),
    ("CH", "CH-020.3.123.456-7", "shape"),  # the register's own number until 2013
]


@pytest.mark.parametrize(("country", "typed", "kind", "value"), ACCEPTED)
def test_foreign_numbers_are_read_and_normalised(country, typed, kind, value):
    assert foreign_identifier(country, typed) == Identifier(kind, value)
    assert foreign_identifier(country, value) == Identifier(kind, value), "what was kept is read again"


@pytest.mark.parametrize(("country", "typed", "kind"), REFUSED)
def test_what_no_register_of_the_country_writes_is_refused(country, typed, kind):
    with pytest.raises(WrongIdentifier) as refused:
        foreign_identifier(country, typed)
    assert refused.value.kind == kind
    assert foreign_identifier("ZZ", typed).kind == "other"


def test_departments():
    assert [department_of(code) for code in ("57000", "97400", "L-4362", "")] == ["57", "974", "", ""]


def test_a_reference_can_be_read_aloud():
    references = {new_reference() for _ in range(500)}
    assert len(references) == 500
    assert all(
        re.fullmatch(r"ENACT-[2-9A-Z]{4}-[2-9A-Z]{2}", one) and not set(one[6:]) & set("0O1ILS5B8UV")
        for one in references
    )

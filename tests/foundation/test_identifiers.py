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


@pytest.mark.parametrize(
    ("country", "typed", "kind", "value"),
    [
        ("DE", "DE 136 695 976", "vat", "DE136695976"),
        ("DE", "HRB 12345, Amtsgericht Saarbrücken", "hr", "Saarbrücken HRB 12345"),
        ("DE", "Amtsgericht Ortsfremd, hra 99", "hr", "Ortsfremd HRA 99"),  # a court the list does not know
        ("DE", "HRB 12345", "hr", "HRB 12345"),
        ("DE", "93815/08152", "other", "93815/08152"),  # a Steuernummer is no USt-IdNr
        ("LU", "LU 26375245", "vat", "LU26375245"),
        ("LU", "RCS Luxembourg B 123456", "rcs", "B123456"),
        ("LU", "b123456", "rcs", "B123456"),
        ("BE", "BE 0428.759.497", "bce", "0428759497"),
        ("BE", "BCE 0428 759 497", "bce", "0428759497"),
        ("CH", "CHE-116.281.710 TVA", "uid", "CHE116281710"),
        ("CH", "che116281710", "uid", "CHE116281710"),
        ("CH", "CH-020.3.123.456-7", "other", "CH-020.3.123.456-7"),
        ("ZZ", "  GB 123   456 ", "other", "GB 123 456"),
    ],
)
def test_foreign_numbers_are_read_and_normalised(country, typed, kind, value):
    assert foreign_identifier(country, typed) == Identifier(kind, value)


@pytest.mark.parametrize(
    ("country", "typed", "kind"),
    [
        ("DE", "DE136695978", "vat"),
        ("LU", "LU26375246", "vat"),
        ("BE", "0428759498", "bce"),
        ("CH", "CHE-116.281.711", "uid"),
    ],
)
def test_a_foreign_number_of_clear_shape_and_wrong_key_is_refused(country, typed, kind):
    with pytest.raises(WrongIdentifier) as refused:
        foreign_identifier(country, typed)
    assert refused.value.kind == kind


def test_departments():
    assert [department_of(code) for code in ("57000", "97400", "L-4362", "")] == ["57", "974", "", ""]


def test_a_reference_can_be_read_aloud():
    references = {new_reference() for _ in range(500)}
    assert len(references) == 500
    assert all(
        re.fullmatch(r"ENACT-[2-9A-Z]{4}-[2-9A-Z]{2}", one) and not set(one[6:]) & set("0O1ILS5B8UV")
        for one in references
    )

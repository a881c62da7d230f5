"""Identifiers of research and of organisations: public ones are read as people write them, near-misses are refused."""

import pytest

from foundation.identifiers import WrongIdentifier
from foundation.research_identifiers import (
    clean_legal_id,
    clean_rnsr,
    clean_ror,
    clean_unit_number,
    clean_vat,
)

# RNSR, open data of the ministry of research, copy of February 2022: LORIA, IJL, CRAN among them.
RNSR = ["198912571S", "200112440X", "199712570F", "200918462H", "200112505T", "201822752G", "199712586Y"]
# ror.org, read 2024: CNRS, Université de Lorraine, Université de Strasbourg, Inria, Inserm, INRAE, Caltech.
ROR = ["02feahw73", "04vfs2w97", "00pg6eq24", "02kvxyf05", "02vjkv261", "003vg9w96", "05dxps055"]
# SIRETs of public establishments, RNSR 2022; La Poste's head office and one of its post offices (INSEE's exception).
SIRETS = [
    *(
        "13001550600012",
        "13000545700010",
        "18008901303720",
        "18008904700013",
        "18003604800015",
        "18007003901803",
    ),
    *(
        "20004216600013",
        "26670057400012",
        "19681166500013",
        "19511296600435",
        "19101060200032",
        "19672767100014",
    ),
    *("19670189000010", "13002076100016", "35600000000048", "35600000049837", "73282932000074"),
]


def refused(read, *typed) -> str:
    with pytest.raises(WrongIdentifier) as told:
        read(*typed)
    return told.value.kind


@pytest.mark.parametrize("number", RNSR)
def test_a_number_of_the_rnsr(number):
    assert clean_rnsr(f" {number[:4]} {number[4:9].lower()} {number[9].lower()} ") == number
    other_digit = number[:8] + str((int(number[8]) + 1) % 10) + number[9]
    swapped = number[:6] + number[7] + number[6] + number[8:]
    assert refused(clean_rnsr, other_digit) == "rnsr"
    assert number[6] == number[7] or refused(clean_rnsr, swapped) == "rnsr"


@pytest.mark.parametrize(
    "typed", ["199712570", "19971257F", "199712570FF", "299712570F", "LORIA", "１９９７１２５７０F", ""]
)
def test_what_has_not_the_shape_of_the_rnsr(typed):
    assert refused(clean_rnsr, typed) == "shape"


@pytest.mark.parametrize("number", ROR)
def test_an_identifier_of_ror(number):
    for typed in (number, number.upper(), f"https://ror.org/{number}", f" ror.org/{number}/ "):
        assert clean_ror(typed) == number
    assert clean_ror(clean_ror(number)) == number
    check = f"{(int(number[7:]) + 1) % 100:02}"
    assert refused(clean_ror, number[:7] + check) == "ror"
    other = "a" if number[3] != "a" else "b"
    assert refused(clean_ror, number[:3] + other + number[4:]) == "ror"


@pytest.mark.parametrize(
    "typed", ["12feahw73", "02feahw7", "02feahi73", "02feahu73", "https://exemple.fr/02feahw73", ""]
)
def test_what_has_not_the_shape_of_ror(typed):
    assert refused(clean_ror, typed) == "shape"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("UMR 7503", "UMR 7503"),
        ("umr7503", "UMR 7503"),
        ("UMR_S 1116", "UMR_S 1116"),
        ("u 1254", "U 1254"),
        ("EA 4423", "EA 4423"),
        ("UR UTT 004", "UR UTT 004"),
        ("CIC-1433", "CIC 1433"),
    ],
)
def test_a_unit_number(typed, kept):
    assert clean_unit_number(typed) == kept == clean_unit_number(kept)


@pytest.mark.parametrize("typed", ["7503", "UMR", "LAB 7503", "UMR 750312", "UMR 75 03", "umr 7503; drop"])
def test_what_is_no_unit_number(typed):
    assert refused(clean_unit_number, typed) == "shape"


@pytest.mark.parametrize("number", SIRETS)
def test_a_siret(number):
    assert clean_legal_id("FR", f"{number[:3]} {number[3:6]} {number[6:9]}\u00a0{number[9:]}") == number
    wrong = number[:13] + str((int(number[13]) + 1) % 10)
    assert refused(clean_legal_id, "FR", wrong) == "siret"


@pytest.mark.parametrize(
    ("country", "typed", "kind"),
    [
        ("FR", "130015506", "shape"),  # a SIREN names no establishment
        ("FR", "1234567890123A", "siret"),
        ("FR", "35600000049838", "siret"),
        ("DE", "12345", "shape"),
        ("LU", "LU26375246", "vat"),
        ("BE", "0428759498", "bce"),
        ("CH", "CHE-116.281.711", "uid"),
    ],
)
def test_what_no_register_gives(country, typed, kind):
    assert refused(clean_legal_id, country, typed) == kind


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("DE", "Amtsgericht Saarbrücken, HRB 12345", "Saarbrücken HRB 12345"),
        ("LU", "B123456", "B123456"),
        ("BE", "BE 0428.759.497", "0428759497"),
        ("CH", "CHE-116.281.710 TVA", "CHE116281710"),
        ("FI", "0112038-9", "0112038-9"),
    ],
)
def test_a_register_of_a_neighbour(country, typed, kept):
    assert clean_legal_id(country, typed) == kept == clean_legal_id(country, kept)


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("FR", "fr 03 552081317", "FR03552081317"),
        ("DE", "136695976", "DE136695976"),
        ("LU", "LU26375245", "LU26375245"),
        ("BE", "BE0428759497", "BE0428759497"),
        ("CH", "CHE-116.281.710 TVA", "CHE116281710TVA"),
        ("FR", "DE136695976", "DE136695976"),  # registered next door
    ],
)
def test_a_vat_number(country, typed, kept):
    assert clean_vat(country, typed) == kept == clean_vat(country, kept)


@pytest.mark.parametrize(
    ("country", "typed", "kind"),
    [
        ("FR", "FR04552081317", "vat"),
        ("DE", "DE136695977", "vat"),
        ("US", "123456789", "shape"),
        ("FR", "US123456789", "shape"),
    ],
)
def test_what_is_no_vat_number(country, typed, kind):
    assert refused(clean_vat, country, typed) == kind

"""Answers that are not what they should be."""

import json
from datetime import date

import pytest

from intake.registry.reading import Listed, Malformed, Site, read_answer

TODAY = date(2026, 11, 26)


def body(**changes) -> bytes:
    return json.dumps({"results": [{"siren": "000000117", "nom_complet": "EXEMPLE", **changes}]}).encode()


def test_the_least_that_is_an_answer():
    assert read_answer(b'{"results": []}', TODAY) == []
    assert read_answer(body(siege=None, complements=None, matching_etablissements=None), TODAY) == [
        Listed("000000117", "EXEMPLE", Site(""))
    ]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"[]",
        b"null",
        b'{"results": {}}',
        b'{"results": [1]}',
        b'{"results": [[]]}',
        b"[" * 100_000,
        b"\xff\xfe{",
        body(siren=None),
        body(siren="12345678"),
        body(siren="00000011\u0667"),
        body(nom_complet=7),
        body(siege=[]),
        body(siege="HAYANGE"),
        body(siege={"siret": "1"}),
        body(siege={"siret": None, "liste_enseignes": "X"}),
        body(matching_etablissements={}),
        body(matching_etablissements=["x"]),
        body(complements=[True]),
        body(nature_juridique=5710),
        body(nombre_etablissements_ouverts="3"),
        body(activite_principale=["24.53Z"]),
    ],
)
def test_anything_else_is_refused(answer):
    with pytest.raises(Malformed):
        read_answer(answer, TODAY)


def test_hostile_words_become_one_harmless_line():
    (entity,) = read_answer(
        body(
            nom_raison_sociale="A\u202eB\r\nBcc: x\x00 " + "z" * 5000,
            tranche_effectif_salarie="99999",
            categorie_entreprise="<b>",
            nature_juridique="5710; DROP",
        ),
        TODAY,
    )
    assert entity.name.startswith("A B Bcc: x zzz")
    assert (len(entity.name), entity.headcount, entity.category, entity.legal_form) == (200, "", "", "")


def test_the_two_nomenclatures():
    both = body(activite_principale="53.10Z", activite_principale_naf25="53.10A")
    one = body(activite_principale="53.10A")

    def codes(answer, day):
        entity = read_answer(answer, day)[0]
        return entity.naf_rev2, entity.naf_2025

    assert codes(both, TODAY) == ("53.10Z", "53.10A")
    assert codes(one, date(2027, 1, 1)) == ("", "53.10A")
    assert codes(both, date(2027, 1, 1)) == ("53.10Z", "53.10A")  # a registry that is late with its change
    assert codes(body(activite_principale="53.10Z"), TODAY) == ("53.10Z", "")


def test_what_was_stored_comes_back_or_is_forgotten():
    (entity,) = read_answer(body(siege={"siret": "00000011700010", "est_siege": True}), TODAY)
    assert Listed.from_plain(json.loads(json.dumps(entity.plain()))) == entity
    assert Listed.from_plain({"siren": "000000117"}) is None
    assert Listed.from_plain("nonsense") is None

"""The stand-in keeps to the published format; what was recorded takes its place, and is never mistaken for it."""

import json

import pytest
from django.core.management import CommandError, call_command
from stdnum.fr import siren, siret

from foundation import naf
from foundation.communes import commune_of
from intake.registry import client, standin
from intake.registry.standin_server import StandinServer


def ask(query: str) -> dict:
    status, _headers, body = standin.answer("/search", query)
    return {"status": status, **json.loads(body)}


def test_its_companies_are_recognisably_invented():
    rows = standin._companies()
    assert len(rows) == len({row["siren"] for row in rows}) == 20
    for row in rows:
        assert "EXEMPLE" in row["name"] and row["siren"].startswith("00000")
        assert siren.is_valid(row["siren"])
        assert naf.label(row["naf_rev2"], naf.REV2)
        for site in row["sites"]:
            assert siret.is_valid(site["siret"]) and site["siret"].startswith(row["siren"])
            assert commune_of(site["postcode"], site["commune"])
    departments = {site["commune"][:2] for row in rows for site in row["sites"]}
    assert departments == {"08", "10", "51", "52", "54", "55", "57", "67", "68", "88"}


def test_traps_of_the_real_one():
    by_siren = ask("q=000000117&departement=99")  # filters are ignored beside a number
    assert by_siren["total_results"] == 1
    assert by_siren["results"][0]["matching_etablissements"] == []
    by_siret = ask("q=00000011700036")
    assert [site["siret"] for site in by_siret["results"][0]["matching_etablissements"]] == ["00000011700036"]
    assert isinstance(by_siret["results"][0]["siege"]["latitude"], str)
    assert ask("q=00000000000000")["results"] == []  # unknown is empty, not 404
    assert ask("q=exemple&departement=55")["total_results"] == 1
    assert (ask("q=exemple&per_page=4")["total_pages"], ask("q=exemple&page=9")["results"]) == (5, [])
    assert "dirigeants" not in ask("q=exemple&minimal=true&include=siege")["results"][0]


@pytest.mark.parametrize(
    "query",
    ["", "q=ab", "q=exemple&per_page=26", "q=exemple&page=0", "q=exemple&include=siege", "q=x&page=a"],
)
def test_what_it_refuses(query):
    answer = ask(query)
    assert (answer["status"], list(answer)) == (400, ["status", "erreur"])


def test_real_answers_are_recorded_and_replayed(tmp_path, monkeypatch, settings):
    into = tmp_path / "recorded.json"
    monkeypatch.setattr(standin, "RECORDED", into)
    with StandinServer() as server:
        with pytest.raises(CommandError, match="is the stand-in"):
            call_command("record_registry", "fonderie", url=server.url, into=into)
        assert not into.exists()
        server.marked = False  # as if it were the real one
        call_command("record_registry", "fonderie exemple", "000000224", url=server.url, into=into)
        server.fault = "html"
        with pytest.raises(CommandError, match="not the published format"):
            call_command("record_registry", "menuiserie", url=server.url, into=into)
    standin._recorded.cache_clear()
    try:
        kept = json.loads(into.read_text("utf-8"))["answers"]
        assert set(kept) == {"fonderie exemple", "000000224"}
        assert {"recorded_on", "source"} <= kept["000000224"].keys()
        reply = client.fetch(standin.ADDRESS, "fonderie exemple")
        assert standin.MARK not in reply.headers
        assert standin.MARK in client.fetch(standin.ADDRESS, "menuiserie").headers
    finally:
        standin._recorded.cache_clear()


def test_what_the_owner_recorded_can_be_read():
    """With a recorded file in the project, the client must read every answer of it."""
    from datetime import date

    from intake.registry.reading import read_answer

    for kept in standin._recorded().values():
        if kept["status"] == 200:
            read_answer(kept["body"].encode(), date.fromisoformat(kept["recorded_on"]))

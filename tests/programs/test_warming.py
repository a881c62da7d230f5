"""A web process that warmed up compiles nothing for its first visitor."""

import pytest

from matching.concepts import recognising
from matching.concepts.compiling import Compiler
from programs import engine, warming

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cold(settings, tmp_path, monkeypatch):
    settings.MATCHING_INDEX = tmp_path / "index"
    monkeypatch.setattr(recognising, "shelf", tmp_path / "index" / "compiled")
    monkeypatch.setattr(recognising, "_recognisers", {})


def compiled(monkeypatch) -> list[str]:
    """The languages compiled from now on."""
    seen, make = [], Compiler.patterns

    def noted(compiler, entries):
        seen.append(compiler.language)
        return make(compiler, entries)

    monkeypatch.setattr(Compiler, "patterns", noted)
    return seen


def test_the_first_text_of_any_language_is_read_at_once(cold, monkeypatch):
    made = compiled(monkeypatch)
    warming.in_background().join(60)
    assert sorted(made) == ["de", "en", "fr"]
    made.clear()
    for language, text in warming.SAMPLES.items():
        assert engine.recognise(text, language)
    assert made == []
    monkeypatch.setattr(recognising, "_recognisers", {})  # another process
    warming.warm_up()
    assert made == [], "it maps what the first one left"


def test_without_it_the_first_visitor_compiles(cold, monkeypatch):
    """The negative twin."""
    made = compiled(monkeypatch)
    engine.recognise(warming.SAMPLES["fr"], "fr")
    assert made == ["fr"]


def test_whatever_goes_wrong_the_process_serves(cold, monkeypatch, caplog):
    def broken(*_arguments):
        raise RuntimeError("nothing works today")

    monkeypatch.setattr(engine, "recognise", broken)
    warming.warm_up()
    assert "not warmed up" in caplog.text

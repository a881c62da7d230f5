"""The optional embedder in the portal: switched on by a directory, never in the way when that is wrong."""

import os

import pytest
from django.core import checks

from programs import embedding, engine, index, serving
from programs.models import CatalogueState
from tests import cast as casting
from tests.matching import tiny_model

pytestmark = pytest.mark.django_db
NEED = {"text": "Les vignes souffrent.", "language": "fr"}


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MATCHING_INDEX = tmp_path / "index"
    embedding._loaded.cache_clear()
    yield
    embedding._loaded.cache_clear()


@pytest.fixture
def offers(db):
    lab = casting.laboratory("lab-essai")
    rows = [
        casting.offer(lab, code, language="de", title_de=title, summary_de=title)
        for code, title in (("a", "Pumpen"), ("b", "Reben"), ("c", "Patienten"))
    ]
    for row in rows:
        row.topics.clear()
    CatalogueState.advance()
    return rows


@pytest.fixture
def model(settings, tmp_path):
    settings.MATCHING_EMBEDDER_DIR = str(tiny_model.write(tmp_path / "model"))
    return settings.MATCHING_EMBEDDER_DIR


def answer() -> list[int]:
    return [line.offer_pk for line in engine.rank(NEED, limit=5).lines]


def test_off_by_default(offers, settings):
    assert settings.MATCHING_EMBEDDER_DIR == "" and embedding.current() is None
    assert serving.current().meaning is None and embedding.check(None) == []


def test_it_is_switched_on_by_a_directory(offers, model):
    version = serving.current().data_version
    ranked = engine.rank(NEED, limit=5)
    assert ranked.lines[0].offer_pk == offers[1].pk
    assert "meaning" in {reason["code"] for reason in ranked.lines[0].reasons}
    assert embedding.current().version in version
    serving._current.forget()  # another process maps the same vectors
    assert answer()[0] == offers[1].pk and embedding.check(None) == []


def test_a_changed_offer_goes_without_its_old_vectors(offers, model):
    assert answer()[0] == offers[1].pk
    offers[1].title_de = offers[1].summary_de = "Patienten"
    offers[1].save()
    CatalogueState.advance([offers[1]])
    now = engine.rank(NEED, limit=5)
    mine = [line for line in now.lines if line.offer_pk == offers[1].pk]
    assert "meaning" not in {reason["code"] for line in mine for reason in line.reasons}
    CatalogueState.advance()
    engine.rank(NEED, limit=5)
    assert serving._current._meanings is not None


@pytest.mark.parametrize("damage", ["deleted", "emptied", "truncated"])
def test_damaged_vectors_are_done_without(offers, model, damage):
    right = set(answer())
    (path,) = index.settings.MATCHING_INDEX.glob("*/*/meaning-*.idx")
    if damage == "deleted":
        path.unlink()
    else:
        os.truncate(path, 0 if damage == "emptied" else path.stat().st_size // 2)
    serving._current.forget()
    assert set(answer()) <= right and serving.current().meaning is None


@pytest.mark.parametrize(
    "changes", [{"model.onnx": b""}, {"tokenizer.json": None}, {"config.json": '{"hidden_size": 3}'}]
)
def test_a_directory_that_cannot_be_used_is_said_and_done_without(
    offers, settings, tmp_path, changes, caplog
):
    settings.MATCHING_EMBEDDER_DIR = str(tiny_model.write(tmp_path / "model", **changes))
    (message,) = [one for one in checks.run_checks() if one.id == "programs.W001"]
    assert "cannot be used" in message.msg and not message.is_serious()
    assert engine.rank(NEED, limit=5) is not None and serving.current().meaning is None
    assert caplog.text.count("no embedder") == 1


def test_a_model_that_fails_while_indexing_costs_the_vectors_alone(offers, model, monkeypatch):
    def broken(texts):  # a model that reads nothing of ours cannot be made to fail half-way
        raise RuntimeError("out of memory")

    monkeypatch.setattr(embedding.current(), "encode", broken)
    assert isinstance(answer(), list) and serving.current().meaning is None

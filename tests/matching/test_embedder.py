"""The optional embedder: a model directory read as it should be, refused as it should be, and the channel it feeds."""

import json
import socket

import numpy as np
import pytest

from matching import Catalogue, Engine, Need, Settings
from matching.embedder import E5_PREFIXES, EmbedderError, load
from matching.evaluate import main
from matching.facets import Filters
from matching.meaning import MOST_PASSAGES, Meaning, Meanings, passages_of
from matching.types import IndexUnusable

from . import tiny_model
from .conftest import CATALOGUE, DATA, TODAY


@pytest.fixture
def folder(tmp_path):
    return tiny_model.write(tmp_path / "model")


@pytest.fixture
def offline(monkeypatch):
    """Whoever opens a connection fails."""

    def refused(*given, **named):
        raise AssertionError("a connection was asked for")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def offers(offer_record):
    """Three offers that share no word with the needs of these tests."""
    texts = {"lab-pump": "Pumpen", "lab-vine": "Reben", "lab-care": "Patienten"}
    return [
        offer_record(name, title=text, summary="", language="de", topics=[], sectors=[])
        for name, text in texts.items()
    ]


def test_vectors_of_length_one_without_any_connection(folder, offline):
    embedder = load(folder)
    vectors = embedder.encode(["La pompe", "die Pumpe, PUMPS", "une vigne", "qwrtz", ""] * 20)
    assert vectors.shape == (100, tiny_model.DIMENSION) and vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors[:4], axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.99 and vectors[0] @ vectors[2] < 0.1
    assert np.array_equal(vectors[:5], vectors[5:10])  # whatever else is in the batch
    assert embedder.encode([]).shape == (0, tiny_model.DIMENSION)
    assert embedder.encode(["pompe " * 50_000]).shape == (1, tiny_model.DIMENSION)


def test_mean_or_first_token(tmp_path):
    mean = load(tiny_model.write(tmp_path / "mean"))
    first = load(tiny_model.write(tmp_path / "cls", pooling="cls"))
    pump, vine, both = ["pompe"], ["vigne"], ["pompe vigne"]
    assert (mean.encode(both) @ mean.encode(pump).T)[0, 0] == pytest.approx(0.72, abs=0.03)
    assert (first.encode(both) @ first.encode(pump).T)[0, 0] == pytest.approx(1)
    assert (first.encode(both) @ first.encode(vine).T)[0, 0] < 0.1
    assert mean.version != first.version


def test_prefixes_are_declared(tmp_path, folder):
    assert load(folder).prefixes == ("", "")
    assert load(folder, prefixes=E5_PREFIXES).prefixes == E5_PREFIXES
    prompts = json.dumps({"prompts": {"query": "query: ", "passage": "passage: "}})
    declared = load(tiny_model.write(tmp_path / "e5", **{"config_sentence_transformers.json": prompts}))
    assert declared.prefixes == E5_PREFIXES
    assert declared.version != load(folder).version
    assert declared.version == load(folder, prefixes=E5_PREFIXES).version


def test_the_model_may_lie_in_its_own_folder(tmp_path):
    place = tiny_model.write(
        tmp_path / "m", **{"model.onnx": None, "onnx/model.onnx": tiny_model._model(tiny_model.table())}
    )
    assert load(place).dimension == tiny_model.DIMENSION


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"config.json": None}, "config.json"),
        ({"config.json": "{"}, "config.json"),
        ({"config.json": "[]"}, "config.json"),
        ({"tokenizer.json": None}, "tokenizer.json"),
        ({"tokenizer.json": "{}"}, "tokenizer.json"),
        ({"model.onnx": None}, "model.onnx"),
        ({"model.onnx": None, "model.safetensors": b"x"}, "export it to ONNX"),
        ({"model.onnx": b""}, "model.onnx"),
        ({"model.onnx": b"\x08\x08not a model"}, "model.onnx"),
        ({"modules.json": "{"}, "modules.json"),
        ({"1_Pooling/config.json": json.dumps({"pooling_mode_max_tokens": True})}, "pooling"),
        ({"config.json": json.dumps({"hidden_size": 384})}, "config.json says 384"),
    ],
)  # fmt: skip
def test_a_damaged_directory_is_refused_by_name(tmp_path, changes, said):
    with pytest.raises(EmbedderError, match=said):
        load(tiny_model.write(tmp_path / "model", **changes))


def test_truncated_models_are_refused(tmp_path):
    whole = tiny_model._model(tiny_model.table())
    for share in (0.1, 0.5, 0.9):
        place = tiny_model.write(tmp_path / f"m{share}", **{"model.onnx": whole[: int(len(whole) * share)]})
        with pytest.raises(EmbedderError):
            load(place)
    with pytest.raises(EmbedderError, match="no such directory"):
        load(tmp_path / "nowhere")


def test_the_words_of_another_language_are_found_by_meaning(folder, offers, thesaurus):
    engine = Engine(Catalogue.from_records(offers), thesaurus)
    embedder = load(folder)
    meanings = Meanings.of(Catalogue.from_records(offers).offers, embedder)
    meant = engine.understanding(Meaning(embedder, meanings, engine.places))
    need = Need("Les vignes ont un problème", language="fr", today=TODAY)
    ranking = meant.rank(need)
    assert ranking.lines[0].offer_id == "lab-vine"
    assert "meaning" in {reason.code for reason in ranking.lines[0].reasons}
    assert ranking == meant.rank(need)
    assert meant.data_version != engine.data_version
    told = meant.explain(need, "lab-vine")
    assert (told.rank, told.reasons) == (1, ranking.lines[0].reasons)
    # Switched off, or without vectors, it is the engine without it.
    for silent in (
        meant.configured(Settings(meaning=0)),
        engine.understanding(Meaning(embedder, Meanings.of([], embedder), engine.places)),
    ):
        assert silent.rank(need).lines == engine.rank(need).lines
    assert meant.rank(Need("🙂 12", today=TODAY)).lines == ()


def test_a_model_that_fails_on_a_need_is_done_without(folder, offers, thesaurus, monkeypatch):
    engine = Engine(Catalogue.from_records(offers), thesaurus)
    embedder = load(folder)
    meanings = Meanings.of(Catalogue.from_records(offers).offers, embedder)
    meant = engine.understanding(Meaning(embedder, meanings, engine.places))
    monkeypatch.setattr(embedder, "_session", None)
    with pytest.raises(EmbedderError, match="fails"):
        embedder.encode(["Les vignes"])
    need = Need("Les vignes ont un problème", language="fr", today=TODAY)
    assert meant.rank(need).lines == engine.rank(need).lines


def test_a_narrowed_catalogue_keeps_its_vectors(folder, offers, thesaurus):
    catalogue = Catalogue.from_records([*offers, offers[1] | {"id": "lab-other", "kind": "rnd"}])
    engine, embedder = Engine(catalogue, thesaurus), load(folder)
    meant = engine.understanding(Meaning(embedder, Meanings.of(catalogue.offers, embedder), engine.places))
    need = Need("Les vignes ont un problème", language="fr", today=TODAY)
    narrowed = meant.narrowed(Filters(kind=("rnd",)), TODAY)
    assert [line.offer_id for line in narrowed.rank(need).lines] == ["lab-other"]
    assert "meaning" in {reason.code for reason in narrowed.rank(need).lines[0].reasons}
    narrowed.questions(need)


def test_questions_count_what_is_meant(folder, engine, catalogue):
    embedder = load(folder)
    meant = engine.understanding(Meaning(embedder, Meanings.of(catalogue.offers, embedder), engine.places))
    need = Need("Nos pompes tombent en panne sans prévenir.", today=TODAY)
    assert meant.questions(need) == meant.questions(need) != ()


def test_vectors_are_kept_and_reused(folder, offers, tmp_path):
    embedder = load(folder)
    encoded = []
    true = embedder.encode
    embedder.encode = lambda texts: (encoded.append(len(texts)), true(texts))[1]
    catalogue = Catalogue.from_records(offers)
    made = Meanings.of(catalogue.offers, embedder)
    assert sum(encoded) == sum(len(passages_of(offer)) for offer in catalogue.offers)
    made.save(tmp_path / "meaning.idx")
    kept = Meanings.open(tmp_path / "meaning.idx")
    encoded.clear()
    again = Meanings.of(catalogue.offers, embedder, kept)
    assert encoded == [] and np.array_equal(again.vectors, made.vectors)
    changed = Catalogue.from_records([offers[0] | {"title": "Patienten"}, *offers[1:]])
    other = Meanings.of(changed.offers, embedder, kept)
    assert encoded == [1] and not np.array_equal(other.vectors, made.vectors)


def test_vectors_of_another_model_are_refused(folder, offers, thesaurus, tmp_path):
    engine = Engine(Catalogue.from_records(offers), thesaurus)
    one, other = load(folder), load(folder, prefixes=E5_PREFIXES)
    meanings = Meanings.of(Catalogue.from_records(offers).offers, one)
    with pytest.raises(IndexUnusable):
        Meaning(other, meanings, engine.places)
    meanings.save(tmp_path / "meaning.idx")
    content = (tmp_path / "meaning.idx").read_bytes()
    for wrong in (content[:-70], b"", content.replace(b"contents", b"kontents")):
        (tmp_path / "meaning.idx").write_bytes(wrong)
        with pytest.raises(IndexUnusable):
            Meanings.open(tmp_path / "meaning.idx")


def test_an_offer_is_read_in_few_passages(offer_record):
    offer = Catalogue.from_records([offer_record(description="mot " * 5_000)]).offers[0]
    assert len(passages_of(offer)) == MOST_PASSAGES


def test_evaluate_with_an_embedder(folder, capsys):
    arguments = ["--catalogue", str(CATALOGUE), "--irritants", str(DATA / "irritants.json")]
    arguments += ["--judgements", str(DATA / "judgements.json"), "--json", "--embedder"]
    assert main([*arguments, str(folder)]) == 0
    assert json.loads(capsys.readouterr().out)["queries"] == 20
    assert main([*arguments, str(folder / "nowhere")]) == 1
    assert "no such directory" in capsys.readouterr().err

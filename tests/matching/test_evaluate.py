"""The evaluation command prints what its contract says."""

import json

from matching.evaluate import main, ndcg, recall, success

from .conftest import CATALOGUE, DATA

FILES = ["--irritants", str(DATA / "irritants.json"), "--judgements", str(DATA / "judgements.json")]


def test_json_of_the_contract(capsys):
    assert main(["--catalogue", str(CATALOGUE), *FILES, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["queries"] == 20
    assert set(figures["by_language"]) == {"fr", "de", "en"}
    assert {"accuracy", "confusion"} <= set(figures["verdicts"])
    for item in figures["per_irritant"]:
        assert set(item) == {"id", "verdict", "verdict_reasons", "ndcg@10", "ranking"}
        assert len(item["ranking"]) >= 50
        assert len(set(item["ranking"])) == len(item["ranking"])


def test_table(small_folder, capsys):
    assert main(["--catalogue", str(small_folder), *FILES, "--off", "grams"]) == 0
    assert "ndcg@10" in capsys.readouterr().out


def test_unusable_catalogue(tmp_path, capsys):
    assert main(["--catalogue", str(tmp_path), *FILES]) == 1
    assert "organisations.json" in capsys.readouterr().err


def test_plain_documents(tmp_path):
    documents = [
        {"id": "a", "title": "Congés payés", "text": "Durée des congés", "language": "fr"},
        {"id": "b", "title": "Licenciement", "text": "Préavis et indemnités", "language": "fr"},
    ]
    for name, rows in (("d", documents), ("q", [{"id": "1", "text": "mes congé payé", "language": "fr"}])):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    out = tmp_path / "out.json"
    arguments = ["--documents", str(tmp_path / "d.jsonl"), "--queries", str(tmp_path / "q.jsonl")]
    assert main([*arguments, "--rankings", str(out)]) == 0
    assert json.loads(out.read_text(encoding="utf-8")) == {"1": ["a", "b"]}


def test_measures():
    grades = {"a": 3, "b": 2, "c": 1}
    assert ndcg(["a", "b", "c"], grades) == 1.0
    assert 0 < ndcg(["c", "b", "a"], grades) < 1
    assert ndcg(["x"], grades) == 0.0
    assert recall(["x", "a"], grades) == 0.5
    assert recall([], {"c": 1}) is None
    assert success(["x", "y", "a"], grades) == 1.0
    assert success(["x", "y", "z", "a"], grades) == 0.0

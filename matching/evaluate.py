"""Measures the engine on judged irritants, or ranks plain documents for plain queries.

python -m matching.evaluate --catalogue DIR --irritants FILE --judgements FILE --json [--today 2026-11-22]
    [--off grams …] [--embedder DIR [--query-prefix "query: " --passage-prefix "passage: "]]
python -m matching.evaluate --documents FILE.jsonl --queries FILE.jsonl --rankings OUT.json
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import log2
from pathlib import Path
from typing import Any

from .catalogue import Catalogue
from .embedder import load
from .engine import Engine
from .meaning import Meaning, Meanings
from .plain import rank_documents
from .scoring import Settings
from .thesaurus import Thesaurus
from .types import MatchingError, Need

TODAY = date(2026, 11, 22)
METRICS = ("ndcg@10", "recall@20", "success@3")
DEPTH = 100


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain, gain 2^grade − 1, discount log2(rank + 1); 0 without grades."""
    gains = [2 ** grades.get(offer, 0) - 1 for offer in ranking[:depth]]
    ideal = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:depth]
    best = _discounted(ideal)
    return _discounted(gains) / best if best else 0.0


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / log2(rank + 2) for rank, gain in enumerate(gains))


def recall(
    ranking: Sequence[str], grades: Mapping[str, int], depth: int = 20, least: int = 2
) -> float | None:
    """Share of offers graded at least `least` among the first `depth`; None when there are none."""
    wanted = {offer for offer, grade in grades.items() if grade >= least}
    return len(wanted & set(ranking[:depth])) / len(wanted) if wanted else None


def success(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 3, least: int = 3) -> float:
    """1.0 when an offer graded `least` stands among the first `depth`."""
    return float(any(grades.get(offer, 0) >= least for offer in ranking[:depth]))


def need_of(irritant: Mapping[str, Any], today: date) -> Need:
    """The need of one judged irritant; expectations in the file are never read."""
    keys = ("title", "language", "sector", "organisation_type", "headcount_bracket", "territory")
    return Need(
        text=str(irritant.get("text") or ""), today=today, **{k: str(irritant.get(k) or "") for k in keys}
    )


def evaluate(
    engine: Engine,
    irritants: Sequence[Mapping[str, Any]],
    judgements: Mapping[str, Mapping[str, int]],
    today: date,
) -> dict[str, Any]:
    """The figures of the evaluation contract as one JSON-able mapping."""
    measures: dict[str, list[tuple[str, float]]] = {metric: [] for metric in METRICS}
    confusion: dict[str, Counter[str]] = defaultdict(Counter)
    per_irritant = []
    for irritant in irritants:
        ranked = engine.rank(need_of(irritant, today), limit=DEPTH)
        ranking = [line.offer_id for line in ranked.lines]
        grades = judgements.get(irritant["id"], {})
        values = {"ndcg@10": ndcg(ranking, grades), "recall@20": recall(ranking, grades)}
        values["success@3"] = success(ranking, grades)
        for metric, value in values.items():
            if grades and value is not None:
                measures[metric].append((irritant["language"], value))
        if irritant.get("expect"):
            confusion[irritant["expect"]][ranked.verdict] += 1
        per_irritant.append(
            {
                "id": irritant["id"],
                "verdict": ranked.verdict,
                "verdict_reasons": [reason.code for reason in ranked.verdict_reasons],
                "ndcg@10": round(values["ndcg@10"], 4),
                "ranking": ranking,
            }
        )
    return {
        "queries": len(irritants),
        **_means(measures),
        "by_language": _by_language(irritants, measures),
        "verdicts": _verdicts(confusion),
        "per_irritant": per_irritant,
    }


def _means(measures: Mapping[str, list[tuple[str, float]]], language: str = "") -> dict[str, float]:
    means = {}
    for metric, values in measures.items():
        chosen = [value for of, value in values if not language or of == language]
        means[metric] = round(sum(chosen) / len(chosen), 4) if chosen else 0.0
    return means


def _by_language(
    irritants: Sequence[Mapping[str, Any]], measures: Mapping[str, list[tuple[str, float]]]
) -> dict[str, dict[str, float]]:
    counts = Counter(irritant["language"] for irritant in irritants)
    return {
        language: {"queries": counts[language], **_means(measures, language)} for language in sorted(counts)
    }


def _verdicts(confusion: Mapping[str, Counter[str]]) -> dict[str, Any]:
    total = sum(sum(row.values()) for row in confusion.values())
    right = sum(row[expected] for expected, row in confusion.items())
    codes = sorted({*confusion, *(code for row in confusion.values() for code in row)})
    per_verdict = {
        code: {
            "precision": _ratio(confusion[code][code], sum(row[code] for row in confusion.values())),
            "recall": _ratio(confusion[code][code], sum(confusion[code].values())),
        }
        for code in codes
        if code in confusion
    }
    return {
        "accuracy": _ratio(right, total),
        "confusion": {expected: dict(row) for expected, row in sorted(confusion.items())},
        "per_verdict": per_verdict,
    }


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _lines(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m matching.evaluate", description=__doc__)
    for name in (
        *("catalogue", "irritants", "judgements", "documents", "queries", "rankings", "thesaurus"),
        *("embedder", "query-prefix", "passage-prefix"),
    ):
        parser.add_argument(f"--{name}")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.add_argument("--today", type=date.fromisoformat, default=TODAY)
    parser.add_argument(
        "--off", nargs="*", default=[], help="settings to switch off, such as grams soft_rules"
    )
    arguments = parser.parse_args(argv)
    judged = arguments.catalogue and arguments.irritants and arguments.judgements
    plain = arguments.documents and arguments.queries and arguments.rankings
    if not (judged or plain):
        parser.error("give --catalogue --irritants --judgements, or --documents --queries --rankings")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Command line; returns the exit status."""
    arguments = _arguments(argv)
    try:
        thesaurus = Thesaurus.load(arguments.thesaurus)
        if arguments.documents:
            rankings = rank_documents(_lines(arguments.documents), _lines(arguments.queries), thesaurus)
            Path(arguments.rankings).write_text(json.dumps(rankings, ensure_ascii=False), encoding="utf-8")
            return 0
        settings = Settings(**dict.fromkeys(arguments.off, 0))
        catalogue = Catalogue.from_dir(arguments.catalogue)
        engine = Engine(catalogue, thesaurus, apply_status_rules=False, settings=settings)
        if arguments.embedder:
            engine = engine.understanding(_meaning(arguments, catalogue, engine))
    except MatchingError as error:
        print(error, file=sys.stderr)
        return 1
    irritants = json.loads(Path(arguments.irritants).read_text(encoding="utf-8"))
    judgements = json.loads(Path(arguments.judgements).read_text(encoding="utf-8"))
    figures = evaluate(engine, irritants, judgements, arguments.today)
    print(json.dumps(figures, ensure_ascii=False) if arguments.json else _table(figures))
    return 0


def _meaning(arguments: argparse.Namespace, catalogue: Catalogue, engine: Engine) -> Meaning:
    """Raises EmbedderError."""
    given = (arguments.query_prefix, arguments.passage_prefix)
    prefixes = None if given == (None, None) else (given[0] or "", given[1] or "")
    embedder = load(arguments.embedder, prefixes=prefixes)
    return Meaning(embedder, Meanings.of(catalogue.offers, embedder), engine.places)


def _table(figures: Mapping[str, Any]) -> str:
    rows = [("all", figures), *figures["by_language"].items()]
    lines = [f"{'':6}" + "".join(f"{metric:>11}" for metric in METRICS)]
    lines += [f"{name:6}" + "".join(f"{row[metric]:11.3f}" for metric in METRICS) for name, row in rows]
    lines.append(f"verdicts: {figures['verdicts']['accuracy']} {figures['verdicts']['confusion']}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

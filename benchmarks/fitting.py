"""Fits `matching/data/affinities.json` on judged irritants, and measures it by cross-validation.

python -m benchmarks.fitting                 cross-validated quality of what is fitted, one JSON object
python -m benchmarks.fitting --ablation      the same with each part left out and the rest fitted anew
python -m benchmarks.fitting --write         fit on all training irritants and write the file

The model scores an offer by a weighted sum: channels of the text (words, n-grams, concepts…), facts, and pairs of
features of need and offer. It is fitted by gradient steps on the cross-entropy between the softmax of the scores and
the judges' gains (ListNet, Cao et al. 2007), each weight drawn to its prior; training irritants in
`benchmarks/data/irritants` were written and judged apart from the development and the second set, which are not read.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matching import Catalogue, Engine
from matching.affinity import Weights, features_of, named
from matching.documents import PROFILE, TELLING
from matching.evaluate import TODAY, ndcg, need_of, recall, success
from matching.rules import allowed, holding
from matching.scoring import CHANNELS
from matching.text import DATA

ROOT = Path(__file__).resolve().parents[1]
TRAINING = ROOT / "benchmarks" / "data" / "irritants"
OUTPUT = DATA / "affinities.json"
STEPS, RATE = 220, 0.05
SMALLEST = 0.02
OPTIONAL = ("sector", "organisation_type", "headcount_bracket", "territory")
# How much a row without facts counts beside the full one.
BARE = 0.5
SHARPNESS = 3.0
FACTS = ("sector-own", "sector-near", "sector-any", "department-own", "country-own", "held")
# How strongly each kind of weight is drawn to its prior.
DRAWN = {"channels": 0.0005, "same": 0.003, "profile": 0.01, "topics": 0.02, "sectors": 0.02, "mixed": 0.03}

Array = np.ndarray


@dataclass
class Row:
    """One judged irritant: features, channels and facts of every offer, gains (2^grade − 1)."""

    identifier: str
    language: str
    features: Array
    columns: Array
    gains: Array
    grades: Mapping[str, int]
    mask: Array


class Problem:
    """All rows over one catalogue. `offers` has shape (offers, offer features)."""

    def __init__(self, engine: Engine, files: Sequence[tuple[Path, Path]]) -> None:
        view, facts = engine.snapshot.view, engine._facts
        self.ids = [view.offer_id(place) for place in range(view.size)]
        topics = sorted({t for entry in engine.thesaurus.entries.values() for t in entry.topics})
        sectors = engine.snapshot.schema.sectors
        self.need_names = [
            "always", *(f"language:{code}" for code in ("fr", "de", "en")),
            *(f"topic:{topic}" for topic in topics), *(f"sector:{sector}" for sector in sectors), "sector-unknown",
            *(f"size:{size}" for size in ("TPE", "PME", "ETI", "GE", "public", "unknown")), *TELLING,
            *(f"country:{code}" for code in ("FR", "DE", "other")), "hold", "redirect", "few-topics",
        ]  # fmt: skip
        self.offer_names = [
            *(f"topic:{topic}" for topic in topics), *(f"said:{topic}" for topic in topics),
            *(f"sector:{sector}" for sector in sectors), *PROFILE,
        ]  # fmt: skip
        places = np.arange(view.size)
        ones = dict.fromkeys(topics, 1.0)
        declared = view.impacts("topics", ones, places, by_rarity=False).T
        said = view.impacts("said", ones, places, by_rarity=False).T
        bits = (facts.sectors[:, None] >> np.arange(len(sectors), dtype=np.uint64)) & np.uint64(1)
        bits = bits / np.sqrt(np.maximum(bits.sum(axis=1, keepdims=True), 1))
        profile = (facts.profile[:, None] >> np.arange(len(PROFILE), dtype=np.uint64)) & np.uint64(1)
        self.offers = np.column_stack([declared, said, bits, profile]).astype(np.float32)
        judged = _judged(files)
        self.rows = [self._row(engine, irritant, grades) for irritant, grades in judged]
        # Every irritant once more without the facts that a form may lack, so that words alone are enough.
        self.bare = [
            self._row(engine, {**irritant, **dict.fromkeys(OPTIONAL, "")}, grades)
            for irritant, grades in judged
        ]

    def _row(self, engine: Engine, irritant: Mapping[str, Any], grades: Mapping[str, int]) -> Row:
        need = need_of(irritant, TODAY)
        reading, assessment = engine._read(need)
        features = features_of(need, reading, assessment.verdict)
        followed, _ = engine._followed(reading)
        channels = engine.channels(reading, engine._bridged(reading.terms), followed)
        unit = [Weights({}, {}, {name: 1.0}) for name in FACTS]
        learned = engine._affinities
        facts = [
            *(learned._sector(named(features, "sector:"), {}, weights.facts) for weights in unit[:3]),
            *(learned._territory(need, weights.facts) for weights in unit[3:5]),
            holding(need, engine._facts, engine._rules),
        ]
        columns = np.column_stack([*(channels[name] for name in CHANNELS), *facts]).astype(np.float32)
        known = [features.get(name, 0.0) for name in self.need_names]
        gains = np.array([2 ** grades.get(offer, 0) - 1 for offer in self.ids], dtype=np.float32) ** SHARPNESS
        mask = allowed(need, engine._facts, engine._rules)
        return Row(
            str(irritant["id"]),
            str(irritant["language"]),
            np.array(known, dtype=np.float32),
            columns,
            gains,
            grades,
            mask,
        )


class Model:
    """`columns`: weights of channels and facts; `pairs`: shape (need features, offer features).

    without: names of PARTS whose weights stay zero.
    """

    def __init__(self, problem: Problem, without: Sequence[str] = ()) -> None:
        self.problem = problem
        self.kept_columns, self.kept_pairs = _kept(problem, without)
        self.columns = np.zeros(len(CHANNELS) + len(FACTS), dtype=np.float32)
        self.pairs = np.zeros((len(problem.need_names), len(problem.offer_names)), dtype=np.float32)
        self.drawn = _drawn(problem)

    def scores(self, row: Row) -> Array:
        total = row.columns @ self.columns + self.problem.offers @ (row.features @ self.pairs)
        return np.where(row.mask, total, -30.0)

    def fit(self, places: Sequence[int], steps: int = STEPS) -> Model:
        """On the rows at these places, full and bare."""
        rows = [
            (row, weight / len(places))
            for place in places
            for row, weight in ((self.problem.rows[place], 1.0), (self.problem.bare[place], BARE))
            if row.gains.sum() > 0
        ]
        moments = [
            np.zeros_like(self.columns),
            np.zeros_like(self.columns),
            np.zeros_like(self.pairs),
            np.zeros_like(self.pairs),
        ]
        for step in range(1, steps + 1):
            by_column = DRAWN["channels"] * self.columns
            by_pair = self.drawn * self.pairs
            for row, weight in rows:
                scores = self.scores(row)
                chances = np.exp(scores - scores.max())
                wrong = weight * (chances / chances.sum() - row.gains / row.gains.sum())
                by_column += wrong @ row.columns
                by_pair += np.outer(row.features, wrong @ self.problem.offers)
            self._step(self.columns, by_column * self.kept_columns, moments[0], moments[1], step)
            self._step(self.pairs, by_pair * self.kept_pairs, moments[2], moments[3], step)
        return self

    @staticmethod
    def _step(values: Array, gradient: Array, first: Array, second: Array, step: int) -> None:
        """Adam (Kingma and Ba 2015)."""
        first += 0.1 * (gradient - first)
        second += 0.001 * (gradient * gradient - second)
        values -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)

    def ranking(self, row: Row) -> list[str]:
        return [self.problem.ids[int(place)] for place in np.argsort(-self.scores(row), kind="stable")[:100]]

    def weights(self) -> Weights:
        """Rounded, without those too small to matter."""
        problem, count = self.problem, len(CHANNELS)
        pairs: dict[str, dict[str, float]] = {}
        for need, values in zip(problem.need_names, self.pairs, strict=True):
            kept = {
                o: round(float(v), 2)
                for o, v in zip(problem.offer_names, values, strict=True)
                if abs(v) >= SMALLEST
            }
            if kept:
                pairs[need] = kept
        return Weights(
            {name: round(float(value), 3) for name, value in zip(CHANNELS, self.columns, strict=False)},
            pairs,
            {name: round(float(value), 3) for name, value in zip(FACTS, self.columns[count:], strict=True)},
        )


# part → columns, and pairs as (family of need feature, families of offer feature), that it stands for.
PARTS: Mapping[str, tuple[tuple[str, ...], tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "words": (("head", "body"), ()),
    "n-grams": (("grams",), ()),
    "concepts": (("concepts", "concepts-best"), ()),
    "broader and related concepts": (("followed",), ()),
    "topics said in the need": (("topics-best",), (("topic", ("topic", "said", "sector", "profile")),)),
    "what helps with a topic (learned)": ((), (("topic", ("topic", "said")),)),
    "sector": (
        ("sector-own", "sector-near", "sector-any"),
        (("sector", ("topic", "said", "sector", "profile")),),
    ),
    "kind of help for size and wish": ((), (("profile", ("profile",)),)),
    "all learned pairs": (
        (),
        tuple((family, ("topic", "said", "sector", "profile")) for family in ("topic", "sector", "profile")),
    ),
    "territory": (("department-own", "country-own", "held"), ()),
}


def _family(name: str) -> str:
    return name.partition(":")[0] if name.startswith(("topic:", "said:", "sector:")) else "profile"


def _kept(problem: Problem, without: Sequence[str]) -> tuple[Array, Array]:
    columns = np.ones(len(CHANNELS) + len(FACTS), dtype=np.float32)
    pairs = np.ones((len(problem.need_names), len(problem.offer_names)), dtype=np.float32)
    needs, offers = (
        np.array([_family(name) for name in names]) for names in (problem.need_names, problem.offer_names)
    )
    for part in without:
        dropped, families = PARTS[part]
        columns[[(*CHANNELS, *FACTS).index(name) for name in dropped]] = 0
        for need, others in families:
            pairs[np.ix_(needs == need, np.isin(offers, others))] = 0
    return columns, pairs


def _drawn(problem: Problem) -> Array:
    family = _family
    drawn = np.full((len(problem.need_names), len(problem.offer_names)), DRAWN["mixed"], dtype=np.float32)
    for i, need in enumerate(problem.need_names):
        for j, offer in enumerate(problem.offer_names):
            one, other = family(need), family(offer)
            if need.partition(":")[2] == offer.partition(":")[2] and {one, other} <= {
                "topic",
                "said",
                "sector",
            }:
                drawn[i, j] = DRAWN["same"]
            elif one == other == "profile":
                drawn[i, j] = DRAWN["profile"]
            elif one in ("topic", "profile") and other in ("topic", "said", "sector"):
                drawn[i, j] = DRAWN["topics"]
            elif one == other == "sector":
                drawn[i, j] = DRAWN["sectors"]
    return drawn


def _judged(files: Sequence[tuple[Path, Path]]) -> list[tuple[Mapping[str, Any], Mapping[str, int]]]:
    rows = []
    for irritants, judgements in files:
        grades = json.loads(judgements.read_text(encoding="utf-8"))
        rows += [
            (item, grades.get(item["id"], {})) for item in json.loads(irritants.read_text(encoding="utf-8"))
        ]
    return rows


def training_files(folder: Path = TRAINING) -> list[tuple[Path, Path]]:
    return [
        (path, path.with_name(path.name.replace("irritants", "judgements")))
        for path in sorted(folder.glob("*-irritants.json"))
    ]


def cross_validated(
    problem: Problem, folds: int = 5, seed: int = 3, without: Sequence[str] = ()
) -> dict[str, Any]:
    """Mean nDCG@10 of irritants that the weights were not fitted on, also by language."""
    order = list(range(len(problem.rows)))
    random.Random(seed).shuffle(order)
    values: list[tuple[str, float]] = []
    for fold in range(folds):
        left_out = set(order[fold::folds])
        model = Model(problem, without).fit([place for place in order if place not in left_out])
        for place in left_out:
            for name, row in (("all", problem.rows[place]), ("without facts", problem.bare[place])):
                if row.gains.sum() > 0:
                    ranking = model.ranking(row)
                    value = ndcg(ranking, row.grades)
                    values += [(name, value)] + ([(row.language, value)] if name == "all" else [])
                    if name == "all":
                        values.append(("success@3", success(ranking, row.grades)))
                        found = recall(ranking, row.grades)
                        values += [] if found is None else [("recall@20", found)]
    mean = {
        name: [value for code, value in values if code == name] for name in sorted({n for n, _ in values})
    }
    return {
        "irritants": len(problem.rows),
        "ndcg@10": {name: round(sum(v) / len(v), 4) for name, v in mean.items()},
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fitting", description=__doc__)
    parser.add_argument("--write", action="store_true", help="fit on everything and write the file")
    parser.add_argument("--ablation", action="store_true", help="leave out each part in turn")
    parser.add_argument("--training", type=Path, default=TRAINING)
    arguments = parser.parse_args(argv)
    engine = Engine(
        Catalogue.from_dir(ROOT / "demo" / "catalogue"),
        apply_status_rules=False,
        weights=Weights(dict.fromkeys(CHANNELS, 0), {}, dict.fromkeys(FACTS, 0)),
    )
    problem = Problem(engine, training_files(arguments.training))
    figures = cross_validated(problem)
    if arguments.ablation:
        figures["without"] = {part: cross_validated(problem, without=[part])["ndcg@10"] for part in PARTS}
    if arguments.write:
        weights = Model(problem).fit(range(len(problem.rows))).weights()
        content = {"channels": weights.channels, "facts": weights.facts, "pairs": weights.pairs}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=0)
        OUTPUT.write_text(text.replace(',\n"', ', "').replace('}, "', '},\n"') + "\n", encoding="utf-8")
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())

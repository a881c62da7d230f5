"""The same problem told by another company, often in another language: is what was kept found again?

python -m benchmarks.again      prints one JSON object: nDCG@10 without and with the memory; exit status 1 when a floor
                                is missed; half a minute of processor

Judged irritants are the decisions (grade 3 accepted, grade 2 kept).

- `again`: those of tests/matching/data, of which `again.json` tells sixteen anew; the grades of the first stand for
  the second. `others`: each with only the other ones decided, where the memory should keep silent.
- `chosen_on`: the same for thirty-seven of those of benchmarks/data/irritants; settings were chosen on these, and on
  the first two of the files that `left_out` reports.
- `left_out`: each of the latter with only the others decided: what real decisions bring, and what they cost. The
  ranking without memory is fitted on the other files, since the one that ships has learned from all of them.
- `strangers`: each of those of tests/matching/data with all the latter decided.
- `again_among_all`: told again, everything decided.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from matching import Catalogue, Engine, Need
from matching.affinity import Weights
from matching.evaluate import TODAY, ndcg, need_of
from matching.memory.decisions import Decision, MemorySettings
from matching.memory.remembering import Memory
from matching.scoring import CHANNELS

from .fitting import FACTS, TRAINING, Model, Problem, training_files

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "matching" / "data"
OUTCOMES = {3: 1.0, 2: 0.6}
# A ranking that loses more than this is counted as lost.
NOTICED = 0.02
FLOORS = {"same_language": 0.90, "another_language": 0.80, "others_lose": 0.01, "strangers_lose": 0.01}
ABLATIONS = {
    "all": MemorySettings(),
    "no links": replace(MemorySettings(), links=0.0),
    "no concepts": replace(MemorySettings(), concepts=0.0),
}
Irritants = Sequence[Mapping[str, Any]]
Judgements = Mapping[str, Mapping[str, int]]
Pairs = Sequence[tuple[float, float]]


def load(name: str, folder: Path = DATA) -> Any:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def decided(
    engine: Engine, irritants: Irritants, judgements: Judgements, settings: MemorySettings | None = None
) -> Memory:
    """All judged irritants as decisions, over the engine's offers."""
    decisions = [
        Decision(
            one["id"],
            one["text"],
            one["language"],
            {offer: OUTCOMES[grade] for offer, grade in judgements[one["id"]].items() if grade in OUTCOMES},
            date(2026, 5, 1),
            one["title"],
        )
        for one in irritants
        if judgements.get(one["id"])
    ]
    return Memory(decisions, engine.recogniser, engine.places, background=engine.titles, settings=settings)


def both(
    engine: Engine, memory: Memory, need: Need, grades: Mapping[str, int], without: Collection[str] = ()
) -> tuple[float, float]:
    """nDCG@10 without and with the memory. `engine` itself must not remember."""
    before, after = (
        ndcg([line.offer_id for line in one.rank(need, limit=10, without=without).lines], grades)
        for one in (engine, engine.remembering(memory))
    )
    return before, after


def told_again(
    engine: Engine,
    memory: Memory,
    judgements: Judgements,
    irritants: Irritants | None = None,
    again: Irritants | None = None,
) -> list[tuple[bool, float, float]]:
    """(whether it crosses a language, nDCG@10 without, with) for every irritant told again."""
    language = {one["id"]: one["language"] for one in (load("irritants") if irritants is None else irritants)}
    return [
        (
            one["language"] != language[one["like"]],
            *both(
                engine,
                memory,
                Need(one["text"], one["title"], one["language"], today=TODAY),
                judgements[one["like"]],
            ),
        )
        for one in (load("again") if again is None else again)
    ]


def others(
    engine: Engine, memory: Memory, irritants: Irritants, judgements: Judgements
) -> list[tuple[float, float]]:
    """nDCG@10 without and with a memory that has forgotten the irritant itself, for each that has grades."""
    return [
        both(engine, memory, need_of(one, TODAY), judgements[one["id"]], without=[one["id"]])
        for one in irritants
        if judgements.get(one["id"])
    ]


def _fitted_without_each(engine: Engine) -> list[Engine]:
    """For each file of training irritants an engine whose weights were fitted on the other files."""
    bare = copy(engine)
    bare.weights = Weights(dict.fromkeys(CHANNELS, 0), {}, dict.fromkeys(FACTS, 0))
    files = training_files()
    problem = Problem(bare, files)
    sizes = [len(json.loads(path.read_text(encoding="utf-8"))) for path, _ in files]
    owner = np.repeat(np.arange(len(files)), sizes)
    engines = []
    for number in range(len(files)):
        other = copy(engine)
        other.weights = Model(problem).fit(np.flatnonzero(owner != number).tolist()).weights()
        engines.append(other)
    return engines


def figures() -> dict[str, Any]:
    engine = Engine(Catalogue.from_dir(ROOT / "demo" / "catalogue"), apply_status_rules=False)
    irritants, judgements = load("irritants"), load("judgements")
    files = [load(path.stem, TRAINING) for path, _ in training_files()]
    many = [one for irritants_of_file in files for one in irritants_of_file]
    graded = {**judgements}
    for _, path in training_files():
        graded.update(json.loads(path.read_text(encoding="utf-8")))
    engines = _fitted_without_each(engine)
    told_many = load("again", TRAINING)
    found: dict[str, Any] = {}
    for name, settings in ABLATIONS.items():
        memory = decided(engine, irritants, judgements, settings)
        large = decided(engine, many, graded, settings)
        everything = decided(engine, [*irritants, *many], graded, settings)
        chosen = [
            row
            for one, file in zip(engines, files, strict=True)
            for row in told_again(
                one, large, graded, file, [t for t in told_many if t["like"] in {i["id"] for i in file}]
            )
        ]
        left_out = [others(one, large, file, graded) for one, file in zip(engines, files, strict=True)]
        found[name] = {
            "again": _by_language(told_again(engine, memory, judgements)),
            "others": _means(others(engine, memory, irritants, judgements)),
            "chosen_on": _by_language(chosen),
            "left_out": {
                **{
                    path.stem: _means(rows)
                    for (path, _), rows in zip(training_files(), left_out, strict=True)
                },
                "all": _means([row for rows in left_out for row in rows]),
            },
            "strangers": _means(others(engine, large, irritants, graded)),
            "again_among_all": _by_language(told_again(engine, everything, graded)),
        }
    found["floors"] = FLOORS
    found["reached"] = reached = _reached(found["all"])
    return {**found, "passed": all(reached.values())}


def _reached(found: Mapping[str, Any]) -> dict[str, bool]:
    again = found["again"]
    return {
        "same_language": again["same_language"]["with"] >= FLOORS["same_language"],
        "another_language": again["another_language"]["with"] >= FLOORS["another_language"],
        "others_lose": found["others"]["gain"] >= -FLOORS["others_lose"],
        "strangers_lose": found["strangers"]["gain"] >= -FLOORS["strangers_lose"],
    }


def _by_language(rows: Sequence[tuple[bool, float, float]]) -> dict[str, dict[str, float]]:
    return {
        "same_language": _means([row[1:] for row in rows if not row[0]]),
        "another_language": _means([row[1:] for row in rows if row[0]]),
    }


def _means(rows: Pairs) -> dict[str, float]:
    """Means, and how many rankings lose how much."""
    values = np.array(rows)
    gains = values[:, 1] - values[:, 0]
    return {
        "irritants": len(rows),
        "without": round(float(values[:, 0].mean()), 3),
        "with": round(float(values[:, 1].mean()), 3),
        "gain": round(float(gains.mean()), 4),
        "changed": int((np.abs(gains) > 1e-9).sum()),
        "lost": int((gains < -NOTICED).sum()),
        "worst": round(float(gains.min()), 3),
    }


if __name__ == "__main__":
    result = figures()
    print(json.dumps(result, ensure_ascii=False))
    sys.exit(0 if result["passed"] else 1)

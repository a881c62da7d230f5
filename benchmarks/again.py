"""The same problem told by another company, often in another language: is what was kept found again?

python -m benchmarks.again      prints one JSON object: nDCG@10 without and with the memory

The judged irritants of tests/matching/data are the decisions (grade 3 accepted, grade 2 kept); `again.json` tells
sixteen of them anew, and the grades of the first stand for the second. `others`: each judged irritant with only the
other ones decided, where the memory should keep silent.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from matching import Catalogue, Engine, Need
from matching.evaluate import TODAY, ndcg, need_of
from matching.memory import Decision, Memory, MemorySettings

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "matching" / "data"
OUTCOMES = {3: 1.0, 2: 0.6}
Judgements = Mapping[str, Mapping[str, int]]


def load(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def decided(engine: Engine, irritants: Sequence[Mapping[str, Any]], judgements: Judgements) -> Memory:
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
    return Memory(decisions, engine.recogniser, engine.places, background=engine.titles)


def both(
    engine: Engine, memory: Memory, need: Need, grades: Mapping[str, int], without: Collection[str] = ()
) -> tuple[float, float]:
    """nDCG@10 without and with the memory. `engine` itself must not remember."""
    before, after = (
        ndcg([line.offer_id for line in one.rank(need, limit=10, without=without).lines], grades)
        for one in (engine, engine.remembering(memory))
    )
    return before, after


def told_again(engine: Engine, memory: Memory, judgements: Judgements) -> list[tuple[bool, float, float]]:
    """(whether it crosses a language, nDCG@10 without, with) for every irritant told again."""
    language = {one["id"]: one["language"] for one in load("irritants")}
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
        for one in load("again")
    ]


def others(
    engine: Engine, memory: Memory, irritants: Sequence[Mapping[str, Any]], judgements: Judgements
) -> list[tuple[float, float]]:
    return [
        both(engine, memory, need_of(one, TODAY), judgements[one["id"]], without=[one["id"]])
        for one in irritants
        if judgements.get(one["id"])
    ]


def figures() -> dict[str, Any]:
    engine = Engine(Catalogue.from_dir(ROOT / "demo" / "catalogue"), apply_status_rules=False)
    irritants, judgements = load("irritants"), load("judgements")
    memory = decided(engine, irritants, judgements)
    found = {}
    for name, settings in {
        "all": MemorySettings(),
        "no concepts": replace(MemorySettings(), concepts=0.0),
    }.items():
        remembering = memory.configured(settings)
        again = told_again(engine, remembering, judgements)
        found[name] = {
            "same_language": _means([row[1:] for row in again if not row[0]]),
            "another_language": _means([row[1:] for row in again if row[0]]),
            "again": _means([row[1:] for row in again]),
            "others": _means(others(engine, remembering, irritants, judgements)),
        }
    return found


def _means(rows: Sequence[tuple[float, float]]) -> dict[str, float]:
    before, after = np.array(rows).mean(axis=0)
    return {"irritants": len(rows), "without": round(float(before), 3), "with": round(float(after), 3)}


if __name__ == "__main__":
    print(json.dumps(figures(), ensure_ascii=False))
    sys.exit(0)

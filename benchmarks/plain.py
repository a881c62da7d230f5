"""What each channel of plain ranking brings, on short sheets and on long ones.

python -m benchmarks.plain      prints one JSON object: nDCG@10 by collection and variant

`short` is the public collection as it is (title and themes). Its long relatives are made from it by a seeded
generator, because no judged collection of long sheets comes with the project: `padded` gives each judged sheet up to
forty titles of other sheets of its theme as text (the title tells, the text misleads), `merged` glues sheets of one
theme together under one of their titles (the text tells, the title misleads). Real sheets lie between the two.
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from benchmarks.learning import DATA, halves_of, lines, read_grades
from matching.concepts.recognising import Recogniser
from matching.evaluate import ndcg
from matching.plain import PlainIndex, Weights, plain_need
from matching.thesaurus import Thesaurus

PADDING = (0, 2, 5, 10, 20, 40)
GLUED = (1, 1, 2, 3, 5, 8, 13, 20)
MOST_WORDINGS = 4
Grades = Mapping[str, Mapping[str, int]]
Sheets = Sequence[Mapping[str, Any]]


def variants() -> dict[str, Weights]:
    """All channels, each one left out, and BM25 over title (twice) and text alone."""
    every = Weights()
    without = {f"without {name}": replace(every, **{name: 0.0}) for name in asdict(every)}
    return {"all": every, "BM25 alone": Weights(1.0, 0.0, 0.0, 0.0, 0.0, 0.0), **without}


def padded(documents: Sheets, grades: Grades) -> tuple[Sheets, Grades]:
    chance = random.Random(2)
    judged = {sheet for found in grades.values() for sheet in found}
    themes = _by_theme(documents)
    sheets = []
    for item in sorted((item for item in documents if item["id"] in judged), key=lambda item: item["id"]):
        others = chance.choices(themes[_theme(item)], k=chance.choice(PADDING))
        text = "\n".join([item["text"], *(f"{other['title']}." for other in others)])
        sheets.append({**item, "text": text})
    return sheets, grades


def merged(documents: Sheets, grades: Grades) -> tuple[Sheets, Grades]:
    chance = random.Random(1)
    sheets, owner = [], {}
    for _name, items in sorted(_by_theme(documents).items()):
        items = list(items)
        chance.shuffle(items)
        while items:
            count = chance.choice(GLUED)
            group, items = items[:count], items[count:]
            owner.update({item["id"]: group[0]["id"] for item in group})
            text = "\n".join(f"{item['title']}. {item['text']}." for item in group)
            sheets.append({**group[0], "text": text})
    glued: dict[str, dict[str, int]] = {topic: {} for topic in grades}
    for topic, found in grades.items():
        for sheet, grade in found.items():
            glued[topic][owner[sheet]] = max(grade, glued[topic].get(owner[sheet], 0))
    return sheets, glued


def figures() -> dict[str, Any]:
    """Collection → half of the topics → variant → nDCG@10, at most four wordings of each topic."""
    documents, grades = lines(DATA / "documents.jsonl.gz"), read_grades()
    wordings: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for item in lines(DATA / "queries.jsonl.gz"):
        wordings[item["topic"]].append(item)
    chance = random.Random(3)
    asked = {
        topic: chance.sample(found, min(len(found), MOST_WORDINGS))
        for topic, found in sorted(wordings.items())
    }
    chosen, held_out = halves_of(asked)
    recogniser = Recogniser(Thesaurus.load())
    collections = {
        "short": (documents, grades),
        "padded": padded(documents, grades),
        "merged": merged(documents, grades),
    }
    found = {}
    for name, (sheets, judged) in collections.items():
        index = PlainIndex(sheets, recogniser)
        found[name] = {
            half: {
                variant: _measured(index, weights, {topic: asked[topic] for topic in topics}, judged)
                for variant, weights in variants().items()
            }
            for half, topics in (("chosen_on", chosen), ("held_out", held_out))
        }
    return found


def _measured(
    index: PlainIndex, weights: Weights, asked: Mapping[str, Sequence[Mapping[str, Any]]], grades: Grades
) -> float:
    index.weights = weights
    means = [
        np.mean([ndcg(index.rank(plain_need(item)), grades[topic]) for item in items])
        for topic, items in asked.items()
    ]
    return round(float(np.mean(means)), 4)


def _theme(item: Mapping[str, Any]) -> str:
    return str(item["text"]).split(";")[0].strip()


def _by_theme(documents: Sheets) -> dict[str, list[Mapping[str, Any]]]:
    themes = defaultdict(list)
    for item in documents:
        themes[_theme(item)].append(item)
    return themes


if __name__ == "__main__":
    print(json.dumps(figures(), ensure_ascii=False))
    sys.exit(0)

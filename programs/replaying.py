"""Two configurations of the engine side by side, over the same needs, before anyone switches."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from foundation import clock
from matching import Need, Settings, Thesaurus
from matching.engine import Engine
from matching.memory import Memory, MemorySettings, Titles
from matching.reading import read
from matching.types import MatchingError
from programs import engine, memory

# What the memory's bonus counts beside a score whose best line is 1 (docs/matching-learning.md).
MEMORY_WEIGHT = 1.5
_KNOWN = {"memory", "memory_weight", "weights", "memory_settings", "thesaurus"}


class BadConfiguration(ValueError):
    """What was given is no configuration; the message says why."""


@dataclass(frozen=True)
class Configuration:
    """What may differ: memory on or off and its settings, weights of matching.Settings, thesaurus changes
    ({"additions": [...], "retired": [...]}, as Thesaurus.load takes them)."""

    memory: bool = True
    memory_weight: float = MEMORY_WEIGHT
    weights: Mapping[str, Any] = field(default_factory=dict)
    memory_settings: Mapping[str, Any] = field(default_factory=dict)
    thesaurus: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, given: str) -> "Configuration":
        """From "current", a JSON object, or the path of a file that holds one; "thesaurus" may itself be a path.

        Raises BadConfiguration.
        """
        if given.strip() in {"current", ""}:
            return cls()
        found = _json(given)
        if isinstance(found.get("thesaurus"), str):
            found["thesaurus"] = _json(found["thesaurus"])
        if unknown := sorted(found.keys() - _KNOWN):
            raise BadConfiguration(f"unknown: {', '.join(unknown)}; known: {', '.join(sorted(_KNOWN))}")
        for name, known in (("weights", Settings), ("memory_settings", MemorySettings)):
            names = {one.name for one in fields(known)}
            if unknown := sorted(found.get(name, {}).keys() - names):
                raise BadConfiguration(
                    f"unknown in {name}: {', '.join(unknown)}; known: {', '.join(sorted(names))}"
                )
        return cls(**found)


def _json(given: str) -> dict:
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError) as error:
        raise BadConfiguration(f"{given}: {error}") from error
    if not isinstance(found, dict):
        raise BadConfiguration(f"{given}: not an object")
    return found


class Ranker(Protocol):
    """Ranks a need (facts as programs.engine.rank takes them): (offer primary key, score), best first.

    `without`: keys of decided irritants that must not be remembered, such as the need's own.
    """

    def __call__(
        self, need: Mapping[str, Any], limit: int, without: Collection[str] = ()
    ) -> list[tuple[int, float]]: ...


Builder = Callable[[Configuration], Ranker]


def build(configuration: Configuration) -> Ranker:
    """A ranker over the published catalogue of today. Raises BadConfiguration when the thesaurus refuses."""
    current, pk_of = engine._snapshot.current()
    try:
        chosen = _engine(current, configuration)
    except (MatchingError, TypeError) as error:
        raise BadConfiguration(str(error)) from error
    remembered = _memory(chosen, configuration) if configuration.memory else None
    return partial(_rank, chosen, pk_of, remembered, configuration.memory_weight)


def _engine(current: Engine, configuration: Configuration) -> Engine:
    settings = Settings(**configuration.weights)
    if not configuration.thesaurus:
        return current.configured(settings)
    thesaurus = Thesaurus.load(
        additions=configuration.thesaurus.get("additions", ()),
        retired=configuration.thesaurus.get("retired", ()),
    )
    return Engine(current.catalogue, thesaurus, settings=settings)


def _memory(chosen: Engine, configuration: Configuration) -> Memory | None:
    """Everything decided, read with the thesaurus of this configuration; the setting that is on here does not count."""
    offers = chosen.catalogue.offers
    background = Titles(
        [(offer.title, offer.language) for offer in offers],
        [(f"{offer.summary} {offer.description}", offer.language) for offer in offers],
    )
    return memory.everything(
        chosen.recogniser,
        [offer.id for offer in offers],
        background=background,
        settings=MemorySettings(**configuration.memory_settings),
    )


def _rank(
    chosen: Engine,
    pk_of: Mapping[str, int],
    remembered: Memory | None,
    weight: float,
    need: Mapping[str, Any],
    limit: int,
    without: Collection[str] = (),
) -> list[tuple[int, float]]:
    offers = chosen.catalogue.offers
    asked = Need(**need, today=clock.today())
    lines = chosen.rank(asked, limit=len(offers) if remembered else limit).lines
    if remembered is None:
        return [(pk_of[line.offer_id], line.score) for line in lines]
    place = {offer.id: number for number, offer in enumerate(offers)}
    base = np.zeros(len(offers), dtype=np.float32)
    for line in lines:
        base[place[line.offer_id]] = line.score
    reading = read(asked, chosen.recogniser)
    bonus, _said = remembered.scores(reading, base=base, today=asked.today, without=without)
    total = {line.offer_id: line.score + weight * float(bonus[place[line.offer_id]]) for line in lines}
    best = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:limit]
    top = max(1e-9, best[0][1]) if best else 1.0
    return [(pk_of[offer_id], round(score / top, 4)) for offer_id, score in best]

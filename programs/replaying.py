"""Two configurations of the engine side by side, over the same needs, before anyone switches."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from foundation import clock
from matching import Need, Settings, Thesaurus
from matching.engine import Engine
from matching.memory.decisions import MemorySettings
from matching.types import MatchingError
from programs import index, memory, serving

_KNOWN = {"memory", "weights", "memory_settings", "thesaurus"}


class BadConfiguration(ValueError):
    """What was given is no configuration; the message says why."""


@dataclass(frozen=True)
class Configuration:
    """What may differ: memory on or off and its settings, weights of matching.Settings, thesaurus changes
    ({"additions": [...], "retired": [...]}, as Thesaurus.load takes them)."""

    memory: bool = True
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
    try:
        chosen = _engine(serving.current(), configuration)
    except (MatchingError, TypeError) as error:
        raise BadConfiguration(str(error)) from error
    return partial(_rank, chosen)


def _engine(current: Engine, configuration: Configuration) -> Engine:
    """Everything decided is remembered, read with this thesaurus, whatever the setting that is on says."""
    settings = Settings(**configuration.weights)
    changed = configuration.thesaurus
    if changed:
        thesaurus = Thesaurus.load(additions=changed.get("additions", ()), retired=changed.get("retired", ()))
        chosen = Engine(index.private(thesaurus), thesaurus, settings=settings)
    else:
        chosen = current.configured(settings)
    if not configuration.memory:
        return chosen.remembering(None)
    wanted = MemorySettings(**configuration.memory_settings)
    return chosen.remembering(
        memory.everything(chosen.recogniser, chosen.places, background=chosen.titles, settings=wanted)
    )


def _rank(
    chosen: Engine, need: Mapping[str, Any], limit: int, without: Collection[str] = ()
) -> list[tuple[int, float]]:
    ranking = chosen.rank(Need(**need, today=clock.today()), limit=limit, without=without)
    return [(chosen.reference(line.offer_id), line.score) for line in ranking.lines]

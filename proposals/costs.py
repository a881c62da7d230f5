"""What each step costs by the rules of the day, for a snapshot: programs.schemes, asked step by step."""

from importlib import import_module
from importlib.util import find_spec

from foundation import clock
from proposals import paths


def costed(options: list[paths.Option], language: str) -> list[paths.Option]:
    """Copies of the options whose steps carry their "cost": an Estimate as JSON, None where nothing is to be said."""
    return [
        {**option, "steps": [{**step, "cost": _cost(step, language)} for step in option["steps"]]}
        for option in options
    ]


def rules_in(options: list[paths.Option]) -> list[dict]:
    """Every rule that a cost rests on, once, by code."""
    found = {}
    for step in paths.all_steps(options):
        for rule in (step.get("cost") or {}).get("rules", ()):
            found[rule["code"], rule["valid_from"]] = rule
    return [found[key] for key in sorted(found)]


def _cost(step: paths.Step, language: str) -> dict | None:
    if not step["scheme"] or find_spec("programs.schemes") is None:
        return None
    schemes = import_module("programs.schemes")
    try:
        return schemes.estimate(step["scheme"], step["facts"], on=clock.today(), language=language).as_json()
    except (LookupError, ValueError):  # a scheme that was retired, facts that no longer make sense
        return None

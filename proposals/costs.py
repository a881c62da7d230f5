"""What each step costs by the rules of the day: programs.schemes, asked step by step, and its questions."""

from collections.abc import Mapping
from typing import Any

from django import forms

from foundation import clock
from programs.models import Scheme
from programs.schemes import estimate
from programs.schemes.estimating import form_of
from programs.schemes.facts import as_json, as_typed
from programs.schemes.work import CALCULATORS
from proposals import paths


def names() -> list[tuple[str, str]]:
    """(code, name) of every scheme that has a calculator, in the active language."""
    return [(row.code, row.name) for row in Scheme.objects.all() if row.code in CALCULATORS]


def questions(code: str, facts: Mapping[str, Any], prefix: str, data=None) -> forms.Form | None:
    """What the calculator of a scheme asks, filled with what is known; None for a scheme without one."""
    if code not in CALCULATORS:
        return None
    made = form_of(code)(data, prefix=prefix, initial=as_typed(facts))
    made.use_required_attribute = False
    return made


def answers(form: forms.Form) -> dict[str, Any]:
    """The facts of a valid form, as JSON."""
    return as_json(form.values())


def costed(options: list[paths.Option], language: str) -> list[paths.Option]:
    """Copies of the options whose steps carry their "cost": an Estimate as JSON, None where nothing is to be said."""
    known: dict[str, dict | None] = {}

    def cost(step: paths.Step) -> dict | None:
        key = f"{step['scheme']} {sorted(step['facts'].items())}"  # the same step stands in several options
        if key not in known:
            known[key] = _cost(step, language)
        return known[key]

    return [
        {**option, "steps": [{**step, "cost": cost(step)} for step in option["steps"]]} for option in options
    ]


def rules_in(options: list[paths.Option]) -> list[dict]:
    """Every rule that a cost rests on, once."""
    found = {}
    for step in paths.all_steps(options):
        for rule in (step.get("cost") or {}).get("rules", ()):
            found[rule["code"], rule["bracket"], rule["valid_from"]] = rule
    return [found[key] for key in sorted(found)]


def _cost(step: paths.Step, language: str) -> dict | None:
    if step["scheme"] not in CALCULATORS:
        return None
    try:
        return estimate(step["scheme"], step["facts"], on=clock.today(), language=language).as_json()
    except (LookupError, ValueError):  # a scheme that was retired, facts that no longer make sense
        return None

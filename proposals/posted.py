"""What the editor's forms are made over: stored options as initial values, choices, rows that a button takes away."""

import re

from proposals import costs, paths
from proposals import path_forms as rows

STEP, OPTION, TEXT = "step", "option", "text"  # prefixes of the rows' fields


def initial_steps(options: list[paths.Option]) -> list[dict]:
    return [
        rows.initial_of(step, option["id"], place)
        for option in options
        for place, step in enumerate(option["steps"])
    ]


def ask_for_facts(steps, options: list[paths.Option], data) -> None:
    """Under each step what the calculator of its scheme asks: the scheme of before, not one just chosen."""
    stored = {step["id"]: step for step in paths.all_steps(options)}
    for row in steps.forms:
        step = stored.get(row["id"].value())
        if step:
            row.facts = costs.questions(step["scheme"], step["facts"], f"{row.prefix}-facts", data)


def step_choices(options: list[paths.Option], data, partners: dict[str, str]) -> dict:
    """What a row may name: the options and steps that are stored, or that came with this very page."""
    titles = {option["id"]: option["title"] for option in options}
    steps = {
        step["id"]: (option["id"], f"{number} · {step['title']}")
        for option in options
        for number, step in enumerate(option["steps"], 1)
    }
    if data is not None:
        for index in range(_count(data, OPTION)):
            titles.setdefault(data.get(f"{OPTION}-{index}-id", ""), data.get(f"{OPTION}-{index}-title", ""))
        for index in range(_count(data, STEP)):
            one, option = (data.get(f"{STEP}-{index}-{name}", "") for name in ("id", "option"))
            steps.setdefault(one, (option, data.get(f"{STEP}-{index}-title", "")))
    return {
        "leaders": rows.leader_choices(partners),
        "options": list(titles.items()),
        "schemes": costs.names(),
        "steps": [(one, option, label) for one, (option, label) in steps.items()],
    }


def _count(data, prefix: str) -> int:
    told = data.get(f"{prefix}-TOTAL_FORMS", "")
    return min(int(told), 200) if told.isdecimal() and len(told) < 6 else 0


def without_removed(data, act: str, of: str):
    """Rows that the pressed button takes away are not validated: whatever stands in them goes."""
    wanted = {
        "remove": ((STEP, "id"),),
        "drop": ((OPTION, "id"), (STEP, "option")),
        "unparagraph": ((TEXT, "id"),),
    }.get(act, ())
    if not wanted:
        return data
    data = data.copy()
    for prefix, name in wanted:
        for index in range(_count(data, prefix)):
            if re.fullmatch(r"[\w-]+", of) and data.get(f"{prefix}-{index}-{name}") == of:
                data[f"{prefix}-{index}-DELETE"] = "on"
    return data

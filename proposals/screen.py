"""The editor's page as its template reads it: options with their steps, bars and conflicts; sections; what is left."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation import clock
from proposals import conflicts, costs, paths, sections, writing
from proposals.bars import Bars, bars_of
from proposals.composing.planning import changes
from proposals.conflicts import Conflict
from proposals.editing import Editor
from proposals.steps import MAX_OPTIONS, MAX_STEPS, kind_label

LETTERS = "ABC"


@dataclass
class StepShown:
    form: Any
    number: int
    first: bool
    last: bool
    conflicts: list[Conflict]
    kind: str
    who: str
    when: str
    words: str
    cost: str

    @property
    def worst(self) -> str:
        return min((one.severity for one in self.conflicts), default="")  # "stop" before "warn"


@dataclass
class OptionShown:
    form: Any
    id: str
    letter: str
    steps: list[StepShown]
    bars: Bars
    conflicts: list[Conflict]
    full: bool
    span: str


@dataclass
class SectionShown:
    code: str
    label: Any
    rows: list[Any]
    open: bool


@dataclass
class Screen:
    options: list[OptionShown]
    sections: list[SectionShown]
    conflicts: list[tuple[str, Conflict]]
    left: list[writing.Left]
    more_options: bool
    undo: dict = field(default_factory=dict)
    moved: list[dict] = field(default_factory=list)

    @property
    def stops(self) -> int:
        return sum(one.blocks for _where, one in self.conflicts)


def screen_of(editor: Editor, suggested: Collection[str] = ()) -> Screen:
    """What the page shows of this editor: the forms as they stand, and what is stored for all the rest.

    `suggested`: ids of paragraphs that somebody words otherwise; their sections stand open.
    """
    proposal, stored = editor.proposal, editor.proposal.options
    found = conflicts.of(proposal)
    by_option: dict[str, list] = {}
    for form in editor.steps.forms:
        by_option.setdefault(form["option"].value(), []).append(form)
    known = {step["id"]: step for step in paths.all_steps(costs.costed(stored, get_language() or "fr"))}
    axis = _axis(stored)
    options = []
    for letter, form in zip(LETTERS, editor.options.forms, strict=False):
        one = form["id"].value()
        rows = sorted(by_option.get(one, []), key=lambda row: int(row["position"].value() or 0))
        steps = [_step(row, place, rows, known, found) for place, row in enumerate(rows)]
        option = paths.option_of(stored, one) or paths.blank_option(one)
        options.append(
            OptionShown(
                form,
                one,
                letter,
                steps,
                bars_of(option, *axis, clock.today()),
                [row for row in found if row.option == one and not row.step],
                len(rows) >= MAX_STEPS,
                _span(option),
            )
        )
    undo = editor.undo
    return Screen(
        options,
        [_section(code, label, editor.text.forms, suggested) for code, label in sections.SECTIONS.items()],
        list(_placed(found, options)),
        writing.offers_left(proposal),
        len(options) < MAX_OPTIONS,
        undo,
        _moved(undo, stored) if undo.get("what") == "dates" else [],
    )


def _step(form, place: int, rows: list, known: dict, found: list[Conflict]) -> StepShown:
    step = known.get(form["id"].value(), {})
    return StepShown(
        form,
        place + 1,
        place == 0,
        place == len(rows) - 1,
        [one for one in found if one.step and one.step == step.get("id")],
        str(kind_label(form["kind"].value() or "")),
        step.get("organisation", ""),
        _dates(step),
        step.get("when", ""),
        _cost(step.get("cost")),
    )


def _cost(cost: dict | None) -> str:
    """What a step costs after aid, as a range; why it is not open; "" where nothing is known."""
    if not cost:
        return ""
    if cost["refused"]:
        return cost["refused"]
    if not cost["after"]:
        return cost.get("to_price") or ""
    low, high = (number_format(one, 0, use_l10n=True, force_grouping=True) for one in cost["after"])
    told = {"low": low, "high": high}
    if low == high:
        return _("%(low)s € après aides") % told
    return _("de %(low)s à %(high)s € après aides") % told


def _section(code: str, label, forms: list, suggested: Collection[str]) -> SectionShown:
    rows = [form for form in forms if form["section"].value() == code]
    wanted = any(row["id"].value() in suggested for row in rows)
    return SectionShown(code, label, rows, code == "need" or wanted)


def _placed(found: list[Conflict], options: list[OptionShown]) -> Iterator[tuple[str, Conflict]]:
    """Each conflict with where it is: « Option A, étape 2 »."""
    for one in found:
        option = next((row for row in options if row.id == one.option), None)
        step = next(
            (row for row in (option.steps if option else ()) if row.form["id"].value() == one.step), None
        )
        if option and step:
            where = _("Option %(letter)s, étape %(number)s") % {
                "letter": option.letter,
                "number": step.number,
            }
        elif option:
            where = _("Option %(letter)s") % {"letter": option.letter}
        else:
            where = _("L’ensemble")
        yield where, one


def _day(found: date) -> str:
    return date_format(found, "DATE_FORMAT")


def _dates(step: dict) -> str:
    return paths.when_words(paths.day(step.get("start", "")), paths.day(step.get("end", "")))


def _span(option: paths.Option) -> str:
    found = paths.span(option)
    return _("%(first)s → %(last)s") % {"first": _day(found[0]), "last": _day(found[1])} if found else ""


def _axis(options: list[paths.Option]) -> tuple[date, date]:
    """From today to the last day that any option names: one scale for all."""
    spans = [found for option in options if (found := paths.span(option))]
    first = min([clock.today(), *(one[0] for one in spans)])
    return first, max([first, *(one[1] for one in spans)])


def _moved(undo: dict, stored: list[paths.Option]) -> list[dict]:
    return [
        {"title": now["title"], "before": _dates(before) or "–", "now": _dates(now) or "–"}
        for before, now in changes(undo["options"], stored)
    ]

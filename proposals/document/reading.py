"""A snapshot of schema 2 → Content. Whatever stands in it, what comes out is bounded and can be printed.

Keys: docs/proposal-snapshot.md. A snapshot is our own, but its texts are anybody's, and old ones stay for years:
a value of the wrong shape is left out, never an error.
"""

from datetime import date
from itertools import islice

from django.conf import settings

from proposals.document.content import (
    Amount,
    Content,
    Cost,
    Option,
    Partner,
    Rule,
    Step,
    Text,
    Wait,
)
from proposals.plain import clean, lacks_signs, one_line
from proposals.steps import MAX_STEPS, kind_label

SECTIONS = ("need", "baseline", "market", "data", "ethics", "staffing", "conditions", "risks", "next_steps")
LETTERS = "ABC"
_PARAGRAPHS, _PARAGRAPH = 12, 4000  # of a section; signs of one
_ALL_PARAGRAPHS = 40_000  # signs of all of them together, some thirteen pages
_LINE = 60  # what the beginning of a line counts for
_PARTNERS, _RULES, _AMOUNTS, _WORDS = 12, 60, 14, 12
_MOST = 1_000_000_000  # euros


def reading(snapshot: dict) -> Content:
    """The content of a snapshot; texts in the language of the document are labelled in the one that is active."""
    language = language_of(snapshot.get("language"))
    company, flags = _dict(snapshot.get("company")), _dict(snapshot.get("flags"))
    verify = _dict(snapshot.get("verify"))
    sections, cut = _sections(snapshot)
    options = tuple(
        _option(row, letter, snapshot.get("chosen"))
        for row, letter in zip(_rows(snapshot.get("options"), 3), LETTERS, strict=False)
    )
    return Content(
        language=language,
        words_language=language_of(snapshot.get("words_language"), language),
        reference=one_line(snapshot.get("reference"), 20),
        version=_whole(snapshot.get("version"), 1, 9999) or 1,
        date=date.fromisoformat(snapshot["date"]),
        valid_until=date.fromisoformat(snapshot["valid_until"]),
        confidentiality=one_line(snapshot.get("confidentiality"), 20),
        title=one_line(snapshot.get("title"), 160),
        company=one_line(company.get("name"), 200),
        contact=one_line(company.get("contact"), 120),
        city=one_line(company.get("city"), 80),
        coordinator=one_line(snapshot.get("coordinator"), 120),
        words=clean(snapshot.get("words"), _PARAGRAPH),
        baseline=one_line(snapshot.get("baseline"), 300),
        target=one_line(snapshot.get("target"), 300),
        pillar=one_line(_named(snapshot.get("pillar")), 120),
        ai_act=one_line(flags.get("ai_act"), 20),
        personal_data=_said(flags, "personal_data", "personal"),
        health_data=_said(flags, "health_data", "health"),
        employee_data=_said(flags, "employee_data", "employee", "employees"),
        trl=_span(snapshot.get("trl"), 1, 9),
        maturity=_whole(snapshot.get("maturity"), 0, 4),
        sections=sections,
        options=options,
        partners=tuple(_partner(row, options) for row in _rows(snapshot.get("partners"), _PARTNERS)),
        parties=tuple(one_line(name, 200) for name in _list(snapshot.get("parties"))[:_PARTNERS]),
        rules=tuple(_rule(row) for row in _rows(snapshot.get("rules"), _RULES)),
        illustrative=bool(snapshot.get("illustrative")),
        missing_signs=_lacks(snapshot),
        cut=cut,
        verify_number=one_line(verify.get("number"), 20),
        verify_check=one_line(verify.get("check"), 20),
        verify_url=one_line(verify.get("url"), 200),
    )


def language_of(code: object, default: str = "fr") -> str:
    return code if code in dict(settings.LANGUAGES) else default


def texts_of(snapshot: dict, code: str) -> list[tuple[str, object]]:
    """(id, text) of the paragraphs of a section; a text field of the same name counts where there are none."""
    rows = _rows(_dict(snapshot.get("sections")).get(code), _PARAGRAPHS)
    found = [(one_line(row.get("id"), 40), row.get("text")) for row in rows]
    if not found and code != "baseline" and isinstance(snapshot.get(code), str):
        parts = clean(snapshot[code], _PARAGRAPH).split("\n\n")[:_PARAGRAPHS]
        found = [(f"{code}-{number}", part) for number, part in enumerate(parts, 1)]
    return found


def _sections(snapshot: dict) -> tuple[dict[str, tuple[Text, ...]], bool]:
    """Every section's paragraphs, and whether something had to be left out."""
    left, cut, found = _ALL_PARAGRAPHS, False, {}
    for code in SECTIONS:
        paragraphs = []
        for key, written in texts_of(snapshot, code):
            text = clean(written, min(_PARAGRAPH, left)) if left > 0 else ""
            cut |= isinstance(written, str) and len(written) > min(_PARAGRAPH, left)
            left -= len(text) + _LINE * (1 + text.count("\n"))
            if text:
                paragraphs.append(Text(key, text))
        found[code] = tuple(paragraphs)
    return found, cut


def _option(row: dict, letter: str, chosen: object) -> Option:
    rows = _rows(row.get("steps"), MAX_STEPS)
    numbers = {
        one_line(step.get("id"), 40): f"{letter}{n}" for n, step in enumerate(rows, 1) if step.get("id")
    }
    key = one_line(row.get("id"), 40)
    return Option(
        id=key,
        letter=letter,
        title=one_line(row.get("title"), 120),
        why=one_line(row.get("why"), 600),
        limits=one_line(row.get("limits"), 600),
        chosen=bool(key) and key == chosen,
        steps=tuple(_step(step, f"{letter}{n}", numbers) for n, step in enumerate(rows, 1)),
    )


def _step(row: dict, number: str, numbers: dict[str, str]) -> Step:
    start, end = _day(row.get("start")), _day(row.get("end"))
    return Step(
        number=number,
        kind=one_line(row.get("kind"), 20),
        kind_label=str(kind_label(row.get("kind", ""))),
        organisation=one_line(row.get("organisation"), 200),
        person=one_line(row.get("person"), 120),
        leads=one_line(row.get("leads"), 40),
        title=one_line(row.get("title"), 160),
        summary=one_line(row.get("summary"), 600),
        when=one_line(row.get("when"), 120),
        start=start,
        end=end if start is None or end is None or end >= start else None,
        after=tuple(numbers[key] for key in _list(row.get("after"))[:MAX_STEPS] if key in numbers),
        waits=tuple(filter(None, map(_wait, _rows(row.get("waits"), 9)))),
        deliverables=one_line(row.get("deliverables"), 600),
        decision=one_line(row.get("decision"), 300),
        trl=_span(row.get("trl"), 1, 9),
        maturity=_span(row.get("maturity"), 0, 4),
        scheme=one_line(row.get("scheme"), 40),
        cost=_cost(row.get("cost")),
    )


def _wait(row: dict) -> Wait | None:
    weeks = _span(row.get("weeks"), 0, 260)
    return Wait(one_line(row.get("code"), 20), *weeks) if weeks else None


def _cost(row: object) -> Cost | None:
    if not isinstance(row, dict):
        return None
    before, after = (_span(row.get(key), -_MOST, _MOST) for key in ("before", "after"))
    refused = one_line(row.get("refused"), 400)
    to_price = one_line(row.get("to_price"), 400)
    if not refused and not to_price and (before is None or after is None):
        return None
    return Cost(
        name=one_line(row.get("name"), 120),
        before=before or (0, 0),
        after=after or (0, 0),
        amounts=tuple(filter(None, map(_amount, _rows(row.get("lines"), _AMOUNTS)))),
        assumptions=_words(row.get("assumptions")),
        warnings=_words(row.get("warnings")),
        refused=refused,
        to_price=to_price,
        rules=tuple(_rule(rule) for rule in _rows(row.get("rules"), _RULES)),
    )


def _amount(row: dict) -> Amount | None:
    span = _span([row.get("low"), row.get("high")], -_MOST, _MOST)
    if span is None:
        return None
    rules = tuple(one_line(code, 60) for code in _list(row.get("rules"))[:_WORDS])
    return Amount(one_line(row.get("label"), 200), *span, one_line(row.get("kind"), 10), rules)


def _rule(row: dict) -> Rule:
    value = row.get("value")
    if isinstance(value, dict | list):
        value = ""
    return Rule(
        code=one_line(row.get("code"), 60),
        label=one_line(row.get("label"), 200),
        value=clean(row.get("said"), 60) or _value(value, one_line(row.get("unit"), 30)),
        valid_from=_day(row.get("valid_from")),
        valid_until=_day(row.get("valid_until")),
        source=one_line(row.get("source"), 300),
        confidence=one_line(row.get("confidence"), 20),
    )


def _value(value: object, unit: str) -> str:
    """As it is printed: numbers in the active language's way, then the unit."""
    from proposals.document.wording import number

    if isinstance(value, bool) or value is None:
        return unit
    if isinstance(value, int | float):
        said = number(value)
    else:
        said = one_line(str(value), 60)
        if said.isascii() and said.replace(".", "", 1).isdecimal():
            said = number(float(said))
    return f"{said}\u00a0{unit}".strip() if unit else said


def _partner(row: dict, options: tuple[Option, ...]) -> Partner:
    name = one_line(row.get("name"), 200)
    signed_by = row.get("signed_by")
    return Partner(
        name=name,
        kind=one_line(row.get("kind"), 60),
        city=one_line(row.get("city"), 80),
        person=one_line(row.get("person"), 120),
        tutelles=tuple(one_line(_named(one), 120) for one in _list(row.get("tutelles"))[:8]),
        signed_by=one_line(_named(signed_by), 200),
        steps=tuple(
            step.number for option in options for step in option.steps if name and step.organisation == name
        ),
    )


def _lacks(snapshot: dict) -> bool:
    """Whether a sign somewhere cannot be printed; beyond what is printed nobody looks."""
    texts = [snapshot.get(key) for key in ("title", "words", "target", "baseline")]
    texts += [text for code in SECTIONS for _id, text in texts_of(snapshot, code)]
    for option in _rows(snapshot.get("options"), 3):
        texts += [option.get(key) for key in ("title", "why", "limits")]
        for step in _rows(option.get("steps"), MAX_STEPS):
            texts += [step.get(key) for key in ("title", "summary", "deliverables", "decision")]
    return any(lacks_signs(text[:_PARAGRAPH]) for text in texts if isinstance(text, str))


def _dict(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list:
    return value if isinstance(value, list) else []


def _rows(value: object, most: int) -> list[dict]:
    return list(islice((row for row in _list(value) if isinstance(row, dict)), most))


def _named(value: object) -> object:
    """A name, or the name of what has one."""
    return value.get("name") or value.get("label") if isinstance(value, dict) else value


def _said(flags: dict, *names: str) -> bool:
    return any(flags.get(name) is True for name in names)


def _words(value: object) -> tuple[str, ...]:
    return tuple(filter(None, (one_line(text, 400) for text in _list(value)[:_WORDS])))


def _whole(value: object, low: int, high: int) -> int | None:
    good = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    return value if good else None


def _span(value: object, low: int, high: int) -> tuple[int, int] | None:
    """[from, to] inside the bounds, in order; one of them alone is both."""
    if not isinstance(value, list | tuple) or len(value) != 2:
        return None
    ends = [round(end) if isinstance(end, float) and abs(end) <= _MOST else end for end in value]
    first, last = (_whole(end, low, high) for end in ends)
    if first is None or last is None:
        only = last if first is None else first
        return None if only is None else (only, only)
    return (first, last) if first <= last else (last, first)


def _day(value: object) -> date | None:
    """A day of this century's first half or so; None for anything else."""
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2100 else None

"""What a text should rather not say: addresses, numbers of persons and accounts, health, secrets. Pure.

Rules and words (French, German, English) lie in static/js/sensitive-rules.json, which static/js/sensitive.js reads
while somebody types; tests/foundation/sensitive_cases.json is what both must find. Precision comes before recall: a
warning about an order number teaches people to ignore warnings.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stdnum import iban, luhn
from stdnum.fr import nir

KINDS = ("email", "phone", "nir", "iban", "card", "health", "secret")
_RULES = Path(__file__).resolve().parent.parent / "static" / "js" / "sensitive-rules.json"
_BEFORE = 30  # characters looked at before a match
_CHECKS = {
    "iban": lambda text: iban.is_valid(text, check_country=False),
    "nir": nir.is_valid,
    "luhn": luhn.is_valid,
}
_BLANKS = re.compile(r"[\s-]")


@dataclass(frozen=True)
class Found:
    """`kind`: one of KINDS; the text from `start` to `end`."""

    kind: str
    start: int
    end: int


@cache
def _rules() -> list[tuple]:
    return [
        (
            rule["kind"],
            _pattern(rule),
            _CHECKS.get(rule.get("check"), bool),
            *(re.compile(rule[name], re.I) if name in rule else None for name in ("unless", "after")),
        )
        for rule in json.loads(_RULES.read_text("utf-8"))["rules"]
    ]


def _pattern(rule: dict) -> re.Pattern:
    if "words" not in rule:
        return re.compile(rule["pattern"], re.I if rule.get("flags") == "i" else 0)
    words = "|".join(rule["words"]).replace(" ", r"\s+")
    return re.compile(rf"(?<![0-9A-Za-zÀ-ÿ])(?:{words})(?![0-9A-Za-zÀ-ÿ])", re.I)


def find(text: str) -> list[Found]:
    """Everything found, in the order of the text, without overlaps."""
    found: list[Found] = []
    for kind, pattern, fits, unless, after in _rules():
        for match in pattern.finditer(text):
            start, end = match.span()
            before = text[max(0, start - _BEFORE) : start]
            if any(one.start < end and start < one.end for one in found):
                continue
            if (unless and unless.search(before)) or (after and not after.search(before)):
                continue
            if fits(_BLANKS.sub("", match[0])):
                found.append(Found(kind, start, end))
    return sorted(found, key=lambda one: one.start)


def kinds(text: str) -> list[str]:
    """The kinds found, each once, in the order of KINDS."""
    seen = {one.kind for one in find(text)}
    return [kind for kind in KINDS if kind in seen]

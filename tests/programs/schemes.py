"""The file of schemes as values, without a table: for tests that only count."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from programs.management.commands.load_reference import DATA
from programs.schemes.estimating import Estimate, Info, compute
from programs.schemes.loading import written_rules
from programs.schemes.rulebook import RuleBook

FILE = json.loads((DATA / "schemes.json").read_text("utf-8"))
CASES = json.loads((Path(__file__).parent / "data" / "scheme_cases.json").read_text("utf-8"))
BOOK = RuleBook(rule for rule, _note in written_rules(FILE["rules"]))
NAMES = {entry["code"]: entry["name"]["fr"] for entry in FILE["schemes"]}
INFOS = {
    entry["code"]: Info(
        code=entry["code"],
        name=entry["name"]["fr"],
        open_to=tuple(entry["open_to"]),
        closed_to=tuple(entry["closed_to"]),
        sizes=tuple(entry["sizes"]),
        region_only=entry["region_only"],
        no_startup=entry["no_startup"],
        instead=entry["instead"],
        names=NAMES,
    )
    for entry in FILE["schemes"]
}
TODAY = date(2026, 11, 26)


def counted(code: str, facts: dict[str, Any], on: date = TODAY, book: RuleBook = BOOK) -> Estimate:
    return compute(INFOS[code], facts, book, on=on)

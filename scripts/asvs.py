"""Where each requirement of ASVS 5.0, levels 1 and 2, is met: docs/asvs.csv → docs/asvs.md.

python -m scripts.asvs            write the page
python -m scripts.asvs --check    exit code 1 if it is out of date, or if the table names what is not there

The sentences of the standard are OWASP's and are not copied: numbers, levels and a few words of our own. A test that
says `@pytest.mark.shows("asvs 6.5.5")` is added to the row of 6.5.5 by itself; the verdict is always written by hand.
"""

import ast
import csv
import re
import sys
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TABLE, PAGE = ROOT / "docs" / "asvs.csv", ROOT / "docs" / "asvs.md"
COLUMNS = ["id", "level", "applies", "asks", "verdict", "where", "missing"]
ALL, APPLICABLE = 253, 194
VERDICTS = ("tested", "documented", "partly", "not met")
CHAPTERS = {
    1: "Encoding and injection",
    2: "Validation and business rules",
    3: "In the browser",
    4: "HTTP and interfaces",
    5: "Files",
    6: "Authentication",
    7: "Sessions",
    8: "Authorisation",
    9: "Tokens that carry their own proof",
    10: "OAuth and OpenID Connect",
    11: "Cryptography",
    12: "Encrypted connections",
    13: "Configuration",
    14: "Data protection",
    15: "Dependencies and architecture",
    16: "Logs and errors",
    17: "WebRTC",
}
_NUMBER = re.compile(r"\d+\.\d+\.\d+")


@dataclass
class Row:
    """`applies`: "yes", "proconnect" (when PROCONNECT_URL is set) or "no" (then `missing` says why)."""

    id: str
    level: str
    applies: str
    asks: str
    verdict: str
    where: list[str]
    missing: str
    marked: list[str] = field(default_factory=list)

    @property
    def chapter(self) -> int:
        return int(self.id.partition(".")[0])

    @property
    def tests(self) -> list[str]:
        return [one for one in self.where if "::" in one] + self.marked

    @property
    def documents(self) -> list[str]:
        return [one for one in self.where if "::" not in one]


def read(table: Path = TABLE) -> list[Row]:
    with table.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if reader.fieldnames != COLUMNS:
            raise ValueError(f"{table.name}: columns are {reader.fieldnames}, not {COLUMNS}")
        return [Row(**{**line, "where": line["where"].split()}) for line in reader]


# -- What the tests say of themselves.


def _numbers(node: ast.AST) -> set[str]:
    """The requirements that a decorator or an assignment to pytestmark names."""
    found: set[str] = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "shows":
            said = [one.value for one in call.args if isinstance(one, ast.Constant)]
            found |= {number for one in said if one.startswith("asvs ") for number in _NUMBER.findall(one)}
    return found


@cache
def functions(path: Path) -> dict[str, set[str]]:
    """Test of this file (function, or Class::function) → numbers that it and its module are marked with."""
    body = ast.parse(path.read_text("utf-8")).body
    everywhere: set[str] = set()
    for node in body:
        if isinstance(node, ast.Assign) and "pytestmark" in {getattr(one, "id", "") for one in node.targets}:
            everywhere |= _numbers(node.value)
    found = {}
    for prefix, nodes, inherited in [("", body, everywhere)] + [
        (f"{node.name}::", node.body, everywhere | set().union(*map(_numbers, node.decorator_list)))
        for node in body
        if isinstance(node, ast.ClassDef)
    ]:
        for node in nodes:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                found[prefix + node.name] = inherited.union(*map(_numbers, node.decorator_list))
    return found


def marks(folder: Path = ROOT / "tests") -> dict[str, list[str]]:
    """Number → the tests marked with it; a module that is marked whole is named once."""
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        name, tests = path.relative_to(ROOT).as_posix(), functions(path)
        for number in sorted(set().union(*tests.values())):
            having = [test for test, numbers in tests.items() if number in numbers]
            told = [name] if len(having) == len(tests) > 1 else [f"{name}::{test}" for test in having]
            found.setdefault(number, []).extend(told)
    return found


# -- What cannot be true.


def slug(heading: str) -> str:
    """The anchor that a heading gets where the page is read (GitHub's rule)."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@cache
def anchors(path: Path) -> set[str]:
    return {slug(heading) for heading in re.findall(r"^#{1,6} (.+)$", path.read_text("utf-8"), re.M)}


def _trouble_at(place: str) -> str:
    """Why a place does not exist, or ""."""
    name, _sign, inside = place.partition("::" if "::" in place else "#")
    path = ROOT / name
    if not path.is_file():
        return f"no file {name}"
    if "::" in place and inside not in functions(path):
        return f"no test {place}"
    if "#" in place and inside not in anchors(path):
        return f"no heading {place}"
    return ""


def troubles(rows: list[Row]) -> list[str]:
    """One sentence for whatever is wrong with the table; empty when it may be believed."""
    said = [
        f"{number} stands twice" for number, times in Counter(row.id for row in rows).items() if times > 1
    ]
    counts = len(rows), sum(row.applies == "yes" for row in rows)
    if counts != (ALL, APPLICABLE):
        said.append(f"{counts[0]} requirements, {counts[1]} applicable: not {ALL} and {APPLICABLE}")
    for row in rows:
        said += [f"{row.id}: {trouble}" for place in row.where if (trouble := _trouble_at(place))]
        if row.applies == "no":
            wrong = row.verdict or row.where or not row.missing
            said += [f"{row.id}: does not apply, so it has a reason and nothing else"] if wrong else []
            continue
        if row.applies not in ("yes", "proconnect") or row.verdict not in VERDICTS:
            said.append(f"{row.id}: no verdict")
        if not row.asks or len(row.asks) > 60:
            said.append(f"{row.id}: what it asks takes 1 to 60 signs")
        if row.verdict == "tested" and not row.tests:
            said.append(f"{row.id}: tested, and names no test")
        if row.verdict == "documented" and not row.documents:
            said.append(f"{row.id}: documented, and names no document")
        if (row.verdict in ("partly", "not met")) != bool(row.missing):
            said.append(f"{row.id}: what is missing is said for « partly » and « not met », and only there")
    return said


# -- The page.


def _link(place: str) -> str:
    name, _sign, test = place.partition("::")
    if not test:
        label = name.removeprefix("docs/")
        target = label if name.startswith("docs/") else f"../{name}"
        return f"[{label}]({target})"
    short = name.removeprefix("tests/").removesuffix(".py")
    return f"[{short} · {test.removeprefix('test_').replace('_', ' ')}](../{name})"


def _line(row: Row) -> str:
    proofs = "<br>".join(_link(one) for one in [*row.tests, *row.documents])
    asks = f"{row.asks} *(with ProConnect)*" if row.applies == "proconnect" else row.asks
    verdict = row.verdict if row.verdict in ("tested", "documented") else f"**{row.verdict}**"
    return f"| {row.id} | {row.level} | {asks} | {verdict} | {proofs} | {row.missing} |"


def _counted(rows: list[Row]) -> str:
    counts = Counter(row.verdict for row in rows)
    return " · ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS)


def page(rows: list[Row]) -> str:
    applicable = [row for row in rows if row.applies == "yes"]
    proconnect = [row for row in rows if row.applies == "proconnect"]
    out = [row for row in rows if row.applies == "no"]
    open_ones = [row for row in applicable + proconnect if row.verdict in ("partly", "not met")]
    parts = [
        "# ASVS 5.0, level 2",
        "Made by `python -m scripts.asvs` from `docs/asvs.csv` and from the marks of the tests; not edited by hand.\n"
        "The requirements are those of the OWASP Application Security Verification Standard 5.0, levels 1 and 2, by\n"
        "number; what they ask is in our own few words, the standard has the sentences that count.",
        f"**{len(applicable)} of {len(rows)} apply: {_counted(applicable)}.**",
        f"{len(proconnect)} more apply when `PROCONNECT_URL` is set: {_counted(proconnect)}. "
        f"{len(out)} do not apply.",
        "*tested*: a test fails when it is no longer so. *documented*: the requirement is for a document, or a\n"
        "decision that no test can show. *partly*, *not met*: the last column says what is missing.",
        "| chapter | apply | tested | documented | partly | not met |\n| --- | --- | --- | --- | --- | --- |\n"
        + "\n".join(_summary(number, applicable) for number in CHAPTERS),
        "## What is missing",
        "\n".join(f"- {row.id}, {row.verdict}: {row.missing}" for row in open_ones),
    ]
    for number, title in CHAPTERS.items():
        here = [row for row in rows if row.chapter == number]
        parts.append(f"## {number}. {title}")
        if inside := [row for row in here if row.applies != "no"]:
            head = "| | level | asks | verdict | where | missing |\n| --- | --- | --- | --- | --- | --- |"
            parts.append("\n".join([head, *map(_line, inside)]))
        reasons: dict[str, list[str]] = {}
        for row in here:
            if row.applies == "no":
                reasons.setdefault(row.missing, []).append(row.id)
        if reasons:
            told = "; ".join(f"{', '.join(ids)} ({reason})" for reason, ids in reasons.items())
            parts.append(f"Do not apply: {told}.")
    return "\n\n".join(parts) + "\n"


def _summary(number: int, applicable: list[Row]) -> str:
    here = [row for row in applicable if row.chapter == number]
    counts = Counter(row.verdict for row in here)
    cells = " | ".join(str(counts[verdict] or "") for verdict in VERDICTS)
    return f"| {number}. {CHAPTERS[number]} | {len(here) or ''} | {cells} |"


def load(table: Path = TABLE) -> list[Row]:
    """The rows with the marks of the tests."""
    rows, marked = read(table), marks()
    for row in rows:
        named = {place.partition("::")[0] for place in row.where} | set(row.where)
        row.marked = [one for one in marked.get(row.id, []) if one not in named]
    return rows


def main() -> int:
    rows = load()
    if said := troubles(rows):
        print("\n".join(said), file=sys.stderr)
        return 1
    if "--check" in sys.argv:
        return int(not PAGE.is_file() or PAGE.read_text("utf-8") != page(rows))
    PAGE.write_text(page(rows), "utf-8")
    print(_counted([row for row in rows if row.applies == "yes"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

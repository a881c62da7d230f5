"""Write docs/faults.md: each fault, what must happen, the tests that say they show it, their twin, what is not shown.

python scripts/faults.py. The tests are read from their `shows` markers; tests/test_repository.py compares the page.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "faults.md"
# id → (what must happen, the twin that fails without the protection, what is not shown)
FAULTS = {
    "R-01": (
        "The answer comes after the commit is on the disk.",
        "`crashing.py --broken commit_in_pieces`",
        "A power cut: what the kernel holds is taken for written.",
    ),
    "R-02": ("One demand per form, however often it is sent.", "in `test_races.py`", ""),
    "R-03": (
        "All or nothing at each of the declared crash points, on both stacks.",
        "`crashing.py --broken` with each of three wrong orders",
        "The rarer points are killed at in the first stage that passes them; ENACT_FULL=1 visits all stages.",
    ),
    "R-04": ("A killed worker's work is taken over in seconds by the sweep.", "`mark_then_send`", ""),
    "R-05": (
        "Without Redis, or with one that is slow or silent, the portal goes on; what was owed is done within a minute.",
        "in `test_counting.py`",
        "A worker that begins while Redis is slow by 500 ms: it takes a minute longer to be of use.",
    ),
    "R-06": (
        "Mails wait, leave later, or are shown as undelivered.",
        "`mark_then_send`; in `test_two_days.py`",
        "",
    ),
    "R-07": (
        "503 before a file is taken, the words kept.",
        "the same with room",
        "A small volume filled byte by byte.",
    ),
    "R-08": ("503 for a moment, back without a restart, nothing twice.", "in `test_sqlite.py`", ""),
    "R-09": (
        "Delivered five times by five workers: done once.",
        "without the claim each delivery sends",
        "Two clocks more than 20 s apart may send a mail twice (same Message-ID); in the database it is done once.",
    ),
    "R-10": ("The second writer is told, nothing is overwritten.", "in each file of races", ""),
    "R-11": ("One winner of the last place; the others are told why.", "in each file of races", ""),
    "R-12": ("A sweep never takes what a row promises, nor too much at once.", "in `test_rules.py`", ""),
    "R-13": ("Backup and restore.", "", ""),
    "R-14": ("Migrations under traffic.", "", ""),
    "R-15": (
        "Reminders once, at the hour of the place, however the clock jumps.",
        "",
        "Real processes under libfaketime.",
    ),
    "R-16": ("Reload without a failed request.", "", ""),
    "R-17": (
        "A cut upload leaves nothing; who sends or reads slowly keeps nobody waiting.",
        "gunicorn's own worker keeps everybody waiting",
        "",
    ),
    "R-18": ("Two clocks do each thing once.", "in `test_clock_races.py`", ""),
    "R-19": (
        "A document ends at 20 s or 512 MB, three failures park it.",
        "with more memory it is made",
        "",
    ),
    "R-20": ("A silent worker is seen.", "", ""),
    "R-21": (
        "Everything together: `python -m benchmarks.soak --minutes 30 --seed 1 [--servers]`.",
        "",
        "The half hour is run by hand, before a release.",
    ),
}
HEAD = """# Faults

Written by `python scripts/faults.py` from the tests' own `shows` markers: do not edit. What must hold after every one
of them is in `benchmarks/invariants.py`; how the crash points work in decision 0049.

| Fault | What must happen | Shown by | Twin (fails without the protection) | Not shown |
|---|---|---|---|---|
"""


def shown() -> Iterator[tuple[str, str]]:
    """(fault, file) of every marker of the tests."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "shows":
                for one in node.args:
                    yield one.value, str(path.relative_to(ROOT))


def page() -> str:
    files: dict[str, dict[str, None]] = {}
    for fault, file in shown():
        files.setdefault(fault, {})[file] = None
    lines = []
    for fault, (promise, twin, missing) in FAULTS.items():
        tests = ", ".join(f"`{file.removeprefix('tests/')}`" for file in files.get(fault, {})) or "—"
        lines.append(f"| {fault} | {promise} | {tests} | {twin or '—'} | {missing or '—'} |\n")
    return HEAD + "".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")

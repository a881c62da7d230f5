"""Which tests take long: python -m scripts.long RESULTS.xml… writes tests/long.txt from JUnit files of a whole run.

`sh test.sh` runs a part of them each day (docs/decisions/0043-tiers.md); `sh test.sh --full` runs all, and calls this.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

LIST = Path(__file__).parent.parent / "tests" / "long.txt"
SECONDS = {"browser": 30.0, "process": 150.0}  # by folder; elsewhere:
USUAL = 1.0


def read() -> frozenset[str]:
    """The tests that took long in the last whole run, by pytest's names for them."""
    return frozenset(LIST.read_text("utf-8").splitlines())


def found(results: Iterable[str]) -> set[str]:
    """Those that took so many SECONDS or more, set-up and all, in any of these JUnit files."""
    return {
        f"{case.get('classname').replace('.', '/')}.py::{case.get('name')}"
        for path in results
        for case in ElementTree.parse(path).iter("testcase")
        if float(case.get("time")) >= SECONDS.get(case.get("classname").split(".")[1], USUAL)
    }


if __name__ == "__main__":
    LIST.write_text("".join(f"{one}\n" for one in sorted(found(sys.argv[1:]))), "utf-8")

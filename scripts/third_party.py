"""Write the table of runtime packages into THIRD-PARTY.md, from what is installed.

.venv/bin/python scripts/third_party.py            write it
.venv/bin/python scripts/third_party.py --check    exit code 1 if it is out of date
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, files, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "THIRD-PARTY.md"
START, END = "<!-- packages: start -->", "<!-- packages: end -->"


def licence(package) -> str:
    """The SPDX expression that the package states, else its classifiers, else the first line of its text."""
    if expression := package["License-Expression"]:
        return expression
    classifiers = [
        value.split(" :: ")[-1]
        for value in package.get_all("Classifier") or []
        if value.startswith("License :: ") and value != "License :: OSI Approved"
    ]
    stated = ", ".join(classifiers) or package["License"] or _text(package["Name"]) or "see its metadata"
    return stated.splitlines()[0]


def _text(name: str) -> str:
    """The licence that a package carries as a file alone."""
    texts = [
        path for path in files(name) or [] if "dist-info" in str(path) and "LICENSE" in path.name.upper()
    ]
    return texts[0].locate().read_text("utf-8").strip() if texts else ""


def home(package) -> str:
    links = [value.split(", ", 1) for value in package.get_all("Project-URL") or []]
    wanted = ("home", "source", "code", "repository", "github")
    known = [address for word in wanted for label, address in links if word in label.lower()]
    return package["Home-page"] or (known or [""])[0]


def rows():
    pinned = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "requirements.txt").read_text(), re.M):
        pinned.setdefault(name, []).append(version)  # two where the version depends on that of Python
    for name, versions in pinned.items():
        versions = ", ".join(versions)
        try:
            package = metadata(name)
        except PackageNotFoundError:
            yield f"| {name} | {versions} | (another platform or Python only) | |"
        else:
            yield f"| {name} | {versions} | {licence(package)} | {home(package)} |"


def main() -> int:
    table = "\n".join(["| package | version | licence | home |", "| --- | --- | --- | --- |", *rows()])
    before, rest = DOCUMENT.read_text().split(START)
    after = rest.split(END)[1]
    wanted = f"{before}{START}\n{table}\n{END}{after}"
    if "--check" in sys.argv:
        return int(DOCUMENT.read_text() != wanted)
    DOCUMENT.write_text(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())

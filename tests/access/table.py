"""The table of who may do what, read from table.txt: every URL of the portal has one row there."""

from pathlib import Path

from tests.access.people import PEOPLE

TABLE = Path(__file__).with_name("table.txt")
REST = "others"


def rows() -> dict[str, dict[str, tuple[str, ...]]]:
    """URL name → person → letters of (GET own, foreign, unknown, POST own, foreign, unknown).

    Raises ValueError for a name that stands twice and for a person of whom a block says nothing.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for block in TABLE.read_text("utf-8").split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        said: dict[str, tuple[str, ...]] = {}
        names: list[str] = []
        for line in lines:
            if line.startswith(" "):
                names += line.split()
                continue
            people, letters = line.split(": ")
            outcomes = tuple(letters.replace("|", " ").split())
            if len(outcomes) not in (2, 6):
                raise ValueError(line)
            for person in people.split():
                said[person] = outcomes
        whole = {person: said.get(person) or said.get(REST) for person in PEOPLE}
        if names and None in whole.values():
            raise ValueError(f"not everybody is decided for {names}")
        for name in names:
            if name in found:
                raise ValueError(f"{name} stands twice")
            found[name] = whole
    return found

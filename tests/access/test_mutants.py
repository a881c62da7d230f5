"""Each check taken away in turn: the row that mutants.txt names beside it notices (S-33, GS11).

A part of them daily, all with ENACT_FULL=1, which also looks for rows that notice what is open.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from django.urls import get_resolver

from foundation import clock
from scripts.mutants import Mutant, alive, every, original
from tests.access.test_matrix import URLS, Row
from tests.access.test_pages_of_others import told

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.shows("S-33")]

FULL = bool(os.environ.get("ENACT_FULL"))
PARTS = 8  # of which each day tries one
NEAR = 12  # rows looked at for what is open
TABLE = Path(__file__).with_name("mutants.txt")
NOTICED, HELD, OPEN = "->", "..", "??"
# How many checks are open at most: fewer tomorrow, never more.
MOST_OPEN = 96


def numbered(mutants: list[Mutant]) -> dict[str, Mutant]:
    """Mutants by path, function and what was taken away, the second of a kind with « #2 »: no line moves them."""
    found: dict[str, Mutant] = {}
    for mutant in mutants:
        name, number = f"{mutant.path} {mutant.name}: {mutant.what}", 1
        while (key := name if number == 1 else f"{name} #{number}") in found:
            number += 1
        found[key] = mutant
    return found


def decided() -> dict[str, tuple[str, str]]:
    """Mutant → (one of NOTICED, HELD, OPEN; the name of the row that notices, or why none does)."""
    found = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            mutant, how, said = next(
                line.partition(f" {how} ") for how in (NOTICED, HELD, OPEN) if f" {how} " in line
            )
            found[mutant] = (how.strip(), said.strip())
    return found


MUTANTS, DECIDED = numbered(every()), decided()


def rows_near(mutant: Mutant) -> list[str]:
    """Names of URLs, those first whose view is the mutated function, then its module's, then its app's."""
    app, inner = mutant.module.split(".")[0], mutant.name.split(".")[0]

    def distance(name: str) -> tuple[int, str]:
        callback = URLS[name][0].callback
        if callback.__module__ == mutant.module:
            return (0 if callback.__name__ == inner else 1), name
        of_admin = "admin" in mutant.module and name.startswith(f"admin:{app}_")
        return (2 if callback.__module__.split(".")[0] == app or of_admin else 3), name

    return sorted(URLS, key=distance)


class AtOnce(list):
    """What is wrong in a row; the first is enough."""

    def append(self, found) -> None:
        raise AssertionError(found)


def notices(world, mutant: Mutant, rows: list[str]) -> str:
    """The first of these rows that is walked otherwise than the table says, or gives away what is of others; ""
    for a mutant that survives."""
    with alive(mutant):
        for name in rows:
            try:
                row = Row(world, name)
                row.wrong = AtOnce()
                row.walk()
                if told(world, name):
                    return name
            except Exception:  # what is wrong, and a page that breaks
                return name
    return ""


def of_today(names: list[str]) -> list[str]:
    return names if FULL else names[clock.today().toordinal() % PARTS :: PARTS]


def test_every_check_is_decided_and_nothing_else():
    assert sorted(MUTANTS.keys() ^ DECIDED.keys()) == []


def test_every_check_that_is_taken_away_is_noticed(world):
    assert get_resolver().url_patterns  # all views are imported: what is mutated is what answers
    noticed = [name for name in sorted(MUTANTS) if DECIDED[name][0] == NOTICED]
    survived = [name for name in of_today(noticed) if not notices(world, MUTANTS[name], [DECIDED[name][1]])]
    assert survived == []


def test_what_is_open_does_not_grow(world):
    left = [name for name, (how, _said) in DECIDED.items() if how == OPEN]
    for name in left if FULL else ():
        print(name, NOTICED, notices(world, MUTANTS[name], rows_near(MUTANTS[name])[:NEAR]))
    assert len(left) <= MOST_OPEN


def test_a_mutant_that_changes_nothing_is_not_noticed(world):
    """The negative twin: what the rows notice is the missing check."""
    name = next(name for name in sorted(MUTANTS) if DECIDED[name][0] == NOTICED)
    unchanged = replace(MUTANTS[name], code=original(MUTANTS[name]))
    assert notices(world, unchanged, [DECIDED[name][1]]) == ""

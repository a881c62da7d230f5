"""Each check taken away in turn: the matrix notices (S-33, GS11). A part of them daily, all with ENACT_FULL=1."""

import os

import pytest
from django.urls import get_resolver

from foundation import clock
from scripts.mutants import Mutant, alive, every
from tests.access.test_matrix import URLS, Row

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.shows("S-33")]

PARTS = 8  # of which each day tries one
# mutant without its line → why nothing of what a person may do changes when this check is gone.
EXPLAINED: dict[str, str] = {}


def rows_near(mutant: Mutant) -> list[str]:
    """Names of URLs, those first whose view is the mutated function, then its module's, then its app's."""

    def distance(name: str) -> tuple[int, str]:
        callback = URLS[name][0].callback
        module = callback.__module__
        own = module == mutant.module
        if own and callback.__name__ == mutant.name.split(".")[0]:
            return 0, name
        app = mutant.module.split(".")[0]
        of_admin = "admin" in mutant.module and name.startswith("admin:") and "workbench" not in name
        return (1 if own else 2 if module.split(".")[0] == app or of_admin else 3), name

    return sorted(URLS, key=distance)


def notices(world, mutant: Mutant) -> str:
    """The first row that is walked otherwise than the table says; "" for a mutant that survives."""
    with alive(mutant):
        for name in rows_near(mutant):
            row = Row(world, name)
            try:
                row.walk()
            except Exception:  # a page that breaks is noticed as well
                return name
            if row.wrong:
                return name
    return ""


def of_today(mutants: list[Mutant]) -> list[Mutant]:
    if os.environ.get("ENACT_FULL"):
        return mutants
    return mutants[clock.today().toordinal() % PARTS :: PARTS]


def short(mutant: Mutant) -> str:
    return f"{mutant.path} {mutant.name}: {mutant.what}"


def test_every_check_that_is_taken_away_is_noticed(world):
    assert get_resolver().url_patterns  # all views are imported: what is mutated is what answers
    survived, killed = [], 0
    for mutant in of_today(every()):
        if by := notices(world, mutant):
            killed += 1
            print(f"killed by {by}: {mutant}")
        elif short(mutant) not in EXPLAINED:
            survived.append(str(mutant))
    print(f"{killed} killed, {len(survived)} survived, {len(EXPLAINED)} explained")
    assert survived == []


def test_no_explanation_outlives_its_mutant():
    assert set(EXPLAINED) <= {short(mutant) for mutant in every()}

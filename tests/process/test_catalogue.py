"""A changed offer is what every web and worker process shows within two seconds, and nothing is indexed again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.process.running import RECOVERY_SECONDS, Workers
from tests.process.test_portal import Portal, wait_for

pytestmark = pytest.mark.process
SECONDS = 2


@pytest.fixture
def portal(fresh_stack, tmp_path):
    portal = Portal(fresh_stack | {"ENACT_DEMO": "0"}, tmp_path / "portal.log")
    try:
        portal.wait_until_it_answers()
        yield portal
    finally:
        portal.process.kill()
        portal.process.wait()


def indexes(environment) -> dict[str, int]:
    """Every snapshot in the index folder → when it was written."""
    folder = Path(environment["ENACT_VAR"]) / "index"
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("manifest.json")}


def test_a_changed_offer_is_seen_everywhere_without_a_new_index(portal, tmp_path):
    scenario = Workers(portal.environment, tmp_path / "log")
    made = scenario.do("catalogue")
    with ThreadPoolExecutor(6) as visitors:  # each process reads the catalogue once before it is measured
        assert set(visitors.map(portal.get, ["/catalogue/?q=coul%C3%A9e"] * 12)) == {200}
    wait_for(lambda: scenario.do("state")["matches"] >= 8, RECOVERY_SECONDS)
    before = indexes(portal.environment)
    assert before

    # On a busy machine a ranking takes as long as it takes: that of a change is held against one without.
    usual = scenario.do("change", "nothing", made["offers"][0], str(made["irritant"]), portal.address)["ranking"]
    for move in ("hide", "publish", "edit"):
        found = scenario.do("change", move, made["offers"][0], str(made["irritant"]), portal.address)
        assert found["in_ranking"] and found["as_of"], (move, found)
        assert found["web"] <= SECONDS, (move, found)
        assert 0 < found["ranking"] <= max(SECONDS, 3 * usual), (move, found, usual)
    assert indexes(portal.environment) == before

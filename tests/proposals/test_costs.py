"""Money in the editor and in the snapshot: what a scheme asks of a step, and what a version keeps of it."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from foundation import clock
from proposals import costs, snapshots, writing
from tests.proposals.test_prepare import foundry  # noqa: F401  a fixture
from tests.proposals.test_screens import case, row, save, url  # noqa: F401


@pytest.fixture
def rules(db):
    call_command("load_reference", verbosity=0)


def test_a_version_keeps_what_each_step_costs(rules, foundry):  # noqa: F811
    proposal = writing.prepare(foundry.irritant, actor=foundry.actor)
    snapshot = writing.freeze(proposal, actor=foundry.actor).snapshot
    told = {step["title"]: step["cost"] for step in snapshot["options"][1]["steps"]}
    assert told["Lire ses données"]["before"][0] == 1400
    assert told["Apprendre sous incertitude"]["after"][0] < told["Apprendre sous incertitude"]["before"][1]
    used = [(one["code"], one["bracket"], one["valid_from"]) for one in snapshot["rules"]]
    assert used and len(set(used)) == len(used)
    with clock.at(clock.now() + timedelta(days=1)):  # another day, the same rules: the same document
        assert snapshots.says_the_same(proposal.versions.first(), proposal)


def test_what_a_scheme_asks_is_answered_beside_the_step(rules, case):  # noqa: F811
    lab = case.proposal.options[0]["steps"][0]["id"]
    one = row(case, lab)
    assert case.proposal.options[0]["steps"][0]["scheme"] == "prestation"
    save(case, **{f"{one}-facts-amount": "12 000"})
    assert case.proposal.options[0]["steps"][0]["facts"]["amount"] == "12000.00"
    assert "après aides" in case.ours.get(url(case, "edit")).content.decode()
    wrong = {f"{one}-facts-amount": "beaucoup"}
    refused = save(case, **wrong)
    assert refused.status_code == 422 and "Écrivez un nombre, en chiffres." in refused.content.decode()
    assert case.proposal.options[0]["steps"][0]["facts"]["amount"] == "12000.00"
    # What is wrong for a scheme that is left holds nobody up, and replaces nothing.
    assert save(case, **wrong, **{f"{one}-scheme": ""}).status_code == 303
    save(case, **{f"{one}-scheme": "prestation"})
    assert case.proposal.options[0]["steps"][0]["facts"]["amount"] == "12000.00"
    save(case, **{f"{one}-scheme": "collaboration"})
    step = case.proposal.options[0]["steps"][0]
    assert (step["scheme"], step["facts"]["amount"]) == ("collaboration", "12000.00")
    assert f"{one}-facts-lab_share" in case.ours.get(url(case, "edit")).content.decode()
    save(case, **{f"{one}-facts-amount": "beaucoup"}, action=f"remove:{lab}")  # nor in a row that goes
    assert lab not in [step["id"] for step in case.proposal.options[0]["steps"]]


def test_a_scheme_that_is_no_more_costs_nothing_and_stays_written(rules, case):  # noqa: F811
    option = case.proposal.options[0]
    option["steps"][0] |= {"scheme": "gone", "facts": {"x": 1}}
    [again] = costs.costed([option], "fr")
    assert again["steps"][0]["cost"] is None

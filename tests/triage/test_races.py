"""Partners, company, coordinators and the worker on one case at once: nobody blocks anybody, no word is lost."""

from dataclasses import replace
from threading import Barrier

import pytest
from django.db import DatabaseError, transaction

from intake.lifecycle import IRRITANT
from intake.models import Outcome, Stage
from journal import jobs
from journal.actors import Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Event
from partners.models import OrganisationQuerySet
from programs.lifecycle import OFFER
from proposals import writing
from proposals.lifecycle import PROPOSAL
from proposals.models import Collaboration
from tests import cast as casting
from tests.racing import at_once, met_at, needs_real_races
from triage import qualifying, ranking
from triage.asking import ask
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Match, MatchState, Qualification
from triage.sharing import share

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_as_served"),
    pytest.mark.shows("R-10", "R-11"),
]
COMPANY, PARTNER = Actor("company"), Actor("partner")


def move(table, row, name, actor, **data):
    """An act that reads the row anew, as a request does."""
    return lambda: table.perform(type(row).objects.get(pk=row.pk), name, actor=actor, **data)


def stages(irritant) -> dict[str, str]:
    return {
        row.organisation.external_id: row.stage for row in irritant.referrals.select_related("organisation")
    }


def names(irritant) -> list[str]:
    return list(Event.objects.filter(case=irritant.public_id).order_by("seq").values_list("name", flat=True))


def test_two_partners_accept_at_once(settled):
    first, second = casting.asked(settled)
    answers = met_at(
        settled.irritant.public_id,
        move(REFERRAL, first, "accept", PARTNER),
        move(REFERRAL, second, "accept", PARTNER),
    )
    assert [answer.name for answer in answers] == ["referral.accept"] * 2
    assert stages(settled.irritant) == {"labo-a": "accepted", "labo-b": "accepted"}


def test_two_partners_decline_at_once_and_the_last_brings_the_case_back(settled):
    first, second = casting.asked(settled)
    met_at(
        settled.irritant.public_id,
        move(REFERRAL, first, "decline", PARTNER, reason="other"),
        move(REFERRAL, second, "decline", PARTNER, reason="other"),
    )
    assert names(settled.irritant).count("irritant.reopen") == 1
    settled.irritant.refresh_from_db()
    assert settled.irritant.stage == Stage.IN_TRIAGE


@pytest.mark.parametrize("partner_first", [True, False])
def test_a_partner_accepts_while_the_company_withdraws(settled, partner_first):
    first, _second = casting.asked(settled)
    acts = [
        move(REFERRAL, first, "accept", PARTNER),
        move(IRRITANT, settled.irritant, "withdraw", COMPANY),
    ]
    answers = met_at(settled.irritant.public_id, *(acts if partner_first else acts[::-1]))
    settled.irritant.refresh_from_db()
    assert (settled.irritant.stage, settled.irritant.outcome) == (Stage.CLOSED, Outcome.WITHDRAWN)
    assert stages(settled.irritant) == {"labo-a": "cancelled", "labo-b": "cancelled"}
    refused = [answer.code for answer in answers if isinstance(answer, Refusal)]
    assert refused in ([], ["state"])  # no, if the company was first


@pytest.mark.parametrize("partner_first", [True, False])
def test_a_partner_answers_while_another_one_is_asked(settled, partner_first):
    casting.qualified(settled)
    by = coordinator(settled.coordinator)
    (first,) = ask(settled.irritant, [settled.lab], note="", actor=by)
    acts = [
        move(REFERRAL, first, "accept", PARTNER),
        lambda: ask(settled.irritant, [settled.other_lab], note="", actor=by),
    ]
    met_at(settled.irritant.public_id, *(acts if partner_first else acts[::-1]))
    assert stages(settled.irritant) == {"labo-a": "accepted", "labo-b": "asked"}


def test_the_qualification_is_saved_while_a_partner_accepts(settled):
    first, _second = casting.asked(settled)
    row = settled.irritant.qualification
    values = {
        name: list(row.topics.all()) if name == "topics" else getattr(row, name) for name in qualifying.FIELDS
    } | {"target": "Rebuts sous 2 %"}
    by = coordinator(settled.coordinator)
    met_at(
        settled.irritant.public_id,
        lambda: qualifying.save(settled.irritant, values, actor=by, version=row.version),
        move(REFERRAL, first, "accept", PARTNER),
    )
    row.refresh_from_db()
    assert row.target == "Rebuts sous 2 %"
    assert stages(settled.irritant)["labo-a"] == "accepted"


def test_the_company_shares_its_name_while_the_partner_steps_back(settled):
    first, _second = casting.accepted(settled)
    met_at(
        settled.irritant.public_id,
        lambda: share(first, actor=COMPANY),
        move(REFERRAL, first, "withdraw", PARTNER),
    )
    assert stages(settled.irritant)["labo-a"] == "withdrawn"


@pytest.fixture
def sent(settled):
    settled.first, settled.second = casting.accepted(settled)
    by = coordinator(settled.coordinator)
    settled.proposal = writing.prepare(settled.irritant, actor=by)
    version = writing.freeze(settled.proposal, actor=by)
    jobs.run_owed()
    version.refresh_from_db()
    casting.agreed_and_sent(settled.proposal, version, by=by)
    return settled


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("by_itself", [True, False])
def test_no_collaboration_is_agreed_with_a_partner_that_leaves_at_that_moment(sent, by_itself, first):
    """By itself it cannot any more, once the company has the proposal; released by the coordination it may."""
    leave = ("withdraw", PARTNER) if by_itself else ("release", coordinator(sent.coordinator))
    acts = [move(REFERRAL, sent.first, *leave), move(PROPOSAL, sent.proposal, "accept", COMPANY)]
    answers = met_at(sent.irritant.public_id, *(acts if first else acts[::-1]))
    refused = [answer.code for answer in answers if isinstance(answer, Refusal)]
    parties = [list(row.organisations.all()) for row in Collaboration.objects.all()]
    agreed = [[sent.lab]]
    if by_itself:
        assert parties == agreed and refused in (["committed"], ["state"])
    else:
        assert (refused, parties) in [
            (["parties"], []),
            ([], agreed),
            (["state"], agreed),
        ]  # whoever was first


@pytest.mark.parametrize("partner_first", [True, False])
def test_the_company_accepts_while_the_case_is_closed(sent, partner_first):
    by = coordinator(sent.coordinator)
    acts = [
        move(PROPOSAL, sent.proposal, "accept", COMPANY),
        move(IRRITANT, sent.irritant, "close", by, outcome=Outcome.NO_MATCH),
    ]
    answers = met_at(sent.irritant.public_id, *(acts if partner_first else acts[::-1]))
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    sent.irritant.refresh_from_db()
    agreed = sent.irritant.outcome == Outcome.COLLABORATION
    assert Collaboration.objects.count() == agreed
    assert stages(sent.irritant)["labo-a"] == ("accepted" if agreed else "cancelled")


def test_a_match_that_is_kept_while_the_ranking_is_stored_stays(settled):
    """What people decide is never deleted by the machine, however close."""
    irritant = settled.irritant
    IRRITANT.perform(irritant, "take", actor=coordinator(settled.coordinator))
    match = irritant.matches.get(offer=settled.offers[0])
    OFFER.perform(settled.offers[0], "hide", actor=coordinator(settled.coordinator))
    store = transaction.atomic(ranking.compute({"irritant": irritant.pk, "cause": "again"}))
    keep = move(MATCH, match, "keep", coordinator(settled.coordinator))

    def kept() -> bool:
        try:
            return bool(keep())
        except Match.DoesNotExist:  # the ranking was first
            return False

    answer, _stored = met_at(irritant.public_id, kept, store)
    assert irritant.runs.first().key.endswith(":again")
    assert Match.objects.filter(pk=match.pk, state=MatchState.KEPT).exists() == answer


# Two cases ask one partner that was never asked


@pytest.fixture
def two_cases(settled):
    """Both irritants of the cast, ready to be asked about to partners that nobody ever asked anything."""
    by = coordinator(settled.coordinator)
    casting.qualified(settled)
    IRRITANT.perform(settled.strangers_irritant, "take", actor=by)
    Qualification.objects.create(irritant=settled.strangers_irritant, partner_summary="Une fonderie cherche.")
    settled.labs = [
        casting.laboratory(f"neuf-{n}", casting.person(f"neuf-{n}@recherche.example")) for n in range(4)
    ]
    settled.cases = (settled.irritant, settled.strangers_irritant)
    for lab in settled.labs:
        offer = casting.offer(lab, f"{lab.external_id}-1")
        for case in settled.cases:
            MATCH.perform(Match.objects.create(irritant=case, offer=offer), "keep", actor=by)
    return settled


def asking(cast, case, lab):
    def act():
        try:
            return ask(case, [lab], note="", actor=coordinator(cast.coordinator), many=True)
        except DatabaseError as error:  # only in the twin
            return error

    return act


def introductions(lab) -> list[bool]:
    return sorted(lab.referrals.exclude(asked_at=None).values_list("introduces", flat=True))


def test_of_two_first_questions_at_once_one_introduces_us(two_cases, mailoutbox):
    """Decision 0026: whichever is first in the database says who we are, in its mail as in the row."""
    jobs.run_owed()
    for lab in two_cases.labs:
        mailoutbox.clear()
        answers = at_once(*[asking(two_cases, case, lab) for case in two_cases.cases])
        assert sorted(row.introduces for (row,) in answers) == introductions(lab) == [False, True]
        jobs.run_owed()
        told = [letter for letter in mailoutbox if letter.to == [f"{lab.external_id}@recherche.example"]]
        assert sorted("est le cluster d’intelligence artificielle" in one.body for one in told) == [
            False,
            True,
        ]


@needs_real_races
def test_without_the_lock_on_the_partner_the_second_question_is_lost(two_cases, monkeypatch):
    """The negative twin: both find that it was never asked, and only the constraint keeps one out, rudely."""
    move = REFERRAL.by_name["ask"]
    both = Barrier(2)

    def looked(referral, actor, data):
        changed = move.apply(referral, actor, data)
        both.wait(timeout=10)
        return changed

    monkeypatch.setattr(OrganisationQuerySet, "select_for_update", lambda self, **_how: self)
    monkeypatch.setitem(REFERRAL.by_name, "ask", replace(move, apply=looked))
    lab = two_cases.labs[0]
    answers = at_once(*[asking(two_cases, case, lab) for case in two_cases.cases])
    assert sum(isinstance(answer, DatabaseError) for answer in answers) == 1
    assert introductions(lab) == [True]

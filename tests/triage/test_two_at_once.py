"""Two people at once: exactly one effect, and the other is told who and when. With threads, on the real database.

Each protection has its twin: without it, the same race ends otherwise (on PostgreSQL; SQLite lets one write at a time).
"""

from dataclasses import replace
from threading import Barrier

import pytest
from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from intake.lifecycle import IRRITANT
from journal import events, jobs, lifecycle, links
from journal.actors import Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import ChainHead, Message
from tests import cast as casting
from tests.racing import at_once, count, met_at, needs_real_races
from triage.asking import ask
from triage.lifecycle import MATCH, REFERRAL
from triage.models import Match, MatchState, Referral, ReferralQuerySet, ReferralStage

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database_as_served"),
    pytest.mark.shows("R-10", "R-11"),
]
PARTNER = Actor("partner")
TIMES = 10


def browsing(user, url: str, data: dict):
    """An act: this person, signed in, sends that form."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return lambda: client.post(url, data, follow=True)


def answering(referral, email: str, name: str, **data):
    """An act: the holder of this address answers by link."""
    url = reverse(f"triage:{name}", args=[links.give(links.ANSWER, referral.public_id, email).token])
    client = Client(raise_request_exception=False)
    return lambda: client.post(url, {"version": referral.version, **data}, follow=True)


def at(name: str, row, *args) -> str:
    return reverse(f"admin:workbench_{name}", args=[row.public_id, *args])


# Two coordinators on one match


def deciding(cast, match):
    """Both read the same page; one keeps, the other sets aside."""
    seen = {"version": match.version}
    url = at("decide", cast.irritant, match.public_id, "keep")
    aside = at("decide", cast.irritant, match.public_id, "set_aside")
    return (
        browsing(cast.coordinator, url, seen),
        browsing(cast.colleague, aside, {**seen, "reason": "too_far"}),
    )


def test_two_coordinators_decide_one_match(settled):
    IRRITANT.perform(settled.irritant, "take", actor=coordinator(settled.coordinator))
    for match in settled.irritant.matches.order_by("pk"):
        before = count(settled.irritant, "match.keep", "match.set_aside")
        first, second = (one.content.decode() for one in at_once(*deciding(settled, match)))
        match.refresh_from_db()
        assert count(settled.irritant, "match.keep", "match.set_aside") == before + 1
        kept = match.state == MatchState.KEPT
        assert match.decided_by == (settled.coordinator if kept else settled.colleague)
        winner, loser = (first, second) if kept else (second, first)
        done = "Piste retenue." if kept else "Piste écartée."
        assert done in winner and done not in loser
        who = "Coordinatrice" if kept else "Collègue"
        assert f"C’est déjà fait par {who} le " in loser


def test_without_the_version_both_decide(settled):
    """The negative twin: a page that does not say what it showed."""
    IRRITANT.perform(settled.irritant, "take", actor=coordinator(settled.coordinator))
    match = settled.irritant.matches.first()
    by, other = coordinator(settled.coordinator), coordinator(settled.colleague)
    met_at(
        settled.irritant.public_id,
        lambda: MATCH.perform(Match.objects.get(pk=match.pk), "keep", actor=by),
        lambda: MATCH.perform(Match.objects.get(pk=match.pk), "set_aside", actor=other, reason="too_far"),
    )
    assert count(settled.irritant, "match.keep", "match.set_aside") == 2


# A partner accepts while the coordinator cancels


@pytest.mark.parametrize("order", ["partner", "coordinator", "together"])
def test_a_partner_accepts_while_the_coordinator_cancels(settled, order):
    row, _second = casting.asked(settled)
    jobs.run_owed()  # the partner has read the question
    url = at("cancel_referral", settled.irritant, row.public_id)
    accept = answering(row, settled.editor.email, "accept", person_in_charge="Équipe A")
    cancel = browsing(settled.coordinator, url, {"version": row.version, "reason": "need_changed"})
    if order == "together":
        said, told = at_once(accept, cancel)
    elif order == "partner":
        said, told = met_at(settled.irritant.public_id, accept, cancel)
    else:
        told, said = met_at(settled.irritant.public_id, cancel, accept)
    row.refresh_from_db()
    accepted = row.stage == ReferralStage.ACCEPTED
    if order != "together" and connection.vendor == "postgresql":  # SQLite lets go in any order
        assert accepted == (order == "partner")
    assert count(settled.irritant, "referral.accept", "referral.cancel") == 1
    mails = set(Message.objects.filter(subject_id=row.public_id).values_list("template", flat=True))
    assert mails & {"partner_thanked", "partner_cancelled"} == {
        "partner_thanked" if accepted else "partner_cancelled"
    }
    said, told = said.content.decode(), told.content.decode()
    if accepted:
        assert "Vous avez dit oui." in said
        assert "C’est déjà fait par Laboratoire labo-a le " in told  # who and when
    else:
        assert "La sollicitation est annulée." in told
        assert "La coordination a annulé cette demande le " in said and "Coordinatrice" not in said


def looking_first(monkeypatch):
    """No lock: who accepts and who cancels have both looked before either acts."""
    both, check = Barrier(2), REFERRAL.check

    def looked(referral, move, actor):
        check(referral, move, actor)
        both.wait(timeout=10)

    unlocked = lambda case: ChainHead.objects.get(case=case)  # noqa: E731
    monkeypatch.setattr(lifecycle, "lock_case", unlocked)
    monkeypatch.setattr(ReferralQuerySet, "select_for_update", lambda self, **_how: self)
    monkeypatch.setattr(REFERRAL, "check", looked)


def accepting_and_cancelling(cast):
    row, _second = casting.asked(cast)
    jobs.run_owed()
    url = at("cancel_referral", cast.irritant, row.public_id)
    return (
        answering(row, cast.editor.email, "accept", person_in_charge="Équipe A"),
        browsing(cast.coordinator, url, {"version": row.version, "reason": "need_changed"}),
    )


def told_the_partner(cast) -> set[str]:
    ends = ["partner_thanked", "partner_cancelled"]
    owed = Message.objects.filter(case=cast.irritant.public_id, template__in=ends)
    return set(owed.values_list("template", flat=True))


@needs_real_races
def test_without_the_lock_the_condition_of_the_change_still_lets_one_through(settled, monkeypatch):
    acts = accepting_and_cancelling(settled)
    looking_first(monkeypatch)
    assert [answer.status_code for answer in at_once(*acts)] == [200, 200]
    assert (
        count(settled.irritant, "referral.accept", "referral.cancel") == len(told_the_partner(settled)) == 1
    )


@needs_real_races
def test_without_lock_and_condition_who_accepts_is_thanked_and_cancelled(settled, monkeypatch):
    """The negative twin: one question, two ends, and the partner is told both."""
    acts = accepting_and_cancelling(settled)
    looking_first(monkeypatch)
    narrow = ReferralQuerySet.filter

    def whatever_it_is_now(self, *args, **wanted):
        if "version" in wanted:
            wanted = {"pk": wanted["pk"]}
        return narrow(self, *args, **wanted)

    monkeypatch.setattr(ReferralQuerySet, "filter", whatever_it_is_now)
    at_once(*acts)
    assert count(settled.irritant, "referral.accept") == count(settled.irritant, "referral.cancel") == 1
    assert told_the_partner(settled) == {"partner_thanked", "partner_cancelled"}


# Two partners accept an exclusive request


@pytest.fixture
def exclusive(settled):
    casting.qualified(settled)
    asked = ask(
        settled.irritant,
        [settled.lab, settled.other_lab],
        note="",
        actor=coordinator(settled.coordinator),
        exclusive=True,
    )
    settled.rows = sorted(asked, key=lambda row: row.organisation.external_id)
    return settled


def both_accept(cast):
    first, second = cast.rows
    return (
        answering(first, cast.editor.email, "accept", person_in_charge="Équipe A"),
        answering(second, cast.other_editor.email, "accept", person_in_charge="Équipe B"),
    )


def test_of_two_partners_who_accept_an_exclusive_request_one_has_the_place(exclusive):
    answers = [one.content.decode() for one in at_once(*both_accept(exclusive))]
    for row in exclusive.rows:
        row.refresh_from_db()
    assert sorted(row.stage for row in exclusive.rows) == ["accepted", "released"]
    won, lost = (0, 1) if exclusive.rows[0].stage == "accepted" else (1, 0)
    winner, loser = exclusive.rows[won].organisation, exclusive.rows[lost]
    assert "Vous avez dit oui." in answers[won]
    assert "un autre partenaire a accepté le " in answers[lost] and "Merci d’avoir répondu." in answers[lost]
    assert winner.name not in answers[lost]
    assert count(exclusive.irritant, "referral.accept") == count(exclusive.irritant, "referral.release") == 1
    owed = Message.objects.filter(template__in=["partner_thanked", "partner_released"])
    assert {(row.template, row.subject_id) for row in owed} == {
        ("partner_thanked", exclusive.rows[won].public_id),
        ("partner_released", loser.public_id),
    }
    # The coordination reads who, and when.
    client = Client()
    client.force_login(exclusive.coordinator, backend="accounts.backends.RoleBackend")
    page = client.get(at("irritant", exclusive.irritant)).content.decode()
    assert f"{winner.name} accepte" in page
    assert f"Fin de la sollicitation de {loser.organisation.name}" in page


def accepting(row):
    def act():
        try:
            return REFERRAL.perform(Referral.objects.get(pk=row.pk), "accept", actor=PARTNER)
        except DatabaseError as error:  # only in the twin
            return error

    return act


def test_again_and_again_the_place_is_had_once(exclusive):
    by, labs = coordinator(exclusive.coordinator), [exclusive.lab, exclusive.other_lab]
    for _time in range(TIMES):
        answers = at_once(*[accepting(row) for row in exclusive.rows])
        assert sorted(isinstance(answer, Refusal) for answer in answers) == [False, True]
        holder = exclusive.irritant.referrals.get(stage=ReferralStage.ACCEPTED)
        REFERRAL.perform(holder, "withdraw", actor=PARTNER)
        exclusive.rows = ask(exclusive.irritant, labs, note="", actor=by, exclusive=True)


def naive(monkeypatch):
    """Look, then act: no lock on the case, none on the row."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_more, **_how: self)
    unlocked = lambda case: ChainHead.objects.get(case=case)  # noqa: E731
    monkeypatch.setattr(lifecycle, "lock_case", unlocked)
    monkeypatch.setattr(events, "lock_case", unlocked)


@needs_real_races
def test_without_the_lock_the_second_gets_no_polite_answer(exclusive, monkeypatch):
    """The negative twin: the guards of both look before either acts, and only the constraint keeps one out, rudely."""
    from triage import lifecycle as moves

    look = moves._place_free
    both = Barrier(2)

    def looked(referral, actor):
        look(referral, actor)
        both.wait(timeout=10)

    naive(monkeypatch)
    accept = REFERRAL.by_name["accept"]
    monkeypatch.setitem(REFERRAL.by_name, "accept", replace(accept, guard=looked))
    answers = at_once(*[accepting(row) for row in exclusive.rows])
    assert sum(isinstance(answer, DatabaseError) for answer in answers) == 1
    assert exclusive.irritant.referrals.filter(stage=ReferralStage.ACCEPTED).count() == 1


def test_without_the_box_both_have_a_place(settled):
    """What the mark does: the same race about an ordinary question ends with two acceptances."""
    settled.rows = casting.asked(settled)
    at_once(*both_accept(settled))
    assert settled.irritant.referrals.filter(stage=ReferralStage.ACCEPTED).count() == 2


def test_nobody_else_is_asked_exclusively_once_the_place_is_taken(exclusive):
    REFERRAL.perform(exclusive.rows[0], "accept", actor=PARTNER)
    third = casting.laboratory("labo-c", casting.person("labo-c@recherche.example"))
    match = Match.objects.create(irritant=exclusive.irritant, offer=casting.offer(third, "c-1"))
    by = coordinator(exclusive.coordinator)
    MATCH.perform(match, "keep", actor=by)
    with pytest.raises(Refusal, match="La place est déjà prise par Laboratoire labo-a"):
        ask(exclusive.irritant, [third], note="", actor=by, exclusive=True)
    assert [row.exclusive for row in ask(exclusive.irritant, [third], note="", actor=by)] == [False]
    # When whoever had it leaves, the place is free again.
    REFERRAL.perform(exclusive.rows[0], "withdraw", actor=PARTNER)
    again = ask(exclusive.irritant, [exclusive.other_lab], note="", actor=by, exclusive=True)
    assert REFERRAL.perform(again[0], "accept", actor=PARTNER).name == "referral.accept"

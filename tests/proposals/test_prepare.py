"""From rows to a proposal: what is read of offers, partners and the qualification; the text; there and back again."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import translation

from foundation import clock
from intake.models import Irritant
from journal.actors import Actor, coordinator
from programs.models import CifreDetail, Offer, OfferKind, Session, TalentDetail, TrainingDetail
from proposals import conflicts, sections, writing
from tests import cast as casting
from triage.asking import ask
from triage.lifecycle import REFERRAL
from triage.models import Qualification

NOW = datetime(2026, 11, 26, 10, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture
def foundry(db):
    """A course, an intern and a thesis whose partners all accepted, and a full qualification."""
    with clock.at(NOW):
        cast = casting.everybody()
        school = casting.laboratory("ecole")
        course = casting.offer(school, "cours", kind=OfferKind.TRAINING, title_fr="Lire ses données")
        detail = TrainingDetail.objects.create(offer=course, price_eur=1400, qualiopi=True)
        cast.session = Session.objects.create(
            training=detail, start=date(2027, 1, 14), end=date(2027, 1, 15), seats=8, seats_left=3
        )
        intern = casting.offer(school, "stage", kind=OfferKind.TALENT, title_fr="Stage de données")
        TalentDetail.objects.create(offer=intern, form="internship", months=6)
        thesis = casting.offer(cast.lab, "these", kind=OfferKind.CIFRE, title_fr="Apprendre sous incertitude")
        CifreDetail.objects.create(offer=thesis)
        cast.offers = [course, intern, thesis]
        casting.qualified(cast)
        Qualification.objects.filter(irritant=cast.irritant).update(
            baseline="4 à 11 % de rebuts", trl_now=2, trl_target=6, data_maturity=2, ai_act="minimal"
        )
        Irritant.objects.filter(pk=cast.irritant.pk).update(department="57")
        cast.actor = coordinator(cast.coordinator)
        with translation.override("fr"):
            for referral in ask(cast.irritant, [school, cast.lab], note="", actor=cast.actor):
                REFERRAL.perform(referral, "accept", actor=Actor("partner"), person_in_charge="Claire")
        cast.irritant = Irritant.objects.get(pk=cast.irritant.pk)
        yield cast


def test_the_rows_become_three_options(foundry):
    proposal = writing.prepare(foundry.irritant, actor=foundry.actor)
    assert [
        (option["title"], [(step["title"], step["start"], step["trl"]) for step in option["steps"]])
        for option in proposal.options
    ] == [
        (
            "Commencer vite",
            [("Lire ses données", "2027-01-14", None), ("Stage de données", "2027-02-01", [2, 4])],
        ),
        (
            "Chemin complet",
            [
                ("Lire ses données", "2027-01-14", None),
                ("Stage de données", "2027-02-01", [2, 4]),
                ("Apprendre sous incertitude", "2027-08-26", [4, 6]),
            ],
        ),
        ("Recherche d’abord", [("Apprendre sous incertitude", "2027-08-26", [2, 5])]),
    ]
    course, intern, thesis = proposal.options[1]["steps"]
    assert (course["scheme"], course["facts"]) == (
        "formation-continue",
        {"employer": "company", "price": "1400", "qualiopi": True},
    )
    assert intern["facts"] == {"employer": "company", "months": 6, "signed_on": "2027-02-01"}
    assert (thesis["scheme"], thesis["person"]) == ("cifre", "Claire")
    assert conflicts.of(proposal) == []
    assert writing.freeze(proposal, actor=foundry.actor).snapshot["sections"] == proposal.sections


def test_the_text_says_what_is_so_for_this_case(foundry):
    proposal = writing.prepare(foundry.irritant, actor=foundry.actor)
    assert {code: [row["id"] for row in rows] for code, rows in proposal.sections.items()} == {
        "need": ["need-understood"],
        "baseline": ["baseline-today"],
        "market": ["market-early"],
        "data": ["data-maturity", "data-access"],
        "ethics": ["ethics-minimal"],
        "staffing": ["staffing-training", "staffing-internship", "staffing-cifre"],
        "conditions": ["conditions-principles", "conditions-internship", "conditions-cifre"],
        "risks": ["risks-people", "risks-seats", "risks-cifre"],
        "next_steps": [
            "next_steps-answer",
            "next_steps-talk",
            "next_steps-opco",
            "next_steps-school",
            "next_steps-cifre",
        ],
    }
    told = {row["id"]: row["text"] for rows in proposal.sections.values() for row in rows}
    assert told["baseline-today"] == "Aujourd’hui\u202f: 4 à 11 % de rebuts."
    # What the company tried is for itself and the coordination: every partner of a path reads the document.
    assert foundry.irritant.tried and foundry.irritant.tried not in str(told)


def test_flags_bring_their_sentences_and_a_german_company_reads_german(foundry):
    Qualification.objects.update(
        ai_act="high", personal_data=True, health_data=True, employee_data=True, data_maturity=1
    )
    Irritant.objects.filter(pk=foundry.irritant.pk).update(language="de", confidentiality="nda")
    irritant = Irritant.objects.get(pk=foundry.irritant.pk)
    irritant.company.country, irritant.company.siren = "DE", ""
    irritant.company.save()
    proposal = writing.prepare(irritant, actor=foundry.actor)
    ids = {row["id"] for rows in proposal.sections.values() for row in rows}
    assert {
        "data-personal",
        "data-health",
        "data-first",
        "ethics-high",
        "risks-data",
        "next_steps-nda",
    } <= ids
    assert "ethics-employees" not in ids  # the CSE is a French company's
    [option] = proposal.options  # no thesis without a French employer
    assert [step["kind"] for step in option["steps"]] == ["diagnosis", "training", "talent"]
    assert {"code": "nda", "weeks": [2, 6]} in option["steps"][2]["waits"]
    assert option["title"] == "Der vorgeschlagene Weg"
    left = {one.piece.kind: one.why for one in writing.offers_left(proposal)}
    assert "droit français" in left["cifre"]  # said to the coordinator, who reads French


def test_a_session_that_fills_up_stops_what_is_sent(foundry):
    proposal = writing.prepare(foundry.irritant, actor=foundry.actor)
    Session.objects.update(seats_left=0)
    found = [(one.code, one.blocks) for one in conflicts.of(proposal)]
    assert found == [("session_full", True)] * 2
    Session.objects.update(seats_left=3)
    Offer.objects.filter(kind=OfferKind.CIFRE).update(status="archived")
    assert [one.code for one in conflicts.of(proposal)] == ["archived"] * 2
    referral = foundry.irritant.referrals.get(organisation=foundry.lab)
    REFERRAL.perform(referral, "release", actor=foundry.actor)
    assert {one.code for one in conflicts.of(proposal)} == {"archived", "partner"}


def test_composing_asks_a_bounded_number_of_questions(foundry, django_assert_max_num_queries):
    proposal = writing.prepare(foundry.irritant, actor=foundry.actor)
    with django_assert_max_num_queries(25):
        conflicts.of(proposal)


def test_a_snapshot_says_who_signs_and_what_is_known(foundry):
    proposal = writing.prepare(foundry.irritant, actor=foundry.actor)
    snapshot = writing.snapshot_of(proposal)
    assert snapshot["schema"] == 2 and "path" not in snapshot
    assert (snapshot["trl"], snapshot["maturity"], snapshot["baseline"]) == ([2, 6], 2, "4 à 11 % de rebuts")
    assert snapshot["flags"]["ai_act"] == "minimal"
    assert all("cost" in step for option in snapshot["options"] for step in option["steps"])
    assert {row["name"]: (row["tutelles"], row["signed_by"]) for row in snapshot["partners"]} == {
        "Laboratoire ecole": ([], ""),
        "Laboratoire labo-a": ([], ""),
    }
    assert list(snapshot["sections"]) == [code for code in sections.SECTIONS if code in proposal.sections]


@pytest.mark.django_db(transaction=True)
def test_one_path_becomes_an_option_and_goes_back():
    """On tables as they were: a proposal written before there were options."""
    executor = MigrationExecutor(connection)
    before, after = [("proposals", "0002_labels")], [("proposals", "0003_options_and_sections")]
    try:
        old = executor.migrate(before).apps
        company = old.get_model("intake", "Company").objects.create(name="C")
        contact = old.get_model("intake", "Contact").objects.create(email="a@b.example", name="A")
        irritant = old.get_model("intake", "Irritant").objects.create(
            form_token="t", company=company, contact=contact, text="x", language="de",
            consent_at=clock.now(), consent_version="1",
        )  # fmt: skip
        step = {"kind": "rnd", "organisation": "L", "organisation_id": "1", "leads": "", "person": "", "title": "T",
                "summary": "S", "when": "im März", "offer_id": "2", "illustrative": True}  # fmt: skip
        texts = {"need": "N", "conditions": "C", "next_steps": ""}
        fields = {"irritant": irritant, "title": "P", "valid_until": date(2027, 1, 1)}
        pk = old.get_model("proposals", "Proposal").objects.create(path=[step], **texts, **fields).pk
        new = (
            MigrationExecutor(connection)
            .migrate(after)
            .apps.get_model("proposals", "Proposal")
            .objects.get(pk=pk)
        )
        [option] = new.options
        assert (option["id"], option["title"]) == ("a", "Der vorgeschlagene Weg")
        [moved] = option["steps"]
        assert (moved["id"], moved["leads"], moved["waits"], moved["title"]) == ("a1", "1", [], "T")
        assert new.sections == sections.with_text({}, need="N", conditions="C")
        old = (
            MigrationExecutor(connection)
            .migrate(before)
            .apps.get_model("proposals", "Proposal")
            .objects.get(pk=pk)
        )
        assert (old.path, old.need, old.conditions, old.next_steps) == (
            [{**step, "leads": "1"}],
            "N",
            "C",
            "",
        )
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes("proposals"))

"""Who learns what, at each level and stage: one table, and a walk of every page, mail and document as each person.

A leak is mended in triage.disclosure, never here.
"""

import json

import pytest

from intake.lifecycle import CONFIDENTIALITY
from intake.models import Irritant
from journal import jobs
from journal.actors import COMPANY, Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Event, Job, Message
from tests.triage.partner.helpers import sign
from tests.walls import (
    IDENTITY,
    OF_THE_COMPANY,
    OWN_TALK,
    SECRETS,
    STAGES,
    TOGETHER,
    a_case,
    mails_by_reader,
    reach_stage,
    walk,
    walkers,
)
from triage import disclosure
from triage.asking import ask
from triage.disclosure import Reach, partner_view
from triage.lifecycle import NON_DISCLOSURE
from triage.models import Match, Qualification

pytestmark = pytest.mark.django_db

NOTHING, SUMMARY, EVERYTHING = set(), {"summary"}, {"summary"} | IDENTITY
# stage → what the partner that accepts may read of the company, at each level (docs/decisions/0021-confidentiality.md).
PARTNER_READS = {
    #               open        summary     nda (asked once its agreement is recorded)
    "submitted": (NOTHING, NOTHING, NOTHING),
    "in_triage": (NOTHING, NOTHING, NOTHING),
    "asked": (SUMMARY, SUMMARY, SUMMARY),
    "question": (SUMMARY, SUMMARY, SUMMARY),
    "accepted": (EVERYTHING, SUMMARY, SUMMARY),
    "shared": (EVERYTHING, SUMMARY, SUMMARY),  # the company's word, which the partner has not opened yet
    "opened": (EVERYTHING, EVERYTHING, EVERYTHING),
    "proposal": (EVERYTHING, EVERYTHING, EVERYTHING),
    "collaboration": (EVERYTHING, EVERYTHING, EVERYTHING),
}
LEVELS = ("open", "summary", "nda")


def allowed(level: str, stage: str, person: str) -> set[str]:
    """The secrets that this person may meet, at most: for the company, everything but what others said of it."""
    reads = PARTNER_READS[stage][LEVELS.index(level)]
    said = OWN_TALK | {"where"} if STAGES.index(stage) >= STAGES.index("question") else set()
    return {
        "company": OF_THE_COMPANY,
        "by_link": OF_THE_COMPANY,
        "partner": reads
        | said
        | _document(stage)
        | (TOGETHER if STAGES.index(stage) >= STAGES.index("opened") else set()),
        "other_partner": SUMMARY & reads,
    }.get(person, NOTHING)


def _document(stage: str) -> set[str]:
    """A partner that knows the company reads the whole proposal, and the contract of its own collaboration."""
    read = {"proposal", "city"} if STAGES.index(stage) >= STAGES.index("proposal") else set()
    return read | {"contract"} if stage == "collaboration" else read


def excess(cast, stage: str) -> list[tuple[str, str, set[str]]]:
    """(person, where, what) for everything that somebody meets and may not."""
    found = []
    for person, walker in walkers(cast).items():
        may = allowed(cast.level, stage, person)
        found += [
            (person, url, secrets - may) for url, secrets in walk(cast, walker).items() if secrets - may
        ]
    for reader, (subjects, texts) in mails_by_reader(cast).items():
        may = allowed(cast.level, stage, reader)
        if subjects or texts - may:
            found.append((reader, "mail", subjects | (texts - may)))
    return found


@pytest.mark.once
@pytest.mark.parametrize("level", LEVELS)
def test_nobody_learns_more_than_the_table_says(level):
    cast = a_case(level)
    for stage in STAGES:
        reach_stage(cast, stage)
        assert (stage, excess(cast, stage)) == (stage, [])
    # The partner does read what it may: an empty page would pass any walk.
    partner = walkers(cast)["partner"]
    assert set().union(*walk(cast, partner).values()) == allowed(level, stage, "partner")
    rows = [*Event.objects.values(), *Message.objects.values("payload", "cause"), *Job.objects.values()]
    told = json.dumps(rows, default=str)
    assert [code for code, secret in SECRETS.items() if secret in told] == []


@pytest.mark.once
def test_the_walk_sees_a_wall_that_fell(monkeypatch):
    """The negative twin: with the one rule gone, pages and mails give everything away, and the walk says where."""
    cast = a_case("summary")
    for stage in ("submitted", "in_triage"):
        reach_stage(cast, stage)
    monkeypatch.setattr(disclosure, "reach_of", lambda referral, grounds: Reach.EVERYTHING)
    reach_stage(cast, "asked")
    found = excess(cast, "asked")
    assert {person for person, _where, _what in found} == {"partner", "other_partner"}
    assert set().union(*(what for _person, _where, what in found)) == IDENTITY


def test_who_left_reads_the_summary_and_nothing_more():
    from intake.lifecycle import IRRITANT

    cast = a_case("summary")
    for stage in STAGES[: STAGES.index("opened") + 1]:
        reach_stage(cast, stage)
    IRRITANT.perform(cast.irritant, "close", actor=cast.by, outcome="no_match")
    jobs.run_owed()
    mails_by_reader(cast)
    assert set().union(*walk(cast, walkers(cast)["partner"]).values()) == SUMMARY | {"asking", "reply"}


def _ready(cast) -> Irritant:
    for stage in ("submitted", "in_triage"):
        reach_stage(cast, stage)
    return cast.irritant


def _level(cast, level: str) -> None:
    CONFIDENTIALITY.perform(cast.irritant, level, actor=Actor(COMPANY))
    cast.level = level


def test_nobody_is_asked_before_the_agreement():
    cast = a_case("nda")
    irritant = _ready(cast)
    for organisations in ([cast.lab], [cast.lab, cast.other_lab]):
        with pytest.raises(Refusal, match="accord de confidentialité"):
            ask(irritant, organisations, note="", actor=cast.by)
    sign(irritant, cast.lab, cast.coordinator)
    with pytest.raises(Refusal, match="accord de confidentialité avec Laboratoire labo-b"):
        ask(irritant, [cast.lab, cast.other_lab], note="", actor=cast.by)
    assert not irritant.referrals.exists()
    assert [row.organisation for row in ask(irritant, [cast.lab], note="", actor=cast.by)] == [cast.lab]


def test_a_revoked_agreement_closes_everything_it_opened():
    cast = a_case("nda")
    for stage in STAGES[: STAGES.index("opened") + 1]:
        reach_stage(cast, stage)
    assert partner_view(cast.referral).company == SECRETS["company"]
    agreement = cast.irritant.non_disclosures.get(organisation=cast.lab)
    NON_DISCLOSURE.perform(agreement, "revoke", actor=cast.by)
    jobs.run_owed()
    mails_by_reader(cast)
    cast.referral.refresh_from_db()
    assert (cast.referral.stage, partner_view(cast.referral).reach) == ("cancelled", Reach.NOTHING)
    assert walk(cast, walkers(cast)["partner"]) == {}


def test_stricter_holds_for_what_was_not_shown_and_keeps_what_was():
    cast = a_case("open")
    for stage in STAGES[: STAGES.index("question") + 1]:
        reach_stage(cast, stage)
    _level(cast, "summary")
    reach_stage(cast, "accepted")
    assert excess(cast, "accepted") == []  # as if it had been the level from the beginning
    reach_stage(cast, "shared")
    _level(cast, "nda")
    assert partner_view(cast.referral).reach == Reach.SUMMARY  # shared, unread: the agreement comes first
    sign(cast.irritant, cast.lab, cast.coordinator)
    assert partner_view(cast.referral).reach == Reach.OFFERED
    reach_stage(cast, "opened")
    told = Message.objects.filter(template="coordinator_level", recipient=cast.coordinator.email)
    assert [message.payload for message in told.order_by("created_at")] == [
        {"level": "summary"},
        {"level": "nda"},
    ]


def test_a_question_that_has_not_left_does_not_leave_under_a_stricter_level():
    from django.core import mail

    from tests.walls import _ask

    cast = a_case("open")
    _ready(cast)
    mail.outbox.clear()
    _ask(cast)  # the mails are owed and no worker has run
    _level(cast, "nda")
    jobs.run_owed()
    cast.referral.refresh_from_db()
    assert cast.referral.stage == "cancelled"
    partners = {cast.editor.email, cast.other_editor.email}
    assert [sent.subject for sent in mail.outbox if partners & set(sent.to)] == []


def test_looser_gives_who_accepted_what_the_company_now_allows():
    cast = a_case("summary")
    for stage in STAGES[: STAGES.index("accepted") + 1]:
        reach_stage(cast, stage)
    _level(cast, "open")
    assert partner_view(cast.referral).reach == Reach.OFFERED
    assert [event.actor_role for event in Event.objects.filter(name="referral.disclosed")] == ["company"]


def test_another_company_never_meets_a_need_that_looks_like_its_own():
    """The memory of decisions ranks; it never says for whom, and forgets what comes under an agreement."""
    from triage.memory import remembered

    cast = a_case("open")
    for stage in STAGES[: STAGES.index("accepted") + 1]:
        reach_stage(cast, stage)
    assert cast.irritant in remembered()
    jobs.run_owed()
    told = json.dumps(list(Match.objects.filter(irritant=cast.strangers_irritant).values("reasons")))
    assert SECRETS["words"] not in told and str(cast.irritant.public_id) not in told
    _level(cast, "nda")
    assert cast.irritant not in remembered()


def test_a_summary_that_names_the_company_does_not_leave_unreviewed():
    cast = a_case("summary")
    irritant = _ready(cast)
    Qualification.objects.update(partner_summary="La fonderie Zirkonia cherche à prévoir ses rebuts.")
    irritant = Irritant.objects.get(pk=irritant.pk)
    with pytest.raises(Refusal, match="nommerait l’entreprise"):
        ask(irritant, [cast.lab], note="", actor=coordinator(cast.coordinator))
    assert ask(irritant, [cast.lab], note="", actor=coordinator(cast.coordinator), reviewed=True)

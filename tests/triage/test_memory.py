"""What ranking may learn from: people's decisions, of irritants whose words may serve others, until they are erased."""

from datetime import timedelta

import pytest
from django.utils import translation

from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Confidentiality, Irritant, Outcome
from journal import jobs
from journal.actors import Actor, coordinator
from matching import Thesaurus
from matching.concepts.recognising import Recogniser
from programs import memory as kept_memory
from tests import cast as casting
from triage import memory, reasons
from triage.lifecycle import MATCH, REFERRAL
from triage.models import DecidedIrritant, DeclineReason, Match, SetAsideReason
from triage.plain_reasons import why_them

pytestmark = pytest.mark.django_db
PARTNER = Actor("partner")


@pytest.fixture(scope="module")
def recogniser():
    return Recogniser(Thesaurus.load())


@pytest.fixture
def offers(cast) -> list[str]:
    """One list of public ids: the same object stands for the same catalogue."""
    return [str(one.public_id) for one in cast.offers]


def learnt(cast) -> dict[str, float]:
    """Offer's code → weight, of the cast's irritant."""
    codes = {str(one.public_id): one.external_id for one in cast.offers}
    found = {decision.key: decision for decision in memory.decisions()}
    decision = found.get(str(cast.irritant.public_id))
    return {codes[offer]: weight for offer, weight in decision.outcomes.items()} if decision else {}


def match_of(cast, number: int) -> Match:
    return Match.objects.get_or_create(irritant=cast.irritant, offer=cast.offers[number])[0]


def test_nothing_is_learnt_from_the_machine_alone(cast):
    assert cast.irritant.matches.exists()
    assert list(memory.decisions()) == []


def test_kept_set_aside_and_undone(cast):
    casting.qualified(cast)
    actor = coordinator(cast.coordinator)
    assert learnt(cast) == {"a-1": 0.6, "a-2": 0.6, "b-1": 0.6}
    MATCH.perform(match_of(cast, 1), "set_aside", actor=actor, reason=SetAsideReason.OFF_TOPIC)
    MATCH.perform(match_of(cast, 2), "undo", actor=actor)
    assert learnt(cast) == {"a-1": 0.6, "a-2": -0.8}


@pytest.mark.parametrize("reason", sorted(set(SetAsideReason.values) - {SetAsideReason.OFF_TOPIC}))
def test_reasons_that_say_nothing_of_the_subject_teach_nothing(cast, reason):
    casting.qualified(cast)
    MATCH.perform(match_of(cast, 0), "set_aside", actor=coordinator(cast.coordinator), reason=reason)
    assert "a-1" not in learnt(cast)


@pytest.mark.parametrize("reason", DeclineReason.values)
def test_a_partners_word_counts_before_ours_when_it_speaks_of_the_subject(cast, reason):
    first, _second = casting.asked(cast)
    REFERRAL.perform(first, "decline", actor=PARTNER, reason=reason)
    expected = {"not_our_expertise": -1.0, "redirect_to_other_partner": -0.3, "already_in_contact": 1.0}
    assert learnt(cast) == {**dict.fromkeys(("a-1", "a-2"), expected.get(reason, 0.6)), "b-1": 0.6}


def test_an_acceptance_weighs_most_and_stays_when_another_is_chosen(cast):
    first, _second = casting.accepted(cast)
    assert learnt(cast)["a-1"] == 1.0
    REFERRAL.perform(first, "release", actor=coordinator(cast.coordinator))
    assert learnt(cast)["a-1"] == 1.0


def test_the_words_are_those_that_the_engine_reads_and_no_name(cast):
    casting.qualified(cast)
    (decision,) = memory.decisions()
    assert decision.text.startswith(cast.irritant.text)
    assert "Prévoir la dérive d’un procédé de coulée." in decision.text
    assert casting.SECRET_COMPANY not in decision.text
    assert casting.SECRET_PERSON not in decision.text


def test_confidential_words_are_never_remembered(cast):
    casting.qualified(cast)
    Irritant.objects.filter(pk=cast.irritant.pk).update(confidentiality=Confidentiality.NDA)
    assert list(memory.decisions()) == []


@pytest.mark.parametrize("outcome", [Outcome.SPAM, Outcome.DUPLICATE, Outcome.OUT_OF_SCOPE])
def test_unwanted_cases_teach_nothing(cast, outcome):
    casting.qualified(cast)
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome=outcome)
    assert list(memory.decisions()) == []


def test_old_decisions_leave_with_the_retention_of_their_text(cast):
    casting.qualified(cast)
    with clock.at(clock.now() + timedelta(days=3 * 365 + 1)):
        assert list(memory.decisions()) == []


def test_the_sequence_moves_with_decisions_only(cast):
    before = DecidedIrritant.current()
    casting.qualified(cast)
    moved = DecidedIrritant.current()
    assert moved == before + len(cast.offers)
    jobs.run_owed()  # ranking again decides nothing
    assert DecidedIrritant.current() == moved


def test_changes_name_what_is_new_and_what_is_gone(cast):
    source = memory.Decisions()
    start = source.sequence()
    casting.qualified(cast)
    change = source.changes(start)
    assert [decision.key for decision in change.decisions] == [str(cast.irritant.public_id)]
    assert change.removed == frozenset()
    seen = source.sequence()
    assert source.changes(seen) == kept_memory.Change([], frozenset())
    IRRITANT.perform(cast.irritant, "withdraw", actor=Actor("company"))
    change = source.changes(seen)
    assert (list(change.decisions), change.removed) == ([], {str(cast.irritant.public_id)})


def test_a_process_follows_decisions_and_forgets_what_is_erased(cast, offers, recogniser):
    assert kept_memory.current(recogniser, offers) is None
    casting.qualified(cast)
    first = kept_memory.current(recogniser, offers)
    assert first.keys == {str(cast.irritant.public_id)}
    assert kept_memory.current(recogniser, offers) is first
    Irritant.objects.filter(pk=cast.irritant.pk).update(text="", tried="")
    memory.changed(cast.irritant)
    assert kept_memory.current(recogniser, offers) is None


def test_another_catalogue_places_the_same_decisions_elsewhere(cast, offers, recogniser):
    casting.qualified(cast)
    first = kept_memory.current(recogniser, offers)
    turned = kept_memory.current(recogniser, offers[::-1])
    assert turned is not first
    assert turned.keys == first.keys


def test_one_setting_switches_it_off(cast, offers, recogniser, settings):
    casting.qualified(cast)
    settings.MATCHING_MEMORY = False
    assert kept_memory.current(recogniser, offers) is None


def test_few_queries(cast, django_assert_num_queries, offers, recogniser):
    casting.qualified(cast)
    kept_memory.current(recogniser, offers)
    with django_assert_num_queries(1):
        kept_memory.current(recogniser, offers)
    with django_assert_num_queries(3):
        list(memory.decisions())


def remembered_reason(effect: str, count: int) -> dict:
    detail = {"keys": ["x"], "closeness": [0.8], "outcomes": [0.6], "count": count, "effect": effect}
    return {"code": "memory", "weight": 0.3, "detail": detail, "passages": []}


@pytest.mark.parametrize(
    ("effect", "count", "told", "tone"),
    [
        ("raises", 1, "Retenue pour un irritant proche, déjà traité", reasons.FOR),
        ("raises", 3, "Retenue pour 3 irritants proches, déjà traités", reasons.FOR),
        ("lowers", 2, "Écartée pour 2 irritants proches, déjà traités", reasons.AGAINST),
    ],
)
def test_a_coordinator_reads_that_it_comes_from_memory(effect, count, told, tone):
    with translation.override("fr"):
        sentence = reasons.explain(remembered_reason(effect, count), "", reasons.Vocabulary({}, {}))
    assert (sentence.text, sentence.tone) == (told, tone)


def test_a_partner_reads_nothing_of_it(cast):
    match = cast.irritant.matches.first()
    match.reasons = [remembered_reason("raises", 1)]
    assert why_them([match])[0].reasons == []

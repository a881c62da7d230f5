"""Which missing answer would change the result most: what is asked, what it is worth, what it costs."""

import time
from dataclasses import replace

import pytest

from matching import Catalogue, Engine, Need, Settings
from matching.evaluate import need_of
from matching.memory.decisions import Decision
from matching.memory.remembering import Memory
from matching.questions import DEPTH, LEAST_GAIN, _changed

from .conftest import TODAY

FACTS = {"sector": "", "organisation_type": "", "headcount_bracket": "", "territory": ""}


@pytest.fixture(scope="module")
def needs(irritants):
    """The judged irritants without any fact."""
    return [replace(need_of(irritant, TODAY), **FACTS) for irritant in irritants]


def answered(need, code, option):
    """The need once a question was answered."""
    if code == "data_maturity":
        return replace(need, data_maturity=int(option))
    if code == "kinds":
        return replace(need, kinds=(option,))
    if code.startswith("topic:"):
        side = "topics" if option == "yes" else "excluded_topics"
        return replace(need, **{side: (code.removeprefix("topic:"),)})
    return replace(need, **{code: option})


def test_three_questions_at_most_and_only_those_that_matter(engine, needs):
    for need in needs:
        asked = engine.questions(need)
        assert len(asked) <= 3 and asked == engine.questions(need)
        gains = [question.gain for question in asked]
        assert gains == sorted(gains, reverse=True) and all(LEAST_GAIN <= gain <= 1 for gain in gains)
        assert all(len(question.options) > 1 for question in asked)
    assert sum(len(engine.questions(need)) for need in needs) >= 2 * len(needs)


def test_what_is_known_is_not_asked(engine, needs):
    told = {
        "sector": "food",
        "organisation_type": "PME",
        "territory": "57",
        "data_maturity": 2,
        "kinds": ("training",),
    }
    for need in needs[:6]:
        assert not {question.code for question in engine.questions(replace(need, **told), most=9)} & set(told)
        sized = engine.questions(replace(need, headcount_bracket="11"), most=9)
        assert "organisation_type" not in {question.code for question in sized}
        topics = [q.code for q in engine.questions(need, most=9) if q.code.startswith("topic:")]
        codes = tuple(code.removeprefix("topic:") for code in topics)
        again = engine.questions(replace(need, topics=codes[:1], excluded_topics=codes[1:]), most=9)
        assert not {question.code for question in again} & set(topics)


def test_the_gain_is_that_of_whole_rankings(engine, needs):
    """Only a pool is ranked again, with some channels kept: the first ten are those of the whole catalogue."""
    plain = engine.configured(Settings(diversity=False))

    def first(need):
        return [line.offer_id for line in plain.rank(need, limit=DEPTH).lines]

    compared = 0
    for need in needs[::4]:
        before = first(need)
        for question in engine.questions(need, most=9):
            if question.code == "kinds":  # whose answers are all as likely
                changes = [_changed(before, first(answered(need, "kinds", one))) for one in question.options]
                assert question.gain == pytest.approx(sum(changes) / len(changes), abs=0.01)
                compared += 1
    assert compared >= 2


def test_the_answer_changes_the_result_as_promised(engine, needs):
    """Over all answers, what a person would see change is about what was promised."""
    plain = engine.configured(Settings(diversity=False))
    promised, seen = [], []
    for need in needs[::3]:
        before = [line.offer_id for line in plain.rank(need, limit=DEPTH).lines]
        for question in engine.questions(need):
            changes = []
            for option in question.options:
                after = plain.rank(answered(need, question.code, option), limit=DEPTH).lines
                changes.append(_changed(before, [line.offer_id for line in after]))
            promised.append(question.gain)
            seen.append((min(changes), max(changes)))
    assert all(low - 0.05 <= gain <= high + 0.05 for gain, (low, high) in zip(promised, seen, strict=True))


def test_nothing_to_ask_of_nothing(engine, thesaurus):
    assert engine.questions(Need("", today=TODAY)) == ()
    assert engine.questions(Need("\x00🙂 12", today=TODAY)) == ()
    assert engine.questions(Need("Nos pompes tombent en panne", today=TODAY), most=0) == ()
    assert Engine(Catalogue.from_records([]), thesaurus).questions(Need("panne de pompe", today=TODAY)) == ()


def test_a_single_offer_is_no_question(offer_record, thesaurus):
    engine = Engine(Catalogue.from_records([offer_record()]), thesaurus)
    assert engine.questions(Need("Nos pompes tombent en panne", today=TODAY)) == ()


def test_an_answer_does_not_change_what_was_decided(engine, needs):
    best = engine.rank(needs[0]).lines[-1].offer_id
    decisions = [Decision("case", needs[0].text, "fr", {best: 1.0}, TODAY)]
    memory = Memory(decisions, engine.recogniser, engine.places, background=engine.titles)
    learned = engine.remembering(memory)
    assert learned.rank(needs[0]).lines[0].offer_id == best
    assert learned.questions(needs[0]) != engine.questions(needs[0])
    assert learned.questions(needs[0], without=["case"]) == engine.questions(needs[0])


def test_all_questions_cost_less_than_three_rankings(engine, needs):
    def spent(act):
        durations = []
        for _ in range(3):
            started = time.process_time()
            for need in needs:
                act(need)
            durations.append(time.process_time() - started)
        return min(durations)

    assert spent(engine.questions) < 3 * spent(engine.rank)

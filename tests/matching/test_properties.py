"""Whatever the text: no exception, sorted scores, passages inside the text, reasons everywhere."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import Need

from .conftest import TODAY

WORDS = [
    "panne",
    "pompes",
    "Wälzlager",
    "scrap",
    "patients",
    "l'usine",
    "<b>",
    "0,5 %",
    "🙂",
    "Ausschuss",
    "e\u0301",
    ".",
]
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=TEXTS,
    title=st.text(max_size=40),
    language=st.sampled_from(["", "fr", "de", "en", "xx"]),
    size=st.sampled_from(["", "TPE", "GE", "CHU"]),
    territory=st.text(max_size=5),
    maturity=st.none() | st.integers(0, 4),
)
def test_rank_holds_its_promises(engine, text, title, language, size, territory, maturity):
    need = Need(text, title, language, "food", size, "", territory, maturity, today=TODAY)
    ranking = engine.rank(need, limit=20)
    scores = [line.score for line in ranking.lines]
    assert all(0 <= score <= 1 for score in scores)
    assert len({line.offer_id for line in ranking.lines}) == len(ranking.lines) <= 20
    passages = [p for line in ranking.lines for r in line.reasons for p in r.passages]
    passages += [p for concept in ranking.concepts for p in concept.passages]
    passages += [p for reason in ranking.verdict_reasons for p in reason.passages]
    for passage in passages:
        assert 0 <= passage.start < passage.end <= len(title if passage.in_title else text)
    assert all(line.reasons and 0 <= r.weight <= 1 for line in ranking.lines for r in line.reasons)
    assert scores == sorted(scores, reverse=True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
def test_recognise_and_search_never_raise(engine, text):
    for hit in engine.recognise(text):
        assert 0 < hit.weight <= 1
        assert all(passage.end <= len(text) for passage in hit.passages)
    found = [score for _, score in engine.search(text).lines]
    assert found == sorted(found, reverse=True)

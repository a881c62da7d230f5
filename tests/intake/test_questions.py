"""The questions that would change the result most: asked where they can be answered, optional, never in the way."""

from dataclasses import dataclass

import pytest
from django.http import QueryDict
from django.urls import reverse

from intake import questions
from intake.models import Draft, Irritant
from programs import engine
from programs.models import Topic
from tests import cast as casting
from tests.intake.walking import send


@dataclass(frozen=True)
class Question:
    """What the engine gives (programs.engine.questions)."""

    code: str
    options: tuple = ()


@pytest.fixture
def draft(db):
    casting.vocabulary()
    return Draft.objects.create(answers=casting.answers(sector="", organisation_type=""), language="fr")


@pytest.fixture
def engine_asks(monkeypatch):
    def asks(*codes, seen=None):
        def answer(need):
            if seen is not None:
                seen.append(need)
            return [code if isinstance(code, Question) else Question(code) for code in codes]

        monkeypatch.setattr(engine, "questions", answer, raising=False)

    return asks


def page(client, draft) -> str:
    response = client.get(reverse("intake:step", args=[draft.token, "contexte"]))
    assert response.status_code == 200
    return response.content.decode()


def test_without_the_function_nothing_is_asked(client, draft, monkeypatch):
    monkeypatch.delattr(engine, "questions", raising=False)
    assert questions.for_draft(draft) == []
    assert "nous aiderait le plus" not in page(client, draft)


def test_an_engine_that_fails_costs_the_questions_alone(client, draft, monkeypatch):
    def broken(need):
        raise RuntimeError("no index")

    monkeypatch.setattr(engine, "questions", broken, raising=False)
    assert "Le contexte" in page(client, draft)


def test_the_engine_reads_what_was_typed_so_far(draft, engine_asks):
    seen = []
    engine_asks("sector", seen=seen)
    questions.for_draft(draft)
    need = seen[0]
    assert need["text"].startswith("Sur notre ligne") and "cartes de contrôle" in need["text"]
    assert (need["sector"], need["territory"], need["data_maturity"]) == ("", "57", 2)
    assert (need["topics"], need["kinds"]) == (["anomaly-detection"], ())
    draft.answers |= {"country": "DE", "data_maturity": "", "text": " ", "tried": ""}
    assert questions.need_of(draft)["territory"] == "DE" and questions.need_of(draft)["data_maturity"] is None
    assert questions.for_draft(draft) == []


def test_at_most_three_known_questions(draft, engine_asks):
    engine_asks("of-tomorrow", "topic:unheard-of", "sector", "kinds", "topic:ai-literacy", "territory")
    assert [asked.code for asked in questions.for_draft(draft)] == ["sector", "kinds", "topic:ai-literacy"]


def test_they_are_asked_once_and_first(client, draft, engine_asks):
    engine_asks("sector", Question("kinds", ("training", "talent")), "organisation_type")
    html = page(client, draft)
    assert "Les réponses qui nous aideraient le plus" in html
    for name in ("sector", "organisation_type"):
        assert html.count(f'name="{name}"') == 1
    assert html.index('name="sector"') < html.index('name="site_city"')
    assert html.count('name="kinds_wished"') == 2 and 'value="cifre"' not in html


def test_subjects_are_asked_together_before_anything_else(client, draft, engine_asks):
    engine_asks("topic:ai-literacy", "sector", "topic:anomaly-detection")
    html = page(client, draft)
    asked = ["sujet-ai-literacy", "sujet-anomaly-detection", "sector"]
    assert asked == sorted(asked, key=lambda name: html.index(f'name="{name}"'))
    assert html.count("Un oui fait monter") == 1


def test_answers_are_kept_and_reach_the_irritant(client, draft, engine_asks):
    engine_asks("kinds", "organisation_type", "topic:ai-literacy")
    url = reverse("intake:step", args=[draft.token, "contexte"])
    data = {
        "confidentiality": "summary",
        "kinds_asked": "1",
        "kinds_wished": ["training", "talent", "nonsense"],
        "organisation_type": "PME",
        "sujet-ai-literacy": "oui",
        "sujet-anomaly-detection": "non",
        "sujet-unheard-of": "oui",
    }
    assert client.post(url, data)["Location"].endswith("/verifier/")
    draft.refresh_from_db()
    assert draft.answers["kinds_wished"] == ["training", "talent"]
    assert (draft.answers["topics_confirmed"], draft.answers["topics_removed"]) == (
        ["ai-literacy"],
        ["anomaly-detection"],
    )
    check = reverse("intake:step", args=[draft.token, "verifier"])
    html = client.get(check).content.decode()
    assert "Une formation" in html and "PME (10 à 249 personnes)" in html
    labels = dict(Topic.objects.values_list("code", "label_fr"))
    subjects = f"{labels['ai-literacy']}<br>Pas\u202f: {labels['anomaly-detection']}"
    assert subjects in html[: html.index("Vous et votre organisation")], "beside the text they were found in"
    change = reverse("intake:step", args=[draft.token, "vous"]) + "?retour=verifier#compris"
    assert html.count(change) == 1
    boxes = client.get(change).content.decode()
    assert (
        'value="ai-literacy" id="id_topics_1" checked' in boxes
        or 'value="ai-literacy" id="id_topics_0" checked' in boxes
    )
    engine_asks()
    assert 'value="training"' in page(client, draft)  # answered: not asked again, but still to be changed
    draft.created_at = draft.created_at.replace(year=2020)  # typed too fast is for machines
    draft.save()
    send(client, draft)
    irritant = Irritant.objects.get()
    assert (irritant.kinds_wished, irritant.topics_confirmed) == (["training", "talent"], ["ai-literacy"])
    assert irritant.company.organisation_type == "PME"


def test_what_is_not_asked_is_not_forgotten(db):
    told = questions.answered(QueryDict("site_city=Metz"), {"kinds_wished": ["talent"]})
    assert told == {}
    assert questions.answered(QueryDict("kinds_asked=1"), {}) == {"kinds_wished": []}
    assert questions.answered(QueryDict("sujet-x="), {"topics_confirmed": ["x"]}) == {}

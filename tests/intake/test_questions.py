"""The questions that would change the result most: asked where they can be answered, optional, never in the way."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from intake import questions
from intake.models import Draft, Irritant
from programs import engine
from programs.engine import Question
from programs.models import Sector, Topic
from tests import cast as casting
from tests.intake.walking import send


@pytest.fixture
def draft(db):
    casting.vocabulary()
    unsaid = dict.fromkeys(("sector", "organisation_type", "site_postcode", "data_maturity"), "")
    return Draft.objects.create(answers=casting.answers(**unsaid), language="fr")


@pytest.fixture
def offers(db):
    """Of two kinds, for two sectors: what is not said of this draft would change what comes first."""
    labels = {"label_fr": "Santé", "label_de": "Gesundheit", "label_en": "Health"}
    Sector.objects.get_or_create(code="health", defaults=labels)
    lab = casting.laboratory("labo-a")
    for number in range(8):
        made = casting.offer(lab, f"a-{number}")
        made.sectors.set(["foundry-metals" if number % 2 else "health"])
        casting.offer(lab, f"b-{number}", kind="training", title_fr=f"Formation aux dérives {number}")


@pytest.fixture
def tomorrow(monkeypatch):
    """An engine that asks for what is named: what this portal's own asks depends on offers and weights, and it never
    asks for something that the form does not know."""

    def asks(*codes):
        monkeypatch.setattr(engine, "questions", lambda need: [Question(code, (), 0.5) for code in codes])

    return asks


def page(client, draft) -> str:
    response = client.get(reverse("intake:step", args=[draft.token, "contexte"]))
    assert response.status_code == 200
    return response.content.decode()


def test_over_no_offers_nothing_is_asked(client, draft):
    assert questions.for_draft(draft) == []
    assert "nous aideraient le plus" not in page(client, draft)


def test_an_engine_that_fails_costs_the_questions_alone(client, draft, monkeypatch):
    def broken(need):
        raise RuntimeError(
            "whatever it is"
        )  # what is known to break it is mended: the index, its folder, a large catalogue

    monkeypatch.setattr(engine, "questions", broken)
    assert "Le contexte" in page(client, draft)


def test_the_engine_reads_what_was_typed_so_far(draft):
    draft.answers |= {"site_postcode": "57000", "data_maturity": 2}
    need = questions.need_of(draft)
    assert need["text"].startswith("Sur notre ligne") and "cartes de contrôle" in need["text"]
    assert (need["sector"], need["territory"], need["data_maturity"]) == ("", "57", 2)
    assert (need["topics"], need["kinds"]) == (["anomaly-detection"], ())
    draft.answers |= {"country": "DE", "data_maturity": "", "text": " ", "tried": ""}
    assert questions.need_of(draft)["territory"] == "DE" and questions.need_of(draft)["data_maturity"] is None
    assert questions.for_draft(draft) == []


def test_at_most_three_known_questions(draft, tomorrow):
    tomorrow("of-tomorrow", "topic:unheard-of", "sector", "kinds", "topic:ai-literacy", "territory")
    assert [asked.code for asked in questions.for_draft(draft)] == ["sector", "kinds", "topic:ai-literacy"]


def test_they_are_asked_once_and_first(client, draft, offers):
    asked = {one.code: one.options for one in questions.for_draft(draft)}
    assert asked == {"kinds": ("laboratory", "training"), "organisation_type": ("TPE", "PME", "ETI", "GE")}
    html = page(client, draft)
    assert "Les réponses qui nous aideraient le plus" in html
    assert html.count('name="organisation_type"') == html.count('name="site_city"') == 1
    assert html.index('name="organisation_type"') < html.index('name="site_city"')
    assert html.count('name="kinds_wished"') == 2 and 'value="cifre"' not in html


def test_subjects_are_asked_together_before_anything_else(client, draft, tomorrow):
    tomorrow("topic:ai-literacy", "sector", "topic:anomaly-detection")
    html = page(client, draft)
    asked = ["sujet-ai-literacy", "sujet-anomaly-detection", "sector"]
    assert asked == sorted(asked, key=lambda name: html.index(f'name="{name}"'))
    assert html.count("Un oui fait monter") == 1


def test_answers_are_kept_and_reach_the_irritant(client, draft, offers):
    draft.answers |= {"site_postcode": "57000", "site_city": "Metz"}
    draft.save()
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
    assert not {"kinds", "organisation_type"} & {one.code for one in questions.for_draft(draft)}
    assert 'value="training"' in page(client, draft)  # answered: not asked again, but still to be changed
    draft.created_at = draft.created_at.replace(year=2020)  # typed too fast is for machines
    draft.save()
    send(client, draft)
    irritant = Irritant.objects.get()
    assert (irritant.kinds_wished, irritant.topics_confirmed) == (["training", "talent"], ["ai-literacy"])
    assert irritant.company.organisation_type == "PME"


def test_a_form_of_help_that_was_asked_stands_in_the_check_ticked_or_not(client, draft, offers):
    contexte, check = (reverse("intake:step", args=[draft.token, step]) for step in ("contexte", "verifier"))
    client.post(contexte, {"confidentiality": "summary"})
    assert "Forme d’aide souhaitée" not in client.get(check).content.decode()  # never asked
    client.post(contexte, {"confidentiality": "summary", "kinds_asked": "1"})
    html = client.get(check).content.decode()
    assert "Sans préférence" in html[html.index("Forme d’aide souhaitée") :]


def test_what_is_not_asked_is_not_forgotten(db):
    told = questions.answered(QueryDict("site_city=Metz"), {"kinds_wished": ["talent"]})
    assert told == {}
    assert questions.answered(QueryDict("kinds_asked=1"), {}) == {"kinds_wished": []}
    assert questions.answered(QueryDict("sujet-x="), {"topics_confirmed": ["x"]}) == {}

"""Two people wrote one qualification: both texts side by side, a choice per field, the version checked again."""

import re

import pytest

from intake.lifecycle import IRRITANT
from journal.actors import coordinator
from journal.models import Event
from tests.triage.workbench.test_qualification import typed
from triage import qualifying
from triage.models import Qualification, QualificationVersion
from triage.workbench import merging
from triage.workbench.forms import QualificationForm

pytestmark = pytest.mark.database


@pytest.fixture
def taken(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    return cast.irritant


@pytest.fixture
def colleague(cast, sign_in):
    return sign_in(cast.colleague)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def sent_from(page: str, **more) -> dict:
    """What the page posts when nothing is touched: hidden fields, my words, what is chosen already."""
    data: dict = {}
    for tag in re.findall(r"<input [^>]+>", page.split('class="wb-merge"')[1].split("</form>")[0]):
        read = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        kind, name = read.get("type"), read.get("name")
        if (
            name
            and name != "csrfmiddlewaretoken"
            and (kind not in ("radio", "checkbox") or " checked" in tag)
        ):
            data.setdefault(name, []).append(read.get("value", "on"))
    for name, inner in re.findall(r'<textarea name="(\w+)"[^>]*>([^<]*)', page):
        data[name] = [inner.strip()]
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        data[name] = re.findall(r'value="([^"]*)" selected', options)
    return {**data, **more}


def fields(page: str) -> list[str]:
    return re.findall(r'name="field" value="(\w+)"', page)


def now(irritant) -> dict:
    return qualifying.said(Qualification.objects.get(irritant=irritant))


def test_only_what_differs_is_shown_and_nothing_is_written(cast, browser, colleague, at, taken):
    browser.post(at("qualify", taken), typed(0, partner_summary="Le texte de la première."))
    late = colleague.post(
        at("qualify", taken), typed(0, partner_summary="Le texte du second.", trl_target="7")
    )
    page = late.content.decode()
    assert late.status_code == 409 and fields(page) == ["partner_summary", "trl_target"]
    assert "Coordinatrice a enregistré cette qualification" in page
    assert "Le texte <mark>de</mark>" in page and "Le texte du second." in page
    assert "2 champs diffèrent" in page
    assert now(taken)["partner_summary"] == "Le texte de la première."
    chosen = sent_from(page) | {"pick-partner_summary": "mine", "pick-trl_target": "theirs"}
    done = colleague.post(at("merge", taken), chosen, follow=True)
    assert "Les deux versions sont réunies" in done.content.decode()
    assert (now(taken)["partner_summary"], now(taken)["trl_target"]) == ("Le texte du second.", 6)
    assert list(QualificationVersion.objects.values_list("number", "by")) == [
        (1, cast.coordinator.pk),
        (2, cast.colleague.pk),
    ]
    assert Event.objects.filter(name="irritant.qualified").count() == 2


def test_what_one_alone_changed_is_chosen_already(browser, colleague, at, taken):
    """Both had read version 1: one changes the target, the other a flag, a number and the topics."""
    browser.post(at("qualify", taken), typed(0))
    browser.post(at("qualify", taken), typed(1, target="Rebuts sous 2 %"))
    mine = typed(1, trl_now="4", topics=["ai-literacy", "anomaly-detection"]) | {"personal_data": "on"}
    page = colleague.post(at("qualify", taken), mine).content.decode()
    assert fields(page) == ["target", "topics", "trl_now", "personal_data"]
    sent = sent_from(page)
    picks = {name: sent[f"pick-{name}"] for name in fields(page)}
    assert picks == {
        "target": ["theirs"],
        "topics": ["mine"],
        "trl_now": ["mine"],
        "personal_data": ["mine"],
    }
    assert "Vous seul l’avez changé." in page and "Ce que vous aviez lu tous les deux" in page
    assert colleague.post(at("merge", taken), sent).status_code == 303
    assert {name: now(taken)[name] for name in picks} == {
        "target": "Rebuts sous 2 %",
        "topics": ["ai-literacy", "anomaly-detection"],
        "trl_now": 4,
        "personal_data": True,
    }
    assert (now(taken)["health_data"], now(taken)["trl_target"]) == (True, 6)  # what nobody changed


def test_each_field_wants_an_answer_and_words_typed_on_the_right_are_not_lost(browser, colleague, at, taken):
    browser.post(at("qualify", taken), typed(0, target="Un"))
    page = colleague.post(at("qualify", taken), typed(0, target="Deux")).content.decode()
    open_ = colleague.post(at("merge", taken), sent_from(page))
    assert open_.status_code == 422 and "Choisissez l’une des deux versions." in open_.content.decode()
    edited = sent_from(page) | {"target": "Deux et demi", "pick-target": "theirs"}
    unclear = colleague.post(at("merge", taken), edited).content.decode()
    assert "dites laquelle garder" in unclear and "Deux et demi</textarea>" in unclear
    assert now(taken)["target"] == "Un"
    # Said twice it is meant.
    colleague.post(at("merge", taken), sent_from(unclear) | {"pick-target": "theirs"})
    assert now(taken)["target"] == "Un"
    colleague.post(at("merge", taken), sent_from(unclear) | {"pick-target": "mine"})
    assert now(taken)["target"] == "Deux et demi"


def test_a_third_version_brings_the_page_back(browser, colleague, at, taken):
    browser.post(at("qualify", taken), typed(0, target="Un"))
    page = colleague.post(at("qualify", taken), typed(0, target="Deux")).content.decode()
    browser.post(at("qualify", taken), typed(1, target="Un et demi", trl_now="2"))
    again = colleague.post(at("merge", taken), sent_from(page) | {"pick-target": "mine"})
    assert again.status_code == 409
    assert now(taken)["target"] == "Un et demi"
    back = again.content.decode()
    assert fields(back) == ["target", "trl_now"] and "Un" in words(back)
    colleague.post(at("merge", taken), sent_from(back) | {"pick-target": "mine"})
    assert (now(taken)["target"], now(taken)["trl_now"]) == ("Deux", 2)  # theirs where I had touched nothing


def test_a_mixture_that_cannot_be_says_so(browser, colleague, at, taken):
    browser.post(at("qualify", taken), typed(0, trl_now="5", trl_target="6"))
    page = colleague.post(at("qualify", taken), typed(0, trl_now="2", trl_target="4")).content.decode()
    mixed = sent_from(page) | {"pick-trl_now": "theirs", "pick-trl_target": "mine"}
    answer = colleague.post(at("merge", taken), mixed)
    assert answer.status_code == 422
    assert "Le TRL visé ne peut pas être inférieur" in answer.content.decode()


def test_who_wrote_the_same_is_no_conflict(browser, colleague, at, taken):
    browser.post(at("qualify", taken), typed(0))
    assert colleague.post(at("qualify", taken), typed(0)).status_code == 303
    assert Qualification.objects.get(irritant=taken).version == 1


def test_a_version_that_is_not_known_any_more_leaves_all_to_choose(browser, colleague, at, taken):
    browser.post(at("qualify", taken), typed(0))
    browser.post(at("qualify", taken), typed(1, target="Un"))
    QualificationVersion.objects.filter(number=1).delete()
    page = colleague.post(at("qualify", taken), typed(1, trl_now="2")).content.decode()
    assert fields(page) == ["target", "trl_now"] and "Ce que vous aviez lu" not in page
    assert "pick-target" not in sent_from(page)


def test_the_page_works_over_every_field_of_the_form(cast, taken):
    """A field that is added to the form is compared, shown and sent like the others."""
    form = QualificationForm()
    assert {field.name for field in form.visible_fields()} == set(qualifying.FIELDS)
    said = qualifying.said(None)
    assert said.keys() == set(qualifying.FIELDS)
    assert dict(merging._as_typed(said)) == {}


def test_only_the_last_versions_are_kept(cast, browser, at, taken, monkeypatch):
    monkeypatch.setattr(qualifying, "VERSIONS_KEPT", 3)
    for number in range(6):
        browser.post(at("qualify", taken), typed(number, target=f"But {number}"))
    assert list(QualificationVersion.objects.order_by("number").values_list("number", flat=True)) == [4, 5, 6]


def test_strangers_cannot_merge(cast, at, taken, sign_in):
    assert sign_in(cast.funder).post(at("merge", taken), {}).status_code == 403

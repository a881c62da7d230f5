"""The coordinator's reading: saved, compared when two wrote at once, never taken from the raw text."""

import pytest
from django.test import Client

from intake.lifecycle import IRRITANT
from journal.actors import Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Event, Job
from programs.engine import Ranked
from tests import cast as casting
from triage import qualifying, ranking
from triage.models import MatchRun, Qualification


@pytest.fixture
def taken(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    return cast.irritant


def typed(version: int, **changes) -> dict:
    return {
        "seen_version": version,
        "action": "save",
        "reformulated": "Prévoir la dérive de la coulée.",
        "partner_summary": "Une fonderie veut prévoir ses rebuts.",
        "target": "Rebuts sous 3 %",
        "topics": ["anomaly-detection"],
        "data_maturity": "2",
        "trl_now": "3",
        "trl_target": "6",
        "health_data": "on",
        **changes,
    }


def test_save(cast, browser, at, taken):
    answer = browser.post(at("qualify", taken), typed(0), follow=True)
    assert "La qualification est enregistrée." in answer.content.decode()
    row = taken.qualification
    assert (row.version, row.trl_now, row.health_data, row.personal_data) == (1, 3, True, False)
    assert [topic.code for topic in row.topics.all()] == ["anomaly-detection"]
    event = Event.objects.get(case=taken.public_id, name="irritant.qualified")
    assert event.payload["version"] == 1 and "reformulated" in event.payload["fields"]
    assert Job.objects.filter(kind="match.compute", key__endswith=f"event:{event.pk}").count() == 1


def test_saving_the_same_again_writes_nothing(cast, browser, at, taken):
    browser.post(at("qualify", taken), typed(0))
    browser.post(at("qualify", taken), typed(1))
    assert Qualification.objects.get(irritant=taken).version == 1
    assert Event.objects.filter(name="irritant.qualified").count() == 1


def test_bad_input_keeps_what_was_typed(cast, browser, at, taken):
    answer = browser.post(at("qualify", taken), typed(0, trl_now="7", trl_target="4"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "Le TRL visé ne peut pas être inférieur" in page
    assert "Une fonderie veut prévoir ses rebuts." in page
    assert not Qualification.objects.filter(irritant=taken).exists()
    for broken in ({"seen_version": "x"}, {"topics": ["nimporte"]}, {"partner_summary": "a" * 2001}):
        assert browser.post(at("qualify", taken), typed(0) | broken).status_code == 422


def test_the_summary_is_proposed_from_the_reformulated_need_only(cast, browser, at, taken):
    page = browser.post(at("qualify", taken), typed(0, action="propose", partner_summary="")).content.decode()
    area = page.split('id="q_partner_summary"')[1].split("</textarea>")[0]
    assert "Prévoir la dérive de la coulée." in area and casting.SECRET_WORDS not in area
    assert not Qualification.objects.filter(irritant=taken).exists()


def test_a_summary_that_names_the_company_is_pointed_out(cast, browser, at, taken):
    named = typed(0, partner_summary=f"{casting.SECRET_COMPANY} veut prévoir ses rebuts.")
    page = browser.post(at("qualify", taken), named, follow=True).content.decode()
    assert "l’entreprise a demandé à ne pas être nommée" in page


def test_not_before_it_is_taken_nor_by_a_partner(cast, browser, at):
    assert browser.post(at("qualify", cast.irritant), typed(0)).status_code == 409
    with pytest.raises(Refusal):
        qualifying.save(cast.irritant, {}, actor=Actor("partner"), version=0)
    assert not Qualification.objects.exists()


def test_a_hold_is_lifted_with_a_reason(cast, browser, at, taken):
    none = browser.post(at("lift_hold", taken), {"reason": "Vu"}, follow=True)
    assert "Aucune retenue ne s’applique" in none.content.decode()
    MatchRun.objects.filter(irritant=taken).update(
        verdict="hold", verdict_reasons=[{"code": "health-data", "passages": [[0, 21, False]]}]
    )
    page = browser.get(at("irritant", taken)).content.decode()
    assert "Des données de santé semblent en jeu." in page and '<mark class="is-hold">Sur notre' in page
    empty = browser.post(at("lift_hold", taken), {"reason": " "}, follow=True)
    assert "Dites pourquoi la retenue est levée." in empty.content.decode()
    browser.post(at("lift_hold", taken), {"reason": "Aucune donnée de patient : vérifié au téléphone."})
    row = Qualification.objects.get(irritant=taken)
    assert row.hold_lifted_by == cast.coordinator and "téléphone" in row.hold_lifted_reason
    assert Event.objects.filter(case=taken.public_id, name="irritant.hold_lifted").count() == 1
    assert "Retenue levée" in browser.get(at("irritant", taken)).content.decode()


def test_strangers_cannot_save(cast, at, taken, sign_in):
    assert Client().post(at("qualify", taken), typed(0)).status_code == 302
    assert sign_in(cast.funder).post(at("qualify", taken), typed(0)).status_code == 403


def test_lifting_a_hold_first_does_not_overtake_the_first_qualification(cast, browser, at, taken):
    MatchRun.objects.filter(irritant=taken).update(verdict="hold")
    seen = typed(0)
    browser.post(at("lift_hold", taken), {"reason": "Vérifié au téléphone."})
    assert browser.post(at("qualify", taken), seen).status_code == 303
    row = Qualification.objects.get(irritant=taken)
    assert (row.version, row.hold_lifted_reason) == (1, "Vérifié au téléphone.")


@pytest.mark.parametrize(("codes", "still_lifted"), [(["health-data"], True), (["defence"], False)])
def test_a_lifted_hold_holds_again_for_another_reason(cast, taken, codes, still_lifted):
    answer = {"concepts": [], "language": "fr", "engine_version": "1", "data_version": "1"}
    first = [{"code": "health-data", "passages": []}]
    ranking._store(taken, Ranked("hold", first, **answer), "first")
    qualifying.lift_hold(taken, "Vérifié.", actor=coordinator(cast.coordinator))
    again = [{"code": code, "passages": []} for code in codes]
    ranking._store(taken, Ranked("hold", again, **answer), "again")
    assert bool(Qualification.objects.get(irritant=taken).hold_lifted_reason) is still_lifted


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("FONDERIE DES TROIS VALLÉES S.A.S.", "La fonderie des Trois Vallees, près de Metz", True),
        ("Menuiserie Bois-l’Abbé (siège)", "Menuiserie Bois-l'Abbé", True),
        ("Müller GmbH & Co. KG", "un atelier chez Muller", True),
        ("ACME SAS", "un problème d’acmeisme", False),
    ],
)
def test_a_name_is_recognised_without_accents_or_legal_form(cast, name, text, found):
    cast.irritant.company.name = name
    assert bool(qualifying.identifying_words(text, cast.irritant)) is found


def test_a_summary_is_never_proposed_from_nothing(cast, browser, at, taken):
    page = browser.post(
        at("qualify", taken),
        {**typed(0), "reformulated": "", "action": "propose", "partner_summary": "Le mien"},
    )
    assert "Écrivez d’abord le besoin reformulé." in page.content.decode()
    assert "Le mien" in page.content.decode()

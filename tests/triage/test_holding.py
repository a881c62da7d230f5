"""Hold rules: what each mode does, what is counted, and what people's words do to a rule's precision."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Irritant
from journal.actors import Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Event
from matching.verdict import Judge
from programs.engine import Ranked
from programs.importing import REFERENCE
from tests import cast as casting
from tests.triage.workbench.conftest import at, browser, sign_in  # noqa: F401
from triage import holding, qualifying, ranking
from triage.asking import blocked_because
from triage.models import HoldFiring, HoldRule, MatchRun, Qualification
from triage.reasons import RULE_NAMES, VERDICT_REASONS

ANSWER = {"concepts": [], "language": "fr", "engine_version": "1", "data_version": "1"}


def reasons(*codes):
    return [{"code": code, "passages": [[0, 21, False]]} for code in codes]


def computed(irritant, verdict: str, *codes, key="one") -> MatchRun:
    ranking._store(irritant, Ranked(verdict, reasons(*codes), **ANSWER), f"{irritant.pk}-{key}")
    return irritant.runs.first()


@pytest.fixture
def staff(cast):
    return coordinator(cast.coordinator)


@pytest.fixture
def taken(cast, staff):
    IRRITANT.perform(cast.irritant, "take", actor=staff)
    Qualification.objects.create(irritant=cast.irritant, partner_summary="Une fonderie.")
    return cast.irritant


def test_the_list_of_rules_is_the_engine_s():
    effects = {code: reason.effect for code, reason in Judge()._reasons.items()}
    assert set(effects) == set(VERDICT_REASONS) == set(RULE_NAMES)
    assert {code for code, effect in effects.items() if effect == "redirect"} == holding.REDIRECTING


@pytest.mark.parametrize(
    ("verdict", "codes", "modes", "expected"),
    [
        ("match", [], {}, ("match", [], [])),
        ("hold", [], {"defence": "off"}, ("hold", [], [])),  # no rule speaks for it: none switches it off
        ("hold", ["defence"], {}, ("hold", ["defence"], [])),
        ("hold", ["defence"], {"defence": "observe"}, ("match", [], ["defence"])),
        ("hold", ["defence"], {"defence": "off"}, ("match", [], [])),
        ("redirect", ["defence", "vendor"], {"vendor": "observe"}, ("hold", ["defence"], ["vendor"])),
        ("redirect", ["defence", "vendor"], {"defence": "off"}, ("redirect", ["vendor"], [])),
        ("redirect", ["of-tomorrow"], {}, ("redirect", ["of-tomorrow"], [])),
    ],
)
def test_what_a_run_leads_to(verdict, codes, modes, expected):
    held = holding.effective(verdict, reasons(*codes), modes)
    assert (held.verdict, [r["code"] for r in held.blocking], [r["code"] for r in held.observed]) == expected


def test_a_mode_is_applied_to_what_is_already_stored_and_to_what_comes(cast, staff, taken):
    run = computed(taken, "hold", "defence")
    assert "Une retenue s’applique" in blocked_because(taken)
    holding.switch("defence", "observe", actor=staff)
    assert blocked_because(taken) == ""
    holding.switch("defence", "off", actor=staff)
    assert blocked_because(taken) == "" and holding.of_run(run) == holding.Held("match", [], [])
    run.refresh_from_db()
    assert (run.verdict, run.verdict_reasons[0]["code"]) == ("hold", "defence")  # the engine's word stays
    with pytest.raises(Refusal):
        qualifying.lift_hold(taken, "Vu.", actor=staff)


def test_put_back_on_it_holds_again_what_was_lifted_without_it(cast, staff, taken):
    holding.switch("defence", "observe", actor=staff)
    computed(taken, "hold", "defence", "health-data")
    qualifying.lift_hold(taken, "Vu.", actor=staff)
    assert blocked_because(taken) == ""
    holding.switch("defence", "on", actor=staff)
    assert "Une retenue s’applique" in blocked_because(taken)


def test_a_rule_that_observes_does_not_hold_again(cast, staff, taken):
    holding.switch("defence", "observe", actor=staff)
    computed(taken, "hold", "health-data")
    qualifying.lift_hold(taken, "Vu.", actor=staff)
    computed(taken, "hold", "health-data", "defence", key="two")
    assert Qualification.objects.get(irritant=taken).hold_lifted_reason == "Vu."


def test_who_switched_and_when_is_an_event(cast, staff):
    rule = holding.switch("vendor", "off", actor=staff)
    holding.switch("vendor", "off", actor=staff)  # twice is once
    event = Event.objects.get(name="hold_rule.switched")
    assert event.payload == {"rule": "vendor", "before": "on", "after": "off"}
    assert (event.case, event.actor) == (rule.public_id, f"user:{cast.coordinator.pk}")
    assert (rule.changed_by, rule.mode) == (cast.coordinator, "off")
    with pytest.raises(Refusal):
        holding.switch("vendor", "on", actor=Actor("partner"))
    with pytest.raises(Refusal):
        holding.switch("nothing", "on", actor=staff)


def test_reference_rows_keep_what_people_switched(db):
    HoldRule.objects.create(code="vendor", mode="off")
    REFERENCE["hold rules"]()
    REFERENCE["hold rules"]()
    assert HoldRule.objects.count() == len(VERDICT_REASONS)
    assert HoldRule.objects.get(code="vendor").mode == "off"


def test_a_rule_fires_once_per_irritant_and_not_while_it_is_off(cast, staff):
    holding.switch("plain-it", "off", actor=staff)
    computed(cast.irritant, "hold", "defence", "plain-it")
    computed(cast.irritant, "hold", "defence", "plain-it", key="two")
    old = clock.now() - timedelta(days=120)
    with clock.at(old):
        computed(cast.strangers_irritant, "hold", "defence")
    assert holding.tallies() == {"defence": holding.Tally(ever=2, recent=1)}
    holding.switch("plain-it", "observe", actor=staff)  # shown from now on: counted from now on
    assert holding.tallies()["plain-it"] == holding.Tally(ever=1, recent=1)


def test_precision_counts_words_first_then_flags_then_outcomes(cast, staff):
    def case(number: int, verdict: str, code: str, *, said: str = "", outcome: str = "", **flags):
        row = casting.irritant(email=f"p{number}@ailleurs.example", company_name=f"Entreprise {number}")
        computed(row, verdict, code)
        if flags:
            Qualification.objects.create(irritant=row, **flags)
        if outcome:
            Irritant.objects.filter(pk=row.pk).update(stage="closed", turn="nobody", outcome=outcome)
        if said:
            holding.judge(row, {code: said, "not-here": said}, actor=staff)

    case(1, "hold", "health-data", said="confirmed")
    case(2, "hold", "health-data", said="rejected", health_data=True)  # the word stands above the flag
    case(3, "hold", "health-data", health_data=True)
    case(4, "hold", "health-data", employee_data=True)  # speaks of other data
    case(5, "hold", "health-data", outcome="out_of_scope")  # says nothing about health
    case(6, "redirect", "vendor", outcome="redirected")
    case(7, "redirect", "vendor", outcome="spam")
    case(8, "redirect", "vendor", outcome="collaboration")
    tallies = holding.tallies()
    assert tallies["health-data"] == holding.Tally(ever=5, recent=5, confirmed=2, rejected=1)
    assert tallies["vendor"] == holding.Tally(ever=3, recent=3, confirmed=2)
    assert tallies["vendor"].precision is None
    assert holding.Tally(confirmed=3, rejected=1).precision is None
    assert holding.Tally(confirmed=3, rejected=2).precision == 60


def test_a_word_can_be_taken_back_and_is_an_event(cast, staff):
    computed(cast.irritant, "hold", "defence")
    assert holding.judge(cast.irritant, {"defence": "rejected"}, actor=staff) == 1
    assert holding.judge(cast.irritant, {"defence": "rejected"}, actor=staff) == 0
    assert holding.judge(cast.irritant, {"defence": ""}, actor=staff) == 1
    assert holding.judge(cast.irritant, {"defence": "nonsense"}, actor=staff) == 0
    events = Event.objects.filter(name="irritant.hold_judged").order_by("seq")
    assert [event.payload["judgement"] for event in events] == ["rejected", "none"]
    assert HoldFiring.objects.get().judged_by is None


def test_lifting_says_what_it_thinks_of_the_rule(cast, browser, at, taken):  # noqa: F811
    computed(taken, "hold", "health-data", "defence")
    page = browser.get(at("irritant", taken)).content.decode()
    assert "retenue à tort" in page and 'name="avis-health-data"' in page
    browser.post(
        at("lift_hold", taken),
        {"reason": "Aucun patient.", "avis-health-data": "rejected", "avis-defence": "confirmed"},
    )
    said = dict(HoldFiring.objects.values_list("code", "judgement"))
    assert said == {"health-data": "rejected", "defence": "confirmed"}
    history = browser.get(at("irritant", taken)).content.decode()
    assert "Avis sur la retenue «\u202fdonnées de santé\u202f»\u202f: retenue à tort" in history


def test_an_observed_rule_is_shown_and_can_be_judged(cast, browser, at, staff, taken):  # noqa: F811
    holding.switch("defence", "observe", actor=staff)
    computed(taken, "hold", "defence")
    page = browser.get(at("irritant", taken)).content.decode()
    assert "À savoir, sans retenir le dossier" in page and "Lever la retenue" not in page
    browser.post(at("lift_hold", taken), {"action": "judge", "avis-defence": "rejected"})
    assert HoldFiring.objects.get().judgement == "rejected"
    holding.switch("defence", "off", actor=staff)
    assert "Un usage de défense" not in browser.get(at("irritant", taken)).content.decode()


def test_the_queue_shows_what_holds_now(cast, browser, staff):  # noqa: F811
    computed(cast.irritant, "hold", "defence")
    badge = "retenu par une règle</span>"
    assert browser.get(reverse("admin:index")).content.decode().count(badge) == 1
    holding.switch("defence", "observe", actor=staff)
    assert badge not in browser.get(reverse("admin:index")).content.decode()


def test_the_page_of_rules(cast, browser, staff):  # noqa: F811
    computed(cast.irritant, "hold", "defence")
    url = reverse("admin:workbench_rules")
    page = browser.get(url).content.decode()
    assert "pas assez de cas" in page and "1 fois en 90 jours" in page
    answer = browser.post(
        reverse("admin:workbench_rule_mode", args=["defence"]), {"mode": "observe"}, follow=True
    )
    assert "règle observée" in answer.content.decode() and "Coordinatrice" in answer.content.decode()
    assert HoldRule.objects.get(code="defence").mode == "observe"
    refused = browser.post(reverse("admin:workbench_rule_mode", args=["defence"]), {"mode": "x"}, follow=True)
    assert "n’existe pas" in refused.content.decode()
    assert browser.get(reverse("admin:workbench_rule", args=["nothing"])).status_code == 404


def test_the_irritants_behind_a_number(cast, browser, staff):  # noqa: F811
    computed(cast.irritant, "hold", "defence")
    computed(cast.strangers_irritant, "hold", "defence")
    holding.judge(cast.irritant, {"defence": "rejected"}, actor=staff)
    url = reverse("admin:workbench_rule", args=["defence"])
    for which, shown in (("", 2), ("recentes", 2), ("justifiees", 0), ("tort", 1), ("indecises", 1)):
        page = browser.get(url, {"quoi": which})
        assert len(page.context["page_obj"].object_list) == shown, which
        assert (cast.irritant.reference in page.content.decode()) is (which in ("", "recentes", "tort"))


@pytest.mark.parametrize("name", ["rules", "rule"])
def test_queries_do_not_grow(cast, browser, staff, name):  # noqa: F811
    url = reverse(f"admin:workbench_{name}", args=["defence"] if name == "rule" else [])
    computed(cast.irritant, "hold", "defence")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(url)
        return len(captured)

    few = queries()
    for number in range(6):
        row = casting.irritant(email=f"q{number}@ailleurs.example", company_name=f"Société {number}")
        computed(row, "hold", "defence", "vendor")
        holding.judge(row, {"defence": "confirmed"}, actor=staff)
    assert queries() <= few <= 15

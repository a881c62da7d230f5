"""Filters, search and tabs of the queue: what is filed of an irritant, and when."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence
from foundation import clock
from foundation.working_days import add_working_days
from intake import sleeping
from intake.lifecycle import IRRITANT
from intake.models import Irritant, Stage
from journal import jobs
from journal.actors import Actor, coordinator
from journal.clockwork import tick
from journal.models import Job
from programs.models import Pillar, Topic
from proposals.lifecycle import PROPOSAL
from proposals.models import Proposal
from tests import cast as casting
from tests.intake.following import holder
from triage import filing, fulltext, holding, qualifying
from triage.lifecycle import REFERRAL
from triage.models import MatchRun, Qualification, QueueEntry
from triage.workbench.choice import FILTERS, TABS, day_of_age

pytestmark = pytest.mark.database


@pytest.fixture
def queue(browser):
    """References that the queue shows for these parameters."""

    def asked(**parameters) -> list[str]:
        page = browser.get(reverse("admin:index"), {"file": "all", **parameters}).content.decode()
        return re.findall(r'<span class="reference">([^<]+)</span>', page)

    return asked


def codes(irritant) -> set[str]:
    return set(QueueEntry.objects.filter(irritant=irritant).values_list("code", flat=True))


def bucket(irritant) -> str:
    return QueueEntry.objects.get(irritant=irritant, code="").bucket


def elsewhere(**changes) -> Irritant:
    """Another irritant, of another company about something else, without its ranking yet."""
    return casting.irritant(
        **{
            "email": "atelier@menuiserie.example",
            "company_name": "Menuiserie des Vosges",
            "text": "Les chutes de bois coûtent cher : personne ne sait optimiser la découpe des panneaux stratifiés.",
            "tried": "",
            "site_postcode": "88000",
            "site_city": "Épinal",
            "kinds_wished": ["training"],
            "confidentiality": "nda",
            **changes,
        }
    )


@pytest.mark.parametrize("filed", (False, True))
@pytest.mark.parametrize(
    "parameters",
    [
        {"territoire": "88"},
        {"aide": "training"},
        {"langue": "de"},
        {"signal": "nda"},
        {"secteur": "wood"},
        {"theme": "ai-literacy"},
        {"q": "epinal"},
        {"q": "STRATIFIÉ"},
        {"q": "menuiserie vosg"},
        {"q": "atelier@menuiserie.example"},
        {"q": "0329000000", "territoire": "88", "aide": "training", "suivi": "nobody"},
    ],
)
def test_each_filter_finds_it_before_and_after_it_is_filed(cast, queue, parameters, filed):
    from programs.models import Sector

    Sector.objects.create(code="wood", label_fr="Bois", label_de="Holz", label_en="Wood")
    made = elsewhere(sector="wood", topics_confirmed=["ai-literacy"], phone="03 29 00 00 00", language="de")
    assert not codes(made)
    if filed:
        jobs.run_owed()
        assert codes(made)
    assert queue(**parameters) == [made.reference]


def test_an_unknown_value_of_a_filter_is_ignored(cast, queue):
    assert len(queue(territoire="nimporte", pilier="x' OR 1=1", age="quatre", signal="x")) == 2


def test_filters_narrow_each_other_and_the_tabs(cast, queue, browser):
    made = elsewhere()
    jobs.run_owed()
    assert queue(territoire="88", langue="fr") == [made.reference]
    assert queue(territoire="57", aide="training") == []
    page = browser.get(reverse("admin:index"), {"territoire": "88"}).content.decode()
    assert re.search(r'file=to_take[^"]*territoire=88', page)
    assert re.findall(r'<span class="count[^>]*>(\d+)', page)[:2] == ["1", "1"]  # à nous, à prendre


def test_a_taken_case_is_somebodys_at_once(cast, queue):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.colleague))
    assert queue(suivi=str(cast.colleague.pk)) == [cast.irritant.reference]
    assert queue(suivi="mine") == []
    assert bucket(cast.irritant) == "to_qualify"


def test_what_a_qualification_says_is_filed_with_it(cast, queue):
    pillar = Pillar.objects.create(code="sante", label_fr="Santé", label_de="", label_en="")
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    values = dict.fromkeys(qualifying.FIELDS, "") | {
        "reformulated": "Éviter les rebuts de coulée grâce au pyromètre.",
        "topics": [Topic.objects.get(code="ai-literacy")],
        "pillar": pillar,
        **dict.fromkeys(("data_maturity", "trl_now", "trl_target")),
        **dict.fromkeys(("personal_data", "health_data", "employee_data"), False),
    }
    qualifying.save(cast.irritant, values, actor=coordinator(cast.coordinator), version=0)
    assert queue(pilier="sante") == queue(theme="ai-literacy") == [cast.irritant.reference]
    assert queue(q="pyrometre") == [cast.irritant.reference]
    assert queue(theme="anomaly-detection") == [cast.strangers_irritant.reference]


def test_age_counts_working_days(cast, queue):
    with clock.at(clock.now() - timedelta(days=40)):
        old = elsewhere()
    jobs.run_owed()
    assert queue(age="20") == [old.reference]
    assert len(queue(age="")) == 3


@pytest.mark.parametrize("days", (3, 5, 10, 20))
def test_the_day_of_an_age_is_the_one_that_a_line_shows(days):
    from foundation.working_days import working_days_between

    limit = timezone.localdate(day_of_age(days))
    assert working_days_between(limit - timedelta(days=1), clock.today()) >= days
    assert working_days_between(limit, clock.today()) < days


def test_a_hold_is_a_flag_until_it_is_lifted_or_its_rule_is_off(cast, queue):
    run = MatchRun.objects.filter(irritant=cast.irritant).first()
    MatchRun.objects.filter(pk=run.pk).update(verdict="hold", verdict_reasons=[{"code": "health-data"}])
    run.refresh_from_db()
    holding.note_firings(run)
    actor = coordinator(cast.coordinator)
    IRRITANT.perform(cast.irritant, "take", actor=actor)
    assert queue(signal="hold") == [cast.irritant.reference]
    holding.switch("health-data", "off", actor=actor)
    jobs.run_owed()
    assert queue(signal="hold") == []
    holding.switch("health-data", "on", actor=actor)
    jobs.run_owed()
    assert queue(signal="hold") == [cast.irritant.reference]
    qualifying.lift_hold(cast.irritant, "Aucune donnée de santé.", actor=actor)
    assert queue(signal="hold") == []


def test_the_same_words_of_the_same_company_within_three_months_look_like_a_twin(cast, queue):
    twin = casting.irritant()
    other = casting.irritant(text="Nous cherchons à former nos équipes de bureau aux tableurs et aux bases.")
    jobs.run_owed()
    assert queue(signal="twin") == [twin.reference]
    assert "flag:twin" not in codes(other) | codes(cast.irritant)


def test_our_steps_after_an_answer(cast):
    referrals = casting.asked(cast)
    assert bucket(cast.irritant) == "partner"
    REFERRAL.perform(referrals[0], "question", actor=Actor("partner"))
    assert bucket(cast.irritant) == "answered"
    REFERRAL.perform(referrals[0], "accept", actor=Actor("partner"))
    assert bucket(cast.irritant) == "to_send"
    proposal = Proposal.objects.create(irritant=cast.irritant, title="x", valid_until=clock.today())
    filing.refile(cast.irritant)
    assert bucket(cast.irritant) == "to_send"
    Proposal.objects.filter(pk=proposal.pk).update(stage="changes_requested")
    PROPOSAL.perform(proposal, "expire", actor=Actor("clock"))
    assert bucket(cast.irritant) == "to_close"
    IRRITANT.perform(cast.irritant, "close", actor=coordinator(cast.coordinator), outcome="no_match")
    assert bucket(cast.irritant) == "closed"


def test_what_is_not_ranked_is_filed_by_the_clock(cast, queue):
    with clock.at(clock.now() - timedelta(minutes=6)):
        made = elsewhere()
    Job.objects.filter(kind="match.compute").update(status=Job.DEAD)
    assert tick()["queue.file"] == 1 and codes(made)
    assert tick()["queue.file"] == 0
    assert queue(territoire="88") == [made.reference]


def test_the_command_files_everything_anew(cast):
    before = set(QueueEntry.objects.values_list("irritant", "code", "bucket"))
    QueueEntry.objects.all().delete()
    call_command("file_queue", verbosity=0)
    assert set(QueueEntry.objects.values_list("irritant", "code", "bucket")) == before


def test_an_erased_case_is_found_by_no_word(cast, queue):
    from intake.erasing import erase

    assert queue(q="zirkonia") == [cast.irritant.reference]
    erase(cast.irritant, actor=holder(cast.irritant), proven=True)
    assert queue(q="zirkonia") == queue(q="quetzalcoatl") == []
    assert Irritant.objects.get(pk=cast.irritant.pk).stage == Stage.CLOSED
    assert fulltext.find(["quetzalcoatl"], 5) == []


@pytest.mark.parametrize(
    "query", ["'", '"', "a'b", "NEAR(x)", "*", "-", "x:*", "&|!", "()", "\\", "%", "café*"]
)
def test_signs_of_a_query_language_are_only_signs(cast, queue, query):
    elsewhere()
    assert queue(q=query) == []


def test_every_tab_and_filter_answers_alike_in_sql_and_from_the_columns(cast, browser, queue):
    """The tabs' numbers are those of the rows behind them, filed or not."""
    casting.accepted(cast)
    elsewhere()
    for tab in TABS:
        page = browser.get(reverse("admin:index"), {"file": tab}).content.decode()
        number = re.search(
            rf'file={tab}[^"]*" aria-current="page">(?:(?!</a>).)*?<span class="count[^>]*>(\d+)', page, re.S
        )
        assert int(number[1]) == len(queue(file=tab)), tab
    for one in FILTERS:
        for value, _label in one.options():
            assert len(queue(**{one.name: value})) <= 3


def test_what_sleeps_has_its_own_tab_and_is_back_on_its_day_by_itself(cast, queue):
    """Nothing is written on that day: the queue reads the day."""
    actor = coordinator(cast.coordinator)
    until = add_working_days(clock.today(), 3, cast.irritant.department)
    sleeping.put_to_sleep(cast.irritant, until=until, reason="Elle est en congé.", actor=actor)
    asleep, other = cast.irritant.reference, cast.strangers_irritant.reference

    def shown_in() -> set[str]:
        for parameters in ({}, {"q": "zirkonia"}, {"territoire": cast.irritant.department}):
            found = {tab for tab in TABS if asleep in queue(file=tab, **parameters)}
        return found

    assert shown_in() == {"asleep", "all"}
    assert queue(file="to_take") == [other]
    morning = timezone.make_aware(datetime.combine(until, time(9)))
    with clock.at(morning):
        assert shown_in() == {"ours", "to_take", "late", "all"}


def test_mine_are_those_of_whom_i_stand_in_for_in_one_order(cast, queue, django_assert_max_num_queries):
    for row, who in ((cast.irritant, cast.colleague), (cast.strangers_irritant, cast.coordinator)):
        IRRITANT.perform(row, "take", actor=coordinator(who))
    both = [cast.irritant.reference, cast.strangers_irritant.reference]
    assert queue(suivi="mine", file="ours") == both[1:]
    Absence.objects.create(
        user=cast.colleague, replacement=cast.coordinator, since=clock.today(), until=clock.today()
    )
    for parameters in ({}, {"file": "ours"}, {"q": "zirkonia"}, {"langue": "fr", "territoire": "57"}):
        expected = both[:1] if "q" in parameters else both
        with django_assert_max_num_queries(12):
            assert queue(suivi="mine", **parameters) == expected


def test_a_qualification_is_no_query_more_per_line(cast, queue, django_assert_max_num_queries):
    Qualification.objects.create(irritant=cast.irritant, reformulated="x")
    elsewhere()
    queue()
    with django_assert_max_num_queries(12):
        queue(territoire="88", suivi="nobody", theme="ai-literacy")
    with django_assert_max_num_queries(12):
        queue(q="552100554")

"""The engine of the clock: when a rule is due, what is remembered of it, what is said when it is late."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone

from foundation import clock
from foundation.working_days import add_months, in_office_hours
from journal import clockwork, messages
from journal.clockwork import After, Failed, Rule, last_step
from journal.models import ClockMark, ClockRun
from tests import cast as casting

pytestmark = pytest.mark.shows("R-15", "R-18")


def paris(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.mark.parametrize(
    ("since", "declared", "department", "due"),
    [
        ("2026-06-01 15:00", {"days": 3}, "57", "2026-06-04 09:00"),
        ("2026-06-04 23:59", {"days": 3}, "57", "2026-06-09 09:00"),
        ("2027-03-25 10:00", {"days": 1}, "51", "2027-03-26 09:00"),
        ("2027-03-25 10:00", {"days": 1}, "57", "2027-03-30 09:00"),  # Good Friday, then Easter Monday
        ("2026-12-24 10:00", {"days": 1}, "67", "2026-12-28 09:00"),
        ("2026-06-01 15:00", {"days": 1, "same_hour": True}, "57", "2026-06-02 15:00"),
        ("2026-06-01 06:00", {"days": 1, "same_hour": True}, "57", "2026-06-02 09:00"),
        ("2026-09-30 10:00", {"months": 5}, "57", "2027-02-28 09:00"),
        ("2026-06-02 10:00", {"months": 12}, "57", "2027-06-02 09:00"),
    ],
)
def test_due_from_nine_on_in_the_calendar_of_the_place(since, declared, department, due):
    row = SimpleNamespace(asked=paris(since))
    assert After("asked", **declared).moment(row, department, None) == paris(due)


def test_the_days_begin_again_where_the_clock_stood_still():
    row = SimpleNamespace(asked=paris("2026-06-01 10:00"))
    assert After("asked", days=3).moment(row, "57", date(2026, 6, 15)) == paris("2026-06-18 09:00")
    assert After("asked", days=3).moment(row, "57", date(2026, 5, 15)) == paris("2026-06-04 09:00")


@pytest.mark.parametrize(
    ("moment", "department", "works"),
    [
        ("2026-06-01 08:59", "57", False),
        ("2026-06-01 09:00", "57", True),
        ("2026-06-01 17:59", "57", True),
        ("2026-06-01 18:00", "57", False),
        ("2026-06-06 10:00", "57", False),
        ("2026-07-14 10:00", "57", False),
        ("2027-03-26 10:00", "57", False),
        ("2027-03-26 10:00", "51", True),
    ],
)
def test_office_hours(moment, department, works):
    assert in_office_hours(paris(moment), department) is works


def test_months_end_where_they_end():
    assert [add_months(date(2026, 8, 31), n) for n in (0, 1, 6, 16)] == [
        date(2026, 8, 31),
        date(2026, 9, 30),
        date(2027, 2, 28),
        date(2027, 12, 31),
    ]


def test_the_last_step_that_has_come():
    row, case = (
        SimpleNamespace(asked=paris("2026-06-01 10:00")),
        SimpleNamespace(department="57", asleep_until=None),
    )
    steps = []
    for moment in ("2026-06-04 08:59", "2026-06-04 09:00", "2026-06-09 18:00", "2026-06-10 09:00"):
        with clock.at(paris(moment)):
            steps.append(last_step(row, case, "asked", (3, 7)))
    assert steps == [0, 3, 3, 7]


@pytest.mark.django_db
class TestRules:
    @pytest.fixture(autouse=True)
    def only_these(self, monkeypatch):
        """A registry of its own, so that a rule of a test is nobody else's."""
        self.rules = clockwork.Registry("clock rule")
        monkeypatch.setattr(clockwork, "RULES", self.rules)

    def rule(self, name: str, does, **declared) -> Rule:
        return clockwork.rule(name, title=name, **{"who": lambda: ["a", "b"], **declared})(does)

    def test_one_name_is_one_rule(self):
        self.rule("test.twice", lambda row: None)
        with pytest.raises(ValueError, match="registered twice"):
            self.rule("test.twice", lambda row: None)

    def test_what_fails_stops_neither_the_other_rows_nor_the_other_rules(self):
        done = []

        def half(row):
            if row == "a":
                raise RuntimeError("no")
            done.append(row)

        broken, well = self.rule("test.broken", half), self.rule("test.well", done.append)
        with pytest.raises(Failed) as caught:
            broken()
        assert (caught.value.done, str(caught.value)) == (1, "RuntimeError: no")
        with clock.at(paris("2026-06-01 10:00")):
            assert clockwork.tick() == {"test.broken": 1, "test.well": 2}
        runs = {run.rule: run for run in ClockRun.objects.all()}
        assert done == ["b", "b", "a", "b"]
        assert (runs["test.broken"].succeeded_at, runs["test.broken"].last_error) == (
            None,
            "RuntimeError: no",
        )
        assert (runs["test.well"].succeeded_at, runs["test.well"].did) == (paris("2026-06-01 10:00"), 2)
        assert well.stops == ""

    def test_false_undoes_what_was_begun_and_a_mark_keeps_it_from_happening_twice(self):
        said = iter([False, None, None])

        def does(row):
            casting.person(f"{row.pk}@test.example", full_name="gone")
            return next(said)

        with clock.at(paris("2026-06-01 10:00")):
            case = casting.irritant()
            rows = type(case).objects.filter(pk=case.pk)
            rule = self.rule("test.once", does, who=rows.all, once=lambda row: "only", of="")
            people = type(casting.person("nobody@test.example")).objects
            before = people.count()
            assert (rule(), people.count() - before) == (0, 0)
            assert (rule(), people.count() - before) == (1, 1)
            people.filter(full_name="gone").delete()
            assert (rule(), people.count() - before) == (0, 0)
        assert list(ClockMark.objects.values_list("rule", "subject_id", "occasion")) == [
            ("test.once", case.public_id, "only")
        ]

    def test_another_occasion_is_another_time(self):
        occasions = iter("aabb" * 9)
        with clock.at(paris("2026-06-01 10:00")):
            case = casting.irritant()
            occasion = next(occasions)
            rule = self.rule(
                "test.again", lambda row: None, who=type(case).objects.all, once=lambda row: occasion
            )
            assert (rule(), rule()) == (1, 0)
            occasion = "c"
            assert (rule(), rule()) == (1, 0)

    def test_a_round_ends_after_so_many_and_what_is_put_off_stops_nobody(self, monkeypatch):
        monkeypatch.setattr(clockwork, "AT_ONCE", 2)
        done = []

        def does(row):
            if row in "abc":
                return False  # not today
            done.append(row)

        self.rule("test.many", does, who=lambda: [one for one in "abcdefg" if one not in done])
        assert [clockwork.RULES["test.many"]() for _round in range(3)] == [2, 2, 0]
        assert done == list("defg")

    def test_of_an_error_the_first_line_is_kept(self):
        def does(row):
            raise ValueError("duplicate key\nDETAIL: Key (email)=(claire@entreprise.example)")

        self.rule("test.detail", does)
        clockwork.tick()
        assert ClockRun.objects.get().last_error == "ValueError: duplicate key"

    def test_an_object_that_left_meanwhile_is_left_alone(self):
        """Between looking and acting somebody answered: the second look finds nobody."""
        looks = iter([["a"], []])
        rule = self.rule("test.left", lambda row: pytest.fail("it left"), who=lambda: next(looks))
        assert rule() == 0

    def test_late_and_silent(self):
        done = iter([None, RuntimeError, RuntimeError])

        def does(row):
            if error := next(done):
                raise error("no")

        self.rule("test.late", does, who=lambda: ["a"])
        self.rule("test.well", lambda row: None)
        at = paris("2026-06-01 10:00")
        assert not clockwork.trouble(), "a clock that never ticked is the readiness page's"
        for minutes in (0, 30, 61):
            with clock.at(at + timedelta(minutes=minutes)):
                clockwork.tick()
        said = []
        for minutes in (60, 61, 63, 64):
            with clock.at(at + timedelta(minutes=minutes)):
                trouble = clockwork.trouble()
                said.append((trouble.silent_since, [run.rule for run in trouble.late]))
        assert said == [
            (None, []),
            (None, ["test.late"]),
            (None, ["test.late"]),
            (at + timedelta(minutes=61), []),
        ]

    def test_the_command_runs_the_rules_or_only_says_what_they_would_do(self, capsys):
        done = []
        self.rule("test.one", done.append)
        call_command("clock", "--dry-run")
        dry = capsys.readouterr().out
        assert (done, ClockRun.objects.count()) == ([], 0)
        assert [line.split() for line in dry.splitlines()] == [["test.one", "2", "test.one"], ["a"], ["b"]]
        call_command("clock")
        assert (done, capsys.readouterr().out.split()) == (["a", "b"], ["test.one", "2", "test.one"])


@pytest.mark.django_db
def test_nobody_gets_two_reminders_about_a_case_on_one_day(cast):
    with clock.at(paris("2026-06-04 23:00")):
        messages.owe(
            "company_outcome",
            to="Claire@entreprise.example",
            language="fr",
            cause="test",
            case=cast.irritant.public_id,
            subject_id=cast.irritant.public_id,
        )
    asked = (cast.irritant.public_id, ["claire@entreprise.example"])
    said = []
    for moment, days in (
        ("2026-06-04 23:59", 1),
        ("2026-06-05 00:01", 1),
        ("2026-06-06 12:00", 3),
        ("2026-06-07 00:00", 3),
    ):
        with clock.at(paris(moment)):
            said.append(messages.chased_lately(*asked, days=days))
    assert said == [True, False, True, False]
    with clock.at(paris("2026-06-04 23:59")):
        assert not messages.chased_lately(cast.irritant.public_id, ["other@entreprise.example"])
        assert not messages.chased_lately(cast.strangers_irritant.public_id, asked[1])


def test_every_rule_says_what_it_is_and_when_it_stops():
    """What leaves for people leaves in office hours, once, and says what stops it."""
    for name, rule in clockwork.RULES.items():
        assert str(rule.title).strip(), name
        if rule.to_people:
            assert str(rule.stops).strip(), name
        if rule.once or rule.when:
            assert rule.to_people, name

"""Retention: warned once, a month to keep it, then erased; what lives always survives; too much at once is nothing."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from files.models import StoredFile
from foundation import clock
from foundation.privacy import ACCOUNTS, CASES, LIVING
from intake import resuming, retention
from intake.models import Contact, Draft, Irritant
from journal import clockwork, jobs
from journal.actors import COMPANY, Actor
from journal.capping import HeldBack
from journal.clockwork import RULES
from journal.events import broken_links
from journal.models import AccessLink, ClockRun, Event, Message
from partners.models import Membership
from partners.retention import WARN as WARN_ACCOUNTS
from tests import cast as casting
from tests.intake.following import give
from tests.privacy.graph import LATER, NOW, Planned, is_gone, is_whole, make, run

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.shows("R-12", "S-23", "asvs 14.2.7")]
WARN = retention.WARN


def warnings() -> int:
    return Message.objects.filter(template=retention.MAIL).count()


def leave(moment) -> None:
    """The mails that are owed leave, and files of erased rows go."""
    with clock.at(moment):
        jobs.run_owed()


def check(plans: list[Planned]) -> None:
    """The whole way: warned, some keep theirs, a month goes by. Live ones are whole, the others gone, nobody is
    warned twice."""
    for plan in plans:
        make(plan)
    run(NOW)
    run(NOW + timedelta(minutes=1))
    leave(NOW)
    for plan in plans:
        if plan.kept_after is not None:
            with clock.at(NOW + timedelta(days=plan.kept_after)):
                retention.keep(plan.row, actor=Actor(COMPANY))
    run(NOW + timedelta(days=29))
    assert all(is_whole(plan) for plan in plans), "before the month is over"
    run(LATER)
    run(LATER + timedelta(minutes=1))
    leave(LATER)
    for plan in plans:
        assert (is_whole if plan.must_live else is_gone)(plan), plan
    told = Message.objects.filter(template=retention.MAIL).values_list("case", flat=True)
    assert len(told) == len(set(told))
    assert not list(broken_links())


plans = st.lists(
    st.builds(
        Planned,
        age=st.sampled_from([0, 30, 400, 1094, 1095, 1096, 1500, 4000]),
        stage=st.sampled_from(["closed", "closed", "in_triage", "needs_info", "oriented"]),
        collaboration=st.sampled_from(["", "", "running", "agreed", "completed", "abandoned"]),
        kept_after=st.sampled_from([None, None, 0, 5, 28]),
        files=st.integers(0, 2),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plans=plans)
def test_what_lives_survives_and_the_rest_goes(plans):
    with transaction.atomic():
        check([Planned(stage="in_triage"), *plans])
        transaction.set_rollback(True)


@pytest.mark.parametrize("shield", ["proposals.running", "stage"])
def test_without_its_shield_a_live_case_is_lost(shield, monkeypatch):
    """The negative twin: the check above sees it when a case that lives is not spared."""
    canary = Planned(collaboration="running") if shield == "proposals.running" else Planned(stage="in_triage")
    nothing = Irritant.objects.none().values("public_id")
    if shield == "stage":
        monkeypatch.setattr(retention, "Stage", SimpleNamespace(CLOSED="in_triage"))
        shield = "intake.open"
    monkeypatch.setitem(LIVING, shield, lambda: nothing)
    with pytest.raises(AssertionError):
        check([canary])


def test_a_clock_that_stood_still_catches_up_once():
    plan = Planned()
    make(plan)
    run(NOW + timedelta(days=400))
    run(NOW + timedelta(days=401))
    assert warnings() == 1 and is_whole(plan), "however late the warning, there is a month to answer it"
    leave(NOW + timedelta(days=401))
    run(NOW + timedelta(days=900))
    run(NOW + timedelta(days=901))
    assert is_gone(plan) and warnings() == 1
    assert Event.objects.filter(case=plan.row.public_id, name="irritant.outlived").count() == 1


def test_as_long_as_the_warning_has_not_left_nothing_goes():
    plan = Planned()
    make(plan)
    run(NOW)
    run(LATER)
    assert is_whole(plan)
    leave(LATER)
    run(LATER)
    assert is_gone(plan)


def test_the_mail_keeps_by_one_link_and_a_post():
    plan = Planned()
    case = make(plan)
    Irritant.objects.filter(pk=case.pk).update(language="de")
    run(NOW)
    leave(NOW)
    [letter] = mail.outbox
    assert case.reference in letter.subject and letter.to == [case.contact.email]
    assert "Meine Anfrage behalten" in letter.body
    with clock.at(NOW + timedelta(days=20)):
        page = reverse("intake:keep", args=[give(case).token])
        assert page.rsplit("/", 3)[0] in letter.body
        browser = Client()
        assert browser.get(page).status_code == 200
        assert not Event.objects.filter(name=retention.KEPT).exists(), (
            "opening it, as a scanner does, keeps nothing"
        )
        for _again in range(2):
            assert browser.post(page).status_code == 303
    assert Event.objects.filter(case=case.public_id, name=retention.KEPT).count() == 1
    run(LATER)
    assert is_whole(plan)
    run(NOW + timedelta(days=20 + 3 * 365 + 4))  # three years later the same begins again
    assert warnings() == 2


def many(number: int) -> list[Planned]:
    made = [Planned(files=0) for _number in range(number)]
    for plan in made:
        make(plan)
    return made


def test_too_much_at_once_is_nothing_until_somebody_allows_it(capsys, monkeypatch):
    made = many(21)
    with clock.at(NOW), pytest.raises(HeldBack):
        RULES[WARN]()
    assert warnings() == 0
    for name in set(RULES) - {WARN, CASES}:
        monkeypatch.delitem(RULES, name)
    with clock.at(NOW):
        clockwork.tick()
        row = ClockRun.objects.get(rule=WARN)
        assert row.held_back == 21 and clockwork.trouble().held_back == [row]
        call_command("clock", "--dry-run")
        assert "held back: 20 may go today" in capsys.readouterr().out
        for wrong in ("x=1", f"{WARN}=all", WARN):
            with pytest.raises(CommandError):
                call_command("clock", f"--allow={wrong}")
        call_command("clock", f"--allow={WARN}=21")
        clockwork.tick()
        assert warnings() == 21 and not clockwork.trouble()
    leave(NOW)
    with clock.at(LATER):
        clockwork.tick()
        assert all(is_whole(plan) for plan in made), "allowed once is not allowed the second time"
        assert ClockRun.objects.get(rule=CASES).held_back == 21
        staff = casting.person("c@enact.example", "coordinator")
        browser = Client()
        browser.force_login(staff, backend="accounts.backends.RoleBackend")
        assert "Une règle d’effacement s’est arrêtée" in browser.get(reverse("admin:index")).content.decode()
        assert f"--allow {CASES}=21" in browser.get(reverse("admin:workbench_clock")).content.decode()


def test_a_trickle_counts_by_the_day():
    """Twenty, and one more that becomes due in the same day: not twenty a minute."""
    many(20)
    with clock.at(NOW):
        assert RULES[WARN]() == 20
    many(1)
    with clock.at(NOW + timedelta(minutes=5)), pytest.raises(HeldBack):
        RULES[WARN]()
    with clock.at(NOW + timedelta(days=1)):
        assert RULES[WARN]() == 1


def test_without_the_cap_all_would_go(monkeypatch):
    """The negative twin of the cap."""
    many(21)
    monkeypatch.setattr("journal.capping.check", lambda *_all: None)
    with clock.at(NOW):
        assert RULES[WARN]() == 21


# The accident of 2020: a purge of « unattached » files took those of sent forms.


def sent_long_ago() -> tuple[Draft, StoredFile]:
    plan = Planned(stage="in_triage")
    case = make(plan)
    draft = Draft.objects.create(public_id=case.public_id, submitted_at=NOW, expires_at=NOW)
    return draft, StoredFile.objects.get(case=case.public_id)


def test_the_purge_of_forms_leaves_the_files_of_those_that_were_sent():
    _draft, stored = sent_long_ago()
    with clock.at(LATER):
        RULES["intake.purge_drafts"]()
    assert stored.path.exists() and StoredFile.objects.filter(pk=stored.pk).exists()


def test_a_purge_that_asks_for_the_age_alone_would_take_them(monkeypatch):
    """The negative twin: the same purge as the one of 2020, which did not ask whether the form was sent."""
    _draft, stored = sent_long_ago()
    monkeypatch.setattr(resuming, "is_sent", lambda draft: False)
    with clock.at(LATER):
        RULES["intake.purge_drafts"]()
    assert not StoredFile.objects.filter(pk=stored.pk).exists()


# Accounts


def account(email: str, age: int = 4 * 365, **fields):
    with clock.at(NOW - timedelta(days=age)):
        return casting.person(email, **fields)


def test_an_account_that_nobody_uses_is_told_and_then_anonymised():
    unused = account("dort@labo.example", full_name="Dort")
    lab = casting.laboratory("labo", unused)
    used = account("lien@labo.example")
    seen = account("vu@labo.example")
    type(seen).objects.filter(pk=seen.pk).update(last_login=NOW - timedelta(days=10))
    waiting = account("demande@usine.example")
    case = make(Planned(stage="in_triage"))
    Contact.objects.filter(pk=case.contact_id).update(email=waiting.email)
    boss = account("chef@enact.example", role="administrator")
    with clock.at(NOW - timedelta(days=300)):
        give(case, used.email)
    with clock.at(NOW):
        assert [RULES[WARN_ACCOUNTS]() for _twice in range(2)] == [1, 0]
    leave(NOW)
    assert [letter.to for letter in mail.outbox] == [[unused.email]]
    with clock.at(LATER):
        assert [RULES[ACCOUNTS]() for _twice in range(2)] == [1, 0]
    for person in (used, seen, waiting, boss):
        person.refresh_from_db()
        assert person.is_active and not person.email.endswith(".invalid")
    unused.refresh_from_db()
    assert not unused.is_active and unused.full_name == "" and unused.email.endswith(".invalid")
    assert not Membership.objects.filter(organisation=lab).exists()
    assert not Message.objects.filter(recipient="dort@labo.example").exists()


def test_signing_in_keeps_the_account():
    person = account("revient@labo.example")
    with clock.at(NOW):
        RULES[WARN_ACCOUNTS]()
    leave(NOW)
    type(person).objects.filter(pk=person.pk).update(last_login=NOW + timedelta(days=3))
    with clock.at(LATER):
        assert RULES[ACCOUNTS]() == 0
    person.refresh_from_db()
    assert person.is_active


# What ends without a word to anybody


def test_mails_and_links_of_the_past_lose_their_addresses_and_those_of_open_cases_do_not():
    old, live = make(Planned()), make(Planned(stage="in_triage"))
    with clock.at(NOW - timedelta(days=4 * 365)):
        for case in (old, live):
            give(case)
            Message.objects.create(
                template="company_received",
                cause=str(case.pk),
                recipient=case.contact.email,
                language="fr",
                case=case.public_id,
                subject_id=case.public_id,
                status=Message.SENT,
            )
    with clock.at(NOW):
        assert [RULES["retention.messages"]() for _twice in range(2)] == [1, 0]
        assert [RULES["retention.links"]() for _twice in range(2)] == [1, 0]
    assert list(Message.objects.filter(recipient=live.contact.email)) == list(
        Message.objects.filter(case=live.public_id)
    )
    assert not Message.objects.filter(recipient=old.contact.email).exists()
    assert [link.subject_id for link in AccessLink.objects.all()] == [live.public_id]

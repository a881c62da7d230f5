"""The admin's first page: who waits for whom."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from foundation import clock
from intake.lifecycle import IRRITANT
from intake.models import Company, Irritant
from journal.actors import coordinator
from journal.models import Job, Message
from tests import cast as casting
from tests.partners.helpers import posted
from triage import filing
from triage.models import MatchRun

pytestmark = pytest.mark.database

MOST_QUERIES = 12


def counts(page) -> dict[str, int]:
    pairs = re.findall(
        r'<a href="\?file=(\w+)[^"]*"[^>]*>(?:(?!</a>).)*?<span class="count[^>]*>(\d+)',
        page.content.decode(),
        re.S,
    )
    return {tab: int(number) for tab, number in pairs}


def shown(page) -> list[str]:
    return re.findall(r'<span class="reference">([^<]+)</span>', page.content.decode())


def test_the_admin_opens_on_the_queue_with_counts_by_whose_turn(cast, browser):
    actor = coordinator(cast.coordinator)
    IRRITANT.perform(cast.irritant, "take", actor=actor)
    page = browser.get(reverse("admin:index"))
    assert counts(page) == {
        "ours": 2,
        "to_take": 1,
        "to_qualify": 1,
        "answered": 0,
        "to_send": 0,
        "to_close": 0,
        "unread": 0,
        "company": 0,
        "partner": 0,
        "late": 0,
        "closed": 0,
        "asleep": 0,
        "all": 2,
    }
    IRRITANT.perform(cast.irritant, "ask_info", actor=actor, text="Combien de pièces par jour ?")
    IRRITANT.perform(cast.strangers_irritant, "close", actor=actor, outcome="no_match")
    assert counts(browser.get(reverse("admin:index"))) == {
        "ours": 0,
        "to_take": 0,
        "to_qualify": 0,
        "answered": 0,
        "to_send": 0,
        "to_close": 0,
        "unread": 0,
        "company": 1,
        "partner": 0,
        "late": 0,
        "closed": 1,
        "asleep": 0,
        "all": 2,
    }


def test_asked_then_answered_moves_between_tabs(cast, browser):
    casting.asked(cast)
    assert counts(browser.get(reverse("admin:index")))["partner"] == 1


def test_an_acceptance_waits_for_us(cast, browser):
    casting.accepted(cast)
    page = browser.get(reverse("admin:index"), {"file": "to_send"})
    assert shown(page) == [cast.irritant.reference]


def test_oldest_first_and_late_in_words(cast, browser):
    Irritant.objects.filter(pk=cast.strangers_irritant.pk).update(
        created_at=clock.now() - timedelta(days=30), due_at=clock.now() - timedelta(days=1)
    )
    filing.refile(cast.strangers_irritant)
    page = browser.get(reverse("admin:index"))
    assert shown(page) == [cast.strangers_irritant.reference, cast.irritant.reference]
    assert shown(browser.get(reverse("admin:index"), {"file": "late"})) == [cast.strangers_irritant.reference]
    assert "en retard" in page.content.decode()


def test_mine_and_nobodys(cast, browser):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    for whose, expected in (("mine", [cast.irritant]), ("nobody", [cast.strangers_irritant])):
        page = browser.get(reverse("admin:index"), {"suivi": whose})
        assert shown(page) == [row.reference for row in expected]


@pytest.mark.parametrize(
    "query", ["{reference}", "zirkonia", "quetzalcoatl culasses", "552 100 554", "methodes@zirkonia"]
)
def test_search(cast, browser, query):
    Company.objects.filter(pk=cast.irritant.company_id).update(siren="552100554")
    filing.refile(cast.irritant)
    page = browser.get(reverse("admin:index"), {"q": query.format(reference=cast.irritant.reference.lower())})
    assert shown(page) == [cast.irritant.reference]


def test_search_that_finds_nothing_says_so(cast, browser):
    assert "Rien ne correspond" in browser.get(reverse("admin:index"), {"q": "introuvable"}).content.decode()


def queries(browser) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert browser.get(reverse("admin:index")).status_code == 200
    return len(captured)


def test_the_number_of_queries_does_not_grow(cast, browser):
    queries(browser)  # what a process remembers for a minute
    few = queries(browser)
    for number in range(28):
        casting.irritant(email=f"personne{number}@ailleurs.example", company_name=f"Entreprise {number}")
    assert len(shown(browser.get(reverse("admin:index")))) == 30
    assert queries(browser) == few <= MOST_QUERIES


def test_pages_of_thirty(cast, browser):
    for number in range(30):
        casting.irritant(email=f"personne{number}@ailleurs.example", company_name=f"Entreprise {number}")
    assert len(shown(browser.get(reverse("admin:index"), {"page": 2}))) == 2


@pytest.mark.parametrize("parameters", [{"file": "nimporte", "suivi": "x", "page": "zéro"}, {"page": "-4"}])
def test_nonsense_in_the_address_is_ignored(cast, browser, parameters):
    assert browser.get(reverse("admin:index"), parameters).status_code == 200


def test_a_hold_is_a_badge(cast, browser):
    MatchRun.objects.filter(irritant=cast.irritant).update(verdict="hold")
    assert "retenue" in browser.get(reverse("admin:index")).content.decode()


def test_failed_mail_is_shown_and_set_going_again(cast, browser):
    job = Job.objects.filter(kind="message.send").first()
    Job.objects.filter(pk=job.pk).update(status=Job.DEAD, attempts=56)
    Message.objects.filter(pk=job.payload["message"]).update(status=Message.FAILED)
    page = browser.get(reverse("admin:index")).content.decode()
    assert "Le portail n’a pas pu tout faire" in page and job.key in page
    answer = browser.post(reverse("admin:workbench_retry"), {"job": job.key}, follow=True)
    assert "C’est relancé." in answer.content.decode()
    job.refresh_from_db()
    assert (job.status, job.attempts) == (Job.OWED, 0)
    assert Message.objects.get(pk=job.payload["message"]).status == Message.OWED
    assert (
        "C’était déjà relancé."
        in browser.post(reverse("admin:workbench_retry"), {"job": job.key}, follow=True).content.decode()
    )


def test_a_dead_job_and_an_overdue_mail_are_shown(cast, browser):
    Job.objects.filter(kind="match.compute").update(status=Job.DEAD)
    Message.objects.update(status=Message.OWED, created_at=clock.now() - timedelta(minutes=10))
    page = browser.get(reverse("admin:index")).content.decode()
    assert "Travail calcul des pistes" in page and "un nouvel essai est prévu" in page


@pytest.mark.parametrize("who", ["funder", "company", "editor"])
def test_nobody_else_gets_in(cast, sign_in, at, who):
    client = sign_in(getattr(cast, who))
    for url in (
        reverse("admin:index"),
        reverse("admin:data"),
        at("irritant", cast.irritant),
        at("ask", cast.irritant),
    ):
        assert client.get(url, follow=True).status_code == 403


def test_a_visitor_is_sent_to_the_portals_own_sign_in(cast, client):
    for url in (
        reverse("admin:index"),
        reverse("admin:login"),
        reverse("admin:partners_organisation_changelist"),
    ):
        last = client.get(url, follow=True).redirect_chain[-1][0]
        assert last.startswith(reverse("account_login"))


def test_lists_by_role(cast, sign_in):
    """Coordinators see what they may read, administrators people too; no default page of a library."""
    labels = {model._meta.label for model in site._registry}
    assert not {
        label for label in labels if label.split(".")[0] in {"auth", "account", "socialaccount", "mfa"}
    }
    for who, people in ((cast.coordinator, 403), (cast.administrator, 200)):
        client = sign_in(who)
        for name in (
            "journal_event",
            "journal_message",
            "journal_job",
            "partners_organisation",
            "programs_offer",
            "intake_irritant",
            "intake_company",
            "intake_contact",
            "triage_referral",
            "proposals_proposal",
            "proposals_collaboration",
            "partners_membership",
            "programs_topic",
        ):
            assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200, name
        assert client.get(reverse("admin:accounts_user_changelist")).status_code == people
        assert client.get(reverse("admin:data")).status_code == 200


def test_rows_that_lifecycles_move_cannot_be_edited(cast, sign_in):
    client = sign_in(cast.administrator)
    offer = cast.offers[0]
    url = reverse("admin:programs_offer_change", args=[offer.pk])
    assert client.post(url, {"status": "archived"}).status_code == 403
    assert client.post(reverse("admin:programs_offer_add"), {}).status_code == 403


def test_a_coordinator_corrects_an_organisation_but_never_its_code(cast, browser):
    url = reverse("admin:partners_organisation_change", args=[cast.lab.pk])
    assert browser.get(url).status_code == 200
    told = {
        "contact_email": "nouveau@labo.example",
        "language": "de",
        "name": "Autre nom",
        "external_id": "autre",
    }
    assert browser.post(url, posted(cast.lab, **told)).status_code == 302
    cast.lab.refresh_from_db()
    assert (cast.lab.contact_email, cast.lab.language) == ("nouveau@labo.example", "de")
    assert (cast.lab.name, cast.lab.external_id) == ("Autre nom", "labo-a")


def test_an_administrator_adds_a_colleague(cast, sign_in):
    client = sign_in(cast.administrator)
    client.post(
        reverse("admin:accounts_user_add"),
        {
            "email": "Nouvelle@Enact.example",
            "full_name": "Nouvelle",
            "role": "coordinator",
            "language": "fr",
            "is_active": "on",
        },
    )
    made = type(cast.coordinator).objects.get(email="nouvelle@enact.example")
    assert made.is_coordinator and not made.has_usable_password()

"""Who is called in a note sees it in the queue until they have opened the case; a page opened before reads nothing."""

import re

import pytest
from django.urls import reverse

from accounts.models import Absence, Role
from foundation import clock
from intake import erasing
from intake.lifecycle import IRRITANT
from journal.actors import coordinator
from tests import cast as casting
from tests.intake.following import holder
from tests.triage.workbench.test_queue import MOST_QUERIES, shown
from triage import filing
from triage.conversation import write_note
from triage.models import Mention, QueueEntry

pytestmark = [pytest.mark.django_db, pytest.mark.database]
CHIP, FILTERED = "vous êtes cité</span>", {"file": "all", "signal": "cited"}


@pytest.fixture
def taken(cast):
    IRRITANT.perform(cast.irritant, "take", actor=coordinator(cast.coordinator))
    return cast.irritant


@pytest.fixture
def colleague(cast, sign_in):
    return sign_in(cast.colleague)


def call(cast, irritant, words: str = "@Collègue, à toi."):
    write_note(irritant, words, actor=coordinator(cast.coordinator))


def queue(client, **parameters):
    return client.get(reverse("admin:index"), parameters)


def cited(client) -> list[str]:
    return shown(queue(client, **FILTERED))


def number_on(page) -> int | None:
    """What the page of the case tells its beat to say that it was read."""
    found = re.search(r'data-cited="(\d+)"', page.content.decode())
    return found and int(found[1])


def test_who_is_called_finds_the_case_and_nobody_else_does(cast, browser, colleague, taken):
    call(cast, taken)
    for client, expected in ((colleague, [taken.reference]), (browser, [])):
        page = queue(client).content.decode()
        assert cited(client) == expected
        assert page.count(CHIP) == len(expected)
        assert ("Vous êtes cité dans 1 dossier que vous n’avez pas ouvert depuis" in page) is bool(expected)
    assert "Vous êtes cité dans" not in queue(colleague, **FILTERED).content.decode()


def test_opening_the_case_is_told_by_its_page_and_by_no_get(cast, colleague, at, taken):
    call(cast, taken)
    page = colleague.get(at("irritant", taken))
    assert "Un collègue vous cite dans une note." in page.content.decode()
    assert cited(colleague) == [taken.reference]
    colleague.post(at("beat", taken), {"held": "0"})  # a page that shows no call
    assert cited(colleague) == [taken.reference]
    colleague.post(at("beat", taken), {"cited": number_on(page)})
    assert cited(colleague) == [] and not Mention.objects.exists()
    page = colleague.get(at("irritant", taken))
    assert number_on(page) is None and "vous cite" not in page.content.decode()


def test_a_page_that_was_open_before_the_note_reads_nothing(cast, colleague, at, taken):
    call(cast, taken)
    before = number_on(colleague.get(at("irritant", taken)))
    call(cast, taken, "@Collègue, c’est urgent.")
    colleague.post(at("beat", taken), {"cited": before})
    assert cited(colleague) == [taken.reference]
    assert Mention.objects.count() == 1


def test_without_javascript_a_button_says_it(cast, browser, colleague, at, taken):
    call(cast, taken)
    number = number_on(colleague.get(at("irritant", taken)))
    browser.post(at("read_mention", taken), {"cited": number})  # not theirs to read
    assert cited(colleague) == [taken.reference]
    for said in ("", "x", "99999999"):
        assert colleague.post(at("read_mention", taken), {"cited": said}).status_code == 303
    assert cited(colleague) == [taken.reference]
    answer = colleague.post(at("read_mention", taken), {"cited": number})
    assert answer.headers["Location"].endswith("#notes")
    assert cited(colleague) == []


def test_it_stays_through_whatever_else_happens_and_goes_with_the_words(cast, colleague, taken):
    call(cast, taken)
    IRRITANT.perform(taken, "ask_info", actor=coordinator(cast.coordinator), text="Combien ?")
    filing.refile_all([taken])
    assert cited(colleague) == [taken.reference]
    assert shown(queue(colleague, signal="cited")) == []  # it waits for the company: not in « À nous »
    assert erasing.erase(taken, actor=holder(taken))
    assert cited(colleague) == [] and not Mention.objects.exists()


def test_who_stands_in_reads_it_and_so_does_who_comes_back(cast, colleague, sign_in, taken):
    Absence.objects.create(
        user=cast.colleague, replacement=cast.administrator, since=clock.today(), until=clock.today()
    )
    call(cast, taken)
    instead = sign_in(cast.administrator)
    assert cited(instead) == cited(colleague) == [taken.reference]


def test_whoever_does_not_see_the_case_is_not_led_to_it(cast, sign_in, taken):
    limited = casting.person("marne@enact.example", Role.COORDINATOR, full_name="Limitée", departments=["51"])
    call(cast, taken, "@Limitée ?")
    assert QueueEntry.objects.filter(code=f"cited:{limited.pk}").exists()
    page = queue(sign_in(limited)).content.decode()
    assert "Vous êtes cité" not in page and cited(sign_in(limited)) == []


@pytest.mark.parametrize("parameters", [{}, FILTERED, {"signal": "cited", "suivi": "mine"}, {"q": "coulée"}])
def test_it_costs_no_query(cast, colleague, taken, django_assert_max_num_queries, parameters):
    queue(colleague)
    call(cast, taken)
    with django_assert_max_num_queries(MOST_QUERIES):
        queue(colleague, **parameters)

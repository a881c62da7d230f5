"""Another site's form does nothing here: every view that is let in by POST wants the token (S-15, asvs 3.5.1)."""

import pytest

from accounts.access import rule_of
from tests.access.people import PEOPLE
from tests.access.table import rows
from tests.access.test_matrix import URLS
from tests.access.urls import objects
from tests.access.walking import IN, Browser, ask, unrendered

pytestmark = [pytest.mark.django_db, pytest.mark.shows("S-15", "asvs 3.5.1"), pytest.mark.once]

# The address or the key is what lets in, never a cookie: another site knows neither (accounts.access.by_link).
WITHOUT_A_SESSION = {"link", "key"}
# A provider signs what it posts; a language changes nothing of worth; a read offer is counted; a request is begun by
# whoever comes; the API has no session.
DECLARED = {"mail_webhook", "set_language", "offer_viewed", "intake:start"}


def exempt(callback) -> bool:
    return getattr(callback, "csrf_exempt", False)


def test_what_wants_no_token_is_declared():
    found = {
        name
        for name, (entry, _route) in URLS.items()
        if exempt(entry.callback)
        and rule_of(entry.callback, name) not in WITHOUT_A_SESSION
        and not name.startswith("api")
    }
    assert found <= DECLARED, found - DECLARED


def test_every_other_post_is_refused_without_it(world):
    taken, tried = [], 0
    for name, said in rows().items():
        entry, route = URLS[name]
        able = [person for person in PEOPLE if IN in said[person][len(said[person]) // 2]]
        if exempt(entry.callback) or not able:
            continue
        browser = Browser(enforce_csrf_checks=True)
        browser.cookies = world.browsers[able[-1]].cookies
        with unrendered():
            answer = ask(browser, "post", objects(world, name, route, entry)[able[-1]].own)
        tried += 1
        if answer.status != 403 or answer.wrote:
            taken.append((name, able[-1], answer.status, answer.wrote))
    assert taken == []
    assert tried > 100


def test_with_the_token_it_is_taken(world):
    """The negative twin: what refuses above is the missing token and nothing else."""
    said = rows()
    entry, route = URLS["admin:workbench_note"]
    url = objects(world, "admin:workbench_note", route, entry)["coordinator"].own
    assert IN in said["admin:workbench_note"]["coordinator"][3]
    assert ask(world.browsers["coordinator"], "post", url).code == IN

"""No page that side B is let in to names anything of side A: lists, counts by name, choices of forms (S-01, S-02)."""

import os

import pytest

from foundation import clock
from tests import cast
from tests.access.people import OF_SIDE_B
from tests.access.test_matrix import ROWS, URLS
from tests.access.urls import objects
from tests.access.walking import IN, ask

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.shows("S-01", "S-02", "asvs 8.2.2")]

PARTS = 3  # of the pages, of which each day looks at one


def secrets(world) -> list[str]:
    """What only side A may read, and whoever sees its case."""
    irritant = world.case_a.irritant
    return [
        cast.SECRET_COMPANY,
        cast.SECRET_PERSON,
        cast.SECRET_EMAIL,
        max(cast.SECRET_WORDS.split(), key=len),  # one word: a page may mark others between
        irritant.reference,
        str(irritant.public_id),
    ]


def told(world, name: str) -> list[tuple[str, str, str]]:
    """(person, address, secret) of what the page of this URL gives away to side B."""
    entry, route = URLS[name]
    found = []
    for person in sorted(OF_SIDE_B):
        if ROWS[name][person][0] == IN:
            url = objects(world, name, route, entry)[person].own
            body = ask(world.browsers[person], "get", url).body
            found += [(person, url, secret) for secret in secrets(world) if secret in body]
    return found


def test_no_page_names_what_is_not_ones_own(world):
    names = sorted(URLS)
    if not os.environ.get("ENACT_FULL"):
        names = names[clock.today().toordinal() % PARTS :: PARTS]
    assert [one for name in names for one in told(world, name)] == []


def test_a_page_of_ones_own_does_name_it(world):
    """The negative twin: whoever may read it meets these very words in these very pages."""
    entry, route = URLS["admin:workbench_irritant"]
    url = objects(world, "admin:workbench_irritant", route, entry)["coordinator"].own
    body = ask(world.browsers["coordinator"], "get", url).body
    assert [secret for secret in secrets(world) if secret not in body] == []

"""Every URL × everybody × own, foreign, unknown object × method: as table.txt says, cell by cell (GS1, S-01, S-15)."""

import pytest

from tests.access.people import OF_SIDE_B, PEOPLE
from tests.access.table import rows
from tests.access.urls import objects
from tests.access.walking import IN, NO_METHOD, NOT_THERE, ask, unrendered
from tests.test_access import patterns

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.shows("S-01", "S-15", "asvs 8.2.1", "asvs 8.2.2", "asvs 8.3.1"),
]

URLS = {name: (entry, route) for name, entry, route in patterns() if not name.startswith("demo:")}
ROWS = rows()


def without_a_row(names) -> list[str]:
    return sorted(set(names) - ROWS.keys())


def test_every_url_has_a_row_and_every_row_a_url():
    assert without_a_row(URLS) == []
    assert sorted(ROWS.keys() - URLS.keys()) == []


def test_a_url_without_a_row_is_seen():
    assert without_a_row([*URLS, "admin:workbench_planted"]) == ["admin:workbench_planted"]


class Row:
    """One row walked; `wrong`: what differs from the table, `cells`: how many were decided."""

    def __init__(self, world, name: str):
        entry, route = URLS[name]
        self.world, self.name, self.said = world, name, ROWS[name]
        self.objects = objects(world, name, route, entry)
        self.rendered: set[str] = set()
        self.wrong, self.cells = [], 0

    def walk(self) -> None:
        for person in PEOPLE:
            for at, method in ((0, "get"), (len(self.said[person]) // 2, "post")):
                self._own(person, method, self.said[person][at])
                if len(self.said[person]) == 6:
                    self._others(person, method, *self.said[person][at : at + 3])
        self._other_methods()

    def _ask(self, person: str, method: str, url: str, *, whole: bool = False):
        self.cells += 1
        browser, ids = self.world.browsers[person], self.objects[person].ids
        if whole:
            answer = ask(browser, method, url, masked=ids)
        else:
            with unrendered():
                answer = ask(browser, method, url, masked=ids)
        if answer.wrote and (method != "post" or answer.code != IN):
            self.wrong.append((person, method, url, "wrote", answer.wrote))
        return answer

    def _first(self, what: str) -> bool:
        """Whole pages are made once for each outcome of a row: what they say hangs on no right any more."""
        new = what not in self.rendered
        self.rendered.add(what)
        return new

    def _own(self, person: str, method: str, right: str) -> None:
        whole = method == "get" and right == IN and self._first("own")
        answer = self._ask(person, method, self.objects[person].own, whole=whole)
        self._compare(person, method, "own", answer.code, right)

    def _others(self, person: str, method: str, own: str, foreign: str, unknown: str) -> None:
        pairs = self.objects[person].pairs
        # Each mixture of own and foreign arguments is tried once for all whom the table says the same of; nobody
        # tries them who may do nothing with what is their own.
        alike = f"{method} {own} {foreign} {unknown} {person in OF_SIDE_B}"
        if len(foreign + unknown) == 2 and (IN not in own or not self._first(alike)):
            pairs = pairs[:1]
        codes: tuple[set, set] = (set(), set())
        for addresses in pairs:
            whole = NOT_THERE in foreign and foreign == unknown and self._first(f"pair {method}")
            answers = [self._ask(person, method, url, whole=whole) for url in addresses]
            for found, answer in zip(codes, answers, strict=True):
                found.add(answer.code)
            if answers[0].said != answers[1].said and foreign == unknown != IN:
                self.wrong.append((person, method, addresses, "foreign is not as unknown"))
        self._compare(person, method, "foreign", "".join(sorted(codes[0])), foreign)
        self._compare(person, method, "unknown", "".join(sorted(codes[1])), unknown)

    def _compare(self, person, method, whose, code, right) -> None:
        if code != right:
            self.wrong.append((person, method, whose, f"is {code}, should be {right}"))

    def _other_methods(self) -> None:
        """HEAD answers as GET, and nothing else is known anywhere, to whoever is let in and whoever is not."""
        for person in ("anonymous", "administrator"):
            url = self.objects[person].own
            head = self._ask(person, "head", url)
            if self.name != "mail_webhook":  # providers look whether it is there, by HEAD
                self._compare(person, "head", "own", head.code, self.said[person][0])
            for method in ("put", "delete", "patch"):
                answer = self._ask(person, method, url)
                if answer.code != NO_METHOD and not self.name.startswith("api_offer"):
                    self.wrong.append((person, method, "own", answer.status))


@pytest.mark.parametrize("name", sorted(URLS))
def test_a_row(world, name):
    row = Row(world, name)
    row.walk()
    world.cells = getattr(world, "cells", 0) + row.cells
    assert "\n".join(map(str, row.wrong)) == ""

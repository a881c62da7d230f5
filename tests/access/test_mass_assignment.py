"""What a form does not name is not written, whoever posts it; what it lets choose is one's own (S-03).

The forms are those that pages carry, stage after stage of a case; what is added to them is every column of every
model. A request with it writes what the same request writes without, statement by statement.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from uuid import uuid4
from zlib import crc32

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path, reverse

from accounts.access import signed_in
from accounts.models import User
from enact_portal import urls as portal
from foundation import clock
from intake import drafts
from intake.models import Irritant
from journal import jobs, links
from partners.models import Membership
from tests import cast as casting
from tests.access import foreign, forms
from tests.access.test_matrix import ROWS, URLS
from tests.access.urls import objects
from tests.access.walking import IN, Answer, ask
from tests.walls import STAGES, reach_stage

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once,
    pytest.mark.shows("S-03", "S-02", "asvs 15.3.3"),
]

FULL = bool(os.environ.get("ENACT_FULL"))
PEOPLE = ("anonymous", "by_link", "company", "partner_editor", "partner_administrator")
# Whoever signs out or in, changes no row by it that a form could name.
PARTS = 4  # of the forms, of which each day posts one
LEFT_OUT = ("set_language", "account_logout", "admin:")
MOST_PAGES = 300
# What a form of the portal names beside the fields of the page at hand: a second field of the first page when its
# text was too short; of a step, what it asks only of those who said something else before.
ALSO_NAMED = {
    "intake:start": {"tried"},
    "intake:step": {name for step in drafts.STEPS.values() for name in step.base_fields},
}


class Found(dict):
    """(person, name of the URL, names of the fields) → form: each is tried once, where it is first met."""

    def gather(self, world, person: str, urls: list[str]) -> None:
        """The forms of these pages, and of those that they lead to while they are of the same thing."""
        left, seen = list(urls), set()
        while left and len(seen) < MOST_PAGES:
            url = left.pop(0)
            if url in seen:
                continue
            seen.add(url)
            answer = ask(world.browsers[person], "get", url)
            if answer.status in (301, 302, 303):
                left.append(answer.where)
            if answer.status != 200 or "<form" not in answer.body:
                continue
            for form in forms.of_page(url, answer.body)[0]:
                name = forms.name_of(form.action)
                if name and not name.startswith(LEFT_OUT):
                    self.setdefault((person, name, frozenset(form.names)), form)


def own_pages(world, person: str) -> list[str]:
    """Every page that the table lets this person read, and each step of a request."""
    found = []
    for name, (entry, route) in URLS.items():
        if ROWS[name][person][0] == IN and not name.startswith(LEFT_OUT):
            found.append(objects(world, name, route, entry)[person].own)
    step = reverse("intake:step", args=[world.a.tokens["demande/"], "irritant"])
    return found + [step.replace("/irritant/", f"/{one}/") for one in drafts.ORDER]


@contextmanager
def case_in_progress(world) -> Iterator[SimpleNamespace]:
    """Another case of the same company and laboratory, which has just arrived; undone at the end."""
    case = SimpleNamespace(**vars(world.case_a))
    with transaction.atomic():
        case.irritant = casting.irritant(
            email=case.company.email, text=casting.WORDS.replace("culasses", "carters")
        )
        jobs.run_owed()
        case.irritant = Irritant.objects.get(pk=case.irritant.pk)
        yield case
        transaction.set_rollback(True)


def starts(case) -> dict[str, list[str]]:
    """Person → first pages of the case as it stands."""
    irritant = case.irritant
    follow = reverse(
        "intake:follow", args=[links.give(links.FOLLOW, irritant.public_id, irritant.contact.email).token]
    )
    answers = [
        reverse("triage:answer", args=[links.give(links.ANSWER, referral.public_id, case.editor.email).token])
        for referral in irritant.referrals.filter(organisation=case.lab)
    ]
    return {
        "company": [follow],
        "by_link": [follow],
        "partner_editor": answers,
        "partner_administrator": answers,
    }


RANDOM = re.compile(
    r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|datetime\.datetime\([^)]*\)"
    r"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?:\+00:00|Z)?|[\w+/=-]{20,}|ENACT-\w{4}-\w\w|\d+\.\d{3,}"
    r"|\b[0-9a-f]{8}\b"
)


def written(answer: Answer) -> list[tuple[str, str]]:
    """The statements of a request; ids, tokens and moments, made anew in each, are left out."""
    return [(sql, RANDOM.sub("…", values)) for sql, values in answer.wrote.statements]


def marks(answer: Answer, among: list[str]) -> set[str]:
    """Which of these values stand in what was written."""
    values = " ".join(values for _sql, values in answer.wrote.statements)
    return {one for one in among if one in values}


def sent(browser, form: forms.Form) -> tuple[dict, Answer]:
    """The first way of filling in the form that writes something, and what came of it; else the last one."""
    for data in form.filled():
        answer = ask(browser, "post", form.action, data)
        if answer.wrote:
            break
    return data, answer


def _named(form: forms.Form) -> set[str]:
    return form.names | ALSO_NAMED.get(forms.name_of(form.action), set())


def taken(browser, form: forms.Form, data: dict, plain: Answer, tried: dict) -> list[str]:
    """What the request writes otherwise when it also carries what the form does not name."""
    found = []
    shown = [foreign.MARK, foreign.NUMBER, "2001, 1, 1", foreign.DAY]
    for more in foreign.rounds(_named(form) | set(data), tried, 3 if FULL else 1):
        answer = ask(browser, "post", form.action, more | data)
        if written(answer) != written(plain):
            found += [f"{form.action}: {one}" for one in set(written(answer)) ^ set(written(plain))]
        found += [f"{form.action}: {one}" for one in marks(answer, shown) - marks(plain, shown)]
    return found


def chosen(browser, form: forms.Form, data: dict, keys: dict) -> list[str]:
    """Choices of this form that take somebody else's row, or tell it from none."""
    found = []
    for name in sorted(form.closed & set(data)):
        value, offered = str(data[name][0]), form.options.get(name, set())
        kind = "uuid" if UUID.fullmatch(value) else "number" if value.isdecimal() and offered else ""
        if not kind:
            continue
        nothing = {"uuid": str(uuid4()), "number": "999999"}[kind]
        unknown = ask(browser, "post", form.action, data | {name: [nothing]}, masked=(nothing,))
        for theirs in set(keys[kind]) - offered:
            answer = ask(browser, "post", form.action, data | {name: [theirs]}, masked=(theirs,))
            if written(answer) != written(unknown) or answer.status != unknown.status:
                found.append(f"{form.action}: {name}={theirs}")
    return found


def _of_today(key: tuple) -> bool:
    turn = crc32(f"{key[0]} {key[1]}".encode()) + clock.today().toordinal()
    return FULL or turn % PARTS == 0


UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


class Walk:
    """Each form of `found` posted as it is, with all else that there is, and with what others have."""

    def __init__(self, world):
        self.world, self.tried, self.wrote = world, set(), set()
        self.fields, self.keys = foreign.fields(world.b), foreign.keys(world.b)
        self.wrong: list[str] = []

    def post(self, found: Found) -> None:
        for key, form in found.items():
            if key in self.tried or not _of_today(key):
                continue
            self.tried.add(key)
            person, name, _names = key
            browser = self.world.browsers[person]
            data, plain = sent(browser, form)
            if plain.wrote:
                self.wrote.add(name)
            self.wrong += [f"{person} {one}" for one in taken(browser, form, data, plain, self.fields)]
            self.wrong += [f"{person} {one}" for one in chosen(browser, form, data, self.keys)]


def test_what_no_form_names_is_not_written(world):
    walk, found = Walk(world), Found()
    for person in PEOPLE:
        found.gather(world, person, own_pages(world, person))
    walk.post(found)
    with case_in_progress(world) as case:
        for stage in STAGES[:-1]:  # the last one is that of the world
            reach_stage(case, stage)
            found = Found()
            for person, urls in starts(case).items():
                found.gather(world, person, urls)
            walk.post(found)
    print(len(walk.tried), "forms,", len(walk.wrote), "write:", sorted(walk.wrote))
    print("write nothing:", sorted({name for _person, name, _names in walk.tried} - walk.wrote))
    assert walk.wrong == []
    assert len(walk.wrote) >= (30 if FULL else 5), sorted(
        {name for _person, name, _names in walk.tried} - walk.wrote
    )


@signed_in
def careless(request):
    """What no view of the portal does: every column that is posted is written, and any row may be named."""
    columns = {name: value for name, value in request.POST.items() if name in ("full_name", "role")}
    User.objects.filter(pk=request.user.pk).update(**columns)
    for member in Membership.objects.filter(public_id=request.POST["member"]):
        member.save()
    return HttpResponse()


@signed_in
def careful(request):
    User.objects.filter(pk=request.user.pk).update(full_name=request.POST["full_name"])
    return HttpResponse()


def test_a_form_that_would_take_it_is_found_out(world):
    """The negative twin: of two views with the same form, the one that names its fields is clean."""
    planted = ModuleType("planted")
    planted.urlpatterns = [
        path("planted/careless/", careless),
        path("planted/careful/", careful),
        *portal.urlpatterns,
    ]
    own = str(world.a.ids["member_id"])
    fields, keys = foreign.fields(world.b), foreign.keys(world.b)
    told = {}
    with override_settings(ROOT_URLCONF=planted):
        for view in ("careless", "careful"):
            page = (
                f'<form method="post" action="/planted/{view}/"><input name="full_name" value="x">'
                f'<select name="member"><option value="{own}" selected>x</option></select></form>'
            )
            (form,), _links = forms.of_page("/", page)
            browser = world.browsers["company"]
            data, plain = sent(browser, form)
            told[view] = (taken(browser, form, data, plain, fields), chosen(browser, form, data, keys))
    assert told["careful"] == ([], [])
    assert any('"role"' in one for one in told["careless"][0])
    assert told["careless"][1] == [f"/planted/careless/: member={world.b.ids['member_id']}"]

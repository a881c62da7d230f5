"""Secondary parameters: what a query names is neither a column nor a row of somebody else's (S-01, S-02).

Which parameters a page takes is heard while it answers; a part of the pages daily, all of them with ENACT_FULL=1.
"""

import os
import re
from contextlib import ExitStack, contextmanager
from types import ModuleType
from unittest import mock
from uuid import uuid4

import pytest
from django.contrib import admin
from django.http import HttpResponse, QueryDict
from django.test import override_settings
from django.urls import path, reverse

from accounts.access import coordinator
from accounts.models import User
from enact_portal import urls as portal
from foundation import clock
from foundation.identifiers import new_reference
from intake.models import Irritant
from tests.access.people import PEOPLE
from tests.access.test_matrix import ROWS, URLS
from tests.access.urls import objects
from tests.access.walking import IN, ask

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.shows("S-01", "S-02", "asvs 1.2.4")]

PARTS = 20  # of which each day tries one
# Those to whom side A is foreign.
OTHERS = ("limited", "other_partner", "stranger")
# What a parameter could name of a case that is not one's own.
FOREIGN = ("public_id", "draft_id", "view_id", "export_id", "match_id", "referral_id", "version_id", "one")
# Tokens of forms.
MADE_ANEW = re.compile(r'name="(?:jeton|form_token)" value="[\w-]+"')


@contextmanager
def heard():
    """The names of the parameters that were looked for in the queries of these requests."""
    names: set[str] = set()
    with ExitStack() as stack:
        for method in ("__getitem__", "__contains__", "getlist"):
            asked = getattr(QueryDict, method)

            def listening(self, key, *more, asked=asked):
                names.add(key)
                return asked(self, key, *more)

            stack.enter_context(mock.patch.object(QueryDict, method, listening))
        yield names


def parameters_of(browser, url: str) -> list[str]:
    """All that this page looks for, what it looks for only beside another one too."""
    found: set[str] = set()
    for _time in range(3):
        with heard() as names:
            ask(browser, "get", url, dict.fromkeys(found, "1"))
        if names <= found:
            break
        found |= names
    return sorted(found)


def readers(name: str) -> list[str]:
    return [person for person in PEOPLE if ROWS[name][person][0] == IN]


def of_today(names: list[str]) -> list[str]:
    return names if os.environ.get("ENACT_FULL") else names[clock.today().toordinal() % PARTS :: PARTS]


PAGES = [name for name in sorted(URLS) if readers(name)]


def differing(browser, url: str, one: str, other: str, parameters: list[str]) -> list[str]:
    """Parameters to which the two values are not alike."""

    def said(parameter: str, value: str) -> tuple:
        answer = ask(browser, "get", url, {parameter: value}, masked=(one, other))
        if answer.body.startswith(("PK", "%PDF")):  # its time of making is in it
            return answer.status, answer.where
        return answer.status, MADE_ANEW.sub("", answer.said[1])

    return [parameter for parameter in parameters if said(parameter, one) != said(parameter, other)]


def columns_followed(world, name: str) -> list[tuple[str, str]]:
    """Where a path to a secret is not answered as one to nothing."""
    person = readers(name)[-1]
    entry, route = URLS[name]
    url, browser = objects(world, name, route, entry)[person].own, world.browsers[person]
    secret, nothing = "contact__user__password", "contact__user__passwort"
    return [(url, one) for one in differing(browser, url, secret, nothing, parameters_of(browser, url))]


def test_a_parameter_names_no_column(world):
    assert [found for name in of_today(PAGES) for found in columns_followed(world, name)] == []


def rows_told(browser, url: str, foreign: dict[str, str]) -> list[str]:
    """Foreign rows (and what does not exist beside each) that some parameter of this page tells apart."""
    parameters = parameters_of(browser, url)
    return [
        f"{url}?{one}={value}"
        for value, nothing in foreign.items()
        for one in differing(browser, url, value, nothing, parameters)
    ]


def foreign_rows(world) -> dict[str, str]:
    """Of side A; besides its reference two of them a day."""
    reference = world.case_a.irritant.reference
    ids = [str(world.a.ids[one]) for one in FOREIGN]
    day = clock.today().toordinal() % len(ids)
    tried = ids if os.environ.get("ENACT_FULL") else [*ids, *ids][day : day + 2]
    return {one: str(uuid4()) for one in tried} | {reference: new_reference()}


@coordinator
def careless(request):
    """What no page of the portal does: the query says by what is sorted, and which row is looked for."""
    rows = Irritant.objects.filter(reference=request.GET.get("row", ""))
    by = request.GET.get("sort", "pk")
    known = by.split("__")[-1] in {field.name for field in User._meta.get_fields()}
    return HttpResponse(f"{len(rows)} {known}")


def test_a_careless_page_is_found_out(world):
    """The negative twin of both."""
    planted = ModuleType("planted")
    planted.urlpatterns = [path("planted/", careless), *portal.urlpatterns]
    browser = world.browsers["limited"]
    with override_settings(ROOT_URLCONF=planted):
        parameters = parameters_of(browser, "/planted/")
        assert {"row", "sort"} <= set(parameters)
        assert differing(
            browser, "/planted/", "contact__user__password", "contact__user__passwort", ["sort"]
        ) == ["sort"]
        theirs = world.case_a.irritant.reference
        assert rows_told(browser, "/planted/", {theirs: new_reference()}) == [f"/planted/?row={theirs}"]


def paths(model, deep: int = 1, before: str = "") -> list[str]:
    """The `__` paths from a model to secrets: text of others, addresses, passwords, tokens."""
    found = []
    for field in model._meta.get_fields():
        if (
            field.is_relation
            and deep
            and field.related_model is not None
            and not isinstance(field.related_model, str)
        ):
            found += paths(field.related_model, deep - 1, f"{before}{field.name}__")
        elif before and re.search(r"password|email|token|digest|text|data|phone", field.name):
            found.append(before + field.name)
    return found


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_a_list_of_rows_is_filtered_by_its_own_filters_alone(world, model):
    """`?path__startswith=…` is refused or ignored, and `?o=path` is the default order: no oracle on any column."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    browser = world.browsers["administrator"]
    default = ask(browser, "get", url)
    allowed = {str(one) for one in _filters(model)}
    followed = []
    for secret in paths(model):
        if secret.split("__")[0] in allowed:
            continue
        answer = ask(browser, "get", url, {f"{secret}__startswith": "a"})
        if answer.status not in (302, 400):
            followed.append(secret)
        if secret.endswith("password") and ask(browser, "get", url, {"o": secret}).status != default.status:
            followed.append(f"o={secret}")
    assert followed == []


def _filters(model) -> list[str]:
    shown = admin.site._registry[model]
    return [
        one
        if isinstance(one, str)
        else getattr(one, "parameter_name", one[0] if isinstance(one, tuple) else "")
        for one in shown.list_filter
    ]

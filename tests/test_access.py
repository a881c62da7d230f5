"""Who may open what: every URL has a rule, and a walk of all of them as each person of the cast shows it holds."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.access import RULES, rule_of
from partners.models import Membership
from tests import cast as casting

PEOPLE = (
    "anonymous",
    "company",
    "stranger",
    "reader",
    "editor",
    "other_editor",
    "coordinator",
    "limited",
    "funder",
    "administrator",
)
STAFF = {"coordinator", "limited", "administrator"}
MAY_ENTER = {
    "public": set(PEOPLE),
    "machine": set(PEOPLE),
    "link": set(PEOPLE),  # the link decides, not the person: a forged one shows nothing to anybody
    "key": set(),  # the key decides, not the session: nobody of them has one
    "signed_in": set(PEOPLE) - {"anonymous"},
    "coordinator": STAFF,
    "administrator": {"administrator"},
    "funder": STAFF | {"funder"},
}
# Arguments for a walk with things that do not exist: nobody may learn more than "not found".
FORGED = {
    "token": "A" * 43,
    "step": "irritant",
    "slug": "comment-ca-marche",
    "code": "nobody",
    "key": "forged",
    "uidb36": "1",
    "pk": "1",
    "object_id": "999999",
    "app_label": "intake",
    "content_type_id": "1",
    "external_id": "inconnu",
    "name": "inconnu",
}


def patterns(resolver=None, namespace="", prefix="") -> Iterator[tuple[str, URLPattern]]:
    """(full name, pattern) of every URL of the portal."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner, prefix + str(entry.pattern))
        else:
            yield f"{namespace}{entry.name or prefix + str(entry.pattern)}", entry


ALL = list(patterns())


def test_every_url_declares_who_may_open_it():
    assert [name for name, entry in ALL if rule_of(entry.callback, name) not in RULES] == []


def address(name: str, entry: URLPattern) -> str | None:
    """A URL of this pattern about nothing that exists; None for the few that cannot be reversed."""
    arguments = {}
    for argument, converter in entry.pattern.converters.items():
        arguments[argument] = (
            uuid4() if type(converter).__name__ == "UUIDConverter" else FORGED.get(argument, "1")
        )
    for argument in entry.pattern.regex.groupindex:
        arguments.setdefault(argument, FORGED.get(argument, "1"))
    try:
        return reverse(name, kwargs=arguments)
    except Exception:  # Django's own catch-alls have no name
        return None


@pytest.fixture
def people(cast, client_class):
    cast.reader = casting.person("lecture@recherche.example")
    Membership.objects.create(organisation=cast.lab, user=cast.reader, role=Membership.READER)
    cast.limited = casting.person("vosges@enact.example", "coordinator", departments=["88"])
    clients = {}
    for name in PEOPLE:
        clients[name] = client_class()
        if name != "anonymous":
            clients[name].force_login(getattr(cast, name), backend="accounts.backends.RoleBackend")
    return clients


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


def outcome(response) -> str:
    """ "in", "out" (refused or sent to sign in) for an answer about something that does not exist."""
    if response.status_code in {401, 403}:
        return "out"
    if (
        response.status_code == 302 and "/compte/login/" in response["Location"]
    ) or "/admin/login/" in response.get("Location", ""):
        return "out"
    assert response.status_code < 500 or response.headers["Content-Type"] == "application/json", response
    return "in"


@pytest.mark.once
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_walk_of_every_url_as_everybody(people, method):
    wrong = []
    for name, entry in ALL:
        where = address(name, entry)
        rule = rule_of(entry.callback, name)
        if where is None or name in {"account_logout", "account_login"} or name.startswith("demo:"):
            continue
        for person, client in people.items():
            answer = outcome(getattr(client, method)(where))
            expected = "in" if person in MAY_ENTER[rule] else "out"
            # Django's own pages may refuse more (permissions, re-authentication): never less.
            if answer == "in" and expected == "out":
                wrong.append((name, person, answer))
            if answer == "out" and expected == "in" and ":" in name and not name.startswith("admin:"):
                wrong.append((name, person, answer))
    assert wrong == []


LOG = "journal.AccessRecord"  # the one thing that a GET may write: who was shown contact data (decision 0028)


@pytest.mark.once
def test_reading_changes_nothing(people, cast):
    """Every URL by GET and HEAD as everybody: not one row more or less, but for sessions and the log of who read."""
    before = counts()
    for name, entry in ALL:
        where = address(name, entry)
        if where is None or name == "account_logout":
            continue
        for client in people.values():
            client.head(where)
            client.get(where)
    assert counts() == before


def counts() -> dict[str, int]:
    from django.apps import apps

    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.label not in {"sessions.Session", "auth.Permission", LOG}
    }

"""Every URL has a rule. What each person meets there, object by object: tests/access, which walks them all."""

from collections.abc import Iterator
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.access import RULES, rule_of

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


def patterns(resolver=None, namespace="", prefix="") -> Iterator[tuple[str, URLPattern, str]]:
    """(full name, pattern, whole route) of every URL of the portal."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner, route)
        else:
            yield f"{namespace}{entry.name or route}", entry, route


ALL = [(name, entry) for name, entry, _route in patterns()]


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


LOG = "journal.AccessRecord"  # the one thing that a GET may write: who was shown contact data (decision 0028)


def counts() -> dict[str, int]:
    from django.apps import apps

    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.label not in {"sessions.Session", "auth.Permission", LOG}
    }

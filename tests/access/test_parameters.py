"""Secondary parameters: no path through the relations of a model is followed from a query (S-02)."""

import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.access.walking import ask

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.shows("S-01", "S-02", "asvs 1.2.4")]

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "accounts",
    "intake",
    "triage",
    "proposals",
    "programs",
    "partners",
    "insights",
    "journal",
    "enact_portal",
)
READ = re.compile(r'GET\.get(?:list)?\(\s*"(\w+)"')
# Every list of the portal that takes parameters, and who reads it.
LISTS = {
    "admin:index": "coordinator",
    "admin:workbench_exports": "coordinator",
    "admin:workbench_reviews": "coordinator",
    "admin:workbench_chasing": "coordinator",
    "admin:workbench_clock": "coordinator",
    "admin:workbench_vocabulary": "coordinator",
    "admin:data": "administrator",
    "insights:figures": "funder",
    "catalogue": "anonymous",
    "catalogue_map": "anonymous",
    "api_catalogue_offers": "anonymous",
}
NOTHING = "nothing__whatever__"


def parameters() -> set[str]:
    """Names of all parameters that any view reads from a query, and those of Django's own lists."""
    found = {"o", "q", "p", "sort", "tri", "order", "order_by", "_popup", "_to_field"}
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            found |= set(READ.findall(path.read_text("utf-8")))
    return found


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


@pytest.mark.parametrize("name", sorted(LISTS))
def test_a_parameter_names_no_column(world, name):
    """A path to a secret is answered as one to nothing, whatever parameter carries it."""
    browser, url = world.browsers[LISTS[name]], reverse(name)
    different = []
    for parameter in sorted(parameters()):
        secret, nothing = (
            ask(browser, "get", url, {parameter: path}, masked=(path,))
            for path in ("contact__user__password", "contact__user__passwort")
        )
        if secret.said != nothing.said:
            different.append(parameter)
    assert different == []


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_a_list_of_rows_is_filtered_by_its_own_filters_alone(world, model):
    """`?path__startswith=…` is refused or ignored, and `?o=path` is the default order: no oracle on any column."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    browser = world.browsers["administrator"]
    default = ask(browser, "get", url)
    allowed = {str(one) for one in _filters(model)}
    followed = []
    for path in paths(model):
        if path.split("__")[0] in allowed:
            continue
        answer = ask(browser, "get", url, {f"{path}__startswith": "a"})
        if answer.status not in (302, 400):
            followed.append(path)
        if path.endswith("password") and ask(browser, "get", url, {"o": path}).status != default.status:
            followed.append(f"o={path}")
    assert followed == []


def _filters(model) -> list[str]:
    shown = admin.site._registry[model]
    return [
        one
        if isinstance(one, str)
        else getattr(one, "parameter_name", one[0] if isinstance(one, tuple) else "")
        for one in shown.list_filter
    ]

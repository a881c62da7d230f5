"""What the lists of the staff offer beyond their rows, and what the funder reads. Pages: tests/access."""

import uuid

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import Role
from tests import cast as casting

pytestmark = pytest.mark.django_db

# model → actions of its list; every action that is not here fails.
ACTIONS: dict[str, set[str]] = {}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_no_list_has_an_action_that_is_not_declared(role):
    request = RequestFactory().get("/")
    request.user = casting.person(f"{uuid.uuid4()}@enact.example", role)
    for model, of_model in admin.site._registry.items():
        actions = set(of_model.get_actions(request)) if of_model.actions is not None else set()
        assert actions == ACTIONS.get(model._meta.label, set()), model._meta.label


def test_the_funder_sees_figures_and_no_case(cast, client):
    client.force_login(cast.funder)
    page = client.get(reverse("insights:figures"))
    assert page.status_code == 200
    assert cast.irritant.reference not in page.content.decode()
    assert casting.SECRET_COMPANY not in page.content.decode()

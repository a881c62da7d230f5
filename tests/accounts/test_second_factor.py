"""Staff without a second factor reach nothing that their role opens, wherever it lies."""

import uuid

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(cast):
    return [
        reverse("admin:index"),
        reverse("admin:workbench_irritant", args=[cast.irritant.public_id]),
        reverse("admin:intake_company_changelist"),
        reverse("proposals:edit", args=[uuid.uuid4()]),
        reverse("proposals:pdf", args=[uuid.uuid4()]),
        reverse("insights:figures"),
    ]


@pytest.mark.parametrize("person", ["coordinator", "administrator"])
def test_staff_are_sent_to_set_one_up(client, cast, settings, pages, person):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(getattr(cast, person))
    for page in pages:
        answer = client.get(page)
        assert (answer.status_code, answer.get("Location")) == (302, reverse("mfa_index")), page
        assert answer["Cache-Control"] == "no-store, private"


def test_nobody_else_is(client, cast, settings, pages):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(cast.funder)
    assert client.get(reverse("insights:figures")).status_code == 200
    client.force_login(cast.coordinator)
    assert client.get(reverse("home")).status_code == 200

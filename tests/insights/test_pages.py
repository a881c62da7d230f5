"""The plain pages say what is true: the privacy page is the register itself."""

import pytest
from django.urls import reverse

from foundation.privacy import REGISTER
from insights.templatetags.privacy import BASES, ERASURE, FIELDS, PURPOSES, personal_data

pytestmark = pytest.mark.django_db
PAGES = ["confidentialite", "mentions-legales", "accessibilite", "comment-ca-marche"]


@pytest.mark.parametrize("slug", PAGES)
@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_plain_pages_are_public(client, slug, language):
    response = client.get(reverse("page", args=[slug]), headers={"accept-language": language})
    assert response.status_code == 200
    assert "session" not in response.cookies


def test_everything_the_register_holds_is_told_in_words():
    held = [entry for entry in REGISTER.values() if entry.basis != "none"]
    assert {entry.purpose for entry in held} - set(PURPOSES) == set()
    assert {entry.basis for entry in held} - set(BASES) == set()
    assert {entry.on_erase for entry in held} - set(ERASURE) == set()
    assert set(FIELDS) - set(REGISTER) == set()
    told = sum(len(fields) for line in personal_data() for fields in line.things.values())
    assert told == len(held)


def test_no_purpose_stands_twice():
    purposes = [line.purpose for line in personal_data()]
    assert sorted(set(purposes)) == sorted(purposes)


def test_the_privacy_page_shows_them(client):
    page = client.get(reverse("page", args=["confidentialite"])).content.decode()
    assert [line.purpose for line in personal_data() if line.purpose.replace("'", "&#x27;") not in page] == []
    assert "3 ans sans activité" in page and "14 jours" in page

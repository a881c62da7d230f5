"""Staff without a second factor reach nothing that their role opens, wherever it lies."""

import re
import uuid

import pytest
from django.urls import reverse

from accounts.access import rule_of
from tests import test_access

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


WORDS = {
    "fr": (
        "Double authentification",
        "Activer l’application",
        "Choisir un mot de passe",
        "Changer de mot de passe",
    ),
    "de": ("Zwei-Faktor-Authentifizierung", "App einrichten", "Ein Passwort wählen", "Passwort ändern"),
    "en": (
        "Two-factor authentication",
        "Set up the authenticator app",
        "Choose a password",
        "Change the password",
    ),
}


@pytest.mark.parametrize("language", WORDS)
def test_the_pages_of_an_account_are_in_our_words(client, cast, language):
    person = cast.coordinator
    person.language = language
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    pages = [client.get(reverse(name)) for name in ("mfa_index", "mfa_activate_totp", "account_set_password")]
    person.set_password("une phrase assez longue")
    person.save()
    client.force_login(person)
    pages.append(client.get(reverse("account_change_password")))
    for page, words in zip(pages, WORDS[language], strict=True):
        assert page.status_code == 200
        assert re.search(rf"<h1>[^<]*{words}[^<]*</h1>", page.content.decode()), words
        assert "placeholder" not in page.content.decode()


def test_a_password_is_chosen_and_changed(client, cast):
    person = cast.coordinator
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    short = client.post(reverse("account_set_password"), {"password1": "court", "password2": "court"})
    assert short.status_code == 200 and 'id="id_password1_error' in short.content.decode()
    typed = {"password1": "une phrase assez longue", "password2": "une phrase assez longue"}
    assert client.post(reverse("account_set_password"), typed).status_code == 302
    person.refresh_from_db()
    assert person.check_password("une phrase assez longue")


STAFF_RULES = ("coordinator", "administrator", "funder")


@pytest.mark.once
@pytest.mark.shows("S-17", "asvs 6.3.3", "asvs 6.3.4")
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_staff_page_of_any_kind_opens_without_one(client, cast, settings, method):
    """Every URL that a role of staff opens, those of exports and of the API's keys included: 0 reachable."""
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(cast.administrator)
    walked, open_ones = 0, []
    for name, entry in test_access.ALL:
        where = test_access.address(name, entry)
        if where is None or rule_of(entry.callback, name) not in STAFF_RULES or name == "admin:logout":
            continue
        answer = getattr(client, method)(where)
        walked += 1
        if (answer.status_code, answer.get("Location")) != (302, reverse("mfa_index")):
            open_ones.append((name, answer.status_code))
    assert open_ones == [] and walked > 200


def test_without_the_rule_they_would(client, cast, settings, pages):
    settings.STAFF_SECOND_FACTOR = False
    client.force_login(cast.administrator)
    assert client.get(pages[0]).status_code == 200

"""Passwords, codes, sessions: the rules that a person meets, each tried as they would."""

from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests import cast as casting
from tests.accounts.codes import code_in_mail
from tests.test_settings import PRODUCTION, start

pytestmark = [pytest.mark.django_db, pytest.mark.shows("S-16", "S-17")]
GOOD = "une phrase assez longue"
EMAIL = "witness@enact.example"


@pytest.fixture
def person():
    user = casting.person(EMAIL, "coordinator")
    user.set_password(GOOD)
    user.save()
    return user


def _signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.RoleBackend")
    return client


def _change(user, new: str, old: str = GOOD) -> bool:
    _signed_in(user).post(
        reverse("account_change_password"), {"oldpassword": old, "password1": new, "password2": new}
    )
    user.refresh_from_db()
    return user.check_password(new)


@pytest.mark.shows("asvs 6.2.1 6.2.4 6.2.5 6.2.8 6.2.9")
@pytest.mark.parametrize(
    ("new", "accepted"),
    [
        ("court", False),
        ("onze signes", False),
        ("password1234", False),  # long enough, and among the common ones
        ("minuscules seulement", True),
        ("739105826441", True),
        ("été 雪 ☂ — phrase", True),
        ("x" * 40 + " mot " + "y" * 83, True),
    ],
)
def test_length_and_the_common_ones_are_the_only_rules(person, new, accepted):
    assert _change(person, new) is accepted


@pytest.mark.shows("asvs 6.2.11")
@pytest.mark.parametrize(
    ("new", "accepted"),
    [
        ("Enact-Grand-Est-2026!", False),
        ("Coordination-ENACT-57", False),
        ("mulhouse strasbourg", False),
        ("enact : douze poires cuites", True),  # the rest would do alone
        ("douze poires cuites", True),
    ],
)
def test_the_portals_own_words_make_no_password(person, new, accepted):
    assert _change(person, new) is accepted


@pytest.mark.shows("asvs 6.2.8")
def test_a_password_is_taken_as_it_is_typed(person):
    new = "  Espaces Gardés  "
    assert _change(person, new)
    assert not person.check_password(new.strip()) and not person.check_password(new.lower())
    long = "a" * 100
    assert _change(person, long, old=new) and not person.check_password(long[:72])


@pytest.mark.shows("asvs 6.2.2 6.2.3")
def test_changing_it_takes_the_present_one(person):
    assert not _change(person, "une autre phrase longue", old="devinée à tort")
    assert _change(person, "une autre phrase longue")


class _Inputs(HTMLParser):
    def __init__(self, page: str):
        super().__init__()
        self.passwords, self.handlers = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        self.handlers += [name for name in said if name.startswith("on")]
        if tag == "input" and "password" in said.get("name", ""):
            self.passwords.append(said)


@pytest.mark.shows("asvs 6.2.6 6.2.7")
def test_the_fields_mask_and_let_a_password_manager_fill_them(person):
    page = _Inputs(_signed_in(person).get(reverse("account_change_password")).content.decode())
    assert len(page.passwords) == 3 and page.handlers == []
    for one in page.passwords:
        assert one["type"] == "password" and one.get("autocomplete") in ("current-password", "new-password")
        assert "readonly" not in one and "maxlength" not in one


@pytest.mark.shows("asvs 11.4.2")
def test_passwords_are_kept_by_argon2id_alone(tmp_path):
    """As the portal itself is set: the tests hash by something quicker."""
    shown = "import django; django.setup(); from django.contrib.auth.hashers import make_password; "
    done = start(tmp_path, shown + "print(make_password('x'))", **PRODUCTION)
    scheme, variant, _version, cost, *_rest = done.stdout.split("$")
    said = dict(one.split("=") for one in cost.split(","))
    assert (scheme, variant) == ("argon2", "argon2id"), done.stderr
    assert int(said["m"]) >= 19 * 1024 and int(said["t"]) >= 2  # OWASP's least for argon2id


@pytest.mark.shows("asvs 6.3.2")
def test_an_installation_begins_without_any_account():
    assert get_user_model().objects.count() == 0


@pytest.mark.shows("asvs 6.5.1 6.6.2")
def test_a_code_opens_once_and_only_where_it_was_asked_for(person):
    asking, other = Client(), Client()
    asking.post(reverse("account_request_login_code"), {"email": EMAIL})
    code = code_in_mail()
    other.post(reverse("account_request_login_code"), {"email": EMAIL})
    confirm = reverse("account_confirm_login_code")
    other.post(confirm, {"code": code})
    assert "_auth_user_id" not in other.session
    asking.post(confirm, {"code": code})
    assert "_auth_user_id" in asking.session
    asking.post(reverse("account_logout"))
    asking.post(confirm, {"code": code})
    assert "_auth_user_id" not in asking.session


@pytest.mark.shows("asvs 6.5.5")
@pytest.mark.parametrize(("seconds", "opens"), [(590, True), (610, False)])
def test_a_code_lives_ten_minutes(person, monkeypatch, seconds, opens):
    from allauth.account.internal.flows import code_verification

    client = Client()
    client.post(reverse("account_request_login_code"), {"email": EMAIL})
    now = code_verification.time.time()
    moved = type("Moved", (), {"time": staticmethod(lambda: now + seconds)})
    monkeypatch.setattr(code_verification, "time", moved)
    client.post(reverse("account_confirm_login_code"), {"code": code_in_mail()})
    assert ("_auth_user_id" in client.session) is opens


@pytest.mark.shows("asvs 6.5.3 6.5.4")
def test_codes_have_more_than_twenty_bits_and_do_not_repeat():
    from allauth.account.adapter import get_adapter

    codes = [get_adapter().generate_login_code().replace("-", "") for _time in range(300)]
    signs = {sign for code in codes for sign in code}
    assert (
        len(set(codes)) == 300 and len(signs) >= 20 and {len(code) for code in codes} == {8}
    )  # 20⁸: 34 bits


@pytest.mark.shows("asvs 7.2.1 7.2.2 7.2.3 7.2.4")
def test_signing_in_makes_a_new_long_key_that_only_the_server_can_read(person):
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": EMAIL})
    before = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(reverse("account_confirm_login_code"), {"code": code_in_mail()})
    after = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert before != after and len(after) == 32 and after.isalnum()  # 36³²: 165 bits
    old, made_up = Client(), Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = before
    made_up.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    for stranger in (old, made_up):
        assert stranger.get(reverse("space")).status_code == 302


@pytest.mark.shows("asvs 7.4.1")
def test_a_session_that_was_ended_opens_nothing_any_more(person):
    client = _signed_in(person)
    kept = Client()
    kept.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert kept.get(reverse("admin:index")).status_code == 200
    client.post(reverse("account_logout"))
    assert kept.get(reverse("admin:index")).status_code == 302


@pytest.mark.shows("asvs 7.4.2")
def test_a_deactivated_person_is_out_at_once(person):
    client = _signed_in(person)
    assert client.get(reverse("admin:index")).status_code == 200
    type(person).objects.update(is_active=False)
    assert client.get(reverse("admin:index")).status_code == 302


@pytest.mark.shows("asvs 7.4.4")
def test_every_signed_in_page_leads_to_signing_out(cast):
    for user, name in (
        (cast.coordinator, "admin:index"),
        (cast.editor, "space"),
        (cast.funder, "insights:figures"),
    ):
        page = _signed_in(user).get(reverse(name), follow=True).content.decode()
        assert reverse("account_logout") in page or f'action="{reverse("admin:logout")}"' in page, name

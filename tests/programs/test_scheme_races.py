"""Two administrators write rules for the same days at the same moment: one line stands, the other is told."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from programs.management.commands.load_reference import DATA
from programs.models import SchemeRule
from programs.schemes.loading import load
from tests import cast as casting
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("database_as_served")]


def writing(email: str, **days):
    browser = Client()
    browser.force_login(casting.person(email, Role.ADMINISTRATOR), backend="accounts.backends.RoleBackend")
    data = {
        "which": "cifre.gross_min_year|",
        "value": "28200",
        "source": "anrt.asso.fr (2027)",
        "confidence": "high",
        "checked_on": "2026-12-15",
        **days,
    }
    return lambda: browser.post(reverse("admin:programs_schemerule_add"), data).status_code


def test_two_rules_for_the_same_days_at_once():
    load(DATA)
    answers = at_once(
        writing("une@enact.example", valid_from="2027-01-01", valid_until="2027-12-31"),
        writing("autre@enact.example", valid_from="2027-02-01", valid_until=""),
    )
    assert sorted(answers) == [200, 302]
    assert SchemeRule.objects.filter(code="cifre.gross_min_year", valid_from__year=2027).count() == 1

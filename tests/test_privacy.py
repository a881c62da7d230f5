"""The register of personal data is complete, speaks of real fields, and promises nothing that no rule carries out."""

import pytest
from django.apps import apps
from django.db import models
from django.template.loader import render_to_string
from django.test.utils import isolate_apps

from foundation.privacy import ACCOUNTS, CASES, REGISTER, WARNED, Held, OnErase, days_of
from insights.templatetags.privacy import PURPOSES, personal_data
from intake.models import drafts
from journal import access
from journal.clockwork import RULES
from partners.members import clock as members_clock

pytestmark = pytest.mark.shows("R-12", "S-23", "asvs 14.2.7")

# A number, a date, a mark or a link to another row says nothing without that row, whose fate it shares.
FOLLOWS = (
    models.AutoField,
    models.BooleanField,
    models.DateField,
    models.DecimalField,
    models.DurationField,
    models.FloatField,
    models.ForeignKey,
    models.IntegerField,
    models.ManyToManyField,
    models.TimeField,
    models.UUIDField,
)


def kept_fields(everything=None) -> set[str]:
    """ "app.Model.field" of every column, of every installed app, that may say something by itself: text of any kind,
    files, bytes, addresses, and kinds that nobody here knows."""
    return {
        f"{model._meta.label}.{field.name}"
        for model in everything or apps.get_models(include_auto_created=True)
        for field in model._meta.local_fields
        if not isinstance(field, FOLLOWS)
    } | {  # a proxy has no column of its own, and its own name in the admin
        f"{model._meta.label}.{field.name}"
        for model in everything or apps.get_models()
        if model._meta.proxy
        for field in model._meta.concrete_fields
        if not isinstance(field, FOLLOWS)
    }


def personal() -> dict[str, Held]:
    return {name: held for name, held in REGISTER.items() if held.is_personal}


def test_every_field_of_every_app_is_declared():
    assert kept_fields() - REGISTER.keys() == set()


def test_the_register_speaks_of_real_fields():
    assert REGISTER.keys() - kept_fields() == set()


@isolate_apps("intake")
@pytest.mark.parametrize(
    "kind",
    [
        models.TextField(),
        models.URLField(),
        models.BinaryField(),
        models.FileField(),
        models.GenericIPAddressField(),
        models.JSONField(),
    ],
    ids=lambda field: type(field).__name__,
)
def test_a_field_that_somebody_adds_is_seen(kind):
    """The negative twin: a new model with one column more is not declared, whatever its kind."""

    class Planted(models.Model):
        kept = kind.clone()

        class Meta:
            app_label = "intake"

        def __str__(self):
            return ""

    assert kept_fields([Planted]) - REGISTER.keys() == {"intake.Planted.kept"}


def test_what_is_personal_says_why_and_on_what_basis():
    assert {"intake.Contact.email", "intake.Irritant.text", "journal.Message.recipient"} <= personal().keys()
    assert {"account.EmailAddress.email", "sessions.Session.session_data"} <= personal().keys()
    for name, held in personal().items():
        assert held.purpose in PURPOSES, name
        assert held.basis in {"consent", "contract", "legitimate interest"}, name


# An organisation's own address, as long as the organisation is a partner: nothing but an administrator ends that.
NO_END = {"partners.Organisation.contact_email"}


def test_every_promise_is_kept_by_a_rule_of_the_clock():
    without = {name for name, held in personal().items() if not held.ended_by}
    assert without == NO_END == {name for name, held in personal().items() if held.retention_days is None}
    rules = {held.ended_by for held in personal().values()} - {""}
    assert rules - RULES.keys() == set()
    assert {CASES, ACCOUNTS} <= rules and {CASES, ACCOUNTS} == WARNED.keys()
    for rule in rules:
        assert days_of(rule) > 0, f"two lengths of time for {rule}"


def test_rules_that_count_for_themselves_count_what_the_register_says():
    assert access.KEPT.days == days_of("access.forget")
    assert members_clock.KEPT.days == days_of("invitation.forget")
    assert drafts.draft_expiry() and days_of("intake.purge_drafts") == 14


def test_what_takes_away_is_capped():
    """All but what ends by its nature, every day, in numbers that a cap of one in a hundred would stop for nothing."""
    taking = {name for name in RULES if name.startswith("retention.") and "warn" not in name}
    assert {name for name in taking if RULES[name].cap is None} == {"retention.sessions"}


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_the_privacy_page_is_made_of_the_register(language, client):
    from django.utils import translation

    with translation.override(language):
        lines = personal_data()
        page = render_to_string("pages/confidentialite.html")
    told = sum(len(fields) for line in lines for fields in line.things.values())
    assert told == len(personal())
    assert all(line.purpose in page.replace("&#x27;", "'") for line in lines)


def test_a_code_that_stays_is_no_name():
    stays = {name for name, held in personal().items() if held.on_erase is OnErase.KEEP}
    assert stays == {"journal.AccessRecord.reader"}

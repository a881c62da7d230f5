"""The plain lists behind « Données »: every column has a name in the reader's language, every code its words."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.admin import site
from django.contrib.admin.utils import flatten_fieldsets
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from foundation import clock
from foundation.plain import filed
from journal import jobs
from journal.models import Event, Job, Message
from tests import cast as casting
from tests.partners.helpers import posted
from triage.models import HoldRule
from triage.reasons import RULE_NAMES


def shown(model, admin, user) -> set[str]:
    """Names of the model's own columns that this list and its pages show or filter by."""
    request = RequestFactory().get("/")
    request.user = user
    fields = {field.name: field for field in (*model._meta.fields, *model._meta.many_to_many)}
    names = [
        *admin.get_list_display(request),
        *(entry for entry in admin.get_list_filter(request) if isinstance(entry, str)),
        *flatten_fieldsets(admin.get_fieldsets(request, model())),
    ]
    return {name for name in names if name in fields and not fields[name].primary_key}


def test_every_column_that_is_shown_has_a_name_of_its_own(cast):
    """Django would make one out of the code of the column, in English."""
    nameless = {
        f"{model._meta.label}.{name}"
        for model, admin in site._registry.items()
        for name in shown(model, admin, cast.administrator)
        if model._meta.get_field(name)._verbose_name is None
    }
    assert nameless == set()


def test_every_model_has_a_name_of_its_own():
    assert {
        model._meta.label for model in site._registry if "verbose_name" not in model._meta.original_attrs
    } == set()


def test_every_kind_of_job_has_words():
    assert jobs.LABELS.keys() == jobs.HANDLERS.keys()


def text_of(response) -> str:
    words = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", words).replace("\u202f", " ").split())


def test_mails_are_read_in_words_and_lead_to_their_case(cast, browser, at):
    Message.objects.filter(case=cast.irritant.public_id).update(status=Message.BOUNCED)
    page = browser.get(reverse("admin:journal_message_changelist"))
    text = text_of(page)
    for words in ("Accusé de réception", "refusé par l’adresse", cast.irritant.reference, "Envoyé le"):
        assert words in text
    assert "company_received" not in text and "bounced" not in text
    assert f'<a href="{at("irritant", cast.irritant)}">{cast.irritant.reference}</a>' in page.content.decode()
    one = browser.get(reverse("admin:journal_message_change", args=[Message.objects.first().pk]))
    assert "Accusé de réception" in text_of(one) and "company_received" not in text_of(one)


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", ("Courriel", "Accusé de réception")), ("de", ("E-Mail", "Eingangsbestätigung"))],
)
def test_filters_have_words(cast, sign_in, language, words):
    cast.coordinator.language = language
    cast.coordinator.save()
    browser = sign_in(cast.coordinator)
    url = reverse("admin:journal_message_changelist")
    text = text_of(browser.get(url))
    assert all(word in text for word in words)
    chosen = text_of(browser.get(url, {"template": "partner_asked"}))
    assert cast.irritant.reference not in chosen


def test_events_and_jobs_are_read_in_words(cast, browser, at):
    casting.qualified(cast)
    page = browser.get(reverse("admin:journal_event_changelist"))
    text = text_of(page)
    assert "Pris en charge" in text and "la coordination" in text and cast.irritant.reference in text
    assert "irritant.take" not in text
    event = Event.objects.get(name="irritant.take")
    detail = text_of(browser.get(reverse("admin:journal_event_change", args=[event.pk])))
    assert "irritant.take" in detail and event.hash in detail  # the record itself, for whoever verifies it
    jobs_page = text_of(browser.get(reverse("admin:journal_job_changelist")))
    assert "calcul des pistes" in jobs_page and "match.compute" not in jobs_page
    one = text_of(browser.get(reverse("admin:journal_job_change", args=[Job.objects.first().pk])))
    assert "fait le" in one.lower()


def test_lists_ask_no_more_for_more_rows(cast, browser):
    def queries(url) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    urls = [reverse(f"admin:journal_{name}_changelist") for name in ("message", "event")]
    few = [queries(url) for url in urls]
    for number in range(4):
        casting.irritant(email=f"qui{number}@zirkonia.example")
    jobs.run_owed()
    assert [queries(url) for url in urls] == few


def test_a_lost_second_factor_is_taken_away_by_an_administrator_alone(cast, sign_in):
    from accounts.models import SecondFactor

    factor = SecondFactor.objects.create(user=cast.coordinator, type="totp", data={})
    url = reverse("admin:accounts_secondfactor_delete", args=[factor.pk])
    assert sign_in(cast.coordinator).get(reverse("admin:accounts_secondfactor_changelist")).status_code == 403
    assert sign_in(cast.coordinator).post(url, {"post": "yes"}).status_code == 403
    admin = sign_in(cast.administrator)
    assert "Coordinatrice" in text_of(admin.get(reverse("admin:accounts_secondfactor_changelist")))
    assert admin.post(url, {"post": "yes"}).status_code == 302
    assert not SecondFactor.objects.exists()


def test_events_are_listed_by_their_date_whatever_their_number(cast, browser):
    """A case that was brought in later may be older."""
    week = timedelta(days=7)
    with clock.at(clock.now() - week):
        older = casting.irritant(email="ancien@ailleurs.example", company_name="Autre")
    page = browser.get(reverse("admin:journal_event_changelist"))
    listed = [event.at for event in page.context["cl"].result_list]
    assert listed == sorted(listed, reverse=True) and len(listed) > 2
    assert str(page.context["cl"].result_list[-1].case) == str(older.public_id)


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_hold_rules_stand_in_the_order_of_their_names(cast, sign_in, language):
    cast.administrator.language = language
    cast.administrator.save()
    HoldRule.objects.bulk_create([HoldRule(code=code) for code in RULE_NAMES])
    page = sign_in(cast.administrator).get(reverse("admin:triage_holdrule_changelist"))
    with translation.override(language):
        names = [filed(str(RULE_NAMES[rule.code])) for rule in page.context["cl"].result_list]
    assert names == sorted(names) and len(names) == len(RULE_NAMES)


def test_absences_of_a_partner_say_their_days_and_can_be_added_and_removed(cast, browser):
    organisation = cast.lab
    organisation.absences.create(since=date(2027, 8, 2), until=date(2027, 8, 20))
    url = reverse("admin:partners_organisation_change", args=[organisation.pk])
    page = browser.get(url)
    assert re.search(r"du 2.août.2027 au 20.août.2027 .*Retirer Ajouter", text_of(page))
    assert "#2" not in text_of(page) and "__prefix__" not in page.content.decode()
    sent = posted(
        organisation,
        **{"absences-0-DELETE": "on", "absences-1-since": "2027-12-24", "absences-1-until": "2027-12-31"},
    )
    assert browser.post(url, sent).status_code == 302
    assert list(organisation.absences.values_list("since", "until")) == [
        (date(2027, 12, 24), date(2027, 12, 31))
    ]

"""« Aides et dispositifs »: the list, the pages, the calculator without a script, in three languages."""

import re

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.html import escape

from demo.management.commands.load_demo import CATALOGUE
from foundation import clock
from programs.importing import load_catalogue, load_reference
from programs.management.commands.load_reference import DATA
from programs.models import Offer, OfferKind, Scheme, TalentDetail, TrainingDetail
from programs.schemes import estimate
from programs.schemes.loading import load
from programs.schemes.offers import scheme_of
from programs.schemes.vocabulary import KINDS
from programs.views import cost_url
from tests import cast as casting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(db):
    load(DATA)


def text(answer) -> str:
    page = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_every_scheme_has_a_page_in_every_language(client, language):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    listed = client.get(reverse("schemes")).content.decode()
    for scheme in Scheme.objects.all():
        name = getattr(scheme, f"name_{language}")
        assert escape(name) in listed and reverse("scheme", args=[scheme.code]) in listed
        page = client.get(reverse("scheme", args=[scheme.code]))
        assert page.status_code == 200
        assert f'<html lang="{language}"' in page.content.decode()
        assert escape(getattr(scheme, f"sentence_{language}")) in page.content.decode()


def test_the_list_is_narrowed_by_kind_and_by_who_asks(client):
    page = client.get(reverse("schemes"), {"nature": "thesis", "pour": "state"})
    assert [row.code for _code, _label, rows in page.context["groups"] for row in rows] == [
        "cofra",
        "contrat-doctoral-prive",
        "these-cofinancee",
    ]
    assert page.context["unlisted"]
    everything = client.get(reverse("schemes"), {"nature": "loterie", "pour": "martien"})
    assert everything.context["total"] == 24 and not everything.context["unlisted"]
    assert [code for code, _label, _rows in everything.context["groups"]] == list(KINDS)
    nothing = client.get(reverse("schemes"), {"nature": "tax", "pour": "state"})
    assert nothing.context["total"] == 0 and "Aucun dispositif ne correspond" in text(nothing)


def test_a_case_is_counted_from_the_address(client):
    asked = {"gross_year": "27 600 €", "lab_fee_year": "10000", "cir": "yes", "signed_on": "2026-06-01"}
    answer = client.get(reverse("scheme", args=["cifre"]), asked)
    assert answer.status_code == 200
    said = text(answer)
    assert (
        "147\u202f576\u00a0€" in said and "68\u202f795\u00a0€" in said and "\u221242\u202f000\u00a0€" in said
    )
    assert "anrt.asso.fr" in said and "du 1er\u00a0janvier\u00a02026 au 31\u00a0décembre\u00a02026" in said
    assert '<meta name="robots" content="noindex, follow">' in answer.content.decode()
    assert 'value="27 600 €"' in answer.content.decode()


def test_errors_stand_beside_their_field_and_on_top(client):
    answer = client.get(reverse("scheme", args=["cifre"]), {"gross_year": "20000", "cir": "no"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "<title>Erreur" in page
    assert page.count("27\u202f600\u00a0€ bruts par an") == 2
    assert 'href="#id_gross_year"' in page and 'aria-invalid="true"' in page
    assert answer.context["estimate"] is None


def test_whom_it_is_closed_to_is_told_why_and_what_instead(client):
    said = text(client.get(reverse("scheme", args=["cifre"]), {"employer": "foreign"}))
    assert "il faut un employeur de droit français" in said and "Thèse cofinancée, hors Cifre" in said
    assert "Après les aides" not in said


@pytest.mark.parametrize("code", ["prestation", "nda", "anr-prce", "offreur", "edih"])
def test_what_no_source_prices_is_never_shown_as_free(client, code):
    said = text(client.get(reverse("scheme", args=[code])))
    assert "Le coût n’est pas encore connu" in said
    assert not re.search(r"(?<![\d\u202f])0\u00a0€", said)


def test_a_rule_that_has_ended_is_marked_on_the_page(client):
    said = text(client.get(reverse("scheme", args=["labcom"])))
    assert "Règle finie" in said and "finie" in said.split("Les règles de ce calcul")[-1]


def test_what_it_commits_us_to_is_dated(client):
    assert "Calcul indicatif du" in text(client.get(reverse("scheme", args=["stage"])))


def test_unknown_schemes_and_hostile_values(client):
    assert client.get("/aides/loterie/").status_code == 404
    page = client.get(reverse("scheme", args=["cifre"]), {"gross_year": "<script>alert(1)</script>"})
    assert page.status_code == 422 and "<script>alert(1)" not in page.content.decode()
    nul = client.get(reverse("scheme", args=["cifre"]), {"gross_year": "1\x00", "signed_on": "9999-99-99"})
    assert nul.status_code == 422


def test_reading_costs_two_queries(client, django_assert_num_queries):
    client.get(reverse("scheme", args=["cifre"]))
    with django_assert_num_queries(2):
        client.get(reverse("scheme", args=["cifre"]), {"cir": "yes"})
    with django_assert_num_queries(1):
        client.get(reverse("schemes"))


def test_the_map_of_the_site_names_every_scheme(client):
    listed = client.get(reverse("sitemap_section", args=["pages"])).content.decode()
    assert listed.count("/aides/") == 25


def test_an_offer_leads_to_the_calculator_of_its_kind(client):
    lab = casting.laboratory("labo")
    training = casting.offer(lab, "t", kind=OfferKind.TRAINING)
    TrainingDetail.objects.create(offer=training, price_eur="1250.50", qualiopi=True)
    talent = casting.offer(lab, "s", kind=OfferKind.TALENT)
    TalentDetail.objects.create(offer=talent, form="apprenticeship", level="M2", months=24)
    laboratory = casting.offer(lab, "l")
    assert cost_url(laboratory) == ""
    assert cost_url(talent) == "/aides/apprentissage/?level=bac3&months=24"
    page = client.get(reverse("offer", args=[training.public_id])).content.decode()
    address = "/aides/formation-continue/?price=1250.50&amp;qualiopi=yes"
    assert address in page
    counted = client.get(address.replace("&amp;", "&")).context["estimate"]
    assert (counted["before"], counted["after"]) == ([1251, 1251], [626, 1251])


def test_what_every_offer_of_the_demonstration_says_is_a_fact_that_its_calculator_takes(db):
    """No offer leads to a page of errors."""
    load_reference(DATA)
    load_catalogue(CATALOGUE)
    codes = set()
    for offer in Offer.objects.published().with_details():
        code, facts = scheme_of(offer)
        if code:
            codes.add(code)
            assert estimate(code, facts, on=clock.today(), language="fr").refused == ""
    assert codes == {"cifre", "formation-continue", "collaboration", "stage", "apprentissage"}

"""Who asks: found in the registry with and without JavaScript, taken back, typed by hand, never a dead end."""

import json
import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from foundation import clock
from foundation.identifiers import foreign_identifier
from intake import company_words, drafts, organisation
from intake.forms import FOREIGN_SHAPES
from intake.models import Company, Draft, Irritant
from intake.registry import breaker, standin
from intake.registry import client as registry
from intake.registry.reading import Listed, Site
from intake.registry.standin_server import StandinServer
from tests.intake.walking import CONTEXT, YOU, begin, send, unhurried, url

pytestmark = pytest.mark.django_db
NAME = "FONDERIE EXEMPLE DE LA FENSCH"
TYPED = {**YOU, "company_name": "fonderie exemple", "siren_or_siret": "", "organisation_type": ""}


@pytest.fixture(autouse=True)
def _standin(settings):
    settings.COMPANY_REGISTRY_URL = standin.ADDRESS


@pytest.fixture
def server(settings):
    with StandinServer() as server:
        settings.COMPANY_REGISTRY_URL = server.url
        yield server


def post(client, draft: Draft, action: str = "", **changes):
    answers = {name: value for name, value in {**TYPED, **changes}.items() if value is not None}
    return client.post(url(draft, "vous"), {**answers, **({"action": action} if action else {})})


def chosen(client, number: str = "00000011700010") -> Draft:
    """A draft whose organisation was chosen from the list."""
    draft = begin(client)
    assert post(client, draft, "choose_company", company_choice=number).status_code == 303
    draft.refresh_from_db()
    return draft


def finish(client, draft: Draft, **context) -> Irritant:
    """From « vous » to the irritant, without naming the organisation again."""
    rest = {name: YOU[name] for name in ("email", "name", "topics", "topics_shown", "topic_added")}
    assert client.post(url(draft, "vous"), {**rest, "organisation_type": "PME"}).status_code == 303
    assert client.post(url(draft, "contexte"), {**CONTEXT, **context}).status_code == 303
    unhurried(draft)
    assert send(client, draft).status_code == 303
    return Irritant.objects.select_related("company").get()


def test_without_javascript_the_list_comes_with_the_page(client):
    draft = begin(client)
    response = post(client, draft, "search_company")
    assert response.status_code == 303
    assert response["Location"] == url(draft, "vous") + "?chercher=1#organisation"
    page = client.get(response["Location"].partition("#")[0]).content.decode()
    assert 'type="radio" name="company_choice" value="00000011700010"' in page
    assert "ces organisations sont des exemples" in page
    for typed in ("Claire Morel", "03 82 00 00 00", "Méthodes", "fonderie exemple"):
        assert typed in page  # nothing typed was lost


def test_with_javascript_the_list_is_a_listbox(client):
    draft = begin(client)
    part = client.get(reverse("intake:companies", args=[draft.token]), {"company_name": "exemple épinal"})
    html = part.content.decode()
    assert re.findall(r'role="option" id="(\S+)" data-number="(\d+)"', html) == [
        ("company-1", "00000022400014")
    ]
    assert "<html" not in html
    assert "MENUISERIE EXEMPLE DES VOSGES" in html
    assert 'hx-get="/demande/' in client.get(url(draft, "vous")).content.decode()


def test_a_short_name_lists_nothing_and_an_unknown_one_says_that_its_name_is_enough(client):
    draft = begin(client)
    where = reverse("intake:companies", args=[draft.token])
    assert client.get(where, {"company_name": "ab"}).content.decode().strip() == ""
    assert "écrivez simplement le nom" in client.get(where, {"company_name": "zirkonia"}).content.decode()


def test_proposals_are_for_an_open_draft_alone(client):
    draft = begin(client)
    for name in ("companies", "communes"):
        assert client.get(reverse(f"intake:{name}", args=["A" * 32])).status_code == 404
        Draft.objects.update(submitted_at=clock.now())
        assert client.get(reverse(f"intake:{name}", args=[draft.token])).status_code == 404
        Draft.objects.update(submitted_at=None)


def test_choosing_shows_a_card_and_fills_what_the_registry_knows(client):
    draft = chosen(client)
    kept = {
        name: draft.answers[name]
        for name in (
            "company_name",
            "siren_or_siret",
            "organisation_type",
            "site_postcode",
            "site_city",
            "site_commune",
        )
    }
    assert kept == {
        "company_name": NAME,
        "siren_or_siret": "00000011700010",
        "organisation_type": "PME",
        "site_postcode": "57700",
        "site_city": "Hayange",
        "site_commune": "57306",
    }
    page = client.get(url(draft, "vous")).content.decode()
    for shown in (NAME, "Fonderie de métaux légers (24.53Z, NAF", "100 à 199 salariés", "3 établissements"):
        assert shown in page
    assert 'name="company_name"' not in page
    assert draft.answers["phone"] == "03 82 00 00 00"


def test_it_was_not_that_one_gives_back_what_was_typed(client):
    draft = chosen(client)
    post(client, draft, "forget_company", company_name=None, siren_or_siret=None, organisation_type="ETI")
    draft.refresh_from_db()
    assert draft.answers["company_name"] == "fonderie exemple"
    assert draft.answers["organisation_type"] == "ETI"  # changed since: it stays
    assert not {"registry", "site_postcode", "site_commune"} & draft.answers.keys()
    assert 'value="fonderie exemple"' in client.get(url(draft, "vous")).content.decode()


def test_choosing_another_one_leaves_nothing_of_the_first(client):
    draft = chosen(client)
    post(
        client,
        draft,
        "choose_company",
        company_choice="00000022400014",
        company_name="exemple",
        siren_or_siret=None,
    )
    draft.refresh_from_db()
    assert draft.answers["registry"]["entity"]["siren"] == "000000224"
    assert (draft.answers["site_postcode"], draft.answers["site_city"]) == ("88000", "Épinal")


def test_a_site_already_given_is_not_replaced(client):
    draft = begin(client)
    drafts.keep(draft, "contexte", {"site_postcode": "54000"})
    post(client, draft, "choose_company", company_choice="00000011700010")
    draft.refresh_from_db()
    assert draft.answers["site_postcode"] == "54000"
    assert "site_city" not in draft.answers


def test_what_was_chosen_reaches_the_company_with_its_codes(client):
    with clock.at(datetime(2026, 11, 26, 9, tzinfo=UTC)):
        irritant = finish(client, chosen(client), site_postcode="57700", site_commune="57306", site_city="")
    company = irritant.company
    assert {
        field: getattr(company, field)
        for field in (
            "name",
            "siren",
            "siret",
            "naf_rev2",
            "naf_2025",
            "headcount",
            "legal_form",
            "size_category",
        )
    } == {
        "name": NAME,
        "siren": "000000117",
        "siret": "00000011700010",
        "naf_rev2": "24.53Z",
        "naf_2025": "24.53Y",
        "headcount": "22",
        "legal_form": "5710",
        "size_category": "PME",
    }
    assert (company.postcode, company.city, company.ceased) == ("57700", "HAYANGE", False)
    assert company.registry_on == date(2026, 11, 26)
    assert (irritant.site_siret, irritant.site_commune, irritant.department) == (
        "00000011700010",
        "57306",
        "57",
    )
    assert company.organisation_type == "PME"
    with clock.at(datetime(2026, 12, 31, 9, tzinfo=UTC)):
        assert company.naf == ("24.53Z", "rev2")
    with clock.at(datetime(2027, 1, 1, 9, tzinfo=UTC)):
        assert company.naf == ("24.53Y", "2025")


@pytest.mark.parametrize("city", ["", "Épinal"])
def test_a_problem_elsewhere_is_not_at_the_establishment_chosen(client, city):
    irritant = finish(client, chosen(client), site_postcode="88000", site_commune="", site_city=city)
    assert (irritant.site_siret, irritant.site_commune, irritant.department) == ("", city and "88160", "88")
    assert irritant.company.siret == "00000011700010"


def test_a_second_irritant_brings_the_registry_up_to_date_and_overwrites_nobody(client):
    Company.objects.create(
        name="Notre fonderie", siren="000000117", organisation_type="ETI", headcount="12", naf_2025="24.99Y"
    )
    finish(client, chosen(client))
    company = Company.objects.get()
    assert (company.name, company.organisation_type) == ("Notre fonderie", "ETI")
    assert (company.headcount, company.naf_rev2, company.naf_2025) == ("22", "24.53Z", "24.53Y")


def test_a_form_cannot_forge_what_the_registry_says(client):
    draft = begin(client)
    forged = '{"entity": {"siren": "732829320"}, "picked": true}'
    post(client, draft, siren_or_siret="732 829 320", registry=forged)
    draft.refresh_from_db()
    assert "registry" not in draft.answers


def test_a_number_typed_by_hand_is_looked_up_and_shown_at_the_check(client):
    draft = begin(client)
    assert post(client, draft, siren_or_siret="000 000 224").status_code == 303
    assert (
        'name="company_name"' in client.get(url(draft, "vous")).content.decode()
    )  # typed, not picked: no card
    client.post(url(draft, "contexte"), CONTEXT)
    page = client.get(url(draft, "verifier")).content.decode()
    assert "MENUISERIE EXEMPLE DES VOSGES" in page and "fonderie exemple" in page
    post(client, draft, siren_or_siret="")
    assert "MENUISERIE" not in client.get(url(draft, "verifier")).content.decode()


def test_the_type_that_a_typed_number_tells_is_not_asked_again(client):
    draft = begin(client)
    post(client, draft, siren_or_siret="000 000 224")
    draft.refresh_from_db()
    assert draft.answers["organisation_type"] == "PME"
    assert 'value="PME" selected' in client.get(url(draft, "vous")).content.decode()
    assert 'name="organisation_type"' not in client.get(url(draft, "contexte")).content.decode()
    post(client, draft, siren_or_siret="")  # it was somebody else's: what came with it goes
    draft.refresh_from_db()
    assert draft.answers["organisation_type"] == ""
    post(client, draft, siren_or_siret="000 000 224", organisation_type="ETI")  # said: it counts before
    draft.refresh_from_db()
    assert draft.answers["organisation_type"] == "ETI"


def test_a_number_in_the_place_of_the_name_finds_the_name(client):
    draft = begin(client)
    assert post(client, draft, company_name="000 000 117").status_code == 303
    draft.refresh_from_db()
    assert (draft.answers["company_name"], draft.answers["siren_or_siret"]) == (NAME, "00000011700010")


def test_a_number_that_is_not_listed_only_warns(client):
    draft = begin(client)
    response = post(client, draft, siren_or_siret="732 829 320")
    assert response["Location"] == url(draft, "contexte")
    assert "ne connaît pas ce numéro" in client.get(response["Location"]).content.decode()
    response = post(client, draft, company_name="732829320", siren_or_siret="")  # and no name at all
    assert response.status_code == 422
    page = response.content.decode()
    assert "Indiquez le nom" in page and 'value="732829320"' in page


def test_a_registry_that_is_down_is_said_in_one_sentence_and_costs_nothing_typed(client, server):
    server.fault = "500"
    draft = begin(client)
    part = client.get(
        reverse("intake:companies", args=[draft.token]), {"company_name": "fonderie"}
    ).content.decode()
    assert part.count("<p") == 1 and "ne répond pas en ce moment" in part
    page = client.get(post(client, draft, "search_company")["Location"].partition("#")[0]).content.decode()
    assert "ne répond pas en ce moment" in page and 'value="fonderie exemple"' in page
    assert post(client, draft, siren_or_siret="000 000 117").status_code == 303  # by hand, no warning
    assert "ne connaît pas" not in client.get(url(draft, "contexte")).content.decode()
    assert post(client, draft, "choose_company", company_choice="00000011700010").status_code == 303
    draft.refresh_from_db()
    assert "registry" not in draft.answers


def test_without_a_registry_the_form_is_as_it_was(client, settings):
    settings.COMPANY_REGISTRY_URL = ""
    draft = begin(client)
    page = client.get(url(draft, "vous") + "?chercher=1").content.decode()
    assert not any(words in page for words in ("search_company", "data-combobox", "dans la liste. Elle n’y"))
    assert post(client, draft, siren_or_siret="732 829 320").status_code == 303
    assert "ne connaît pas" not in client.get(url(draft, "contexte")).content.decode()


def test_too_many_searches_of_one_draft_leave_the_registry_alone(client, server, monkeypatch):
    monkeypatch.setattr(breaker, "PER_DRAFT", 2)
    draft = begin(client)
    where = reverse("intake:companies", args=[draft.token])
    for query in ("fonderie", "menuiserie", "domaine", "centre"):
        client.get(where, {"company_name": query})
    assert server.requests == 2


@pytest.fixture
def hostile(server, tmp_path, monkeypatch):
    """A query that the registry answers over HTTP with one company, named by an attacker."""
    query, body = "n’importe quoi", registry.fetch(server.url, NAME).body.decode()
    name = json.dumps('<img src=x onerror="alert(1)">')[1:-1]
    kept = {"answers": {query: {"status": 200, "body": body.replace(NAME, name)}}}
    monkeypatch.setattr(standin, "RECORDED", tmp_path / "recorded.json")
    standin.RECORDED.write_text(json.dumps(kept))
    standin._recorded.cache_clear()
    yield query
    standin._recorded.cache_clear()


def test_hostile_names_are_shown_as_text(client, hostile):
    draft = begin(client)
    part = client.get(reverse("intake:companies", args=[draft.token]), {"company_name": hostile})
    assert "<img" not in part.content.decode() and "&lt;img" in part.content.decode()


@pytest.mark.parametrize(
    ("country", "typed", "sentence"),
    [
        ("DE", "DE136695978", "n’existe pas"),
        ("BE", "0428.759.498", "n’existe pas"),
        ("CH", "CHE-116.281.711", "n’existe pas"),
        ("DE", "DE12", "HRB 12345 Saarbrücken"),
        ("LU", "123456", "par exemple B 123456"),
        ("BE", "2.123.456.789", "dix chiffres, dont le premier est 0 ou 1"),
        ("CH", "CH-020.3.123.456-7", "CHE et neuf chiffres"),
    ],
)
def test_a_wrong_foreign_number_is_refused_beside_its_field(client, country, typed, sentence):
    draft = begin(client)
    response = post(client, draft, country=country, foreign_id=typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert re.search(rf'id="id_foreign_id_error"[\s\S]*{sentence}', page)
    assert f'value="{typed}"' in page


def test_the_example_beside_a_refused_number_is_itself_accepted():
    examples = {
        country: re.search(r"par exemple (.+?)\. Vous", str(words))[1]
        for country, words in FOREIGN_SHAPES.items()
    }
    kinds = {country: foreign_identifier(country, example).kind for country, example in examples.items()}
    assert kinds == {"DE": "hr", "LU": "rcs", "BE": "bce", "CH": "uid"}


def test_the_error_is_said_in_the_persons_language(client):
    draft = begin(client)
    response = client.post(
        url(draft, "vous"),
        {**TYPED, "country": "DE", "foreign_id": "DE136695978"},
        headers={"accept-language": "de"},
    )
    assert "Diese Nummer gibt es nicht" in response.content.decode()


def test_foreign_and_association_numbers_are_kept_with_their_kind_and_find_the_same_company(client):
    for country, number, foreign in (
        ("DE", "", "HRB 12345, Amtsgericht Saarbrücken"),
        ("FR", "W 54 300 1234", ""),
    ):
        for _twice in range(2):
            Draft.objects.all().delete()
            draft = begin(client)
            assert (
                post(client, draft, country=country, siren_or_siret=number, foreign_id=foreign).status_code
                == 303
            )
            client.post(url(draft, "contexte"), CONTEXT)
            unhurried(draft)
            assert send(client, draft).status_code == 303
    rows = Company.objects.order_by("pk").values_list("country", "foreign_id", "foreign_id_kind", "siren")
    assert list(rows) == [("DE", "Saarbrücken HRB 12345", "hr", ""), ("FR", "W543001234", "rna", "")]


@pytest.mark.parametrize(
    ("entity", "answer"),
    [
        ({"legal_form": "7210"}, "commune"),
        ({"legal_form": "7346"}, "EPCI"),
        ({"legal_form": "7364", "name": "CENTRE HOSPITALIER EXEMPLE"}, "CH"),
        ({"legal_form": "7364", "name": "CHRU EXEMPLE"}, "CHU"),
        ({"legal_form": "5710", "naf_rev2": "86.10Z"}, "CH"),  # a private clinic
        ({"legal_form": "9260"}, "association"),  # local law of Alsace-Moselle
        ({"legal_form": "5710", "association": True}, "association"),
        ({"legal_form": "5710", "category": "PME", "headcount": "02"}, "TPE"),
        ({"legal_form": "5710", "category": "PME", "headcount": "22"}, "PME"),
        ({"legal_form": "5710", "category": "GE", "headcount": "12"}, "GE"),  # a subsidiary: the group counts
        ({"legal_form": "5710", "headcount": "32"}, "ETI"),
        ({"legal_form": "5710", "headcount": "52"}, "GE"),
        ({"legal_form": "1000", "headcount": "NN"}, "TPE"),
        ({"legal_form": "5710"}, ""),
        ({"legal_form": "7383", "headcount": "52"}, ""),  # a university: none of the form's types
    ],
)
def test_the_type_that_the_registry_tells(entity, answer):
    assert (
        organisation.type_of(Listed(**{"siren": "000000117", "name": "X", "site": Site(""), **entity}))
        == answer
    )


def test_headcounts_in_words():
    words = [company_words.headcount_words(code) for code in ("NN", "00", "01", "41", "42", "53", "", "99")]
    assert words == [
        "sans salarié",
        "sans salarié",
        "1 à 2 salariés",
        "500 à 999 salariés",
        "1\u202f000 à 1\u202f999 salariés",
        "10\u202f000 salariés et plus",
        "",
        "",
    ]

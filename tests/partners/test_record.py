"""The record of an organisation in the admin: identifiers, parents and standing with dates, who signs, its history."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from foundation import clock
from journal.models import Event
from partners.identity.periods import closes_a_circle
from partners.models import Affiliation, Kind, Organisation, SignsBecause, Standing
from programs.models import CatalogueState
from tests import cast as casting
from tests.members.helpers import as_
from tests.partners.helpers import address, posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def university(cast) -> Organisation:
    return Organisation.objects.create(external_id="universite", name="Université", kind=Kind.UNIVERSITY)


def errors(response) -> dict:
    assert response.status_code == 200
    form = response.context["adminform"].form
    found = {name: list(map(str, said)) for name, said in form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        for one in inline.formset.forms:
            found |= {f"{one.prefix}-{name}": list(map(str, said)) for name, said in one.errors.items()}
    return found


def test_a_coordinator_writes_everything_and_the_catalogue_reads_it(cast, browser, university):
    before, sequence = cast.lab.version, CatalogueState.current()
    changes = {
        "name": "Laboratoire des procédés",
        "rnsr_id": "1997 12570 f",
        "ror_id": "https://ror.org/02feahw73",
        "unit_numbers": "umr7503 ; UR 2364",
        "vat_number": "FR 03 552081317",
        "restricted_access": "on",
        "affiliations-0-parent": university.pk,
        "affiliations-0-nature": "tutelle",
        "affiliations-0-since": "2019-01-01",
        "standings-0-kind": "founder",
        "standings-0-since": "2025-01-01",
    }
    assert browser.post(address(cast.lab), posted(cast.lab, **changes)).status_code == 302
    cast.lab = Organisation.objects.get(pk=cast.lab.pk)
    kept = (cast.lab.name, cast.lab.rnsr_id, cast.lab.ror_id, cast.lab.unit_numbers, cast.lab.vat_number)
    assert kept == (
        "Laboratoire des procédés",
        "199712570F",
        "02feahw73",
        ["UMR 7503", "UR 2364"],
        "FR03552081317",
    )
    assert cast.lab.restricted_access and cast.lab.version == before + 1
    assert [row.parent for row in cast.lab.affiliations.all()] == [university] == cast.lab.present_parents()
    assert cast.lab.standing == "founder" and cast.lab.founding_member
    assert CatalogueState.current() == sequence + 1
    (event,) = Event.objects.filter(case=cast.lab.public_id, name="organisation.change")
    assert event.payload == {
        "identity": "affiliations,name,restricted_access,rnsr_id,ror_id,standings,unit_numbers,vat_number"
    }
    page = browser.get(address(cast.lab)).content.decode()
    past = page[page.index('id="passe"') :]
    assert "Laboratoire labo-a" in past and "199712570F" in past and str(cast.coordinator) in past
    public = browser.get(reverse("organisation", args=[cast.lab.external_id])).content.decode()
    assert (
        "https://ror.org/02feahw73" in public and "Membre fondateur" in public and university.name in public
    )


def test_nothing_touched_is_nothing_told(cast, browser):
    sequence = CatalogueState.current()
    assert browser.post(address(cast.lab), posted(cast.lab)).status_code == 302
    assert not Event.objects.filter(case=cast.lab.public_id, name="organisation.change").exists()
    assert CatalogueState.current() == sequence


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("rnsr_id", "199712570G", "La lettre finale ne correspond pas"),
        ("rnsr_id", "1997", "neuf chiffres et une lettre"),
        ("ror_id", "02feahw74", "Les deux derniers chiffres ne correspondent pas"),
        ("unit_numbers", "UMR 7503, LORIA", "« LORIA »"),
        ("legal_id", "13001550600013", "Ce n’est pas un SIRET"),
        ("legal_id", "130015506", "quatorze chiffres"),
        ("vat_number", "FR04552081317", "Ce n’est pas un numéro de TVA"),
        ("postcode", "5400", "cinq chiffres"),
        ("web_domain", "pas un site", "nom de domaine"),
    ],
)
def test_each_error_stands_beside_its_field(cast, browser, field, typed, said):
    found = errors(browser.post(address(cast.lab), posted(cast.lab, **{field: typed})))
    assert list(found) == [field] and said in found[field][0].replace("\u202f", " ")


def test_the_error_speaks_the_readers_language(cast):
    cast.coordinator.language = "en"
    cast.coordinator.save()
    client = as_(cast.coordinator)
    client.cookies["django_language"] = "en"
    response = client.post(
        address(cast.lab), posted(cast.lab, rnsr_id="199712570G"), headers={"accept-language": "en"}
    )
    assert "final letter" in errors(response)["rnsr_id"][0]


def test_abroad_the_register_of_the_country_decides(cast, browser):
    german = {"country": "DE", "postcode": "66111", "legal_id": "HRB 12345 Saarbrücken"}
    assert browser.post(address(cast.lab), posted(cast.lab, **german)).status_code == 302
    cast.lab.refresh_from_db()
    assert (cast.lab.country, cast.lab.legal_id, cast.lab.siret) == ("DE", "Saarbrücken HRB 12345", "")
    found = errors(browser.post(address(cast.lab), posted(cast.lab, rnsr_id="199712570F")))
    assert "répertoire français" in found["rnsr_id"][0]


def test_an_identifier_is_that_of_one_organisation(cast, browser):
    Organisation.objects.filter(pk=cast.other_lab.pk).update(ror_id="02feahw73", rnsr_id="199712570F")
    found = errors(
        browser.post(address(cast.lab), posted(cast.lab, ror_id="02feahw73", rnsr_id="199712570F"))
    )
    assert set(found) == {"ror_id", "rnsr_id"} and "porte déjà cet identifiant" in found["ror_id"][0]
    for field, value in (("ror_id", "02feahw73"), ("rnsr_id", "199712570F")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.objects.filter(pk=cast.lab.pk).update(**{field: value})


def test_who_read_an_older_record_does_not_overwrite(cast, browser):
    data = posted(cast.lab, city="Metz")
    Organisation.objects.filter(pk=cast.lab.pk).update(city="Épinal", version=cast.lab.version + 1)
    refused = browser.post(address(cast.lab), data)
    assert "entre-temps" in errors(refused)["__all__"][0]
    cast.lab.refresh_from_db()
    assert cast.lab.city == "Épinal"
    again = refused.context["adminform"].form.data["seen"]
    assert browser.post(address(cast.lab), {**data, "seen": again}).status_code == 302


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ((None, None), (None, None), True),
        ((None, "2020-12-31"), ("2021-01-01", None), False),
        ((None, "2021-01-01"), ("2021-01-01", None), True),  # one day in common
        (("2019-01-01", "2020-01-01"), ("2019-06-01", "2019-06-30"), True),
        (("2021-01-01", None), (None, "2020-12-31"), False),
    ],
)
def test_a_day_has_one_standing(cast, browser, first, second, told):
    rows = {}
    for number, (since, until) in enumerate((first, second)):
        rows |= {f"standings-{number}-kind": ("partner", "founder")[number]}
        rows |= {f"standings-{number}-since": since or "", f"standings-{number}-until": until or ""}
    response = browser.post(address(cast.lab), posted(cast.lab, **rows))
    if told:
        assert "standings-1-since" in errors(response)
    assert cast.lab.standings.count() == (0 if told else 2)


def test_the_last_day_does_not_come_before_the_first(cast, browser, university):
    wrong = {
        "standings-0-kind": "partner",
        "standings-0-since": "2026-02-01",
        "standings-0-until": "2026-01-31",
    }
    assert "standings-0-__all__" in errors(browser.post(address(cast.lab), posted(cast.lab, **wrong)))
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliation.objects.create(
            child=cast.lab, parent=university, since=date(2026, 2, 1), until=date(2026, 1, 31)
        )


def test_a_circle_of_parents_is_refused_where_its_days_meet(cast, browser, university):
    team = casting.laboratory("equipe")
    Affiliation.objects.create(child=cast.lab, parent=university, until=date(2020, 12, 31))
    Affiliation.objects.create(child=team, parent=cast.lab, nature="part", since=date(2015, 1, 1))
    row = {"affiliations-0-parent": team.pk, "affiliations-0-nature": "part"}
    found = errors(browser.post(address(university), posted(university, **row)))
    assert "boucle" in found["affiliations-0-parent"][0]
    later = {**row, "affiliations-0-since": "2021-01-01"}  # the university has let the laboratory go by then
    assert browser.post(address(university), posted(university, **later)).status_code == 302
    own = {"affiliations-0-parent": cast.other_lab.pk, "affiliations-0-nature": "part"}
    found = errors(browser.post(address(cast.other_lab), posted(cast.other_lab, **own)))
    assert list(found) != []
    assert not closes_a_circle(Affiliation(child=cast.other_lab, parent=university))


def test_who_signs_is_a_parent_a_mandate_or_a_subsidiary(cast, browser, university):
    def told(**changes):
        response = browser.post(address(cast.lab), posted(cast.lab, **changes))
        return {} if response.status_code == 302 else errors(response)

    named = {"signed_by": university.pk}
    assert list(told(**named)) == ["signed_by_because"]
    assert list(told(signed_by_because="managing")) == ["signed_by"]
    assert "rattachement" in told(**named, signed_by_because="managing")["signed_by"][0]
    assert told(**named, signed_by_because="mandate") == {}
    Organisation.objects.filter(pk=cast.lab.pk).update(signed_by=None, signed_by_because="")
    cast.lab.refresh_from_db()
    Affiliation.objects.create(child=cast.lab, parent=university)
    assert told(**named, signed_by_because="managing") == {}
    cast.lab.refresh_from_db()
    subsidiary = Organisation.objects.create(external_id="filiale", name="Filiale", kind=Kind.PUBLIC_BODY)
    wanted = {"signed_by": subsidiary.pk, "signed_by_because": SignsBecause.SUBSIDIARY.value}
    assert "filiale" in told(**wanted)["signed_by"][0]
    Affiliation.objects.create(child=subsidiary, parent=university, nature="subsidiary")
    assert told(**wanted) == {}
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=cast.lab.pk).update(signed_by_because="")


def test_parents_and_standing_are_those_of_today(cast, university):
    other = casting.laboratory("ancienne")
    Affiliation.objects.create(child=cast.lab, parent=other, until=date(2020, 12, 31))
    Affiliation.objects.create(child=cast.lab, parent=university, since=date(2021, 1, 1))
    Standing.objects.create(organisation=cast.lab, kind="outside", until=date(2023, 12, 31))
    Standing.objects.create(organisation=cast.lab, kind="founder", since=date(2024, 1, 1))
    assert cast.lab.present_parents() == [university] and cast.lab.founding_member
    assert list(Organisation.objects.parts_of(other)) == []
    assert list(Organisation.objects.parts_of(university)) == [cast.lab]
    with clock.at(clock.now().replace(year=2020, month=6)):
        assert cast.lab.present_parents() == [other] and cast.lab.standing == "outside"
        assert list(Organisation.objects.parts_of(other)) == [cast.lab]


def test_the_public_page_tells_todays_parents_parts_and_registers(
    cast, client, university, django_assert_max_num_queries
):
    gone = casting.laboratory("partie")
    for number in range(6):
        Affiliation.objects.create(child=cast.lab, parent=casting.laboratory(f"tutelle-{number}"))
    Affiliation.objects.create(child=cast.lab, parent=gone, until=date(2020, 12, 31))
    Affiliation.objects.create(child=cast.other_lab, parent=cast.lab, nature="part")
    facts = {
        "rnsr_id": "199712570F",
        "ror_id": "02feahw73",
        "legal_id": "13001550600012",
        "illustrative": True,
    }
    Organisation.objects.filter(pk=cast.lab.pk).update(
        signed_by=university, signed_by_because="mandate", **facts
    )
    where = reverse("organisation", args=[cast.lab.external_id])
    client.get(where)
    with django_assert_max_num_queries(9):
        page = client.get(where).content.decode()
    assert gone.name not in page and page.count("tutelle-") >= 6 and cast.other_lab.name in page
    for told in (
        "numNatStruct=199712570F",
        "https://ror.org/02feahw73",
        "https://annuaire-entreprises.data.gouv.fr/etablissement/13001550600012",
        "fiche illustrative",
        university.name,
    ):
        assert told in page
    assert cast.lab.contact_email not in page


def test_the_form_asks_the_database_as_much_for_many_rows_as_for_one(
    cast, browser, university, django_assert_max_num_queries
):
    for year in range(2001, 2013):
        span = {"since": date(year, 1, 1), "until": date(year, 12, 31)}
        Affiliation.objects.create(child=cast.lab, parent=university, **span)
        Standing.objects.create(organisation=cast.lab, kind="partner", **span)
    browser.get(address(cast.lab))
    with django_assert_max_num_queries(17):
        page = browser.get(address(cast.lab)).content.decode()
    assert page.count('value="tutelle" selected') >= 12

"""« Organisation », in the partner's space: administrators keep their record right, ask for the rest; others read."""

import pytest
from django.urls import reverse

from journal.lifecycle import Refusal
from journal.models import Event, Message
from partners.identity import acts
from partners.identity.forms import OwnForm
from partners.models import Affiliation, AskedChange, Membership, Organisation, Standing
from programs.models import CatalogueState
from tests import cast as casting
from tests.members.helpers import as_, by, sent
from tests.partners.helpers import address as record
from tests.partners.helpers import posted

pytestmark = pytest.mark.django_db


def address(row) -> str:
    return reverse("identity:organisation", args=[row.external_id])


def own(row, **changes) -> dict:
    names = "expertise city postcode web_domain contact_email language rnsr_id ror_id legal_id vat_number"
    data = {name: getattr(row, name) for name in names.split()}
    return {
        **data,
        "unit_numbers": ", ".join(row.unit_numbers),
        "what": "own",
        "seen": row.version,
        **changes,
    }


def test_an_administrator_keeps_the_record_right(cast):
    client, sequence = as_(cast.editor), CatalogueState.current()
    typed = {
        "expertise": "Vibrations des machines.",
        "city": "Metz",
        "postcode": "57000",
        "ror_id": "ror.org/02feahw73",
    }
    assert client.post(address(cast.lab), own(cast.lab, **typed)).status_code == 302
    row = Organisation.objects.get(pk=cast.lab.pk)
    assert (row.expertise, row.city, row.postcode, row.ror_id) == (
        "Vibrations des machines.",
        "Metz",
        "57000",
        "02feahw73",
    )
    assert row.version == cast.lab.version + 1 and CatalogueState.current() == sequence + 1
    event = Event.objects.get(case=row.public_id, name="organisation.change")
    assert event.payload == {"identity": "city,expertise,postcode,ror_id"}
    assert row.history.first().history_user == cast.editor
    assert (
        "Vibrations des machines."
        in client.get(reverse("organisation", args=[row.external_id])).content.decode()
    )
    assert client.post(address(cast.lab), own(row)).status_code == 302  # again, the same: nothing happens
    assert Event.objects.filter(case=row.public_id, name="organisation.change").count() == 1


def test_what_the_engine_does_not_read_moves_no_catalogue(cast):
    sequence = CatalogueState.current()
    as_(cast.editor).post(address(cast.lab), own(cast.lab, contact_email="bureau@labo.example"))
    assert Organisation.objects.get(pk=cast.lab.pk).contact_email == "bureau@labo.example"
    assert CatalogueState.current() == sequence


def test_whoever_comes_second_is_told(cast):
    """Before the form was read, and between its reading and its writing."""
    client, stale = as_(cast.editor), own(cast.lab, city="Metz")
    form = OwnForm(own(cast.lab, city="Toul"), instance=Organisation.objects.get(pk=cast.lab.pk))
    assert form.is_valid()
    Organisation.objects.filter(pk=cast.lab.pk).update(city="Épinal", version=cast.lab.version + 1)
    refused = client.post(address(cast.lab), stale)
    assert refused.status_code == 422 and "entre-temps" in refused.content.decode()
    with pytest.raises(Refusal):
        acts.keep_right(form, actor=by(cast.editor))
    assert Organisation.objects.get(pk=cast.lab.pk).city == "Épinal"
    assert f'value="{cast.lab.version + 1}"' in refused.content.decode()  # what was refused once is read then


def test_what_the_cluster_decides_is_not_for_its_form(cast):
    forged = {
        "name": "Autre nom",
        "restricted_access": "on",
        "signed_by": cast.other_lab.pk,
        "signed_by_because": "mandate",
        "country": "DE",
        "monthly_capacity": "3",
    }
    as_(cast.editor).post(address(cast.lab), own(cast.lab, **forged))
    row = Organisation.objects.get(pk=cast.lab.pk)
    assert (row.name, row.restricted_access, row.signed_by, row.country) == (cast.lab.name, False, None, "FR")


def test_a_wrong_identifier_comes_back_beside_its_field(cast):
    response = as_(cast.editor).post(address(cast.lab), own(cast.lab, rnsr_id="199712570G", city="Metz"))
    assert response.status_code == 422
    assert list(response.context["own_form"].errors) == ["rnsr_id"]
    page = response.content.decode()
    assert "La lettre finale ne correspond pas" in page and 'value="Metz"' in page
    assert Organisation.objects.get(pk=cast.lab.pk).city == "Nancy"


@pytest.mark.parametrize("role", [Membership.EDITOR, Membership.READER])
def test_others_of_the_team_read(cast, role):
    user = casting.person("simple@recherche.example")
    Membership.objects.create(organisation=cast.lab, user=user, role=role)
    client = as_(user)
    page = client.get(address(cast.lab))
    assert page.status_code == 200 and 'name="what"' not in page.content.decode()
    for data in (own(cast.lab, city="Metz"), {"what": "ask", "text": "Une tutelle de plus."}):
        assert client.post(address(cast.lab), data).status_code == 403
    assert not AskedChange.objects.exists() and Organisation.objects.get(pk=cast.lab.pk).city == "Nancy"


def test_another_organisation_does_not_exist(cast):
    foreign = as_(cast.other_editor)
    assert foreign.get(address(cast.lab)).status_code == 404
    assert foreign.post(address(cast.lab), own(cast.lab, city="Metz")).status_code == 404
    assert foreign.post(address(cast.lab), {"what": "ask", "text": "x"}).status_code == 404
    assert as_(cast.editor).post(address(cast.lab), {"what": "?"}).status_code == 404


def test_what_the_cluster_decides_is_asked_for_and_answered(cast):
    client, words = as_(cast.editor), "Depuis janvier, une deuxième tutelle."
    for _twice in range(2):
        assert client.post(address(cast.lab), {"what": "ask", "text": words}).status_code == 302
    (row,) = AskedChange.objects.all()
    assert words in client.get(address(cast.lab)).content.decode()
    assert all(words not in str(event.payload) for event in Event.objects.filter(case=cast.lab.public_id))
    subject = f"{cast.lab.name} demande un changement de sa fiche"
    assert (cast.coordinator.email, subject) in sent()
    assert set(
        Message.objects.filter(template="coordinator_asked_change").values_list("recipient", flat=True)
    ) == {
        cast.coordinator.email,
        cast.colleague.email,
        cast.administrator.email,
    }
    staff = as_(cast.coordinator)
    page = staff.get(record(cast.lab)).content.decode()
    assert words in page
    settled = {"asked_changes-INITIAL_FORMS": 1, "asked_changes-TOTAL_FORMS": 1, "asked_changes-0-id": row.pk}
    data = {
        **posted(cast.lab),
        **settled,
        "asked_changes-0-settled": "on",
        "asked_changes-0-organisation": cast.lab.pk,
    }
    assert staff.post(record(cast.lab), data).status_code == 302
    row.refresh_from_db()
    assert row.stage == "settled" and words not in staff.get(record(cast.lab)).content.decode()
    assert (cast.editor.email, f"Votre demande sur la fiche de {cast.lab.name} est traitée") in sent()


def test_ten_requests_wait_at_most(cast):
    client = as_(cast.editor)
    for number in range(11):
        last = client.post(address(cast.lab), {"what": "ask", "text": f"Demande {number}"})
    assert last.status_code == 422 and AskedChange.objects.count() == 10


def test_the_page_asks_little(cast, django_assert_max_num_queries):
    for number in range(6):
        parent = casting.laboratory(f"tutelle-{number}")
        Affiliation.objects.create(child=cast.lab, parent=parent)
        Standing.objects.create(organisation=cast.lab, kind="partner")
    client = as_(cast.editor)
    client.get(address(cast.lab))
    with django_assert_max_num_queries(8):
        client.get(address(cast.lab))

"""benchmarks.catalogue_rows: that its offers are those of a catalogue, and its addresses find them."""

import pytest
from django.core.management import call_command

from benchmarks import catalogue_rows
from programs.models import Offer, Session


@pytest.mark.django_db
def test_its_rows_are_those_of_a_catalogue(client):
    call_command("load_reference", verbosity=0)
    told = catalogue_rows.fill(120)
    assert Offer.objects.published().count() == 120 and Session.objects.ahead().exists()
    assert client.get(told["addresses"]["default"][0]).context["total"] == 120
    found = {path: client.get(path).context["total"] for path in told["addresses"]["facets"]}
    assert len(found) >= 15 and all(found.values())
    assert [client.get(path).status_code for path in told["addresses"]["search"]] == [200] * 5

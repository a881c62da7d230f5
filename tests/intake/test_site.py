"""Where the problem is: a postcode proposes its communes, and nothing unknown is in the way."""

import pytest
from django.urls import reverse

from intake.models import Irritant
from tests import cast as casting
from tests.intake.walking import CONTEXT, YOU, begin, fill, send, unhurried, url

pytestmark = pytest.mark.django_db


def kept(client, country: str = "FR", **context) -> tuple[str, str, str, str]:
    """(postcode, city, commune, department) of the irritant that these answers make."""
    draft = begin(client)
    fill(client, draft)
    client.post(url(draft, "vous"), {**YOU, "country": country})
    response = client.post(url(draft, "contexte"), {**CONTEXT, "site_city": "", **context})
    assert response.status_code == 303, response.content.decode()
    unhurried(draft)
    assert send(client, draft).status_code == 303
    row = Irritant.objects.get()
    return row.site_postcode, row.site_city, row.site_commune, row.department


@pytest.mark.parametrize(
    ("context", "answer"),
    [
        ({"site_postcode": "57700", "site_commune": "57498"}, ("57700", "Neufchef", "57498", "57")),
        ({"site_postcode": "57700"}, ("57700", "", "", "57")),  # several, none chosen
        ({"site_postcode": "57000"}, ("57000", "Metz", "57463", "57")),  # only one
        ({"site_postcode": "57 000", "site_city": "METZ"}, ("57000", "Metz", "57463", "57")),
        ({"site_postcode": "57500", "site_city": "St Avold"}, ("57500", "Saint-Avold", "57606", "57")),
        ({"site_postcode": "57700", "site_commune": "57463"}, ("57700", "", "", "57")),  # of another postcode
        (
            {"site_postcode": "57700", "site_commune": "57306", "site_city": "Ailleurs"},
            ("57700", "Ailleurs", "", "57"),
        ),
        ({"site_postcode": "52100", "site_commune": "51478"}, ("52100", "Saint-Eulien", "51478", "51")),
        ({"site_postcode": "54011", "site_city": "Nancy Cedex"}, ("54011", "Nancy Cedex", "", "54")),
        ({"site_postcode": "99999", "site_city": "Nulle part"}, ("99999", "Nulle part", "", "99")),
        ({"site_postcode": "L-4362", "site_city": "Esch"}, ("L-4362", "Esch", "", "")),
        ({"site_postcode": "", "site_city": "Toul"}, ("", "Toul", "", "")),
    ],
)
def test_the_commune_that_is_meant(client, context, answer):
    assert kept(client, **context) == answer


def test_abroad_five_digits_are_no_french_postcode(client):
    answer = kept(client, country="DE", site_postcode="77652", site_city="Offenburg")
    assert answer == ("77652", "Offenburg", "", "DE")


def test_htmx_gets_the_communes_of_the_postcode_and_a_field_to_write_elsewhere(client):
    draft = begin(client)
    where = reverse("intake:communes", args=[draft.token])
    several = client.get(where, {"site_postcode": "57700"}).content.decode()
    assert [code in several for code in ("57306", "57498", "57562")] == [True] * 3
    assert "selected" not in several and "pas dans la liste" in several
    assert (
        '<option value="57463" selected>Metz'
        in client.get(where, {"site_postcode": "57000"}).content.decode()
    )
    for unknown in ("54011", "577", "", "L-4362", "57" * 500):
        part = client.get(where, {"site_postcode": unknown}).content.decode()
        assert "<select" not in part and 'name="site_city"' in part


def test_without_javascript_a_button_shows_them_and_keeps_the_rest(client):
    draft = begin(client)
    fill(client, draft)
    response = client.post(
        url(draft, "contexte"), {**CONTEXT, "site_postcode": "57700", "site_city": "", "action": "communes"}
    )
    assert response["Location"] == url(draft, "contexte") + "#site"
    page = client.get(response["Location"].partition("#")[0]).content.decode()
    assert '<option value="57306">Hayange' in page
    assert 'value="soon"' in page and "checked" in page


def test_a_city_that_came_with_a_commune_does_not_stay_beside_another_postcode(client):
    draft = begin(client)
    fill(client, draft)
    chosen = {**CONTEXT, "site_postcode": "08000", "site_commune": "08105", "site_city": ""}
    client.post(url(draft, "contexte"), chosen)
    client.post(url(draft, "contexte"), {**chosen, "site_postcode": "57700", "action": "communes"})
    page = client.get(url(draft, "contexte")).content.decode()
    assert "Hayange" in page and "Charleville" not in page and "selected>Hayange" not in page
    written = {**chosen, "site_postcode": "57700", "site_commune": "57306", "site_city": "Ailleurs"}
    client.post(url(draft, "contexte"), written)
    page = client.get(url(draft, "contexte")).content.decode()
    assert 'value="Ailleurs"' in page and "selected>Hayange" not in page


def test_the_questions_ask_for_the_territory_of_the_commune(client):
    from intake import questions

    casting.vocabulary()
    draft = begin(client)
    draft.answers |= {"site_postcode": "52100", "site_commune": "51478"}
    assert questions.need_of(draft)["territory"] == "51"
    draft.answers |= {"site_commune": "57463"}
    assert questions.need_of(draft)["territory"] == "52"

"""What should rather be said aloud is named on the check page, in the way of nobody."""

import pytest

from intake.discretion import Seen, seen_in
from intake.models import Irritant
from tests.intake.walking import WORDS, begin, fill, ready, send, unhurried, url

pytestmark = pytest.mark.django_db
TOLD = f"{WORDS} Le procédé est breveté, voyez jean@fonderie.example."


def test_the_check_page_names_it_and_lets_it_pass(client):
    draft = begin(client, TOLD)
    fill(client, draft)
    unhurried(draft)
    page = client.get(url(draft, "verifier")).content.decode()
    assert "une adresse électronique («\u202fjean@fonderie.example\u202f»)" in page
    assert "peut-être un secret («\u202fbreveté\u202f»)" in page
    assert f"{url(draft, 'irritant')}?retour=verifier#id_text" in page
    assert send(client, draft).status_code == 303
    assert seen_in(Irritant.objects.get()) == [
        Seen("text", "secret", "breveté"),
        Seen("text", "email", "jean@fonderie.example"),
    ]


def test_an_ordinary_text_is_left_alone(client):
    page = client.get(url(ready(client), "verifier")).content.decode()
    assert "nous croyons voir" not in page


def test_every_text_that_a_company_types_is_watched(client):
    draft = begin(client)
    for page in (client.get("/"), client.get("/demande/"), client.get(url(draft, "irritant"))):
        html = page.content.decode()
        assert html.count("<textarea") == html.count("data-sensitive ") + html.count("data-sensitive>") > 0
        assert 'id="sensitive-notice"' in html and "js/sensitive.js" in html

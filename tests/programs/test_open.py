"""What search engines, feed readers and calendars read."""

import json
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from icalendar import Calendar

from foundation import clock
from programs.models import Offer, OfferKind, OfferStatus, Session, TrainingDetail
from tests import cast as casting

pytestmark = pytest.mark.django_db
SITE = "http://localhost:8000"
HOSTILE = "</script><script>alert(1)</script>&amp;\u2028"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def training(db) -> Offer:
    lab = casting.laboratory("labo", web_domain="labo.example", acronym="LAB")
    row = casting.offer(lab, "t", kind=OfferKind.TRAINING, title_fr=f"Vision {HOSTILE}")
    detail = TrainingDetail.objects.create(
        offer=row, duration_hours=14, modality="hybrid", level="expert", price_eur="1250.50"
    )
    for days in (-30, 30):
        day = clock.today() + timedelta(days=days)
        Session.objects.create(
            training=detail, start=day, end=day + timedelta(days=1), seats=12, seats_left=4, city="Metz"
        )
    return row


def data_of(page: str) -> dict:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert len(found) == 1 and "<" not in found[0]
    return json.loads(found[0])


def test_a_training_is_a_course_with_the_sessions_ahead(client, training):
    data = data_of(client.get(reverse("offer", args=[training.public_id])).content.decode())
    ahead = clock.today() + timedelta(days=30)
    price = {"@type": "Offer", "category": "Paid", "price": "1250.50", "priceCurrency": "EUR"}
    url = f"{SITE}/catalogue/{training.public_id}/"
    assert data == {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": url,
        "url": url,
        "name": training.title_fr,
        "description": training.summary_fr,
        "inLanguage": "fr",
        "provider": {
            "@type": "ResearchOrganization",
            "@id": f"{SITE}/partenaires/labo/",
            "url": f"{SITE}/partenaires/labo/",
            "name": "Laboratoire labo",
            "alternateName": "LAB",
            "sameAs": "https://labo.example",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": "Nancy",
                "postalCode": "54000",
                "addressCountry": "FR",
            },
        },
        "teaches": ["Détection d’anomalies"],
        "offers": price,
        "timeRequired": "PT14H",
        "hasCourseInstance": [
            {
                "@type": "CourseInstance",
                "courseMode": "Blended",
                "courseWorkload": "PT14H",
                "startDate": ahead.isoformat(),
                "endDate": (ahead + timedelta(days=1)).isoformat(),
                "maximumAttendeeCapacity": 12,
                "remainingAttendeeCapacity": 4,
                "location": {"@type": "Place", "address": "Metz"},
                "offers": price,
            }
        ],
    }


def test_an_organisation_is_one_of_research(client, training):
    data = data_of(client.get(reverse("organisation", args=["labo"])).content.decode())
    assert (data["@type"], data["name"], data["@id"]) == (
        "ResearchOrganization",
        "Laboratoire labo",
        f"{SITE}/partenaires/labo/",
    )


def test_the_sitemap_names_what_is_public(client, training):
    casting.offer(training.organisation, "brouillon", status=OfferStatus.DRAFT)
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    assert len(index.findall(f"{MAP}sitemap")) == 3

    def addresses(section: str) -> list[str]:
        tree = ElementTree.fromstring(client.get(f"/sitemap-{section}.xml").content)
        return [one.text for one in tree.iter(f"{MAP}loc")]

    assert addresses("offers") == [f"{SITE}/catalogue/{training.public_id}/"]
    assert addresses("organisations") == [f"{SITE}/partenaires/labo/"]
    assert f"{SITE}/catalogue/" in addresses("pages")
    for url in addresses("pages"):
        assert client.get(url.removeprefix(SITE)).status_code == 200
    assert client.get("/sitemap-secrets.xml").status_code == 404
    robots = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {SITE}/sitemap.xml" in robots and "Disallow: /espace/" in robots


def test_a_sitemap_of_many_offers_asks_little(client, training, django_assert_max_num_queries):
    for number in range(20):
        casting.offer(training.organisation, f"o{number}")
    with django_assert_max_num_queries(4):
        assert client.get("/sitemap.xml").status_code == 200
    with django_assert_max_num_queries(4):
        assert client.get("/sitemap-offers.xml").status_code == 200


def test_the_feed_is_atom_with_the_newest_first(client, training, django_assert_max_num_queries):
    casting.offer(training.organisation, "vieille", content_updated_on=date(2026, 1, 2))
    casting.offer(training.organisation, "brouillon", status=OfferStatus.DRAFT)
    with django_assert_max_num_queries(5):
        response = client.get("/catalogue/nouveautes.atom")
    assert response["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    entries = feed.findall(f"{ATOM}entry")
    assert entries[0].find(f"{ATOM}id").text == f"urn:uuid:{training.public_id}"
    assert len(entries) == 2 and entries[1].find(f"{ATOM}updated").text.startswith("2026-01-02T00:00:00")
    assert feed.find(f"{ATOM}title").text == "Catalogue ENACT\u202f: offres nouvelles et mises à jour"


def test_sessions_are_whole_days_of_a_calendar(client, training):
    start = clock.today() + timedelta(days=30)
    for url in ("/catalogue/sessions.ics", f"/catalogue/{training.public_id}/sessions.ics"):
        response = client.get(url)
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        (event,) = Calendar.from_ical(response.content).walk("VEVENT")
        assert (event.decoded("dtstart"), event.decoded("dtend")) == (start, start + timedelta(days=2))
        assert (str(event["location"]), str(event["url"])) == (
            "Metz",
            f"{SITE}/catalogue/{training.public_id}/",
        )
        assert "Places restantes\u202f: 4 sur 12" in str(event["description"])
        assert str(event["uid"]).startswith(f"{training.public_id}-{start:%Y%m%d}-metz@")
    Offer.objects.update(status=OfferStatus.HIDDEN)
    assert client.get(f"/catalogue/{training.public_id}/sessions.ics").status_code == 404
    assert Calendar.from_ical(client.get("/catalogue/sessions.ics").content).walk("VEVENT") == []

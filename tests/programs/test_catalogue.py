"""The public catalogue: what is published and nothing else, found by words and filters, flat in queries."""

import html
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from foundation import clock
from partners.models import Affiliation
from programs.models import (
    CifreDetail,
    Offer,
    OfferKind,
    OfferStatus,
    RndDetail,
    Session,
    TalentDetail,
    Topic,
    TrainingDetail,
)
from tests import cast as casting

pytestmark = [pytest.mark.django_db, pytest.mark.database]
MOST_QUERIES = 8
# The catalogue's sequence, topics, sectors, offers with their partners, their topics, their sessions.
CATALOGUE_QUERIES = 6


@pytest.fixture
def lab(db):
    return casting.laboratory("lab-essai", web_domain="lab.example", expertise="Signal et procédés.")


def _training(lab, code="trn-1", **fields):
    row = casting.offer(lab, code, kind=OfferKind.TRAINING, **fields)
    detail = TrainingDetail.objects.create(
        offer=row,
        duration_hours=14,
        modality="onsite",
        level="awareness",
        audience="Chefs d’atelier",
        price_eur=Decimal("1890"),
    )
    soon = clock.today() + timedelta(days=30)
    Session.objects.create(training=detail, start=soon, end=soon, seats=12, seats_left=3, city="Metz")
    Session.objects.create(
        training=detail, start=soon, end=soon + timedelta(days=1), seats=12, seats_left=0, city="Nancy"
    )
    Session.objects.create(
        training=detail, start=date(2025, 1, 6), end=date(2025, 1, 7), seats=12, seats_left=4
    )
    return row


def _titles(page: str) -> list[str]:
    return [
        re.sub(r"</?mark>", "", title)
        for title in re.findall(r'<h3 class="card-title"[^>]*><a[^>]*>(.*?)</a>', page)
    ]


def _list(client, **query) -> str:
    response = client.get(reverse("catalogue"), query)
    assert response.status_code == 200
    return response.content.decode()


def test_only_what_is_published_is_public(client, lab):
    for status in OfferStatus.values:
        row = casting.offer(lab, status, status=status, title_fr=f"Offre {status}")
        expected = 200 if status == OfferStatus.PUBLISHED else 404
        assert client.get(reverse("offer", args=[row.public_id])).status_code == expected
    assert _titles(_list(client)) == ["Offre published"]
    assert _titles(_list(client, q="fonderie capteurs")) == ["Offre published"]
    page = client.get(reverse("organisation", args=[lab.external_id])).content.decode()
    assert _titles(page) == ["Offre published"]


def test_search_finds_by_words_best_first(client, lab):
    casting.offer(
        lab, "a", title_fr="Lecture automatique de comptes rendus", summary_fr="Coder des textes médicaux."
    )
    casting.offer(
        lab, "b", title_fr="Prévision de pannes de pompes", summary_fr="Vibrations et maintenance prédictive."
    )
    assert _titles(_list(client, q="maintenance prédictive de pompes"))[0] == "Prévision de pannes de pompes"
    assert _titles(_list(client, q="comptes rendus"))[0] == "Lecture automatique de comptes rendus"
    nothing = _list(client, q="zzzzqqq")
    assert _titles(nothing) == [] and "Rien ne correspond à cette recherche." in nothing


def test_what_is_searched_is_shown_as_text(client, lab):
    page = _list(client, q='"><script>alert(1)</script>')
    assert "<script>alert" not in page


def test_filters_add_up(client, lab):
    other = Topic.objects.create(
        code="computer-vision", label_fr="Vision", label_de="Sehen", label_en="Vision"
    )
    casting.offer(lab, "a", title_fr="Anomalies")
    seen = casting.offer(lab, "b", title_fr="Vision pour tous")
    seen.topics.set([other])
    seen.sectors.clear()
    german = casting.offer(
        lab, "c", title_fr="", summary_fr="", language="de", title_de="Anomalien", summary_de="Ofen."
    )
    _training(lab, title_fr="Journée")

    assert _titles(_list(client, topic="computer-vision")) == ["Vision pour tous"]
    assert sorted(_titles(_list(client, kind="laboratory", topic="anomaly-detection"))) == [
        "Anomalien",
        "Anomalies",
    ]
    assert sorted(_titles(_list(client, sector="foundry-metals"))) == [
        "Anomalien",
        "Anomalies",
        "Journée",
        "Vision pour tous",  # no sector named: open to every sector
    ]
    assert _titles(_list(client, language="de")) == [german.title_de]
    assert _titles(_list(client, kind="training", q="fonderie")) == ["Journée"]


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "x"},
        {"topic": "x"},
        {"page": "x"},
        {"page": "999"},
        {"place": "<b>"},
        {"q": " "},
        {"exact": "1"},
    ],
)
def test_nonsense_in_the_address_is_no_error(client, lab, query):
    casting.offer(lab, "a", title_fr="Anomalies")
    assert _titles(_list(client, **query)) == ["Anomalies"]


@pytest.mark.parametrize(
    "words",
    ["💡🔧", "a" * 5000, "le la", '"><script>alert(1)</script>', "panne " * 500, "\x00", "%s {{ x }}"],
)  # fmt: skip
def test_odd_words_are_no_error(client, lab, words):
    casting.offer(lab, "a", title_fr="Anomalies")
    page = _list(client, q=words)
    assert "<script>alert" not in page


def _counts(page: str, facet: str) -> dict[str, int]:
    """Value → offers, as the filters of a page say."""
    found = re.findall(
        rf'name="{facet}" value="([^"]+)".*?<span class="facet-count">.*?</span>(\d+)<span', page, re.S
    )
    return {value: int(count) for value, count in found}


def test_counts_follow_the_other_filters(client, lab):
    other = Topic.objects.create(
        code="computer-vision", label_fr="Vision", label_de="Sehen", label_en="Vision"
    )
    casting.offer(lab, "a", city="Nancy", postcode="54000", company_sizes=["TPE", "PME"])
    casting.offer(lab, "b", city="Kehl", postcode="77694", country="DE").topics.set([other])
    _training(lab, city="Metz", postcode="57000", remote_possible=True, company_sizes=["GE"])

    page = _list(client)
    assert _counts(page, "kind") == {"laboratory": 2, "training": 1}
    assert _counts(page, "topic") == {"anomaly-detection": 2, "computer-vision": 1}
    assert _counts(page, "place") == {"FR": 2, "54": 1, "57": 1, "DE": 1}
    assert _counts(page, "size") == {"TPE": 2, "PME": 2, "ETI": 1, "GE": 2}  # no size named: open to all
    assert _counts(page, "format") == {"onsite": 1, "remote": 1}
    assert _counts(page, "start") == {"soon": 1, "ahead": 1}

    page = _list(client, kind="training", place=["54", "57"])
    assert _counts(page, "kind") == {"laboratory": 1, "training": 1}  # a facet does not narrow itself
    assert _counts(page, "place") == {"FR": 1, "57": 1, "54": 0}
    assert _counts(page, "topic") == {"anomaly-detection": 1}
    assert len(_titles(page)) == 1


def test_values_of_a_facet_add_up_and_stand_in_the_address(client, lab):
    casting.offer(lab, "a", title_fr="Une")
    _training(lab, title_fr="Deux")
    casting.offer(lab, "c", kind=OfferKind.CIFRE, title_fr="Trois")
    page = _list(client, kind=["training", "cifre"], topic="anomaly-detection")
    assert sorted(_titles(page)) == ["Deux", "Trois"]
    chips = re.findall(r'<a class="chip" href="([^"]+)"', page)
    assert [html.unescape(chip) for chip in chips] == [
        "/catalogue/?kind=cifre&topic=anomaly-detection",
        "/catalogue/?kind=training&topic=anomaly-detection",
        "/catalogue/?kind=training&kind=cifre",
    ]
    assert page.count(" checked>") == 3


def test_a_misspelt_word_is_said_to_be_and_can_be_searched_as_it_is(client, lab):
    casting.offer(lab, "a", title_fr="Maintenance des pompes", summary_fr="Des maintenances.")
    page = _list(client, q="maintenence", kind="laboratory")
    assert "Vous cherchiez" in page
    assert 'href="/catalogue/?q=maintenance&amp;kind=laboratory"' in page
    assert "<mark>Maintenance</mark> des pompes" in page and "<mark>maintenances</mark>" in page
    literal = re.search(r'class="corrected-literal" href="([^"]+)"', page)[1]
    assert literal == "/catalogue/?q=maintenence&amp;exact=1&amp;kind=laboratory"
    page = client.get(html.unescape(literal)).content.decode()
    assert "Vous cherchiez" not in page and "Accepter les fautes de frappe" in page


def test_a_passage_of_the_description_is_shown_when_the_rest_is_silent(client, lab):
    casting.offer(lab, "a")
    page = _list(client, q="séries")
    passage = re.search(r'<p class="offer-passage"[^>]*>(.*?)</p>', page)[1]
    assert passage.startswith("<mark>Séries</mark> temporelles")
    assert "offer-passage" not in _list(client, q="capteurs")  # the summary says it


def test_nothing_found_says_what_to_do(client, lab):
    casting.offer(lab, "a", title_fr="Maintenance")
    page = _list(client, q="maintenance zzzqq", kind="training")
    assert _titles(page) == []
    elsewhere = re.search(r'<ul class="elsewhere">(.*?)</ul>', page, re.S)[1]
    assert re.findall(r'href="([^"]+)"', elsewhere) == ["/catalogue/?q=maintenance+zzzqq"]
    assert f"{reverse('intake:start')}?via=catalogue&amp;text=maintenance%20zzzqq" in page
    assert "Essayez avec moins de mots" in _list(client, q="zzzqq")


def test_many_words_are_invited_to_be_told(client, lab):
    casting.offer(lab, "a")
    told = "nos capteurs dérivent et les rebuts de la coulée augmentent chaque semaine"
    assert "Nous le raconter, avec ces mots" in _list(client, q=told)
    assert "Nous le raconter, avec ces mots" not in _list(client, q="capteurs")


def _typed(client, before: str, **query):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{before}"}
    return client.get(reverse("catalogue"), query, headers=headers)


@pytest.mark.parametrize(
    ("before", "header"),
    [
        ("/catalogue/?kind=laboratory", "HX-Push-Url"),  # the first words: back leads to the whole list
        ("/catalogue/?q=fo&kind=laboratory", "HX-Replace-Url"),
        ("/catalogue/?q=fonderie", "HX-Push-Url"),  # another filter
    ],
)
def test_what_is_typed_is_in_the_address_and_in_the_history(client, lab, before, header):
    casting.offer(lab, "a")
    response = _typed(client, before, q="fonderie", kind="laboratory")
    assert response.headers[header] == "/catalogue/?q=fonderie&kind=laboratory"
    assert "HX-Request" in response.headers["Vary"]
    assert "Voir 1 offre" in response.content.decode()


def test_other_words_are_no_longer_searched_to_the_letter(client, lab):
    casting.offer(lab, "a")
    before = "/catalogue/?q=fondrie&exact=1"
    assert "exact" in _typed(client, before, q="fondrie", exact="1")["HX-Replace-Url"]
    assert "exact" not in _typed(client, before, q="fondri", exact="1")["HX-Replace-Url"]


def test_an_offer_withdrawn_a_moment_ago_is_not_shown(client, lab):
    row = casting.offer(lab, "a", title_fr="Anomalies")
    assert _titles(_list(client)) == ["Anomalies"]
    Offer.objects.filter(pk=row.pk).update(status=OfferStatus.HIDDEN)  # the index does not know yet
    assert _titles(_list(client)) == []


def test_twenty_a_page_and_flat_in_queries(client, lab, django_assert_max_num_queries):
    for number in range(45):
        (_training if number % 2 else casting.offer)(lab, f"o-{number}", title_fr=f"Offre {number}")
    _list(client, q="fonderie")  # builds the engine once for this state of the catalogue
    seen = []
    for query in (
        {"page": 1},
        {"page": 2},
        {"page": 3},
        {"q": "fonderie", "kind": "training", "sector": "foundry-metals"},
        {"kind": ["training", "cifre"], "topic": "anomaly-detection", "size": ["PME", "GE"], "place": "FR"},
    ):
        with django_assert_max_num_queries(CATALOGUE_QUERIES):
            seen.append(_titles(_list(client, **query)))
    assert [len(titles) for titles in seen] == [20, 20, 5, 20, 20]
    assert len(set(seen[0] + seen[1] + seen[2])) == 45


def test_the_pages_of_an_offer_and_of_an_organisation_are_flat_in_queries(
    client, lab, django_assert_max_num_queries
):
    for number in range(12):
        _training(lab, f"t-{number}")
    row = lab.offers.first()
    _list(client)  # builds the engine once for this state of the catalogue: an offer leads to others like it
    for address in (reverse("offer", args=[row.public_id]), reverse("organisation", args=[lab.external_id])):
        with django_assert_max_num_queries(MOST_QUERIES):
            client.get(address)


def test_a_training_says_dates_seats_and_price(client, lab):
    page = client.get(reverse("offer", args=[_training(lab).public_id])).content.decode()
    text = re.sub(r"\s+", " ", page)
    assert "14 heures" in page and "Chefs d’atelier" in page
    assert "3 places libres sur 12" in page and "complet" in page and "passée" in page
    assert re.search(r"1\D?890 €", text)


@pytest.mark.parametrize(
    ("kind", "model", "values", "said"),
    [
        (
            "rnd",
            RndDetail,
            {
                "trl_min": 3,
                "trl_max": 5,
                "duration_months_min": 6,
                "duration_months_max": 12,
                "budget_eur_min": 20000,
                "budget_eur_max": 60000,
                "ip_regime": "shared",
                "deliverables": "Un démonstrateur",
            },
            ["de 3 à 5", "6 à 12 mois", "partagée", "Un démonstrateur"],
        ),
        (
            "cifre",
            CifreDetail,
            {"research_question": "Peut-on prévoir la dérive ?", "host_team": "Équipe", "profile": "Master"},
            ["Peut-on prévoir la dérive\u202f?", "Équipe", "Master"],
        ),
        (
            "talent",
            TalentDetail,
            {"form": "internship", "level": "M2", "months": 6, "positions": 2, "rhythm": "à plein temps"},
            ["stage", "M2", "6 mois", "à plein temps"],
        ),
    ],
)  # fmt: skip
def test_each_kind_says_what_is_its_own(client, lab, kind, model, values, said):
    row = casting.offer(lab, kind, kind=kind)
    model.objects.create(offer=row, **values)
    page = client.get(reverse("offer", args=[row.public_id])).content.decode()
    assert [words for words in said if words not in page] == []


def test_examples_say_that_they_are(client, lab):
    row = casting.offer(lab, "a", illustrative=True)
    plain = casting.offer(lab, "b")
    assert _list(client).count("Exemple illustratif") == 1
    assert "Exemple illustratif." in client.get(reverse("offer", args=[row.public_id])).content.decode()
    assert "Exemple illustratif" not in client.get(reverse("offer", args=[plain.public_id])).content.decode()


def test_a_text_in_another_language_is_marked(client, lab):
    row = casting.offer(
        lab, "c", title_fr="", summary_fr="", language="de", title_de="Anomalien", summary_de="Ofen."
    )
    assert '<h3 class="card-title" lang="de">' in _list(client)
    page = client.get(reverse("offer", args=[row.public_id])).content.decode()
    assert '<h1 lang="de">Anomalien</h1>' in page and "Pas encore traduit" in page


def test_an_irritant_can_carry_where_it_came_from(client, lab):
    row = casting.offer(lab, "a")
    page = client.get(reverse("offer", args=[row.public_id])).content.decode()
    assert f"{reverse('intake:start')}?via=offre-{row.public_id}" in page


def test_an_organisation_tells_its_facts_and_its_parts(client, lab):
    university = casting.laboratory("universite")
    Affiliation.objects.create(child=lab, parent=university)
    silent = casting.laboratory("muet")
    assert client.get(reverse("organisation", args=[university.external_id])).status_code == 404
    casting.offer(lab, "a", title_fr="Anomalies")

    page = client.get(reverse("organisation", args=[lab.external_id])).content.decode()
    assert "Signal et procédés." in page and "https://lab.example" in page and university.name in page
    assert lab.name in client.get(reverse("organisation", args=[university.external_id])).content.decode()
    assert client.get(reverse("organisation", args=[silent.external_id])).status_code == 404


def test_reading_the_catalogue_leaves_no_session(client, lab):
    row = casting.offer(lab, "a")
    for address in (reverse("catalogue"), reverse("offer", args=[row.public_id])):
        assert "session" not in client.get(address).cookies

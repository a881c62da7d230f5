"""The catalogue as a map of help: every facet, the region drawn, sessions by month, and the way to the form."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from foundation import clock
from intake.about import about
from intake.models import Draft
from matching.catalogue import FUNDINGS as ENGINE_FUNDINGS
from programs import agenda, maps
from programs.exchange.fields import DETAILS, details
from programs.exchange.records import owned, record_of
from programs.models import Offer, OfferKind, OfferStatus, Pillar, RndDetail, Session, Topic, TrainingDetail
from programs.models.details import FUNDINGS
from programs.records import as_record
from tests import cast as casting
from tests.programs.test_catalogue import _counts, _list, _titles

pytestmark = [pytest.mark.django_db, pytest.mark.database]
# The catalogue's sequence (its vocabulary is remembered); sessions of the month, of later ones, those of the page.
MAP_QUERIES, AGENDA_QUERIES = 1, 4


@pytest.fixture
def lab(db):
    return casting.laboratory("lab-essai", web_domain="lab.example")


def course(lab, code: str, *starts: date, seats_left=3, **fields):
    detail = {name: fields.pop(name) for name in ("price_eur", "fundings") if name in fields}
    row = casting.offer(lab, code, kind=OfferKind.TRAINING, **fields)
    training = TrainingDetail.objects.create(offer=row, duration_hours=7, modality="onsite", **detail)
    for start in starts:
        Session.objects.create(
            training=training, start=start, end=start, seats=12, seats_left=seats_left, city="Metz"
        )
    return row


def project(lab, code: str, low: int, high: int, **fields):
    row = casting.offer(lab, code, kind=OfferKind.RND, **fields)
    RndDetail.objects.create(offer=row, trl_min=low, trl_max=high)
    return row


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def test_what_can_pay_has_the_same_codes_for_the_engine_and_for_the_pages():
    assert tuple(FUNDINGS) == ENGINE_FUNDINGS


def test_courses_are_narrowed_by_price_by_who_pays_and_by_when(client, lab):
    course(lab, "a", in_days(20), title_fr="Gratuite", price_eur=Decimal(0))
    course(lab, "b", in_days(200), title_fr="Plus tard", price_eur=Decimal(1000), fundings=["plan", "opco"])
    course(lab, "c", in_days(-9), title_fr="Passée", price_eur=Decimal("1000.50"), fundings=["plan"])
    course(lab, "d", in_days(0), in_days(300), title_fr="Aujourd’hui", price_eur=Decimal(4000))
    course(lab, "e", title_fr="À demander")
    casting.offer(lab, "f", title_fr="Laboratoire")

    page = _list(client)
    assert _counts(page, "price") == {"free": 1, "1000": 1, "3000": 1, "more": 1}
    assert _counts(page, "funding") == {"plan": 2, "opco": 1}
    assert _counts(page, "start") == {"soon": 2, "ahead": 3}
    assert sorted(_titles(_list(client, start="soon"))) == ["Aujourd’hui", "Gratuite"]
    assert sorted(_titles(_list(client, price=["free", "3000"]))) == ["Gratuite", "Passée"]
    page = _list(client, funding="opco", price="1000")
    assert _titles(page) == ["Plus tard"]
    chips = re.findall(r'<a class="chip" href="([^"]+)"><span[^>]*>[^<]*</span>([^<]+)', page)
    assert chips == [
        ("/catalogue/?funding=opco", "Jusqu’à 1\u202f000\xa0€"),
        ("/catalogue/?price=1000", "OPCO"),
    ]


def test_projects_are_narrowed_by_maturity_and_offers_by_pillar(client, lab):
    pillar = Pillar.objects.create(code="industry", label_fr="Industrie", label_de="I", label_en="I")
    project(lab, "a", 2, 4, title_fr="Preuve").pillars.add(pillar)
    project(lab, "b", 6, 8, title_fr="Mise en service")
    page = _list(client)
    assert _counts(page, "trl") == {"1-3": 1, "4-6": 2, "7-9": 1}
    assert _counts(page, "pillar") == {"industry": 1}
    assert _titles(_list(client, trl="1-3")) == ["Preuve"] == _titles(_list(client, pillar="industry"))
    assert _titles(_list(client, trl="7-9", pillar="industry")) == []


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("predictive maintenance", "en"),
        ("vorausschauende wartung", "de"),
        ("maintenence prédictive", "fr"),
        ("predictve maintenance", "en"),
    ],
)
def test_words_of_three_languages_find_what_is_written_in_french(client, lab, words, language):
    casting.offer(
        lab, "a", title_fr="Maintenance prédictive de pompes", summary_fr="Prévoir les pannes de machines."
    )
    casting.offer(lab, "b", title_fr="Lecture de comptes rendus", summary_fr="Coder des textes médicaux.")
    client.cookies["django_language"] = language
    assert _titles(_list(client, q=words)) == ["Maintenance prédictive de pompes"]


def test_every_place_of_the_region_is_drawn_listed_and_counted(client, lab, django_assert_num_queries):
    for code, postcode in (("a", "54000"), ("b", "54500"), ("c", "67000"), ("d", "75005")):
        casting.offer(lab, code, postcode=postcode)
    casting.offer(lab, "e", postcode="66111", country="DE", remote_possible=True)
    casting.offer(lab, "f", postcode="57000", status=OfferStatus.HIDDEN)
    address = reverse("catalogue_map")
    client.get(address)
    with django_assert_num_queries(MAP_QUERIES):
        page = client.get(address).content.decode()
    drawn = dict(re.findall(r'href="/catalogue/\?place=(\w+)" aria-label="[^"]*?(\d+)\soffres?"', page))
    assert drawn == {"54": "2", "67": "1"} and page.count('<g class="dept">') == 8  # nothing there, no link
    listed = re.findall(r'<li><a href="[^"]*(?:place|format)=(\w+)">[^<]+</a> <span class="num">(\d+)', page)
    assert dict(listed) == {**drawn, "75": "1", "DE": "1", "remote": "1"}
    assert "<script>" not in page and 'style="' not in page
    narrowed = client.get(address, {"topic": "anomaly-detection", "place": "54"}).content.decode()
    assert 'href="/catalogue/?topic=anomaly-detection&amp;place=67"' in narrowed
    assert narrowed.count("dept-chosen") == 1


def test_the_fullest_department_is_the_darkest():
    region = maps.region(_nothing_asked(), {"54": 100, "57": 1, "67": 50})
    assert {one.code: one.shade for one in region.departments if one.shade} == {"54": 4, "57": 1, "67": 3}
    assert region.most == 100 and region.around == []


def _nothing_asked():
    from programs.forms import Asked

    return Asked()


def test_a_month_is_read_from_the_address_and_never_the_past():
    this = clock.today().replace(day=1)
    assert agenda.month_of(f"{agenda.moved(this, 3):%Y-%m}") == agenda.moved(this, 3)
    for text in ("", "2020-01", "9999-12", "x", "2027-13", "2027", "-", "²-1"):
        assert agenda.month_of(text) == this
    assert agenda.moved(date(2026, 11, 1), 2) == date(2027, 1, 1)
    assert agenda.moved(date(2027, 1, 1), -1) == date(2026, 12, 1)


def test_sessions_are_listed_by_month(client, lab, django_assert_num_queries):
    first = agenda.moved(clock.today().replace(day=1), 2)
    course(lab, "a", first, first + timedelta(days=4), title_fr="Vision", seats_left=0)
    course(lab, "b", first + timedelta(days=4), title_fr="Langage", price_eur=Decimal(0))
    far = agenda.moved(first, 4)
    course(lab, "c", far, title_fr="Plus tard")
    course(lab, "d", first, title_fr="Masquée", status=OfferStatus.HIDDEN)
    address = reverse("catalogue_sessions")

    assert f"mois={far:%Y-%m}" in client.get(address).content.decode()  # the first month in which any begins
    now = client.get(address, {"mois": f"{clock.today():%Y-%m}"}).content.decode()
    assert "Aucune session ne commence ce mois-ci." in now and f"mois={first:%Y-%m}" in now
    with django_assert_num_queries(AGENDA_QUERIES):
        page = client.get(address, {"mois": f"{first:%Y-%m}"}).content.decode()
    titles = re.findall(r'<p class="agenda-title"><a[^>]*>([^<]+)', page)
    assert titles == ["Vision", "Vision", "Langage"]
    assert page.count('class="agenda-day"') == 2 and page.count("<strong>complet</strong>") == 2
    assert "3 places libres sur 12" in page and "gratuit" in page
    assert f'rel="next" href="/catalogue/sessions/?mois={far:%Y-%m}"' in page
    page = client.get(address, {"mois": f"{first:%Y-%m}", "price": "free", "kind": "cifre"}).content.decode()
    assert re.findall(r'<p class="agenda-title"><a[^>]*>([^<]+)', page) == ["Langage"]
    assert 'rel="next"' not in page and 'rel="prev" href="/catalogue/sessions/?price=free&amp;mois=' in page


def test_sessions_are_flat_in_queries(client, lab, django_assert_num_queries):
    first = agenda.moved(clock.today().replace(day=1), 1)
    for number in range(45):
        course(lab, f"o-{number}", first + timedelta(days=number % 20), first + timedelta(days=21))
    query = {"mois": f"{first:%Y-%m}", "page": 2}
    client.get(reverse("catalogue_sessions"), query)
    with django_assert_num_queries(AGENDA_QUERIES):
        page = client.get(reverse("catalogue_sessions"), query).content.decode()
    assert page.count('class="agenda-title"') == 40 and "90" in page


def test_an_address_has_one_form_for_search_engines(client, lab):
    row = course(lab, "a")

    def head(address, **query):
        page = client.get(address, query).content.decode()
        canonical = re.search(r'<link rel="canonical" href="https?://[^/]+([^"]*)"', page)[1]
        return canonical, "noindex" in page

    assert head(reverse("catalogue")) == ("/catalogue/", False)
    assert head(reverse("catalogue"), kind=["training", "x"]) == ("/catalogue/?kind=training", False)
    assert head(reverse("catalogue"), q="a", kind="training") == ("/catalogue/?q=a&amp;kind=training", True)
    assert head(reverse("catalogue"), kind="training", topic="anomaly-detection")[1]
    assert head(reverse("offer", args=[row.public_id]), utm="x") == (f"/catalogue/{row.public_id}/", False)


def test_an_offer_leads_to_others_like_it_and_of_its_partner(client, lab):
    other = casting.laboratory("autre")
    row = casting.offer(lab, "a", title_fr="Prévoir les pannes de pompes")
    for code, what in (("b", "et de moteurs"), ("e", "à vide"), ("f", "doseuses"), ("g", "de forage")):
        casting.offer(other, code, title_fr=f"Prévoir les pannes de pompes {what}")
    casting.offer(lab, "c", title_fr="Lecture de comptes rendus", summary_fr="Textes médicaux.")
    casting.offer(other, "d", title_fr="Pannes de pompes", status=OfferStatus.HIDDEN)
    page = client.get(reverse("offer", args=[row.public_id])).content.decode()
    similar, siblings = page.split('id="siblings"')
    assert "pompes et de moteurs" in similar.split('id="similar"')[1]
    assert "Lecture de comptes rendus" in siblings
    assert "Pannes de pompes<" not in page


def test_what_is_asked_of_the_company_is_said(client, lab):
    row = project(
        lab, "a", 2, 4, data_readiness_min=2, company_sizes=["PME"], eligible_countries=["FR", "DE"]
    )
    page = client.get(reverse("offer", args=[row.public_id])).content.decode()
    said = re.sub(r"\s+", " ", page.split("Ce qu’il faut de votre côté")[1].split("</dl>")[0])
    assert "des historiques, même inégaux" in said and "PME" in said and "France, Allemagne" in said


def test_three_offers_stand_side_by_side(client, lab, django_assert_max_num_queries):
    one = course(
        lab, "a", in_days(9), title_fr="Une journée", price_eur=Decimal("1250.50"), fundings=["plan"]
    )
    two = project(lab, "b", 2, 4, title_fr="Un projet")
    three, four = (casting.offer(lab, code, title_fr=code) for code in "cd")
    codes = [two.public_id, "x", one.public_id, three.public_id, four.public_id, two.public_id]
    client.get(reverse("catalogue"))
    with django_assert_max_num_queries(8):
        page = client.get(reverse("catalogue_compare"), {"offre": codes}).content.decode()
    titles = re.findall(r'<th scope="col" lang="fr">([^<]+)', page)
    assert titles == ["Un projet", "Une journée", "c"] * 2  # what several say, then what one alone says
    cells = {
        label: [
            re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)
        ]
        for label, row in re.findall(r'<th scope="row">([^<]+)</th>(.*?)</tr>', page, re.S)
    }
    assert cells["Maturité (TRL)"] == ["De 2 à 4", "non précisé", "non précisé"]
    assert cells["Prix"] == ["non précisé", "1\u202f250,50\xa0€", "non précisé"]
    assert cells["Durée"][1] == "7 heures" and "Livrables" not in cells
    left = f"offre={one.public_id}&amp;offre={three.public_id}"
    assert f'href="{reverse("catalogue_compare")}?{left}"' in page


def test_a_comparison_of_nothing_says_how_to_begin(client, lab):
    hidden = casting.offer(lab, "a", status=OfferStatus.HIDDEN)
    page = client.get(reverse("catalogue_compare"), {"offre": [hidden.public_id, "\x00"]}).content.decode()
    assert "Rien à comparer" in page and hidden.title_fr not in page
    assert f'<a class="btn btn-secondary" href="{reverse("catalogue")}">' in page


# From the catalogue to the form


@pytest.fixture
def offer(lab):
    return casting.offer(lab, "a", title_fr="Prévoir les pannes", title_de="Ausfälle vorhersagen")


def test_the_form_greets_what_the_visitor_was_reading_and_keeps_it(client, offer):
    via = f"offre-{offer.public_id}"
    page = client.get(reverse("intake:start"), {"via": via}).content.decode()
    assert "À propos de" in page and offer.title_fr in page and f'value="{via}"' in page
    told = {"text": "Les pompes de notre station tombent en panne sans prévenir.", "tried": "", "via": via}
    answer = client.post(reverse("intake:start"), told)
    draft = Draft.objects.get()
    assert (draft.provenance, "topics_confirmed" in draft.answers) == (
        via,
        False,
    )  # and nothing of it is the need
    back = client.get(answer["Location"].replace("/vous/", "/irritant/")).content.decode()
    assert offer.title_fr in back


@pytest.mark.parametrize(
    "via", ["cci-54", "offre-", "offre-x", "theme-nothing", "partenaire-nothing", "", "offre"]
)
def test_other_ways_in_are_not_greeted(client, offer, via):
    assert about(via) is None
    assert "À propos de" not in client.get(reverse("intake:start"), {"via": via}).content.decode()


def test_a_hidden_offer_is_named_to_the_coordination_alone(offer):
    via = f"offre-{offer.public_id}"
    with translation.override("de"):
        assert (about(via).label, about(via).language) == ("Ausfälle vorhersagen", "de")
    Offer.objects.filter(pk=offer.pk).update(status=OfferStatus.HIDDEN)
    assert about(via) is None
    known = about(via, public=False)
    assert (known.label, known.url) == ("Prévoir les pannes", "")


def test_a_subject_and_a_partner_can_be_carried_too(client, lab, offer):
    topic = Topic.objects.get(code="anomaly-detection")
    assert about("theme-anomaly-detection").label == topic.label_fr
    assert about("partenaire-lab-essai").label == lab.name
    page = _list(client, topic=topic.code)
    assert f"{reverse('intake:start')}?via=theme-{topic.code}" in page
    page = client.get(reverse("organisation", args=[lab.external_id])).content.decode()
    assert f"{reverse('intake:start')}?via=partenaire-{lab.external_id}" in page


def test_the_coordinator_sees_what_the_company_was_reading(client, cast):
    offer = cast.offers[0]
    type(cast.irritant).objects.filter(pk=cast.irritant.pk).update(provenance=f"offre-{offer.public_id}")
    client.force_login(cast.coordinator, backend="accounts.backends.RoleBackend")
    page = client.get(reverse("admin:workbench_irritant", args=[cast.irritant.public_id])).content.decode()
    facts = page.split('id="facts-title"')[1].split("</section>")[0]
    assert reverse("offer", args=[offer.public_id]) in facts and offer.title in facts


def test_what_pays_for_a_course_travels_with_it(lab):
    """A record that leaves it out would have the next import empty it."""
    course(lab, "a", price_eur=Decimal(900), fundings=["plan", "opco"])
    TrainingDetail.objects.update(qualiopi=True, certification_code="RS1234", vat="exempt")
    told = record_of(owned(lab).get())["details"]
    assert (told["fundings"], told["qualiopi"], told["certification_code"], told["vat"]) == (
        ["opco", "plan"],
        True,
        "RS1234",
        "exempt",
    )


@pytest.mark.parametrize("kind", OfferKind.values)
def test_a_record_holds_every_column_of_its_kind(lab, kind):
    """One that is left out would be emptied by the file that comes back."""
    offer = Offer.objects.create(
        organisation=lab, external_id="a", kind=kind, title_fr="Un essai", summary_fr="Pour voir."
    )
    DETAILS[kind].objects.create(offer=offer)
    told = as_record(Offer.objects.with_details().get())["details"]
    assert set(told) == {field.name for field in details(kind)}

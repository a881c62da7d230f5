"""Each warning where it is due, and silent where it is not: a text or a fact like it, one thing apart."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from foundation import clock, naf
from foundation.privacy import ERASERS, Subject
from intake import discretion, history
from intake.models import Company, Confidentiality, Irritant
from journal import jobs
from partners.models import Membership
from tests import cast as casting
from triage import likeness, warnings
from triage.models import Qualification, TextPrint
from triage.warnings.organisation import INTERMEDIARIES, trade_of

pytestmark = pytest.mark.django_db

OTHER_WORDS = (
    "Nos camions attendent deux heures devant le quai chaque matin parce que les plannings des transporteurs "
    "changent dans la nuit et que personne ne les recopie avant l’arrivée de l’équipe."
)


def bring(email="a@elsewhere.example", company="Usine des Prés", text=OTHER_WORDS, **changes) -> Irritant:
    made = casting.irritant(email=email, company_name=company, text=text, tried="", **changes)
    jobs.run_owed()
    made.refresh_from_db()
    return made


@pytest.fixture
def reader():
    return casting.person("lecture@enact.example", Role.COORDINATOR, full_name="Lectrice")


def found(irritant: Irritant, reader, **more) -> dict[str, warnings.Warning]:
    case = warnings.Case(
        irritant,
        reader,
        history.of(irritant, limit=5, reader=reader),
        discretion.seen_in(irritant),
        topics=frozenset(irritant.topics_confirmed),
        **more,
    )
    return {one.code: one for one in warnings.of(case)}


def test_an_ordinary_irritant_says_nothing(reader):
    assert found(bring(), reader) == {}


def test_every_warning_explains_itself_and_says_what_to_do(reader):
    one = found(
        bring(text="Nous voulons de l’intelligence artificielle très vite, merci de rappeler."), reader
    )
    for warning in one.values():
        assert warning.title and warning.why.endswith(".") and warning.todo.endswith(".")
    assert set(warnings.WARNINGS) == {
        *("too-short", "template-text", "confidential-wording", "personal-data"),
        *("duplicate", "repeat", "intermediary", "outside-region", "competitor", "conflict-of-interest"),
    }


def test_too_short_until_somebody_has_written_the_need(reader):
    short = bring(text="Nous voulons de l’intelligence artificielle très vite, merci de rappeler.")
    assert found(short, reader)["too-short"].title == "Texte très court\u202f: 10 mots"
    written = Qualification(irritant=short, reformulated="Prévoir les ventes à une semaine.")
    assert found(short, reader, qualification=written) == {}


def test_the_same_organisation_twice_in_the_same_words(reader):
    first = bring()
    again = bring(text=OTHER_WORDS.replace("deux heures", "trois heures"))
    warning = found(again, reader)["duplicate"]
    assert warning.grave and warning.links[0].label == f"{first.reference}, Usine des Prés"
    assert "repeat" not in found(again, reader)  # said once
    assert "duplicate" not in found(bring(text=casting.WORDS), reader)


def test_another_organisation_in_the_same_words_then_several(reader):
    first = bring()
    second = bring("b@other.example", "Autre usine")
    warning = found(second, reader)["duplicate"]
    assert "«\u202fUsine des Prés\u202f»" in warning.title and not warning.grave
    third = bring("c@third.example", "Troisième usine")
    codes = found(third, reader)
    assert "template-text" in codes and "duplicate" not in codes
    assert {link.label for link in codes["template-text"].links} == {
        f"{row.reference}, {row.company.name}" for row in (first, second)
    }


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        ("On rebute une pièce sur douze certains lundis, et personne ne comprend pourquoi.", True),
        ("Lorem ipsum dolor sit amet consectetur, lorem ipsum dolor sit amet consectetur elit sed do.", True),
        ("essai essai essai essai essai essai essai essai essai essai essai essai essai essai essai", True),
        (
            "On rebute une pièce sur douze certains lundis parce que le sable est humide après la pause.",
            False,
        ),
        (OTHER_WORDS, False),
    ],
)
def test_text_of_ours_or_of_nobody(reader, text, warned):
    assert ("template-text" in found(bring(text=text), reader)) is warned


def test_a_repeat_within_three_months_only(reader):
    first = bring()
    again = bring(text=casting.WORDS)
    assert found(again, reader)["repeat"].links[0].label.startswith(first.reference)
    Irritant.objects.filter(pk=first.pk).update(created_at=clock.now() - timedelta(days=93))
    assert "repeat" not in found(again, reader)
    assert "repeat" not in found(bring("z@zeta.example", "Zeta", casting.WORDS), reader)


@pytest.mark.parametrize(
    ("rev2", "naf_2025", "trade"),
    [
        ("70.22Z", "", "consulting"),
        ("62.02A", "", "it"),
        ("78.20Z", "", "recruiting"),
        ("", "62.20Y", "it"),
        ("", "70.20Y", "consulting"),
        ("24.53Z", "24.53Y", ""),
        ("", "62.02A", ""),  # a code of the other nomenclature says nothing in this one
        ("70.20Z", "", ""),
        ("", "", ""),
    ],
)
def test_intermediaries_by_the_codes_of_each_nomenclature(reader, rev2, naf_2025, trade):
    irritant = bring()
    Company.objects.filter(pk=irritant.company_id).update(naf_rev2=rev2, naf_2025=naf_2025)
    irritant.company.refresh_from_db()
    assert trade_of(irritant.company) == trade
    assert ("intermediary" in found(irritant, reader)) is bool(trade)


def test_the_classes_of_rev_2_exist_there():
    codes = {code[:5] for code in naf._rev2()}
    assert INTERMEDIARIES[naf.REV2].keys() <= codes


# INSEE, « Correspondances NAF rév. 2 – NAF 2025 », January 2026: subclass of rev. 2 → subclasses of 2025 (of 82.99Z
# those alone that are still services to companies).
BECAME = {
    "62.01Z": ["62.10Y"],
    "62.02A": ["62.20G"],
    "62.02B": ["62.20H"],
    "62.03Z": ["62.20H"],
    "62.09Z": ["62.90Y"],
    "69.20Z": ["69.20Y"],
    "70.21Z": ["73.30Y"],
    "70.22Z": ["70.20Y"],
    "71.12A": ["71.12Y"],
    "71.12B": ["71.12Y"],
    "78.10Z": ["78.10Y"],
    "78.20Z": ["78.20G"],
    "78.30Z": ["78.20H"],
    "82.99Z": ["82.40Y", "82.99Y"],
    "94.11Z": ["94.11Y"],
    "94.12Z": ["94.12Y"],
}


def test_a_trade_is_the_same_in_both_nomenclatures():
    """No class of one is forgotten in the other, and a company keeps its trade on 1 January 2027."""
    for old, becomes in BECAME.items():
        trades = {trade_of(Company(naf_2025=new)) for new in becomes}
        assert trades == {trade_of(Company(naf_rev2=old))} and "" not in trades, old
    known = {code[:5] for new in BECAME.values() for code in new}
    assert INTERMEDIARIES[naf.NAF_2025].keys() == known
    assert INTERMEDIARIES[naf.REV2].keys() == {code[:5] for code in BECAME}


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({}, False),
        ({"site_postcode": "88000", "site_city": "Épinal"}, False),
        ({"site_postcode": "75011", "site_city": "Paris"}, True),
        ({"site_postcode": "", "site_city": ""}, False),
        ({"country": "DE", "site_postcode": "66111", "site_city": "Saarbrücken", "region": "DE"}, True),
    ],
)
def test_outside_the_region(reader, changes, warned):
    assert ("outside-region" in found(bring(**changes), reader)) is warned


def test_words_of_secrecy_below_the_strictest_level(reader):
    said = bring(text=f"{OTHER_WORDS} Notre recette de fabrication est confidentielle.")
    assert found(said, reader)["confidential-wording"].grave
    Irritant.objects.filter(pk=said.pk).update(confidentiality=Confidentiality.NDA)
    said.refresh_from_db()
    assert "confidential-wording" not in found(said, reader)
    assert "confidential-wording" not in found(
        bring("q@q.example", "Q", f"{OTHER_WORDS} Recettes en baisse."), reader
    )


def test_personal_data_and_a_number_that_is_none(reader):
    assert (
        "06 12 34 56 78"
        in found(bring(text=f"{OTHER_WORDS} Appelez le 06 12 34 56 78."), reader)["personal-data"].title
    )
    assert "personal-data" not in found(bring("q@q.example", "Q", f"{OTHER_WORDS} Commande 061234."), reader)


def test_a_competitor_has_the_same_need(reader):
    mine, theirs = bring(), bring("b@other.example", "Autre usine", casting.WORDS)
    for row in (mine, theirs):
        Company.objects.filter(pk=row.company_id).update(naf_rev2="24.53Z")
        row.company.refresh_from_db()
    warning = found(mine, reader)["competitor"]
    assert warning.grave and theirs.reference in warning.links[0].label
    for change, undo in (
        ({"topics_confirmed": ["ai-literacy"]}, {"topics_confirmed": ["anomaly-detection"]}),
        (
            {"stage": "closed", "turn": "nobody", "outcome": "no_match"},
            {"stage": "submitted", "turn": "coordinator", "outcome": ""},
        ),
    ):
        Irritant.objects.filter(pk=theirs.pk).update(**change)
        assert "competitor" not in found(mine, reader), change
        Irritant.objects.filter(pk=theirs.pk).update(**undo)
    Company.objects.filter(pk=theirs.company_id).update(naf_rev2="24.54Z")
    assert "competitor" not in found(mine, reader)
    Company.objects.filter(pk=theirs.company_id).update(naf_rev2="", naf_2025="24.53Z")
    assert "competitor" not in found(mine, reader)  # the same number in another nomenclature is another trade


def test_a_coordinator_of_a_candidate_laboratory(reader):
    lab, other = casting.laboratory("labo-c"), casting.laboratory("labo-d")
    irritant = bring()
    assert found(irritant, reader, candidates=[lab, other]) == {}
    Membership.objects.create(organisation=lab, user=reader, role=Membership.EDITOR)
    warning = found(irritant, reader, candidates=[lab, other])["conflict-of-interest"]
    assert "Laboratoire labo-c" in warning.title and "labo-d" not in warning.title
    assert found(irritant, reader, candidates=[other]) == {}
    neighbour = casting.person("x@labo-d.example", Role.COORDINATOR)
    assert "conflict-of-interest" in found(irritant, neighbour, candidates=[other])
    irritant.coordinator = reader  # who follows it counts, not who looks
    assert found(irritant, neighbour, candidates=[other]) == {}


def test_what_the_reader_may_not_open_is_counted_and_never_named():
    """Whoever may only open their own: the rest of the history is a number, a near-copy has no name."""
    first, second = bring("one@dupont.example", "Dupont", casting.WORDS, siren_or_siret="732829320"), None
    second = bring("two@dupont.example", "Dupont", siren_or_siret="732829320")
    stranger = casting.person("two@dupont.example")
    past = history.of(second, limit=5, reader=stranger)
    assert (past.related, past.total, past.hidden) == ([], 1, 1)
    copy = bring("three@copy.example", "Copie", casting.WORDS)
    told = str(
        [
            (one.title, one.why, one.todo, one.links)
            for one in found(copy, casting.person("n@n.example")).values()
        ]
    )
    assert "ne pouvez pas ouvrir" in told and first.reference not in told and "Dupont" not in told


def test_all_of_them_in_five_queries_however_many_there_are(reader):
    for number in range(8):
        other = bring(f"n{number}@x{number}.example", f"Usine {number}")
        Company.objects.filter(pk=other.company_id).update(naf_rev2="24.53Z")
    mine = bring("m@mine.example", "La nôtre")
    mine.company.naf_rev2 = "24.53Z"
    past = history.of(mine, limit=5, reader=reader)
    case = warnings.Case(
        mine, reader, past, topics=frozenset(["anomaly-detection"]), candidates=[casting.laboratory("l")]
    )
    with CaptureQueriesContext(connection) as seen:
        assert {one.code for one in warnings.of(case)} >= {"template-text"}
    assert len(seen) <= 5


def test_a_print_is_made_once_and_erased_with_the_words(reader):
    irritant = bring()
    assert sorted(irritant.prints.values_list("value", flat=True)) == likeness.sketch(irritant.text)
    likeness.keep(irritant)
    assert TextPrint.objects.filter(irritant=irritant).count() == likeness.SKETCH
    ERASERS["triage.memory"](Subject(irritant.public_id))
    assert not TextPrint.objects.filter(irritant=irritant).exists()

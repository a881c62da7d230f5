"""A partner's editor writes, publishes and keeps offers: nothing typed is lost, nothing newer is overwritten."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from foundation import clock
from partners.models import Membership
from programs.editing import completeness
from programs.models import CatalogueState, Offer, OfferDraft, OfferKind, OfferStatus, TrainingDetail
from tests import cast as casting

pytestmark = pytest.mark.django_db
WORDS = {
    "title_fr": "Prévoir la dérive d’un four",
    "summary_fr": "Deux jours pour lire ses capteurs et anticiper ses rebuts.",
    "description_fr": "Les participants viennent avec leurs données de fonderie et de capteurs.",
    "topics": ["anomaly-detection"],
    "city": "Nancy",
    "postcode": "54000",
    "country": "FR",
}
TRAINING = {
    **WORDS,
    "duration_hours": "14",
    "modality": "onsite",
    "level": "practitioner",
    "session-TOTAL_FORMS": "1",
    "session-INITIAL_FORMS": "0",
}
KINDS = {
    OfferKind.LABORATORY: {
        **WORDS,
        "collaboration_modes": ["cifre"],
        "platforms": "Four pilote, Spectromètre",
    },
    OfferKind.TRAINING: TRAINING,
    OfferKind.CIFRE: {**WORDS, "research_question": "Comment prévoir ?", "start_from": "2027-03-01"},
    OfferKind.RND: {
        **WORDS,
        **{"trl_min": "3", "trl_max": "6", "duration_months_min": "6", "duration_months_max": "12"},
        "ip_regime": "shared",
    },
    OfferKind.TALENT: {
        **WORDS,
        "form": "internship",
        "level": "M2",
        "months": "6",
        "start_from": "2027-03-01",
    },
}


@pytest.fixture
def lab():
    """A new partner with one editor: nothing of it was ever public."""
    casting.vocabulary()
    return casting.laboratory("labo-neuf", casting.person("redaction@neuf.example", full_name="Rédactrice"))


@pytest.fixture
def editor(lab, client):
    client.force_login(lab.memberships.get().user)
    return client


def url(name: str, lab, offer=None, *more) -> str:
    return reverse(name, args=[lab.external_id, *([offer.public_id] if offer else []), *more])


def begun(editor, lab, kind=OfferKind.TRAINING) -> Offer:
    answer = editor.post(url("partner_offer_new", lab), {"kind": kind, "language": "fr"})
    assert answer.status_code == 303
    return Offer.objects.get(organisation=lab, kind=kind)


def post(editor, lab, offer, data, **more):
    offer.refresh_from_db()
    seen = more.pop("seen", offer.version)
    return editor.post(url("partner_offer", lab, offer), {**data, "seen": seen, **more})


def written(editor, lab, kind=OfferKind.TRAINING, **more) -> Offer:
    offer = begun(editor, lab, kind)
    answer = post(editor, lab, offer, {**KINDS[kind], **more})
    assert answer.status_code == 303, answer.content.decode()
    return Offer.objects.with_details().get(pk=offer.pk)


def trusted(lab):
    casting.offer(lab, "deja-publiee")


@pytest.mark.parametrize("kind", OfferKind.values)
def test_each_kind_is_written_and_complete_enough_to_publish(editor, lab, kind):
    offer = written(editor, lab, kind)
    assert offer.title == WORDS["title_fr"] and [topic.pk for topic in offer.topics.all()] == WORDS["topics"]
    assert completeness.of(offer).publishable
    page = editor.get(url("partner_offer", lab, offer)).content.decode()
    assert WORDS["summary_fr"] in page and "Enregistrer et proposer à la publication" in page
    preview = editor.get(url("partner_offer_preview", lab, offer), headers={"HX-Request": "true"})
    assert WORDS["summary_fr"] in preview.content.decode()


def test_a_draft_may_lack_and_says_what_serves_it_most(editor, lab):
    offer = begun(editor, lab)
    assert post(editor, lab, offer, {"title_fr": "Un titre", **_no_sessions()}).status_code == 303
    offer = Offer.objects.with_details().get(pk=offer.pk)
    found = completeness.of(offer)
    assert [need.field for need in found.required] == [
        *("topics", "summary_fr", "description_fr", "duration_hours", "modality", "level")
    ]
    form = editor.get(url("partner_offer", lab, offer)).content.decode()
    assert all(f'id="div_id_{need.field}"' in form for need in found.missing)
    assert form.count('href="#div_id_summary_fr"') == 2  # before the form, and where it is published
    page = editor.get(url("partner_offers", lab)).content.decode()
    assert "Un titre" in page and "Un thème" in page
    assert (
        post(editor, lab, offer, {"title_fr": "Un titre", **_no_sessions()}, action="submit").status_code
        == 303
    )
    offer.refresh_from_db()
    assert offer.status == OfferStatus.DRAFT


def _no_sessions() -> dict:
    return {"session-TOTAL_FORMS": "0", "session-INITIAL_FORMS": "0"}


WRONG = {
    "duration_hours": "beaucoup",
    "price_eur": "-3",
    "certification_code": "ABC12",
    "certification_until": "31/02/2027",
    "postcode": "5400",
    "title_fr": "T" * 111,
    "audience": "A" * 301,
    "valid_until": "3027-01-01",
    "topics": ["inconnu"],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_refused_value_comes_back_beside_its_field(editor, lab, name):
    offer = begun(editor, lab)
    answer = post(editor, lab, offer, {**TRAINING, name: WRONG[name]})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "À corriger avant de continuer" in page
    if name != "topics":
        assert str(WRONG[name]) in page
    offer.refresh_from_db()
    assert (offer.title_fr, offer.version) == ("", 1)
    # Whoever comes back tomorrow finds the words, valid or not.
    again = editor.get(url("partner_offer", lab, offer)).content.decode()
    assert "ne sont pas encore enregistrés" in again and (name == "topics" or str(WRONG[name]) in again)
    if name != "title_fr":
        assert WORDS["title_fr"] in again
    editor.post(url("partner_offer", lab, offer), {"action": "forget"})
    assert WORDS["summary_fr"] not in editor.get(url("partner_offer", lab, offer)).content.decode()


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (OfferKind.RND, {"trl_min": "7", "trl_max": "3"}, "trl_max"),
        (OfferKind.RND, {"trl_max": "10"}, "trl_max"),
        (OfferKind.RND, {"budget_eur_min": "9", "budget_eur_max": "8"}, "budget_eur_max"),
        (OfferKind.CIFRE, {"start_from": "2027-05-01", "start_until": "2027-04-01"}, "start_until"),
        (OfferKind.TRAINING, {"fundings": ["cpf"], "qualiopi": "on"}, "fundings"),
        (OfferKind.TRAINING, {"fundings": ["opco"]}, "fundings"),
        (
            OfferKind.TRAINING,
            {"fundings": ["apprenticeship"], "qualiopi": "on", "certification_code": "RS12"},
            "fundings",
        ),
        (OfferKind.TRAINING, {"certification_until": "2028-01-01"}, "certification_code"),
        (OfferKind.TALENT, {"certification_code": "RNCP"}, "certification_code"),
        (OfferKind.TALENT, {"months": "99999999999999999999"}, "months"),
    ],
)
def test_what_does_not_hold_together_is_refused(editor, lab, kind, changes, field):
    offer = begun(editor, lab, kind)
    answer = post(editor, lab, offer, {**KINDS[kind], **changes})
    assert answer.status_code == 422
    wrong = answer.context["editor"]
    assert [name for form in wrong.forms for name in form.errors] == [field]


def _session(**changes) -> dict:
    values = {
        "start": "2027-03-02",
        "end": "2027-03-03",
        "city": "Metz",
        "seats": "12",
        "seats_left": "4",
    } | changes
    return {f"session-0-{name}": value for name, value in values.items()}


def test_sessions_are_kept_by_date_and_removed(editor, lab):
    second = {f"session-1-{name}": value for name, value in {"start": "2027-01-05", "seats": "8"}.items()}
    offer = written(editor, lab, **_session(), **second, **{"session-TOTAL_FORMS": "2"})
    told = [(one.start, one.end, one.seats, one.seats_left) for one in offer.training_detail.sessions.all()]
    assert told == [(date(2027, 1, 5), date(2027, 1, 5), 8, 8), (date(2027, 3, 2), date(2027, 3, 3), 12, 4)]
    answer = post(editor, lab, offer, {**TRAINING, **_session(), "session-0-DELETE": "on"})
    assert answer.status_code == 303
    assert TrainingDetail.objects.get(offer=offer).sessions.count() == 0


@pytest.mark.parametrize(
    "changes",
    [{"end": "2027-03-01"}, {"seats_left": "13"}, {"seats": "0"}, {"start": ""}, {"seats": "99999999999"}],
)
def test_impossible_sessions_are_refused(editor, lab, changes):
    offer = begun(editor, lab)
    assert post(editor, lab, offer, {**TRAINING, **_session(**changes)}).status_code == 422


def test_price_code_and_funding_read_on_the_public_page(editor, lab, client):
    trusted(lab)
    offer = written(
        editor,
        lab,
        price_eur="1 890,50",
        vat="exempt",
        certification_code="rncp 35 541",
        certification_until="2028-12-31",
        qualiopi="on",
        fundings=["opco", "cpf"],
        action="publish_own",
    )
    assert (offer.status, offer.training_detail.price_eur) == (OfferStatus.PUBLISHED, Decimal("1890.50"))
    page = client.get(reverse("offer", args=[offer.public_id])).content.decode()
    assert "RNCP35541" in page and "OPCO, compte personnel de formation (CPF)" in page and "Qualiopi" in page


def test_typing_is_kept_and_previewed_and_writes_nothing_else(editor, lab):
    offer = written(editor, lab)
    before = CatalogueState.current()
    typed = {**TRAINING, "title_fr": "Un autre titre", "price_eur": "douze", "seen": offer.version}
    assert editor.post(url("partner_offer_keep", lab, offer), typed).status_code == 200
    page = editor.get(
        url("partner_offer_preview", lab, offer), headers={"HX-Request": "true"}
    ).content.decode()
    assert "Un autre titre" in page and "douze" not in page
    offer.refresh_from_db()
    assert offer.title_fr == WORDS["title_fr"] and CatalogueState.current() == before
    assert OfferDraft.objects.get().typed["price_eur"] == ["douze"]
    # Another editor of the same organisation sees what is stored.
    other = casting.person("autre@neuf.example")
    Membership.objects.create(organisation=lab, user=other, role=Membership.EDITOR)
    editor.force_login(other)
    assert "Un autre titre" not in editor.get(url("partner_offer", lab, offer)).content.decode()


def test_topics_are_proposed_from_the_text(editor, lab):
    offer = begun(editor, lab)
    text = {
        "title_fr": "Détection d’anomalies sur des capteurs de four",
        "seen": offer.version,
        **_no_sessions(),
    }
    editor.post(url("partner_offer_keep", lab, offer), text)
    where = url("partner_offer_preview", lab, offer) + "?partie=themes"
    page = editor.get(where, headers={"HX-Request": "true"}).content.decode()
    near = page.split("Tous les autres thèmes")[0]
    assert 'value="anomaly-detection" id="topic-anomaly-detection">' in near and "proposé" in near


def test_two_editors_at_once_see_both_versions(editor, lab):
    offer = written(editor, lab)
    seen = offer.version
    post(editor, lab, offer, {**TRAINING, "title_fr": "Le titre de la première"})
    second = casting.person("autre@neuf.example", full_name="Second")
    Membership.objects.create(organisation=lab, user=second, role=Membership.EDITOR)
    editor.force_login(second)
    mine = {**TRAINING, "title_fr": "Le titre du second"}
    answer = post(editor, lab, offer, mine, seen=seen)
    page = answer.content.decode()
    assert answer.status_code == 409 and "Rédactrice a modifié cette offre le" in page
    assert "Le titre de la première" in page and "Le titre du second" in page
    offer.refresh_from_db()
    assert offer.title_fr == "Le titre de la première"
    assert post(editor, lab, offer, mine, seen=answer.context["editor"].seen).status_code == 303
    offer.refresh_from_db()
    assert offer.title_fr == "Le titre du second"


def test_history_tells_who_changed_what_in_plain_words(editor, lab):
    offer = written(editor, lab, **_session())
    changed = {
        **TRAINING,
        **_session(seats_left="3"),
        "level": "expert",
        "description_fr": "Les participants viennent.",
    }
    post(editor, lab, offer, changed)
    page = editor.get(url("partner_offer_history", lab, offer)).content.decode()
    lines = editor.get(url("partner_offer_history", lab, offer)).context["lines"]
    assert [(line.what, line.who, line.role) for line in lines] == [
        ("Offre modifiée", "Rédactrice", "administrateur"),
        ("Offre modifiée", "Rédactrice", "administrateur"),
        ("Offre créée", "Rédactrice", "administrateur"),
    ]
    told = {one.label: (one.before, one.after) for one in lines[0].changes}
    assert told == {
        "Description": (WORDS["description_fr"], "Les participants viennent."),
        "Niveau": ("pratique", "expertise"),
        "Sessions": (
            "2\xa0mars\xa02027 – 3\xa0mars\xa02027, Metz, 4 places libres sur 12",
            "2\xa0mars\xa02027 – 3\xa0mars\xa02027, Metz, 3 places libres sur 12",
        ),
    }
    assert "<del>" in page and "<ins>" in page


def test_saving_the_same_words_changes_nothing(editor, lab):
    offer = written(editor, lab)
    version = offer.version
    assert post(editor, lab, offer, TRAINING).status_code == 303
    offer.refresh_from_db()
    assert offer.version == version and offer.history.count() == 2


def test_a_copy_is_a_draft_with_the_same_words(editor, lab):
    offer = written(editor, lab, **_session(), price_eur="90")
    assert editor.post(url("partner_offer_duplicate", lab, offer)).status_code == 303
    copy = Offer.objects.with_details().exclude(pk=offer.pk).get()
    assert (copy.title_fr, copy.status, copy.training_detail.price_eur) == (
        offer.title_fr,
        "draft",
        Decimal("90"),
    )
    assert copy.training_detail.sessions.count() == 0 and copy.external_id != offer.external_id
    assert [topic.pk for topic in copy.topics.all()] == ["anomaly-detection"]


def test_a_change_of_a_published_offer_reaches_matching(editor, lab):
    trusted(lab)
    offer = written(editor, lab, action="publish_own")
    before = CatalogueState.current()
    post(editor, lab, offer, {**TRAINING, "title_fr": "Nouveau titre"})
    assert CatalogueState.current() == before + 1
    answer = post(editor, lab, offer, {**TRAINING, "title_fr": ""})
    assert answer.status_code == 422 and CatalogueState.current() == before + 1


def test_a_foreign_offer_does_not_exist_and_a_reader_reads(editor, lab, cast):
    offer = written(editor, lab)
    pages = ("partner_offer", "partner_offer_preview", "partner_offer_history")
    acts = ("partner_offer", "partner_offer_keep", "partner_offer_duplicate")
    editor.force_login(cast.other_editor)
    for name in pages:
        assert editor.get(url(name, lab, offer)).status_code == 404
        assert editor.get(url(name, cast.other_lab, offer)).status_code == 404
    for name in acts:
        assert editor.post(url(name, cast.other_lab, offer)).status_code == 404
    assert editor.post(url("partner_offer_move", cast.other_lab, offer, "archive")).status_code == 404
    reader = casting.person("lecture@neuf.example")
    Membership.objects.create(organisation=lab, user=reader, role=Membership.READER)
    editor.force_login(reader)
    assert [editor.get(url(name, lab, offer)).status_code for name in pages] == [403, 200, 200]
    assert editor.get(url("partner_offers", lab)).status_code == 200
    assert editor.get(url("partner_offer_new", lab)).status_code == 403
    for name in acts:
        assert editor.post(url(name, lab, offer)).status_code == 403
    assert editor.post(url("partner_offer_move", lab, offer, "archive")).status_code == 403
    offer.refresh_from_db()
    assert offer.status == OfferStatus.DRAFT


def test_too_much_text_is_refused_and_says_so(editor, lab):
    offer = begun(editor, lab)
    huge = {"title_fr": "T" * 200_000, "seen": "1", **_no_sessions()}
    assert editor.post(url("partner_offer_keep", lab, offer), huge).status_code == 422
    assert post(editor, lab, offer, huge).status_code == 422
    assert not OfferDraft.objects.exists()


def test_the_list_costs_the_same_however_many_offers(editor, lab, django_assert_max_num_queries):
    for number in range(20):
        casting.offer(lab, f"n-{number}")
    with django_assert_max_num_queries(14):
        assert editor.get(url("partner_offers", lab)).status_code == 200


def test_the_editor_costs_little(editor, lab, django_assert_max_num_queries):
    offer = written(editor, lab, **_session())
    with django_assert_max_num_queries(24):
        assert editor.get(url("partner_offer", lab, offer)).status_code == 200


def test_a_draft_that_nobody_comes_back_to_is_forgotten(editor, lab):
    from programs.editing.clock import forget_typed

    offer = begun(editor, lab)
    editor.post(url("partner_offer_keep", lab, offer), {"title_fr": "Oublié", "seen": "1", **_no_sessions()})
    assert (forget_typed(), OfferDraft.objects.count()) == (0, 1)
    with clock.at(clock.now() + timedelta(days=181)):
        assert (forget_typed(), OfferDraft.objects.count()) == (1, 0)

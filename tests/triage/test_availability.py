"""« Disponibilité »: what a partner is told of itself is what the ranking uses."""

from datetime import timedelta

import pytest
from django.urls import reverse

from foundation import clock
from foundation.working_days import add_working_days
from partners.models import Membership, Organisation, PartnerAbsence
from programs import engine
from programs.engine import VALID_DAYS
from programs.models import Offer, OfferStatus
from tests import cast as casting
from tests.triage.clock_walk import paris
from triage import responding
from triage.models import Referral, ReferralStage
from triage.ranking import need_of
from triage.reasons import Vocabulary, explain
from triage.responding import Responsiveness

pytestmark = pytest.mark.django_db
LABEL = "classée un peu plus bas"


def page(code: str = "labo-a") -> str:
    return reverse("triage:availability", args=[code])


def read(client, user, code: str = "labo-a") -> str:
    client.force_login(user)
    return " ".join(client.get(page(code)).content.decode().split())


def questions(cast, *stories: tuple[str, int | None], lab=None) -> None:
    """Questions of a month ago: (stage, answered after so many working days, or None)."""
    for stage, days in stories:
        at = clock.now() - timedelta(days=30)
        at = at if at.weekday() < 5 else at - timedelta(days=2)
        row = casting.irritant(email=f"e{Referral.objects.count()}@entreprise.example")
        answered = None
        if days is not None:
            day = add_working_days(at.date(), days, row.department)
            answered = at.replace(year=day.year, month=day.month, day=day.day)
        Referral.objects.create(
            irritant=row,
            organisation=lab or cast.lab,
            stage=stage,
            asked_at=at,
            answered_at=answered,
            due_at=at + timedelta(days=8),
            decline_reason="other" if stage == ReferralStage.DECLINED else "",
        )


@pytest.mark.parametrize(
    ("waits", "silent", "days", "slow"),
    [
        ([], 0, None, False),
        ([1, 2], 0, None, False),
        ([1, 2, 9], 0, 2, False),
        ([1, 11, 12], 0, 11, True),
        ([1, 10, 12], 0, 10, False),
        ([1], 2, None, True),
        ([1, 2], 2, None, False),
        ([], 3, None, True),
        ([], 2, None, False),
    ],
)
def test_when_a_partner_is_slow(waits, silent, days, slow):
    told = Responsiveness(waits, silent)
    assert (told.days, told.is_slow) == (days, slow)


def test_what_is_counted(cast):
    S = ReferralStage
    questions(cast, (S.ACCEPTED, 1), (S.DECLINED, 4), (S.WITHDRAWN, 2), (S.EXPIRED, None), (S.ASKED, None))
    # in time, called back, somebody else was chosen, and a question of theirs: none of these is silence
    questions(cast, (S.CANCELLED, None), (S.RELEASED, None), (S.QUESTION, None), lab=cast.lab)
    Referral.objects.filter(organisation=cast.lab, stage=S.QUESTION).update(
        due_at=clock.now() + timedelta(days=2)
    )
    told = responding.of(cast.lab)
    assert (sorted(told.waits), told.silent, told.answered, told.asked, told.days) == ([1, 2, 4], 2, 3, 5, 2)
    assert responding.of(cast.other_lab) == Responsiveness() and responding.slow() == []
    Referral.objects.update(asked_at=clock.now() - timedelta(days=366))
    assert responding.of(cast.lab) == Responsiveness()


def test_one_query_for_everybody(cast, django_assert_num_queries):
    questions(cast, *[(ReferralStage.EXPIRED, None)] * 3)
    with django_assert_num_queries(1):
        assert responding.slow() == ["labo-a"]


def of_twins(cast):
    """Two offers that say the same, of two partners, and how they are ranked for the cast's need."""
    twins = [
        casting.offer(casting.laboratory(f"jumeau-{n}"), f"j-{n}", title_fr="Dérives de four") for n in (1, 2)
    ]
    need = need_of(cast.irritant)

    def order() -> list[int]:
        lines = engine.rank(need, limit=30).lines
        return [line.offer_pk for line in lines if line.offer_pk in {twin.pk for twin in twins}]

    def told(twin) -> list[str]:
        reasons = engine.explain(need, twin.pk).reasons
        codes = ("responsiveness", "freshness", "capacity")
        rows = [explain(one, need["text"], Vocabulary.load()) for one in reasons if one["code"] in codes]
        return [row.text for row in rows]

    return twins, order, told


def test_of_two_alike_the_one_that_answers_comes_first_and_the_reason_is_told(cast):
    twins, order, told = of_twins(cast)
    for slow, other in (twins, twins[::-1]):
        questions(cast, *[(ReferralStage.EXPIRED, None)] * 3, lab=slow.organisation)
        assert order() == [other.pk, slow.pk]
        assert told(slow) == ["Partenaire qui répond tard, ou à moins d’une demande sur deux"]
        assert told(other) == []
        Referral.objects.all().delete()


def test_of_two_alike_the_one_that_was_verified_comes_first_and_the_reason_is_told(cast):
    twins, order, told = of_twins(cast)
    for old, fresh in (twins, twins[::-1]):
        day = clock.today() - timedelta(days=VALID_DAYS["laboratory"] + 1)
        Offer.objects.filter(pk=old.pk).update(content_updated_on=day)
        casting.CatalogueState.advance([old])
        assert order() == [fresh.pk, old.pk]
        assert len(told(old)) == 1 and told(old)[0].startswith(
            "Offre à vérifier\u202f: son partenaire ne l’a pas relue"
        )
        assert told(fresh) == []
        Offer.objects.filter(pk=old.pk).update(confirmed_on=clock.today())
        casting.CatalogueState.advance([old])
        assert told(old) == []


# -- the page


def test_it_says_what_the_ranking_uses(cast, client):
    text = read(client, cast.editor)
    assert LABEL not in text and "pas assez de réponses pour le dire" in text and "toutes vérifiées" in text
    questions(cast, *[(ReferralStage.EXPIRED, None)] * 3)
    PartnerAbsence.objects.create(organisation=cast.lab, since=clock.today(), until=clock.today())
    Offer.objects.filter(pk=cast.offers[0].pk).update(content_updated_on="2020-01-01")
    Organisation.objects.filter(pk=cast.lab.pk).update(monthly_capacity=1)
    Referral.objects.filter(organisation=cast.lab).update(asked_at=clock.now())
    text = read(client, cast.editor)
    assert text.count(LABEL) == 4
    assert "0 réponses sur 3 demandes" in text or "0 réponse sur 3 demandes" in text
    assert "3 sur 1" in text and "1 offre à vérifier" in text


def test_absences_and_requests_are_written_by_those_who_may(cast, client):
    client.force_login(cast.editor)
    today = clock.today()
    absence = {"what": "absence", "since": today, "until": today + timedelta(days=4)}
    for _twice in range(2):
        assert client.post(page(), absence).status_code == 302
    row = PartnerAbsence.objects.get()
    assert (row.organisation, row.since, row.until) == (cast.lab, today, today + timedelta(days=4))
    assert client.post(page(), {"what": "capacity", "monthly_capacity": "4"}).status_code == 302
    cast.lab.refresh_from_db()
    assert (cast.lab.monthly_capacity, cast.lab.version) == (4, 2)
    assert client.post(page(), {"what": "back", "absence": row.pk}).status_code == 302
    assert not PartnerAbsence.objects.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"what": "capacity", "monthly_capacity": "0"}, "1"),
        ({"what": "absence", "since": "2020-01-02", "until": "2020-01-03"}, "Cette absence est déjà passée."),
        (
            {"what": "absence", "since": "2999-01-02", "until": "2999-01-01"},
            "Le dernier jour précède le premier.",
        ),
        ({"what": "absence", "since": "", "until": ""}, "obligatoire"),
    ],
)
def test_what_is_wrong_comes_back_with_the_page(cast, client, data, said):
    client.force_login(cast.editor)
    answer = client.post(page(), data)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not PartnerAbsence.objects.exists()
    assert not Organisation.objects.exclude(monthly_capacity=None).exists()


def test_a_reader_reads_and_changes_nothing(cast, client):
    Offer.objects.filter(pk=cast.offers[0].pk).update(content_updated_on="2020-01-01")
    Membership.objects.filter(user=cast.editor).update(role=Membership.READER)
    text = read(client, cast.editor)
    assert "1 offre à vérifier" in text and "<button" not in text.split("<main")[1].split("</main>")[0]
    for data in (
        {"what": "capacity", "monthly_capacity": "1"},
        {"act": "confirm", "offer": cast.offers[0].public_id},
    ):
        assert client.post(page(), data).status_code == 403


def test_a_strangers_organisation_does_not_exist(cast, client):
    theirs = PartnerAbsence.objects.create(
        organisation=cast.other_lab, since=clock.today(), until=clock.today()
    )
    client.force_login(cast.editor)
    for code in ("labo-b", "inconnu"):
        assert client.get(page(code)).status_code == 404
        assert client.post(page(code), {"what": "capacity", "monthly_capacity": "1"}).status_code == 404
    client.post(page(), {"what": "back", "absence": theirs.pk})
    assert PartnerAbsence.objects.get() == theirs
    assert client.post(page(), {"what": "?"}).status_code == 404


def test_offers_are_verified_from_the_page_too(cast, client):
    Offer.objects.update(content_updated_on="2020-01-01")
    client.force_login(cast.editor)
    ids = [str(row.public_id) for row in cast.offers]
    answer = client.post(page(), {"act": "confirm", "offer": ids}, follow=True)
    assert "2 offres sont vérifiées d’aujourd’hui." in answer.content.decode()
    client.post(page(), {"act": "hide", "offer": ids[2]})  # another partner's
    rows = Offer.objects.order_by("pk").values_list("status", "confirmed_on")
    assert list(rows) == [(OfferStatus.PUBLISHED, clock.today())] * 2 + [(OfferStatus.PUBLISHED, None)]


def test_the_page_is_flat_in_queries(cast, client, django_assert_max_num_queries):
    for number in range(12):
        casting.offer(cast.lab, f"n-{number}", content_updated_on=paris("2020-01-01 10:00").date())
    questions(cast, *[(ReferralStage.DECLINED, 2)] * 5)
    client.force_login(cast.editor)
    with django_assert_max_num_queries(13):
        assert client.get(page()).status_code == 200

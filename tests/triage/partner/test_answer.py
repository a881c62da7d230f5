"""The partner's answer: accept, decline, ask, step back; late, twice, forged; and reading changes nothing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from foundation import clock
from intake.models import Post, Stage, Turn
from journal import jobs, links
from journal.actors import CLOCK_ACTOR, SYSTEM_ACTOR, Actor, coordinator
from journal.models import AccessLink, Event, Job, Message
from partners.models import Membership, Organisation
from tests import cast as casting
from tests.triage.partner.helpers import leaks, token_of, url
from triage.lifecycle import REFERRAL
from triage.models import Disclosure, Referral

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast):
    """The first laboratory's referral, just asked; its version is what a page opened now carries."""
    return casting.asked(cast)[0]


def _post(client, name, token, **data):
    return client.post(url(name, token), data, follow=True)


def _state_of_everything():
    return (
        list(Referral.objects.order_by("pk").values()),
        list(AccessLink.objects.order_by("pk").values()),
        [model.objects.count() for model in (Event, Job, Message, Post, Disclosure)],
    )


def test_the_page_says_what_is_needed_and_nothing_of_the_company(client, asked):
    page = client.get(url("answer", token_of(asked))).content.decode()

    assert "Une fonderie cherche à prévoir ses rebuts" in page
    assert "Moselle (57)" in page and "Fonderie" in page
    assert "Détection de dérives de procédé (a-1)" in page and "(b-1)" not in page
    assert "Vos thèmes" in page and "Détection d’anomalies" in page
    assert leaks(page) == []


def test_the_page_speaks_the_language_of_the_partner(client, cast, asked):
    type(cast.editor).objects.filter(pk=cast.editor.pk).update(language="de")
    page = client.get(url("answer", token_of(asked)), headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="de"' in page


def test_reading_changes_nothing(client, asked):
    token = token_of(asked)
    before = _state_of_everything()

    for name in ("answer", "accept", "decline", "question", "withdraw", "renew"):
        client.get(url(name, token))
        client.head(url(name, token))

    assert _state_of_everything() == before


def test_accepting_takes_one_click(client, cast, asked):
    page = _post(
        client,
        "accept",
        token_of(asked),
        version=asked.version,
        person_in_charge="Équipe signal",
        answer="Mardi",
    )

    asked.refresh_from_db()
    cast.irritant.refresh_from_db()
    assert (asked.stage, asked.person_in_charge, asked.answer) == ("accepted", "Équipe signal", "Mardi")
    assert cast.irritant.turn == Turn.COORDINATOR
    assert "Vous avez dit oui" in page.content.decode()
    event = Event.objects.get(name="referral.accept")
    assert (event.actor_role, event.actor) == (
        "partner",
        f"link:{AccessLink.objects.get(purpose='answer').pk}",
    )


def test_the_name_of_the_person_is_proposed_when_it_is_known(client, asked):
    page = client.get(url("answer", token_of(asked))).content.decode()
    assert "selected>Éditrice A · labo-a@recherche.example</option>" in page


def test_declining_asks_for_a_reason_and_keeps_what_was_typed(client, asked):
    response = client.post(
        url("decline", token_of(asked)), {"version": asked.version, "answer": "Pas avant mars"}
    )
    page = response.content.decode()

    asked.refresh_from_db()
    assert (response.status_code, asked.stage) == (422, "asked")
    assert "Choisissez une raison." in page and "Pas avant mars" in page
    assert '<details class="card reply" id="decline" open>' in page
    assert "data-error-summary" in page


def test_declining_with_a_reason(client, asked):
    page = _post(
        client, "decline", token_of(asked), version=asked.version, reason="no_capacity_now", answer="Mars ?"
    )

    asked.refresh_from_db()
    assert (asked.stage, asked.decline_reason, asked.answer) == ("declined", "no_capacity_now", "Mars ?")
    assert "pas de disponibilité en ce moment" in page.content.decode()


def test_when_everybody_declined_the_coordinator_has_it_again(client, cast):
    for referral in casting.asked(cast):
        _post(client, "decline", token_of(referral), version=referral.version, reason="budget_or_calendar")

    cast.irritant.refresh_from_db()
    assert cast.irritant.stage == Stage.IN_TRIAGE


def test_a_question_goes_to_the_coordination_and_an_answer_is_still_possible(client, cast, asked):
    token = token_of(asked)
    page = _post(client, "question", token, version=asked.version, text="Quel four ?").content.decode()

    asked.refresh_from_db()
    post = Post.objects.get(text="Quel four ?")
    assert (asked.stage, post.organisation, post.author_role, post.internal) == (
        "question",
        cast.lab,
        "partner",
        False,
    )
    assert "Quel four ?" in page and "La coordination vous répond" in page
    _post(client, "accept", token, version=asked.version)
    asked.refresh_from_db()
    assert asked.stage == "accepted"


def test_an_empty_question_is_not_asked(client, asked):
    response = client.post(url("question", token_of(asked)), {"version": asked.version, "text": " "})
    asked.refresh_from_db()
    assert (response.status_code, asked.stage, Post.objects.count()) == (422, "asked", 0)


def test_a_partner_reads_its_own_exchange_only(client, cast):
    mine = casting.asked(cast)[0]
    Post.objects.create(
        irritant=cast.irritant, organisation=cast.other_lab, author_role="partner", text="Secret de B"
    )
    Post.objects.create(irritant=cast.irritant, author_role="company", text="Mot de l’entreprise")
    Post.objects.create(
        irritant=cast.irritant,
        organisation=cast.lab,
        author_role="coordinator",
        text="Note interne",
        internal=True,
    )
    page = client.get(url("answer", token_of(mine))).content.decode()
    assert [text for text in ("Secret de B", "Mot de l’entreprise", "Note interne") if text in page] == []


def test_the_second_of_two_browsers_is_told_politely(client, asked):
    token, seen = token_of(asked), asked.version
    _post(client, "accept", token, version=seen)
    events = Event.objects.count()

    page = _post(client, "decline", token, version=seen, reason="budget_or_calendar")

    asked.refresh_from_db()
    assert (page.status_code, asked.stage, Event.objects.count()) == (200, "accepted", events)
    assert "Une réponse était déjà enregistrée" in page.content.decode()


def test_a_double_click_accepts_once(client, asked):
    token, seen = token_of(asked), asked.version
    for _click in range(2):
        page = _post(client, "accept", token, version=seen)
    assert (page.status_code, Event.objects.filter(name="referral.accept").count()) == (200, 1)


@pytest.mark.parametrize("version", ["", "x", "999999999999999999999"])
def test_a_nonsense_version_is_refused_without_an_error(client, asked, version):
    response = client.post(url("accept", token_of(asked)), {"version": version})
    asked.refresh_from_db()
    assert (response.status_code in (302, 409, 422), asked.stage) == (True, "asked")


def test_stepping_back_is_asked_twice(client, asked):
    token = token_of(asked)
    _post(client, "accept", token, version=asked.version)
    asked.refresh_from_db()
    assert "Vous retirer de ce dossier" in client.get(url("withdraw", token)).content.decode()
    asked.refresh_from_db()
    assert asked.stage == "accepted"

    page = _post(client, "withdraw", token, version=asked.version)

    asked.refresh_from_db()
    assert asked.stage == "withdrawn"
    assert "Vous vous êtes retiré" in page.content.decode()


def test_who_has_not_accepted_has_nothing_to_withdraw(client, asked):
    assert client.get(url("withdraw", token_of(asked))).status_code == 302
    _post(client, "withdraw", token_of(asked), version=asked.version)
    asked.refresh_from_db()
    assert asked.stage == "asked"


@pytest.mark.parametrize(
    ("move", "actor", "said"),
    [
        ("release", SYSTEM_ACTOR, "avec un autre partenaire"),
        ("cancel", SYSTEM_ACTOR, "Cette sollicitation est annulée"),
        ("expire", CLOCK_ACTOR, "Le délai de réponse est passé"),
    ],
)
def test_what_is_over_says_so_and_offers_no_button(client, asked, move, actor, said):
    seen = asked.version
    REFERRAL.perform(asked, move, actor=actor)
    token = token_of(asked)

    page = client.get(url("answer", token)).content.decode()
    assert said in page and "reply-title" not in page
    late = _post(client, "accept", token, version=seen)
    assert (late.status_code, Event.objects.filter(name="referral.accept").count()) == (200, 0)


def test_a_forged_link_knows_nothing(client, asked):
    token = token_of(asked)
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    for bad in (
        forged,
        "x",
        "é" * 43,
        "-" * 43,
        links.give(links.FOLLOW, asked.irritant.public_id, "a@b.example").token,
    ):
        for name in ("answer", "withdraw"):
            response = client.get(url(name, bad))
            assert (response.status_code, asked.irritant.reference in response.content.decode()) == (
                404,
                False,
            )
        for name in ("accept", "decline", "question", "renew"):
            assert client.post(url(name, bad), {"version": asked.version}).status_code == 404


def test_a_link_that_ran_out_offers_another_by_mail_once_a_day(client, asked):
    token = token_of(asked)
    jobs.run_owed()
    mail.outbox.clear()
    AccessLink.objects.filter(purpose="answer").update(expires_at=clock.now() - timedelta(seconds=1))

    page = client.get(url("answer", token))
    assert (page.status_code, asked.irritant.reference in page.content.decode()) == (410, False)
    assert client.post(url("accept", token), {"version": asked.version}).status_code == 410
    first, second = client.post(url("renew", token)), client.post(url("renew", token))
    jobs.run_owed()

    assert [b"Regardez votre messagerie" in answer.content for answer in (first, second)] == [True, True]
    assert [sent.to for sent in mail.outbox] == [["labo-a@recherche.example"]]
    assert leaks(mail.outbox[0].subject + mail.outbox[0].body) == []
    assert client.get(url("answer", token_of(asked))).status_code == 200
    with clock.at(clock.now() + timedelta(days=61)):
        client.post(url("renew", token))
    assert Message.objects.filter(template="partner_link").count() == 2


LEFT = "Ce lien ne vous ouvre plus cette demande"


def _leaves(membership):
    membership.delete()


def _is_deactivated(membership):
    User.objects.filter(pk=membership.user_id).update(is_active=False)


def _only_reads(membership):
    Membership.objects.filter(pk=membership.pk).update(role=Membership.READER)


@pytest.mark.parametrize("leave", [_leaves, _is_deactivated, _only_reads])
def test_the_link_of_somebody_who_left_opens_nothing(client, cast, asked, leave):
    """From that moment, for every page and act, run out or not; a colleague's link, made alike, still opens."""
    colleague = casting.person("labo-a-bis@recherche.example", full_name="Collègue A")
    Membership.objects.create(organisation=cast.lab, user=colleague)
    theirs, stays = token_of(asked, cast.editor.email), token_of(asked, colleague.email)
    jobs.run_owed()
    mail.outbox.clear()
    assert client.get(url("answer", theirs)).status_code == 200
    leave(cast.editor.memberships.get())

    page = client.get(url("answer", theirs))
    text = page.content.decode()
    assert (page.status_code, LEFT in text, cast.lab.name in text) == (410, True, True)
    assert asked.irritant.reference not in text and asked.summary not in text
    for name in ("accept", "decline", "question", "withdraw", "open_company"):
        assert client.post(url(name, theirs), {"version": asked.version}).status_code == 410
    asked.refresh_from_db()
    assert asked.stage == "asked"

    AccessLink.objects.filter(email=cast.editor.email).update(expires_at=clock.now() - timedelta(seconds=1))
    assert LEFT in client.get(url("answer", theirs)).content.decode()
    client.post(url("renew", theirs))
    jobs.run_owed()
    assert mail.outbox == []
    page = client.get(url("answer", stays))
    assert (page.status_code, LEFT in page.content.decode()) == (200, False)


def test_a_mail_that_waited_does_not_follow_who_left(cast, asked):
    mail.outbox.clear()
    cast.editor.memberships.get().delete()
    jobs.run_owed()
    assert [sent.to for sent in mail.outbox if cast.editor.email in sent.to] == []
    assert Message.objects.get(recipient=cast.editor.email, template="partner_asked").status == "obsolete"


def test_the_contact_address_answers_when_it_is_the_only_one(client, cast):
    """What was sent to the address of the laboratory opens as long as that is its address."""
    cast.editor.memberships.get().delete()
    referral = casting.asked(cast)[0]
    token = token_of(referral, "contact@labo-a.example")
    assert client.get(url("answer", token)).status_code == 200
    Organisation.objects.filter(pk=cast.lab.pk).update(contact_email="accueil@labo-a.example")
    assert LEFT in client.get(url("answer", token)).content.decode()


def test_from_the_space_to_the_answer_page(client, cast, asked):
    client.force_login(cast.editor)
    response = client.post(reverse("triage:open_referral", args=[asked.public_id]))
    link = AccessLink.objects.get(purpose="answer", subject_id=asked.public_id, email=cast.editor.email)
    assert response.url == url("answer", link.token)


def test_only_those_who_answer_for_the_organisation_get_a_link(client, cast):
    mine, other = casting.asked(cast)
    client.force_login(cast.editor)
    assert client.post(reverse("triage:open_referral", args=[other.public_id])).status_code == 404
    Membership.objects.filter(user=cast.editor).update(role=Membership.READER)
    assert client.post(reverse("triage:open_referral", args=[mine.public_id])).status_code == 404
    client.force_login(cast.coordinator)
    assert client.post(reverse("triage:open_referral", args=[mine.public_id])).status_code == 404


def test_a_referral_that_is_not_sent_yet_cannot_be_read(client, cast):
    prepared = Referral.objects.create(irritant=cast.irritant, organisation=cast.lab)
    assert client.get(url("answer", token_of(prepared))).status_code == 404


def test_what_partners_type_is_shown_as_text(client, cast, asked):
    token = token_of(asked)
    page = _post(client, "question", token, version=asked.version, text="<b>gras</b>").content.decode()
    assert "&lt;b&gt;gras&lt;/b&gt;" in page and "<b>gras" not in page


def test_the_coordinator_who_replies_gives_the_question_back(client, cast, asked):
    token = token_of(asked)
    _post(client, "question", token, version=asked.version, text="Quel four ?")
    asked.refresh_from_db()
    REFERRAL.perform(asked, "reply", actor=coordinator(cast.coordinator))
    assert "À vous de répondre" in client.get(url("answer", token)).content.decode()
    with pytest.raises(Exception, match="ne vous revient pas"):
        REFERRAL.perform(asked, "accept", actor=Actor("company"))

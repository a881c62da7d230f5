"""From an accepted referral to a collaboration: what may happen, what follows, and exactly once."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from foundation import clock
from foundation.working_days import add_working_days, working_days_between
from intake.lifecycle import IRRITANT
from intake.models import Irritant, Outcome, Stage, Turn
from journal import jobs, links
from journal.actors import Actor, coordinator
from journal.clockwork import RULES
from journal.events import broken_links
from journal.lifecycle import Refusal
from journal.models import ClockMark, Event, Job, Message
from journal.timeline import tell
from proposals import sections, writing
from proposals.lifecycle import COLLABORATION, PROPOSAL
from proposals.models import Agreement, Collaboration, Proposal, ProposalStage
from proposals.rules import REMINDER
from tests import cast as casting
from triage.lifecycle import REFERRAL
from triage.models import Disclosure, ReferralStage

COMPANY = Actor("company")


@pytest.fixture
def accepted(cast):
    cast.referrals = casting.accepted(cast)
    cast.actor = coordinator(cast.coordinator)
    return cast


@pytest.fixture
def sent(accepted):
    accepted.proposal = writing.prepare(accepted.irritant, actor=accepted.actor)
    accepted.version = frozen(accepted)
    casting.agreed_and_sent(accepted.proposal, accepted.version, by=accepted.actor)
    return accepted


def frozen(cast):
    """The proposal's document, rendered."""
    version = writing.freeze(cast.proposal, actor=cast.actor)
    jobs.run_owed()
    version.refresh_from_db()
    return version


def edit(cast, **values):
    """Fields of the proposal; the name of a section stands for its one paragraph."""
    texts = {code: values.pop(code) for code in sections.SECTIONS if code in values}
    if texts:
        values["sections"] = sections.with_text(cast.proposal.sections, **texts)
    return writing.edit(cast.proposal, values, version=cast.proposal.version, actor=cast.actor)


def refused(call) -> str:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


def test_prepare_starts_from_what_is_known(accepted):
    proposal = writing.prepare(accepted.irritant, actor=accepted.actor)
    assert proposal.stage == ProposalStage.PREPARING
    assert proposal.need == "Prévoir la dérive d’un procédé de coulée."
    assert proposal.target == "Rebuts sous 3 %"
    [option] = proposal.options  # two offers of one laboratory are one expertise
    [step] = option["steps"]
    assert (step["organisation"], step["person"]) == ("Laboratoire labo-a", "Équipe A")
    assert step["start"] >= (clock.today() + timedelta(weeks=8)).isoformat()
    assert [left.piece.organisation for left in writing.offers_left(proposal)] == ["Laboratoire labo-a"]
    assert proposal.valid_until == clock.today() + writing.VALIDITY


def test_prepare_is_refused_without_acceptance_twice_and_when_closed(cast):
    casting.asked(cast)
    actor = coordinator(cast.coordinator)
    assert refused(lambda: writing.prepare(cast.irritant, actor=actor)) == "nobody"
    REFERRAL.perform(cast.irritant.referrals.first(), "accept", actor=Actor("partner"))
    proposal = writing.prepare(cast.irritant, actor=actor)
    assert refused(lambda: writing.prepare(cast.irritant, actor=actor)) == "exists"
    PROPOSAL.perform(proposal, "withdraw", actor=actor)
    IRRITANT.perform(cast.irritant, "close", actor=actor, outcome=Outcome.NO_MATCH)
    assert refused(lambda: writing.prepare(cast.irritant, actor=actor)) == "closed"


def test_prepare_is_refused_while_a_change_is_awaited(sent):
    PROPOSAL.perform(sent.proposal, "request_changes", actor=COMPANY, comment="Plus court")
    assert refused(lambda: writing.prepare(sent.irritant, actor=sent.actor)) == "exists"


def test_freeze_twice_is_one_version_and_one_document(accepted):
    accepted.proposal = writing.prepare(accepted.irritant, actor=accepted.actor)
    first = writing.freeze(accepted.proposal, actor=accepted.actor)
    again = writing.freeze(accepted.proposal, actor=accepted.actor)
    assert first.pk == again.pk
    with clock.at(clock.now() + timedelta(days=2)):
        assert writing.freeze(accepted.proposal, actor=accepted.actor).pk == first.pk
    jobs.run_owed()
    first.refresh_from_db()
    assert first.rendered_at and first.pages >= 3 and len(first.sha256) == 64
    assert Job.objects.filter(kind="proposal.render").count() == 1
    assert first.path.read_bytes().startswith(b"%PDF-")
    assert first.file_name == f"{accepted.irritant.reference}-v1.pdf"
    assert Event.objects.filter(name="proposal.freeze").count() == 1


def test_rendering_again_changes_nothing(accepted):
    from proposals.jobs import render

    accepted.proposal = writing.prepare(accepted.irritant, actor=accepted.actor)
    version = frozen(accepted)
    before = version.path.read_bytes()
    assert render({"version": version.pk}) is None
    type(version).objects.filter(pk=version.pk).update(
        rendered_at=None, sha256=""
    )  # the worker died before its commit
    effect = render({"version": version.pk})
    effect()
    version.refresh_from_db()
    assert version.path.read_bytes() == before
    assert version.sha256


def test_send_waits_for_the_document_and_refuses_a_text_that_changed(accepted):
    accepted.proposal = writing.prepare(accepted.irritant, actor=accepted.actor)

    def send(version):
        return lambda: casting.agreed_and_sent(accepted.proposal, version, by=accepted.actor)

    version = writing.freeze(accepted.proposal, actor=accepted.actor)
    assert refused(send(version)) == "rendering"
    jobs.run_owed()
    assert edit(accepted, need="Un autre besoin.")
    assert refused(send(version)) == "stale"
    second = frozen(accepted)
    assert second.number == 2
    assert refused(send(version)) == "version"  # the one under the eyes is no longer the last
    send(second)()
    assert accepted.proposal.stage == ProposalStage.SENT
    version.refresh_from_db()
    assert version.sent_at is None
    assert accepted.proposal.sent_version.pk == second.pk


def test_sending_tells_the_company_once_and_hands_over(sent):
    jobs.run_owed()
    jobs.run_owed()
    letters = [letter for letter in mail.outbox if "proposition est prête" in letter.subject]
    assert [letter.to for letter in letters] == [[casting.SECRET_EMAIL]]
    assert casting.SECRET_COMPANY not in letters[0].subject
    assert "/suivi/" in letters[0].body
    sent.irritant.refresh_from_db()
    assert sent.irritant.turn == Turn.COMPANY


def test_edit_refuses_a_newer_text_and_other_states(sent):
    assert refused(lambda: edit(sent, need="x")) == "state"
    PROPOSAL.perform(sent.proposal, "request_changes", actor=COMPANY, comment="Plus court")
    PROPOSAL.perform(sent.proposal, "revise", actor=sent.actor)
    seen = sent.proposal.version
    assert edit(sent, need="Premier")
    assert (
        refused(
            lambda: writing.edit(
                Proposal.objects.get(pk=sent.proposal.pk), {"title": "Second"}, version=seen, actor=sent.actor
            )
        )
        == "version"
    )
    assert not edit(sent, need="Premier")


def test_a_change_leads_to_another_version_and_the_old_one_stays(sent):
    assert (
        refused(lambda: PROPOSAL.perform(sent.proposal, "request_changes", actor=COMPANY, comment=" "))
        == "comment"
    )
    PROPOSAL.perform(sent.proposal, "request_changes", actor=COMPANY, comment="Commencer en mars")
    sent.irritant.refresh_from_db()
    assert sent.irritant.turn == Turn.COORDINATOR
    PROPOSAL.perform(sent.proposal, "revise", actor=sent.actor)
    assert refused(lambda: writing.freeze(sent.proposal, actor=sent.actor)) == "unchanged"
    before = sent.version.path.read_bytes()
    edit(sent, next_steps="Début en mars.")
    second = frozen(sent)
    casting.agreed_and_sent(sent.proposal, second, by=sent.actor)
    assert second.path.read_bytes() != sent.version.path.read_bytes() == before
    own = sent.version.agreements.get(organisation=None)
    assert (own.state, own.comment) == (Agreement.State.CHANGES, "Commencer en mars")
    jobs.run_owed()
    assert list(
        Message.objects.filter(template__startswith="company_proposal")
        .order_by("created_at")
        .values_list("template", flat=True)
    ) == ["company_proposal", "company_proposal_revised"]


def test_text_brought_back_to_an_earlier_version_is_a_new_version(sent):
    PROPOSAL.perform(sent.proposal, "request_changes", actor=COMPANY, comment="Plus court")
    PROPOSAL.perform(sent.proposal, "revise", actor=sent.actor)
    need = sent.proposal.need
    edit(sent, need="Autre chose.")
    frozen(sent)
    edit(sent, need=need)
    assert frozen(sent).number == 3


def test_acceptance_makes_the_collaboration_and_everything_owed_once(sent):
    PROPOSAL.perform(sent.proposal, "accept", actor=COMPANY, comment="Avec plaisir")
    collaboration = Collaboration.objects.get()
    assert list(collaboration.organisations.all()) == [sent.lab]
    sent.irritant.refresh_from_db()
    assert (sent.irritant.stage, sent.irritant.outcome) == (Stage.CLOSED, Outcome.COLLABORATION)
    jobs.run_owed()
    jobs.run_owed()
    owed = Message.objects.filter(template__in=["company_agreed", "partner_agreed"])
    assert sorted(owed.values_list("template", "recipient", "status")) == [
        ("company_agreed", casting.SECRET_EMAIL, "sent"),
        ("partner_agreed", sent.editor.email, "sent"),
    ]
    assert Disclosure.objects.filter(irritant=sent.irritant, organisation=sent.lab).count() == 1
    to_partner = next(
        letter
        for letter in mail.outbox
        if letter.to == [sent.editor.email] and "travailler avec vous" in letter.subject
    )
    assert casting.SECRET_COMPANY in to_partner.body and casting.SECRET_EMAIL in to_partner.body
    assert casting.SECRET_COMPANY not in to_partner.subject
    assert "/reponse/" in to_partner.body
    # Whoever was still being asked is thanked: another was chosen. One mail, and no other.
    assert sent.irritant.referrals.get(organisation=sent.other_lab).stage == ReferralStage.RELEASED
    told = Message.objects.filter(template__in=["partner_released", "partner_cancelled"])
    assert list(told.values_list("template", "recipient")) == [("partner_released", sent.other_editor.email)]
    assert list(broken_links()) == []


def test_a_second_acceptance_is_told_politely(sent):
    PROPOSAL.perform(sent.proposal, "accept", actor=COMPANY)
    with pytest.raises(Refusal) as caught:
        PROPOSAL.perform(sent.proposal, "accept", actor=COMPANY)
    assert "l’entreprise" in str(caught.value)
    assert Collaboration.objects.count() == 1


def test_declining_brings_it_back_to_us(sent):
    PROPOSAL.perform(sent.proposal, "decline", actor=COMPANY, comment="Trop tôt")
    sent.irritant.refresh_from_db()
    assert (sent.irritant.stage, sent.irritant.turn) == (Stage.ORIENTED, Turn.COORDINATOR)
    assert not Collaboration.objects.exists()
    assert writing.prepare(sent.irritant, actor=sent.actor).stage == ProposalStage.PREPARING


def test_a_partner_left_out_of_the_path_is_thanked(accepted):
    REFERRAL.perform(accepted.referrals[1], "accept", actor=Actor("partner"))
    accepted.proposal = writing.prepare(accepted.irritant, actor=accepted.actor)
    [option] = accepted.proposal.options
    assert len(option["steps"]) == 2
    only_first = [step for step in option["steps"] if step["organisation_id"] == str(accepted.lab.public_id)]
    edit(accepted, options=[{**option, "steps": only_first}])
    version = frozen(accepted)
    assert version.snapshot["parties"] == [accepted.lab.name]
    casting.agreed_and_sent(accepted.proposal, version, by=accepted.actor)
    PROPOSAL.perform(accepted.proposal, "accept", actor=COMPANY)
    assert list(Collaboration.objects.get().organisations.all()) == [accepted.lab]
    accepted.referrals[1].refresh_from_db()
    assert accepted.referrals[1].stage == ReferralStage.RELEASED
    assert not Disclosure.objects.filter(organisation=accepted.other_lab).exists()


def test_a_partner_that_the_company_has_read_of_no_longer_steps_back_alone(accepted):
    """With a draft it still does; with what was sent it writes to the coordination."""
    accepted.proposal = writing.prepare(accepted.irritant, actor=accepted.actor)
    referral, partner = accepted.referrals[0], Actor("partner")
    assert {move.name: why for move, why in REFERRAL.available(referral, partner)} == {"withdraw": ""}
    version = writing.freeze(accepted.proposal, actor=accepted.actor)
    jobs.run_owed()
    casting.agreed_and_sent(accepted.proposal, version, by=accepted.actor)
    assert refused(lambda: REFERRAL.perform(referral, "withdraw", actor=partner)) == "committed"
    PROPOSAL.perform(accepted.proposal, "withdraw", actor=accepted.actor)
    REFERRAL.perform(referral, "withdraw", actor=partner)


def test_a_partner_that_leaves_stops_the_acceptance(sent):
    REFERRAL.perform(sent.referrals[0], "release", actor=sent.actor)
    assert refused(lambda: PROPOSAL.perform(sent.proposal, "accept", actor=COMPANY)) == "parties"
    sent.irritant.refresh_from_db()
    assert sent.irritant.turn == Turn.COORDINATOR
    PROPOSAL.perform(sent.proposal, "request_changes", actor=COMPANY, comment="Sans eux")
    PROPOSAL.perform(sent.proposal, "revise", actor=sent.actor)
    assert refused(lambda: writing.freeze(sent.proposal, actor=sent.actor)) == "partner"


def test_incomplete_texts_are_not_frozen(accepted):
    accepted.proposal = writing.prepare(accepted.irritant, actor=accepted.actor)
    options = accepted.proposal.options
    for values, code in (
        ({"options": []}, "path"),
        ({"options": options, "need": "  "}, "need"),
        ({"need": "ok", "valid_until": clock.today() - timedelta(days=1)}, "validity"),
    ):
        edit(accepted, **values)
        assert refused(lambda: writing.freeze(accepted.proposal, actor=accepted.actor)) == code


def test_it_expires_after_its_date_and_closing_withdraws_it(sent):
    with clock.at(clock.now() + writing.VALIDITY), casting.at_work():
        assert RULES["proposal.expire"]() == 1
        assert RULES["proposal.expire"]() == 0
    sent.proposal.refresh_from_db()
    assert sent.proposal.stage == ProposalStage.EXPIRED
    other = writing.prepare(sent.irritant, actor=sent.actor)
    IRRITANT.perform(sent.irritant, "close", actor=sent.actor, outcome=Outcome.NO_MATCH)
    other.refresh_from_db()
    assert other.stage == ProposalStage.WITHDRAWN


def told(cast) -> list[str]:
    """Templates owed to the company since the proposal was sent, oldest first."""
    rows = Message.objects.filter(case=cast.irritant.public_id, recipient=casting.SECRET_EMAIL)
    said = list(rows.order_by("created_at").values_list("template", flat=True))
    return said[said.index("company_proposal") + 1 :]


def test_the_company_hears_once_how_its_proposal_ended(sent):
    with clock.at(clock.now() + writing.VALIDITY), casting.at_work():
        RULES["proposal.expire"]()
    assert told(sent) == ["company_proposal_expired"]
    sent.proposal = writing.prepare(sent.irritant, actor=sent.actor)
    PROPOSAL.perform(sent.proposal, "withdraw", actor=sent.actor)  # never sent: nobody misses it
    assert told(sent) == ["company_proposal_expired"]


def worked(sent) -> date:
    """The proposal's last day, moved to one on which, and after which, people are at work."""
    day = sent.proposal.valid_until
    while working_days_between(day - timedelta(days=1), day + timedelta(days=2), "57") < 3:
        day += timedelta(days=1)
    Proposal.objects.filter(pk=sent.proposal.pk).update(valid_until=day)
    return day


def test_the_company_is_reminded_once_before_its_last_day(sent):
    """Three working days before, run twice or three days late; in the language of whoever reads it."""
    remind, last = RULES["proposal.remind"], worked(sent)
    Irritant.objects.update(language="de")
    noon = datetime.combine(last, time(12), tzinfo=UTC)
    early = add_working_days(clock.today(), working_days_between(clock.today(), last, "57") - 4, "57")
    with clock.at(datetime.combine(early, time(12), tzinfo=UTC)):
        assert remind() == 0
    with clock.at(noon):  # the beat was down until the last day itself
        assert (remind(), remind()) == (1, 0)
        jobs.run_owed()
        assert [row.status for row in Message.objects.filter(template=REMINDER)] == ["sent"]
        letter = mail.outbox[-1]
        assert letter.to == [casting.SECRET_EMAIL]
        with translation.override("de"):
            day = date_format(last, "DATE_FORMAT")
        assert f"gilt bis zum {day}" in letter.body
        assert letter.body.count("/suivi/") == 1
    with clock.at(noon + timedelta(days=1)):
        assert remind() == 0
        assert RULES["proposal.expire"]() == 1
    with clock.at(noon + timedelta(days=2)):
        assert remind() == 0


@pytest.mark.parametrize("answer", ["accept", "request_changes", "decline", "withdraw"])
def test_no_reminder_once_it_was_answered_or_withdrawn(sent, answer):
    """Neither owed, nor sent when it was owed before: a reminder that waits in the queue loses its object."""
    with clock.at(datetime.combine(worked(sent), time(12), tzinfo=UTC)):
        assert RULES["proposal.remind"]() == 1
        actor = sent.actor if answer == "withdraw" else COMPANY
        data = {"comment": "Plus court"} if answer == "request_changes" else {}
        PROPOSAL.perform(sent.proposal, answer, actor=actor, **data)
        jobs.run_owed()
        assert [row.status for row in Message.objects.filter(template=REMINDER)] == ["obsolete"]
        Message.objects.filter(template=REMINDER).delete()
        ClockMark.objects.all().delete()
        assert RULES["proposal.remind"]() == 0


def test_no_reminder_the_day_after_it_was_sent_nor_while_it_is_our_turn(sent):
    Proposal.objects.update(valid_until=clock.today())
    assert RULES["proposal.remind"]() == 0
    with clock.at(datetime.combine(add_working_days(clock.today(), 2, "57"), time(12), tzinfo=UTC)):
        Proposal.objects.update(valid_until=clock.today())
        REFERRAL.perform(sent.referrals[0], "release", actor=sent.actor)
        assert RULES["proposal.remind"]() == 0
        Irritant.objects.update(turn=Turn.COMPANY)
        assert RULES["proposal.remind"]() == 1


def test_a_proposal_taken_back_is_said_unless_its_case_ends(sent):
    PROPOSAL.perform(sent.proposal, "withdraw", actor=sent.actor)
    assert told(sent) == ["company_proposal_withdrawn"]


def test_closing_says_it_all(sent):
    IRRITANT.perform(sent.irritant, "close", actor=sent.actor, outcome=Outcome.NO_MATCH)
    assert told(sent) == ["company_closed_no_match"]


def test_every_step_of_a_collaboration_is_told(sent):
    PROPOSAL.perform(sent.proposal, "accept", actor=COMPANY)
    collaboration = Collaboration.objects.get()
    for move in ("sign", "start", "complete"):
        COLLABORATION.perform(collaboration, move, actor=sent.actor)
    assert told(sent) == [
        "company_agreed",
        "company_collaboration_signed",
        "company_collaboration_started",
        "company_collaboration_completed",
    ]
    mail.outbox.clear()
    jobs.run_owed()
    steps = [letter for letter in mail.outbox if letter.to == [casting.SECRET_EMAIL]]
    assert [sent.lab.name in letter.body for letter in steps if "collaboration" in letter.subject]


def test_everybody_reads_it_in_its_own_words(sent):
    PROPOSAL.perform(sent.proposal, "accept", actor=COMPANY)
    collaboration = Collaboration.objects.get()
    for move in ("sign", "start", "complete"):
        COLLABORATION.perform(collaboration, move, actor=sent.actor)
    company = [entry.title for entry in tell(sent.irritant.public_id, "company")]
    ours = [entry.title for entry in tell(sent.irritant.public_id, "coordinator")]
    partner = [
        entry.title for entry in tell(sent.irritant.public_id, "partner", subjects=[collaboration.public_id])
    ]
    assert "Nous vous avons envoyé une proposition, version 1" in company
    assert "Vous avez accepté la proposition, version 1. La collaboration est convenue." in company
    assert "Document préparé, version 1" in ours and "Document préparé, version 1" not in company
    assert partner == [
        "Une collaboration est convenue",
        "Contrats signés",
        "La collaboration a commencé",
        "La collaboration est achevée",
    ]


def follow_page(cast, client) -> str:
    link = links.give(links.FOLLOW, cast.irritant.public_id, cast.irritant.contact.email)
    return client.get(reverse("intake:follow", args=[link.token])).content.decode()


def test_the_follow_up_page_says_once_that_it_is_the_companys_turn(sent, client):
    html = follow_page(sent, client)
    said = ["C’est à vous", "à vous de répondre", "Votre réponse est attendue", "Si possible au plus tard"]
    assert [html.count(words) for words in said] == [1, 0, 0, 1]
    assert "is-next" not in html


def test_the_follow_up_page_tells_the_end_once(sent, client):
    PROPOSAL.perform(sent.proposal, "accept", actor=COMPANY)
    html = follow_page(sent, client)
    history = html[html.index('id="history"') : html.index("</ol>", html.index('id="history"'))]
    said = ["Vous avez accepté", "collaboration est convenue", "Dossier clos"]
    assert [history.count(words) for words in said] == [1, 1, 0]
    told = [entry.title for entry in tell(sent.irritant.public_id, "company")]
    assert "Dossier clos : collaboration" in [
        title.replace("\u202f", " ") for title in told
    ]  # the export has all


def test_only_the_right_people_see_a_collaboration(sent):
    PROPOSAL.perform(sent.proposal, "accept", actor=COMPANY)
    seen = {
        user.email: Collaboration.objects.visible_to(user).count()
        for user in (
            sent.coordinator,
            sent.company,
            sent.editor,
            sent.other_editor,
            sent.stranger,
            sent.funder,
        )
    }
    assert seen == {
        sent.coordinator.email: 1,
        sent.company.email: 1,
        sent.editor.email: 1,
        sent.other_editor.email: 0,
        sent.stranger.email: 0,
        sent.funder.email: 0,
    }


def test_who_speaks_for_two_partners_is_told_about_both(cast):
    cast.referrals = casting.asked(cast)
    for referral in cast.referrals:
        REFERRAL.perform(referral, "accept", actor=Actor("partner"))
    cast.other_lab.memberships.update(user=cast.editor)
    cast.actor = coordinator(cast.coordinator)
    cast.proposal = writing.prepare(cast.irritant, actor=cast.actor)
    casting.agreed_and_sent(cast.proposal, frozen(cast), by=cast.actor)
    PROPOSAL.perform(cast.proposal, "accept", actor=COMPANY)
    told = Message.objects.filter(template="partner_agreed")
    assert {message.payload["organisation"] for message in told} == {
        str(cast.lab.public_id),
        str(cast.other_lab.public_id),
    }


def test_a_partner_that_left_reads_the_company_no_more_in_its_space(sent, client):
    PROPOSAL.perform(sent.proposal, "accept", actor=COMPANY)
    client.force_login(sent.editor)
    space = reverse("partner_space")
    assert casting.SECRET_EMAIL in client.get(space).content.decode()
    referral = sent.irritant.referrals.get(organisation=sent.lab)
    REFERRAL.perform(referral, "release", actor=sent.actor)
    assert casting.SECRET_EMAIL not in client.get(space).content.decode()

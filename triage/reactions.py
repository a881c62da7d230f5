"""What follows: ranking after a submission, mails to partners and companies, whose turn it is."""

from django.conf import settings
from django.db import transaction

from accounts.absences import reached_instead_of
from foundation import clock
from intake.lifecycle import IRRITANT, hand_over
from intake.models import Confidentiality, Irritant, Outcome, Stage, Turn
from intake.reactions import owe_company_mail
from intake.sleeping import wake_because
from journal import messages
from journal.actors import COMPANY, SYSTEM, SYSTEM_ACTOR, Actor
from journal.events import reacts_to
from journal.models import AccessLink, Message
from triage.asking import answered
from triage.choosing import free_the_others
from triage.disclosure import agreement_missing, disclose_on_acceptance, grant
from triage.lifecycle import REFERRAL
from triage.models import CancelReason, Referral, ReferralStage
from triage.ranking import owe_ranking


@reacts_to("irritant.submitted")
def rank_what_came_in(event, irritant):
    owe_ranking(irritant, cause=f"event:{event.pk}")


@reacts_to("irritant.answer")
def rank_again_what_was_answered(event, irritant):
    """An answer that fills a field of the irritant changes what the engine reads; a word alone does not."""
    if event.payload.get("fields"):
        owe_ranking(irritant, cause=f"event:{event.pk}")


_PARTNER_MAILS = {
    "referral.ask": "partner_asked",
    "referral.accept": "partner_thanked",
    "referral.release": "partner_released",
    "referral.cancel": "partner_cancelled",
    "referral.reply": "partner_replied",
    "referral.disclosed": "partner_disclosed",
}


@reacts_to(*_PARTNER_MAILS)
def tell_the_partner(event, referral):
    if event.name == "referral.cancel" and _unheard(referral):
        Referral.objects.filter(pk=referral.pk).update(introduces=False)  # the next one is the first it reads
        return
    if event.name == "referral.disclosed" and event.actor_role == SYSTEM:
        return  # it follows an agreement, whose own mail says it
    for email, language in referral.organisation.recipients():
        messages.owe(
            _PARTNER_MAILS[event.name],
            to=email,
            language=language,
            cause=f"event:{event.pk}",
            case=referral.irritant.public_id,
            subject_id=referral.public_id,
        )


def _unheard(referral: Referral) -> bool:
    """Whether the partner knows nothing of the question: it was not asked, or its mail waits to be sent."""
    if referral.asked_at is None or referral.answered_at is not None:
        return referral.asked_at is None
    asks = Message.objects.filter(template="partner_asked", subject_id=referral.public_id)
    return asks.filter(status=Message.OWED).exists() and not asks.exclude(sent_at=None).exists()


@reacts_to("irritant.orient")
def tell_the_company_it_is_asked(event, irritant):
    owe_company_mail("company_oriented", irritant, cause=f"event:{event.pk}")


@reacts_to("referral.accept")
def follow_an_acceptance(event, referral):
    disclose_on_acceptance(referral, actor=SYSTEM_ACTOR)
    hand_over(referral.irritant, Turn.COORDINATOR, settings.CALL_BACK_WORKING_DAYS)
    owe_company_mail(
        "company_partner_accepted",
        referral.irritant,
        cause=f"event:{event.pk}",
        referral=str(referral.public_id),
    )


@reacts_to("referral.accept")
def close_the_place(event, referral):
    """Where one answer was wanted, the others that were so asked are released at once: nobody works for nothing."""
    if referral.exclusive:
        for other in referral.irritant.referrals.waiting().filter(exclusive=True).select_related("irritant"):
            REFERRAL.perform(other, "release", actor=SYSTEM_ACTOR)


@reacts_to("referral.withdraw")
def say_who_leaves(event, referral):
    """The company was told that this partner helps: it is told that it does not, and that we go on."""
    owe_company_mail(
        "company_partner_withdrawn",
        referral.irritant,
        cause=f"event:{event.pk}",
        referral=str(referral.public_id),
    )


@reacts_to("referral.decline", "referral.expire", "referral.cancel", "referral.withdraw")
def come_back_to_triage_when_nobody_is_left(event, referral):
    irritant = Irritant.objects.get(pk=referral.irritant_id)
    if irritant.stage != Stage.ORIENTED or not answered(irritant):
        return
    if irritant.referrals.filter(stage=ReferralStage.ACCEPTED).exists():
        return
    reopened = IRRITANT.perform(irritant, "reopen", actor=SYSTEM_ACTOR)
    if event.name == "referral.withdraw":
        return  # one piece of news, one mail: it was just told who left and that we go on
    called_back = event.name == "referral.cancel"  # by us: nobody refused
    owe_company_mail(
        "company_reopened" if called_back else "company_all_declined", irritant, cause=f"event:{reopened.pk}"
    )


_ANSWERED = {Outcome.COLLABORATION, Outcome.TRAINING, Outcome.TALENT}


@reacts_to("irritant.close", "irritant.withdraw")
def release_the_partners(event, irritant):
    """Nobody works for nothing: whoever was asked is told that it is over, and so is whoever accepted, unless
    the case found its answer with a partner: then the others are thanked."""
    accepted = list(irritant.referrals.filter(stage=ReferralStage.ACCEPTED))
    if accepted and irritant.outcome in _ANSWERED:
        free_the_others(irritant, {row.organisation_id for row in accepted}, actor=SYSTEM_ACTOR)
        return
    why = CancelReason.WITHDRAWN if event.name == "irritant.withdraw" else ""
    for referral in irritant.referrals.waiting():
        REFERRAL.perform(referral, "cancel", actor=SYSTEM_ACTOR, reason=why)
    if irritant.outcome not in _ANSWERED:
        for referral in accepted:
            REFERRAL.perform(referral, "end", actor=SYSTEM_ACTOR, reason=why)


reacts_to("referral.accept", "referral.decline", "referral.question", "referral.withdraw")(wake_because)


@reacts_to("referral.question")
def bring_the_question(event, referral):
    hand_over(referral.irritant, Turn.COORDINATOR, settings.CALL_BACK_WORKING_DAYS)


@reacts_to("referral.reply")
def give_the_turn_back(event, referral):
    if referral.irritant.referrals.filter(stage=ReferralStage.ACCEPTED).exists():
        return  # the coordination has something to do with whoever accepted
    hand_over(referral.irritant, Turn.PARTNER, settings.REFERRAL_WORKING_DAYS)


@reacts_to("confidentiality.open", "confidentiality.summary", "confidentiality.nda")
def follow_the_level(event, irritant):
    """Looser: who accepted is told at once. Stricter: a question that has not left yet does not leave."""
    level = event.name.partition(".")[2]
    if irritant.coordinator is not None and irritant.coordinator.is_active:
        person = reached_instead_of(irritant.coordinator)
        messages.owe(
            "coordinator_level",
            to=person.email,
            language=person.language,
            cause=f"event:{event.pk}",
            case=irritant.public_id,
            subject_id=irritant.public_id,
            payload={"level": level},
        )
    referrals = irritant.referrals.select_related("irritant", "organisation")
    if level == Confidentiality.OPEN:
        for referral in referrals.filter(stage=ReferralStage.ACCEPTED):
            grant(referral, actor=Actor(COMPANY))
    elif level == Confidentiality.NDA:
        for referral in referrals.filter(stage=ReferralStage.ASKED):
            if _unheard(referral) and agreement_missing(irritant, referral.organisation):
                REFERRAL.perform(referral, "cancel", actor=SYSTEM_ACTOR, reason=CancelReason.AGREEMENT)


@reacts_to("non_disclosure.revoke")
def close_what_it_opened(event, agreement):
    """Without the agreement that the company wants, this partner reads nothing more and has nothing to answer."""
    if not agreement_missing(agreement.irritant, agreement.organisation):
        return
    for referral in agreement.irritant.referrals.open().filter(organisation=agreement.organisation):
        move = "end" if referral.stage == ReferralStage.ACCEPTED else "cancel"
        REFERRAL.perform(referral, move, actor=SYSTEM_ACTOR, reason=CancelReason.AGREEMENT)


@transaction.atomic
def owe_new_link(link: AccessLink) -> None:
    """Owe a working link to the address of a link that ran out: at most one a day, however often asked, and none to
    somebody who no longer speaks for the organisation."""
    referral = (
        Referral.objects.select_related("irritant", "organisation").filter(public_id=link.subject_id).first()
    )
    if referral is None or not referral.organisation.answered_by(link.email):
        return
    messages.owe(
        "partner_link",
        to=link.email,
        language=referral.organisation.language_of(link.email),
        cause=f"renew:{link.pk}:{clock.today().isoformat()}",
        case=referral.irritant.public_id,
        subject_id=referral.public_id,
    )

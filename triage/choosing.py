"""Going on with some of the partners that said yes: everyone else who was asked is thanked and freed, once."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from intake.models import Irritant, Stage
from journal.actors import Actor
from journal.events import lock_case
from journal.lifecycle import Refusal
from triage.lifecycle import REFERRAL
from triage.models import Referral, ReferralStage

AT_WORK = (ReferralStage.ASKED, ReferralStage.QUESTION, ReferralStage.ACCEPTED)


@transaction.atomic
def go_on_with(
    irritant: Irritant, chosen: Collection[UUID], *, actor: Actor, version: int | None = None
) -> list[Referral]:
    """Free every partner but those of these referrals, which must have accepted; returns the referrals freed.

    Done twice it frees nobody twice. Raises Refusal, and then nobody was told anything.
    """
    lock_case(irritant.public_id)
    irritant = Irritant.objects.get(pk=irritant.pk)
    if version is not None and irritant.version != version:
        raise Refusal(_("Ce dossier a changé entre-temps. Relisez-le avant d’envoyer."), "version")
    if irritant.stage == Stage.CLOSED:
        raise Refusal(_("Ce dossier est clos : rouvrez-le pour le modifier."), "closed")
    rows = irritant.referrals.filter(public_id__in=chosen, stage=ReferralStage.ACCEPTED)
    kept = set(rows.values_list("organisation_id", flat=True))
    if not kept or len(kept) != len(set(chosen)):
        raise Refusal(_("Choisissez parmi les partenaires qui ont accepté."), "nobody")
    return free_the_others(irritant, kept, actor=actor)


def free_the_others(irritant: Irritant, chosen: Collection[int], *, actor: Actor) -> list[Referral]:
    """Release whoever was asked, asks something or accepted, but these organisations (primary keys)."""
    others = irritant.referrals.filter(stage__in=AT_WORK).exclude(organisation__in=chosen)
    freed = list(others.select_related("irritant", "organisation").order_by("pk"))
    for referral in freed:
        REFERRAL.perform(referral, "release", actor=actor)
    return freed

"""Asking partners: one act for several, nothing without a coordinator, nothing against a hold."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from intake.lifecycle import IRRITANT
from intake.models import Confidentiality, Irritant, Stage
from journal.actors import Actor
from journal.events import lock_case
from journal.lifecycle import Refusal
from partners.models import Organisation
from triage import holding
from triage.lifecycle import REFERRAL, exclusive_holder
from triage.models import Match, MatchRun, Qualification, Referral, ReferralStage
from triage.qualifying import identifying_words

EXPIRY_WORKING_DAYS = 15  # after which silence is an answer


def blocked_because(
    irritant: Irritant, *, run: MatchRun | None = None, qualification: Qualification | None = None
) -> str:
    """Why nobody can be asked now, as a sentence for the screen; "" when nothing stands in the way.

    `run` (the latest) and `qualification`: where the caller has read them.
    """
    if irritant.stage == Stage.NEEDS_INFO:
        return _("L’entreprise n’a pas encore répondu : reprenez d’abord l’étude.")
    if irritant.stage not in (Stage.IN_TRIAGE, Stage.ORIENTED):
        return _("Prenez d’abord l’irritant en charge.")
    qualification = qualification or Qualification.objects.filter(irritant=irritant).first()
    if qualification is None or not qualification.partner_summary.strip():
        return _("Écrivez d’abord le résumé que liront les partenaires.")
    run = run or irritant.runs.first()
    if run is None:
        return _("Le calcul est en cours : rechargez la page dans un instant.")
    if not qualification.hold_lifted_reason and holding.of_run(run).holds:
        return _("Une retenue s’applique : levez-la en disant pourquoi.")
    if irritant.confidentiality == Confidentiality.NDA and not irritant.non_disclosures.in_force().exists():
        return _("L’entreprise demande un accord de confidentialité avant toute sollicitation.")
    return ""


def candidates(irritant: Irritant) -> dict[Organisation, list[Match]]:
    """Organisations of the kept matches that have no open referral, with their matches."""
    taken = set(irritant.referrals.open().values_list("organisation_id", flat=True))
    return by_organisation(irritant.matches.kept().select_related("offer__organisation").ranked(), taken)


def by_organisation(kept: Iterable[Match], taken: set[int]) -> dict[Organisation, list[Match]]:
    """Kept matches, ranked, of the organisations that are not in `taken` (primary keys)."""
    grouped: dict[Organisation, list[Match]] = {}
    for match in kept:
        if match.offer.organisation_id not in taken:
            grouped.setdefault(match.offer.organisation, []).append(match)
    return grouped


def without_agreement(irritant: Irritant, organisations: Iterable[Organisation]) -> set[Organisation]:
    """Those of them that cannot be asked before a confidentiality agreement is recorded."""
    if irritant.confidentiality != Confidentiality.NDA:
        return set()
    signed = set(irritant.non_disclosures.in_force().values_list("organisation_id", flat=True))
    return {organisation for organisation in organisations if organisation.pk not in signed}


def named_in(irritant: Irritant, *texts: str) -> list[str]:
    """Words of these texts that would name a company that asked not to be named."""
    if irritant.confidentiality == Confidentiality.OPEN:
        return []
    return identifying_words("\n".join(texts), irritant)


def refusals(irritant: Irritant) -> dict[Organisation, Referral]:
    """The last referral of each organisation that said no, stepped back or never answered."""
    said_no = [ReferralStage.DECLINED, ReferralStage.WITHDRAWN, ReferralStage.EXPIRED]
    prefetch_related_objects([irritant], "referrals__organisation")
    rows = sorted(irritant.referrals.all(), key=lambda row: row.pk)
    return {row.organisation: row for row in rows if row.stage in said_no}


@transaction.atomic
def ask(
    irritant: Irritant,
    organisations: Iterable[Organisation],
    *,
    note: str,
    actor: Actor,
    version: int | None = None,
    reviewed: bool = False,
    exclusive: bool = False,
) -> list[Referral]:
    """Send the question to these organisations (those of `candidates`). Raises Refusal, and then nobody was asked.

    `reviewed`: a coordinator has read the words that look like the company's name, and they are not.
    `exclusive`: one answer is wanted, the first to accept is the only one (triage.lifecycle.exclusive_holder).
    """
    lock_case(irritant.public_id)
    irritant = Irritant.objects.get(pk=irritant.pk)
    if version is not None and irritant.version != version:
        raise Refusal(_("Ce dossier a changé entre-temps. Relisez-le avant d’envoyer."), "version")
    reason = blocked_because(irritant)
    if reason:
        raise Refusal(reason, "blocked")
    known = candidates(irritant)
    chosen = [organisation for organisation in known if organisation in set(organisations)]
    if not chosen:
        raise Refusal(_("Choisissez au moins un partenaire parmi les pistes retenues."), "nobody")
    if exclusive and (holder := exclusive_holder(irritant)):
        raise Refusal(
            _("La place est déjà prise par %(name)s : sollicitez sans cocher « une seule réponse attendue ».")
            % {"name": holder.organisation},
            "taken",
        )
    summary = irritant.qualification.partner_summary.strip()
    if not reviewed and (words := named_in(irritant, summary, note)):
        raise Refusal(
            _("Le résumé ou le mot nommerait l’entreprise (%(words)s) : rien n’est parti.")
            % {"words": ", ".join(words)},
            "named",
        )
    asked = []
    for organisation in chosen:
        if not organisation.recipients():
            raise Refusal(
                _("Personne à joindre chez %(name)s : ajoutez une adresse.") % {"name": organisation},
                "unreachable",
            )
        referral = Referral.objects.create(irritant=irritant, organisation=organisation)
        referral.matches.set(known[organisation])
        REFERRAL.perform(referral, "ask", actor=actor, summary=summary, note=note, exclusive=exclusive)
        asked.append(referral)
    if irritant.stage == Stage.IN_TRIAGE:
        IRRITANT.perform(irritant, "orient", actor=actor)
    return asked


def answered(irritant: Irritant) -> bool:
    """Whether no partner is awaited any more."""
    return not irritant.referrals.filter(stage__in=[ReferralStage.ASKED, ReferralStage.QUESTION]).exists()

"""Asking partners: one act for several, nothing without a coordinator, nothing against a hold."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, prefetch_related_objects
from django.utils.translation import gettext as _

from foundation.failpoints import failpoint
from intake.lifecycle import IRRITANT
from intake.models import Confidentiality, Irritant, Stage
from journal.actors import Actor
from journal.events import lock_case
from journal.lifecycle import Refusal
from partners.models import Organisation
from triage import holding
from triage.lifecycle import MATCH, REFERRAL, exclusive_holder
from triage.models import Match, MatchRun, MatchState, Qualification, Referral, ReferralStage
from triage.qualifying import identifying_words

SAID_NO = (ReferralStage.DECLINED, ReferralStage.WITHDRAWN, ReferralStage.EXPIRED)
MOST_AT_ONCE = 3  # more partners awaited at once than this deserves a second thought


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


def candidates(irritant: Irritant, also: Match | None = None) -> dict[Organisation, list[Match]]:
    """Organisations of the kept matches that have no open referral, with their matches.

    `also`: a match that is only suggested, and is kept by being asked about.
    """
    taken = set(irritant.referrals.open().values_list("organisation_id", flat=True))
    wanted = Q(state=MatchState.KEPT) | Q(pk=also.pk if also else None, state=MatchState.SUGGESTED)
    rows = irritant.matches.filter(wanted).select_related("offer__organisation").ranked()
    return by_organisation(rows, taken)


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
    prefetch_related_objects([irritant], "referrals__organisation")
    rows = sorted(irritant.referrals.all(), key=lambda row: row.pk)
    return {row.organisation: row for row in rows if row.stage in SAID_NO}


def awaited(irritant: Irritant) -> int:
    """How many partners have not answered yet."""
    return irritant.referrals.waiting().count()


def next_best(irritant: Irritant, ranked: Iterable[Match]) -> Match | None:
    """Whom to ask after a refusal: the best match of a partner that was never asked here and can be, kept ones
    before suggested ones, those that are free before those that are not. Two queries at most.

    `ranked`: the matches of the case in rank order, read by triage.capacity.with_availability.
    """
    asked = {referral.organisation_id for referral in irritant.referrals.all()}
    rows = [
        match
        for match in ranked
        if match.state in (MatchState.KEPT, MatchState.SUGGESTED) and match.offer.organisation_id not in asked
    ]
    partners = {match.offer.organisation for match in rows}
    barred = {row.pk for row in without_agreement(irritant, partners)}
    reachable = Organisation.objects.reachable().filter(pk__in=[row.pk for row in partners])
    able = set(reachable.values_list("pk", flat=True)) - barred if rows else set()
    rows = [match for match in rows if match.offer.organisation_id in able]
    rows.sort(key=lambda match: (not match.availability.is_free, match.state != MatchState.KEPT))
    return rows[0] if rows else None


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
    many: bool = False,
    also: Match | None = None,
) -> list[Referral]:
    """Send the question to these organisations (those of `candidates`). Raises Refusal, and then nobody was asked.

    `reviewed`: a coordinator has read the words that look like the company's name, and they are not.
    `exclusive`: one answer is wanted, the first to accept is the only one (triage.lifecycle.exclusive_holder).
    `many`: a coordinator means to await more than MOST_AT_ONCE. `also`: as for `candidates`.
    """
    lock_case(irritant.public_id)
    irritant = Irritant.objects.get(pk=irritant.pk)
    if version is not None and irritant.version != version:
        raise Refusal(_("Ce dossier a changé entre-temps. Relisez-le avant d’envoyer."), "version")
    reason = blocked_because(irritant)
    if reason:
        raise Refusal(reason, "blocked")
    known = candidates(irritant, also)
    chosen = [organisation for organisation in known if organisation in set(organisations)]
    if not chosen:
        raise Refusal(_("Choisissez au moins un partenaire parmi les pistes retenues."), "nobody")
    if exclusive and (holder := exclusive_holder(irritant)):
        raise Refusal(
            _("La place est déjà prise par %(name)s : sollicitez sans cocher « une seule réponse attendue ».")
            % {"name": holder.organisation},
            "taken",
        )
    if not many and awaited(irritant) + len(chosen) > MOST_AT_ONCE:
        raise Refusal(_("Plus de trois partenaires à la fois : confirmez que vous le voulez."), "many")
    summary = irritant.qualification.partner_summary.strip()
    if not reviewed and (words := named_in(irritant, summary, note)):
        raise Refusal(
            _("Le résumé ou le mot nommerait l’entreprise (%(words)s) : rien n’est parti.")
            % {"words": ", ".join(words)},
            "named",
        )
    # One after the other where two cases ask the same partner: only the first question introduces us.
    list(Organisation.objects.select_for_update().filter(pk__in=[row.pk for row in chosen]).order_by("pk"))
    asked = []
    for organisation in chosen:
        if not organisation.recipients():
            raise Refusal(
                _("Personne à joindre chez %(name)s : ajoutez une adresse.") % {"name": organisation},
                "unreachable",
            )
        for match in known[organisation]:
            if match.state == MatchState.SUGGESTED:
                MATCH.perform(match, "keep", actor=actor)
        referral = Referral.objects.create(irritant=irritant, organisation=organisation)
        referral.matches.set(known[organisation])
        REFERRAL.perform(referral, "ask", actor=actor, summary=summary, note=note, exclusive=exclusive)
        asked.append(referral)
        failpoint("ask.one_asked")
    if irritant.stage == Stage.IN_TRIAGE:
        IRRITANT.perform(irritant, "orient", actor=actor)
    failpoint("ask.before_commit")
    return asked


def answered(irritant: Irritant) -> bool:
    """Whether no partner is awaited any more."""
    return not irritant.referrals.filter(stage__in=[ReferralStage.ASKED, ReferralStage.QUESTION]).exists()

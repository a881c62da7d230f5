"""Preparing a proposal: a first text from the accepted referrals, freezing a version, owing its PDF."""
import hashlib
import json
from datetime import timedelta

from django.db import transaction
from django.utils import formats, translation
from django.utils.translation import gettext as _

from foundation import clock
from intake.models import Irritant
from journal import jobs
from journal.actors import Actor
from journal.events import record
from journal.lifecycle import Refusal
from programs.models import Offer, OfferKind
from proposals.models import Agreement, Proposal, ProposalStage, ProposalVersion
from triage.models import MatchState, ReferralStage

TEMPLATE_VERSION = "1"
VALIDITY = timedelta(days=60)


@transaction.atomic
def prepare(irritant: Irritant, *, actor: Actor) -> Proposal:
    """A first proposal from the qualification and the accepted referrals. Raises Refusal when nobody accepted yet."""
    irritant = Irritant.objects.select_for_update().get(pk=irritant.pk)
    accepted = list(irritant.referrals.filter(stage=ReferralStage.ACCEPTED).select_related("organisation"))
    if not accepted:
        raise Refusal(_("Aucun partenaire n’a encore accepté."), "nobody")
    if irritant.proposals.filter(stage__in=[ProposalStage.PREPARING, ProposalStage.SENT]).exists():
        raise Refusal(_("Une proposition est déjà ouverte pour cet irritant."), "exists")
    with translation.override(irritant.contact.language):
        proposal = Proposal.objects.create(
            irritant=irritant,
            title=_("Proposition de collaboration – %(company)s") % {"company": irritant.company.name},
            need=irritant.qualification.reformulated or irritant.qualification.partner_summary,
            target=irritant.qualification.target,
            path=[_step(match.offer, referral) for referral in accepted for match in _kept(referral)],
            conditions=_(
                "Les données restent à l’entreprise. Leur accès, leur hébergement et la propriété des résultats sont "
                "fixés par le contrat signé entre les parties ; ce document n’engage que leur intention."
            ),
            next_steps=_("Premier échange entre l’entreprise et chaque partenaire dans les dix jours ouvrés."),
            valid_until=clock.today() + VALIDITY,
            created_by=actor.user,
        )
    record("proposal.prepare", case=irritant.public_id, subject=proposal, actor=actor)
    return proposal


def _kept(referral):
    return referral.matches.filter(state=MatchState.KEPT).select_related("offer__organisation").ranked()


def _step(offer: Offer, referral) -> dict:
    """One step of the path: JSON-able, in the language that is active."""
    return {
        "kind": offer.kind,
        "organisation": offer.organisation.name,
        "organisation_id": str(offer.organisation.public_id),
        "person": referral.person_in_charge,
        "title": offer.title,
        "summary": offer.summary,
        "when": _when(offer),
        "offer_id": str(offer.public_id),
        "illustrative": offer.illustrative,
    }


def _when(offer: Offer) -> str:
    """When the step can begin, from the offer's own dates."""
    if offer.kind == OfferKind.TRAINING and offer.detail:
        upcoming = offer.detail.sessions.filter(start__gt=clock.today(), seats_left__gt=0).first()
        if upcoming:
            return _("session du %(day)s") % {"day": formats.date_format(upcoming.start, "DATE_FORMAT")}
    start = getattr(offer.detail, "start_from", None)
    if start and start > clock.today():
        return _("à partir du %(day)s") % {"day": formats.date_format(start, "DATE_FORMAT")}
    return _("à convenir")


def snapshot_of(proposal: Proposal) -> dict:
    """Everything the document says, as JSON: rendering reads nothing else. Keys: docs/proposal-snapshot.md."""
    irritant = proposal.irritant
    return {
        "schema": 1,
        "language": irritant.contact.language,
        "reference": irritant.reference,
        "date": clock.today().isoformat(),
        "valid_until": proposal.valid_until.isoformat(),
        "confidentiality": irritant.confidentiality,
        "title": proposal.title,
        "company": {"name": irritant.company.name, "contact": irritant.contact.name, "city": irritant.site_city},
        "coordinator": irritant.coordinator.get_full_name() if irritant.coordinator else "",
        "words": irritant.text,
        "words_language": irritant.language,
        "need": proposal.need,
        "target": proposal.target,
        "path": proposal.path,
        "conditions": proposal.conditions,
        "next_steps": proposal.next_steps,
        "illustrative": any(step.get("illustrative", False) for step in proposal.path),
        "parties": sorted({step["organisation"] for step in proposal.path}),
    }


@transaction.atomic
def freeze(proposal: Proposal, *, actor: Actor) -> ProposalVersion:
    """A version of the proposal as it stands, its agreements, and the PDF owed. The same content is the same version."""
    proposal = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.stage != ProposalStage.PREPARING:
        raise Refusal(_("Cette proposition n’est plus en préparation."), "state")
    snapshot = snapshot_of(proposal)
    number = (proposal.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    digest = hashlib.sha256(
        json.dumps({"snapshot": snapshot, "template": TEMPLATE_VERSION}, sort_keys=True).encode()
    ).hexdigest()
    version, created = ProposalVersion.objects.get_or_create(
        proposal=proposal,
        input_hash=digest,
        defaults={"number": number, "snapshot": {**snapshot, "version": number}, "template_version": TEMPLATE_VERSION},
    )
    if created:
        _ask_for_agreements(version)
        record(
            "proposal.freeze", case=proposal.irritant.public_id, subject=proposal, actor=actor, version=str(version.public_id)
        )
        jobs.submit("proposal.render", f"pdf:{version.public_id}", {"version": version.pk}, queue="pdf")
    return version


def _ask_for_agreements(version: ProposalVersion) -> None:
    """The company's word is pending; a partner's was given when it accepted the referral."""
    Agreement.objects.create(version=version)
    for referral in version.proposal.irritant.referrals.filter(stage=ReferralStage.ACCEPTED):
        Agreement.objects.create(
            version=version,
            organisation=referral.organisation,
            state=Agreement.State.AGREED,
            basis="referral",
            at=referral.answered_at,
        )

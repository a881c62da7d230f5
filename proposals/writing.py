"""Preparing a proposal: a first text from the accepted referrals, freezing a version, owing its PDF."""

import hashlib
import json
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import formats, translation
from django.utils.translation import gettext as _

from foundation import clock
from intake.models import Irritant, Stage
from journal import jobs
from journal.actors import Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from partners.models import Organisation
from programs.models import Offer, OfferKind
from proposals.models import Agreement, Proposal, ProposalStage, ProposalVersion
from triage.models import Match, MatchState, ReferralStage

TEMPLATE_VERSION = "1"  # raise it when the templates or pdf.css change what is printed
VALIDITY = timedelta(days=60)


@transaction.atomic
def prepare(irritant: Irritant, *, actor: Actor) -> Proposal:
    """From the qualification and the accepted referrals. Raises Refusal (nobody, exists, closed)."""
    lock_case(irritant.public_id)
    irritant = Irritant.objects.get(pk=irritant.pk)
    if irritant.stage == Stage.CLOSED:
        raise Refusal(_("Ce dossier est clos : rouvrez-le d’abord."), "closed")
    accepted = list(_accepted(irritant))
    if not accepted:
        raise Refusal(_("Aucun partenaire n’a encore accepté."), "nobody")
    if irritant.proposals.open().exists():
        raise Refusal(_("Une proposition est déjà ouverte pour cet irritant."), "exists")
    qualification = getattr(irritant, "qualification", None)
    with translation.override(irritant.language):
        title = _("Proposition de collaboration – %(company)s") % {"company": irritant.company.name}
        proposal = Proposal.objects.create(
            irritant=irritant,
            title=title if len(title) <= 160 else f"{title[:159]}…",
            need=(qualification and (qualification.reformulated or qualification.partner_summary)) or "",
            target=qualification.target if qualification else "",
            path=[_step(match.offer, referral) for referral in accepted for match in _kept(referral)],
            conditions=_(
                "Les données restent à l’entreprise. Leur accès, leur hébergement et la propriété des "
                "résultats sont fixés par le contrat signé entre les parties ; ce document n’engage que "
                "leur intention."
            ),
            next_steps=_(
                "Premier échange entre l’entreprise et chaque partenaire dans les dix jours ouvrés."
            ),
            valid_until=clock.today() + VALIDITY,
            created_by=actor.user,
        )
    record("proposal.prepare", case=irritant.public_id, subject=proposal, actor=actor)
    return proposal


def _accepted(irritant: Irritant):
    return (
        irritant.referrals.filter(stage=ReferralStage.ACCEPTED)
        .select_related("organisation__signed_by")
        .order_by("pk")
    )


def partners_of(irritant: Irritant) -> list[Organisation]:
    """Organisations that accepted: the only ones a path may promise."""
    return [referral.organisation for referral in _accepted(irritant)]


def offers_left(proposal: Proposal) -> list[Match]:
    """Kept matches of accepted referrals whose offer is not in the path yet."""
    used = {step.get("offer_id") for step in proposal.path}
    found = {}
    for referral in _accepted(proposal.irritant):
        for match in _kept(referral):
            if str(match.offer.public_id) not in used:
                found[match.pk] = match
    return list(found.values())


def step_from(proposal: Proposal, offer_id: str) -> dict | None:
    """A step made from one of `offers_left`, in the company's language; None when it is not one of them."""
    for referral in _accepted(proposal.irritant):
        for match in _kept(referral):
            if str(match.offer.public_id) == offer_id:
                with translation.override(proposal.irritant.language):
                    return _step(match.offer, referral)
    return None


@transaction.atomic
def edit(proposal: Proposal, values: dict, *, version: int, actor: Actor) -> bool:
    """Write fields of a proposal in preparation; False when nothing differs.

    `version` is what the writer read: a newer text refuses, so that nobody overwrites somebody silently.
    """
    lock_case(proposal.irritant.public_id)
    fresh = Proposal.objects.get(pk=proposal.pk)
    if fresh.stage != ProposalStage.PREPARING:
        raise Refusal(_("Cette proposition n’est plus en préparation."), "state")
    if fresh.version != version:
        raise Refusal(_("Quelqu’un a enregistré ce texte pendant que vous écriviez."), "version")
    changed = {name: value for name, value in values.items() if getattr(fresh, name) != value}
    if not changed:
        return False
    Proposal.objects.filter(pk=fresh.pk, version=version).update(**changed, version=F("version") + 1)
    record("proposal.edit", case=fresh.irritant.public_id, subject=fresh, actor=actor, fields=sorted(changed))
    proposal.refresh_from_db()
    return True


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
    if offer.entry_from and (not start or start < offer.entry_from):
        day = formats.date_format(offer.entry_from, "DATE_FORMAT")
        return _("au plus tôt le %(day)s, autorisation d’accès comprise") % {"day": day}
    if start and start > clock.today():
        return _("à partir du %(day)s") % {"day": formats.date_format(start, "DATE_FORMAT")}
    return _("à convenir")


def snapshot_of(proposal: Proposal) -> dict:
    """Everything the document says, as JSON: rendering reads nothing else (docs/proposal-snapshot.md)."""
    irritant = proposal.irritant
    return {
        "schema": 1,
        "language": irritant.language,
        "reference": irritant.reference,
        "date": clock.today().isoformat(),
        "valid_until": proposal.valid_until.isoformat(),
        "confidentiality": irritant.confidentiality,
        "title": proposal.title,
        "company": {
            "name": irritant.company.name,
            "contact": irritant.contact.name,
            "city": irritant.site_city,
        },
        "coordinator": irritant.coordinator.get_full_name() if irritant.coordinator else "",
        "words": irritant.text,
        "words_language": irritant.language,
        "need": proposal.need,
        "target": proposal.target,
        "path": proposal.path,
        "conditions": proposal.conditions,
        "next_steps": proposal.next_steps,
        "illustrative": any(step.get("illustrative", False) for step in proposal.path),
        "partners": _partners(proposal),
        "parties": sorted(
            _signs(referral.organisation, irritant.language) for referral in _referrals_in(proposal)
        ),
    }


def _referrals_in(proposal: Proposal) -> list:
    """Accepted referrals whose organisation leads a step of the path: the parties beside the company."""
    leading = {step.get("organisation_id") for step in proposal.path}
    found = {
        r.organisation_id: r for r in _accepted(proposal.irritant) if str(r.organisation.public_id) in leading
    }
    return list(found.values())


def _signs(organisation: Organisation, language: str) -> str:
    """Who signs for a partner, and for whom: a laboratory is no legal person."""
    if organisation.signed_by is None:
        return organisation.name
    with translation.override(language):
        return _("%(signatory)s, pour %(name)s") % {
            "signatory": organisation.signed_by.name,
            "name": organisation.name,
        }


def _partners(proposal: Proposal) -> list[dict]:
    with translation.override(proposal.irritant.language):
        return [
            {
                "organisation_id": str(referral.organisation.public_id),
                "name": referral.organisation.name,
                "kind": referral.organisation.get_kind_display(),
                "city": referral.organisation.city,
                "person": referral.person_in_charge,
            }
            for referral in _referrals_in(proposal)
        ]


def _content(snapshot: dict) -> dict:
    """What a snapshot says, whatever the day and the number."""
    return {key: value for key, value in snapshot.items() if key not in ("date", "version")}


def says_the_same(version: ProposalVersion, proposal: Proposal) -> bool:
    """Whether this version is the proposal as it stands now."""
    return version.template_version == TEMPLATE_VERSION and _content(version.snapshot) == _content(
        json.loads(json.dumps(snapshot_of(proposal)))
    )


def check_complete(proposal: Proposal) -> None:
    """Raise Refusal when the text is not worth a document."""
    if not proposal.path:
        raise Refusal(_("Ajoutez au moins une étape au chemin proposé."), "path")
    if not proposal.need.strip():
        raise Refusal(_("Écrivez d’abord le besoin tel que nous l’avons compris."), "need")
    if proposal.valid_until < clock.today():
        raise Refusal(_("La date de validité est passée : repoussez-la."), "validity")
    accepted = {str(organisation.public_id) for organisation in partners_of(proposal.irritant)}
    for step in proposal.path:
        if step.get("organisation_id") and step["organisation_id"] not in accepted:
            raise Refusal(
                _("%(name)s n’a pas accepté, ou s’est retiré : changez l’étape « %(title)s ».")
                % {"name": step["organisation"], "title": step["title"]},
                "partner",
            )


def _digest(snapshot: dict) -> str:
    text = json.dumps({"snapshot": snapshot, "template": TEMPLATE_VERSION}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def freeze(proposal: Proposal, *, actor: Actor) -> ProposalVersion:
    """A version of the proposal as it stands, its agreements, its PDF owed. Same content, same version."""
    lock_case(proposal.irritant.public_id)
    proposal = Proposal.objects.get(pk=proposal.pk)
    if proposal.stage != ProposalStage.PREPARING:
        raise Refusal(_("Cette proposition n’est plus en préparation."), "state")
    check_complete(proposal)
    latest = proposal.versions.first()
    if latest and says_the_same(latest, proposal):
        if latest.sent_at:
            raise Refusal(
                _("Rien n’a changé depuis la version %(number)s, déjà envoyée.") % {"number": latest.number},
                "unchanged",
            )
        return latest
    number = latest.number + 1 if latest else 1
    snapshot = {**snapshot_of(proposal), "version": number}
    version = ProposalVersion.objects.create(
        proposal=proposal,
        number=number,
        snapshot=snapshot,
        input_hash=_digest(snapshot),
        template_version=TEMPLATE_VERSION,
    )
    _ask_for_agreements(version)
    record(
        "proposal.freeze",
        case=proposal.irritant.public_id,
        subject=proposal,
        actor=actor,
        proposal_version=str(version.public_id),
    )
    jobs.submit("proposal.render", version.job_key, {"version": version.pk}, queue="pdf")
    return version


def _ask_for_agreements(version: ProposalVersion) -> None:
    """The company's word and each partner's are pending: saying yes to a question is not agreeing to a document."""
    Agreement.objects.create(document=version)
    for referral in _referrals_in(version.proposal):
        Agreement.objects.create(document=version, organisation=referral.organisation)

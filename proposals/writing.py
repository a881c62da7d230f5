"""Preparing a proposal: options and text from the accepted referrals, freezing a version, owing its PDF."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from foundation import clock
from foundation.failpoints import failpoint
from intake.models import Irritant, Stage
from journal import jobs
from journal.actors import Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from partners.models import Organisation
from proposals import conflicts, gathering, paths, verification
from proposals.composing import Piece, compose, reason_against
from proposals.composing.building import step
from proposals.composing.text import compose_sections
from proposals.models import Agreement, Proposal, ProposalStage, ProposalVersion
from proposals.reading import reading_of
from proposals.sections import Paragraph
from proposals.snapshots import TEMPLATE_VERSION, digest, parties, says_the_same, snapshot_of

VALIDITY = timedelta(days=60)


@transaction.atomic
def prepare(irritant: Irritant, *, actor: Actor) -> Proposal:
    """From the qualification and the accepted referrals. Raises Refusal (nobody, exists, closed)."""
    lock_case(irritant.public_id)
    irritant = Irritant.objects.get(pk=irritant.pk)
    if irritant.stage == Stage.CLOSED:
        raise Refusal(_("Ce dossier est clos : rouvrez-le d’abord."), "closed")
    if not gathering.accepted(irritant).exists():
        raise Refusal(_("Aucun partenaire n’a encore accepté."), "nobody")
    if irritant.proposals.open().exists():
        raise Refusal(_("Une proposition est déjà ouverte pour cet irritant."), "exists")
    with translation.override(irritant.language):
        title = _("Proposition de collaboration – %(company)s") % {"company": irritant.company.name}
        options = composed(irritant)
        proposal = Proposal.objects.create(
            irritant=irritant,
            title=title if len(title) <= 160 else f"{title[:159]}…",
            target=gathering.qualification_of(irritant).target,
            options=options,
            sections=compose_sections(reading_of(irritant, options)),
            valid_until=clock.today() + VALIDITY,
            created_by=actor.user,
        )
    record("proposal.prepare", case=irritant.public_id, subject=proposal, actor=actor)
    failpoint("proposal.before_commit")
    return proposal


def partners_of(irritant: Irritant) -> list[Organisation]:
    """Organisations that accepted: the only ones a path may promise."""
    return [referral.organisation for referral in gathering.accepted(irritant)]


def composed(irritant: Irritant, taken: Collection[str] = ()) -> list[paths.Option]:
    """The portal's options for this irritant, in the company's language; `taken`: ids that are used already."""
    new_id = paths.identities(taken)
    with translation.override(irritant.language):
        found = compose(gathering.need_of(irritant), gathering.pieces_of(irritant), new_id)
        return found or [paths.blank_option(new_id(), title=_("Le chemin proposé"))]


def composed_section(proposal: Proposal, code: str, options: list[paths.Option]) -> list[Paragraph]:
    """What the portal writes in one section today, in the company's language, around these options."""
    irritant = proposal.irritant
    with translation.override(irritant.language):
        return compose_sections(reading_of(irritant, options)).get(code, [])


@dataclass(frozen=True)
class Left:
    """A piece that no option uses yet; `why`: what speaks against it, "" when it may be added."""

    piece: Piece
    why: str


def offers_left(proposal: Proposal) -> list[Left]:
    """Kept matches of accepted referrals whose offer is in no option, and why the portal left them out."""
    used = paths.offers_in(proposal.options)
    need = gathering.need_of(proposal.irritant)
    return [
        Left(piece, reason_against(need, piece))
        for piece in gathering.pieces_of(proposal.irritant)
        if piece.offer_id not in used
    ]


def step_from(proposal: Proposal, offer_id: str, options: list[paths.Option]) -> paths.Step | None:
    """A step made from a piece that partners brought, for `options`; None when it is not one of them."""
    for piece in gathering.pieces_of(proposal.irritant):
        if piece.offer_id == offer_id:
            with translation.override(proposal.irritant.language):
                need = gathering.need_of(proposal.irritant)
                new_id = paths.identities(paths.ids_in(options))
                return step(piece, need, [], new_id, (need.trl_now, need.maturity))
    return None


@transaction.atomic
def edit(proposal: Proposal, values: dict, *, version: int, actor: Actor, undo: dict | None = None) -> bool:
    """Write fields of a proposal in preparation; False when nothing differs.

    `version` is what the writer read: a newer text refuses, so that nobody overwrites somebody silently. `undo`: what
    the portal's own rewriting replaced; whatever is written next makes an older one void.
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
    Proposal.objects.filter(pk=fresh.pk, version=version).update(
        **changed, undo=undo or {}, version=F("version") + 1
    )
    record("proposal.edit", case=fresh.irritant.public_id, subject=fresh, actor=actor, fields=sorted(changed))
    failpoint("proposal.before_commit")
    proposal.refresh_from_db()
    return True


def check_complete(proposal: Proposal) -> None:
    """Raise Refusal when the text is not worth a document, or would say something false."""
    if not any(option["steps"] for option in proposal.options):
        raise Refusal(_("Ajoutez au moins une étape au chemin proposé."), "path")
    if not proposal.need.strip():
        raise Refusal(_("Écrivez d’abord le besoin tel que nous l’avons compris."), "need")
    for one in conflicts.of(proposal):
        if one.blocks:
            raise Refusal(one.sentence, one.code)


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
    hashed, verify_number = digest(snapshot), verification.new_number()
    version = ProposalVersion.objects.create(
        proposal=proposal,
        number=number,
        snapshot=verification.sealed(snapshot, verify_number, hashed[:8]),
        verify_number=verify_number,
        input_hash=hashed,
        template_version=TEMPLATE_VERSION,
    )
    failpoint("freeze.version_made")
    _ask_for_agreements(version)
    record(
        "proposal.freeze",
        case=proposal.irritant.public_id,
        subject=proposal,
        actor=actor,
        proposal_version=str(version.public_id),
    )
    jobs.submit("proposal.render", version.job_key, {"version": version.pk}, queue="pdf")
    failpoint("freeze.before_commit")
    return version


def _ask_for_agreements(version: ProposalVersion) -> None:
    """The company's word and each partner's are pending: saying yes to a question is not agreeing to a document."""
    Agreement.objects.create(document=version)
    for referral in parties(version.proposal):
        Agreement.objects.create(document=version, organisation=referral.organisation)

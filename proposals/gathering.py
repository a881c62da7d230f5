"""What composing and the conflicts read, from the rows: the need, the employer, the pieces that partners brought."""

from django.utils import translation

from foundation import clock
from intake.models import Irritant
from programs.models import Offer, OfferKind
from proposals.composing import Employer, Need, Piece, Slot
from triage.asking import without_agreement
from triage.models import Match, Qualification, Referral, ReferralStage

_DETAILS = [f"offer__{kind}_detail" for kind in OfferKind.values]


def qualification_of(irritant: Irritant) -> Qualification:
    """The coordinator's reading; an empty one where nobody wrote any."""
    return getattr(irritant, "qualification", None) or Qualification(irritant=irritant)


def accepted(irritant: Irritant):
    """Referrals whose partners said yes, the oldest first: the only ones a path may promise."""
    return (
        irritant.referrals.filter(stage=ReferralStage.ACCEPTED)
        .select_related("organisation__signed_by")
        .order_by("pk")
    )


def kept(referral: Referral):
    """Its kept matches, best first, with what their offers say."""
    return (
        referral.matches.kept()
        .select_related("offer__organisation", *_DETAILS)
        .prefetch_related("offer__training_detail__sessions")
        .ranked()
    )


def need_of(irritant: Irritant) -> Need:
    """`maturity`: the qualification's, else what the company said."""
    read, company = qualification_of(irritant), irritant.company
    maturity = read.data_maturity if read.data_maturity is not None else irritant.data_maturity
    return Need(
        today=clock.today(),
        department=irritant.department,
        employer=Employer(
            company.country, bool(company.siren), company.legal_form, company.organisation_type
        ),
        maturity=maturity,
        trl_now=read.trl_now,
        trl_target=read.trl_target,
        target=read.target,
        urgency=read.urgency or irritant.deadline,
    )


def brought(irritant: Irritant) -> list[tuple[Referral, Match]]:
    """Each kept match of an accepted referral once, best first."""
    found: dict[int, tuple[Referral, Match]] = {}
    for referral in accepted(irritant):
        for match in kept(referral):
            found.setdefault(match.pk, (referral, match))
    return sorted(found.values(), key=lambda pair: (-(pair[1].score or 0), pair[1].offer_id))


def pieces_of(irritant: Irritant) -> list[Piece]:
    """What partners that accepted bring, best first, in the company's language."""
    pairs = brought(irritant)
    silent = without_agreement(irritant, {referral.organisation for referral, _match in pairs})
    with translation.override(irritant.language):
        return [
            piece_of(match.offer, referral, nda=referral.organisation in silent) for referral, match in pairs
        ]


def piece_of(offer: Offer, referral: Referral, *, nda: bool = False) -> Piece:
    detail = offer.detail
    sessions = detail.sessions.all() if detail and offer.kind == OfferKind.TRAINING else ()
    placed = getattr(detail, "months", None)
    shortest = getattr(detail, "duration_months_min", placed)
    longest = getattr(detail, "duration_months_max", placed)
    low, high = getattr(detail, "trl_min", None), getattr(detail, "trl_max", None)
    return Piece(
        offer_id=str(offer.public_id),
        kind=offer.kind,
        form=getattr(detail, "form", ""),
        title=offer.title,
        summary=offer.summary,
        organisation=offer.organisation.name,
        organisation_id=str(offer.organisation.public_id),
        person=referral.person_in_charge,
        illustrative=offer.illustrative,
        restricted=offer.organisation.restricted_access,
        nda=nda,
        sessions=tuple(Slot(one.start, one.end, one.seats_left) for one in sessions),
        start_from=getattr(detail, "start_from", None),
        start_until=getattr(detail, "start_until", None),
        months=(shortest, longest),
        trl=(low, high) if low and high else None,
        readiness=offer.data_readiness_min,
        deliverables=_promised(detail),
        facts=tuple(sorted(_facts(detail).items())),
    )


def _promised(detail) -> str:
    """What the offer says will come of it: its own list, or the certificate that one leaves with."""
    return (getattr(detail, "deliverables", "") or getattr(detail, "certification", ""))[:600]


def _facts(detail) -> dict:
    """Inputs of the scheme's calculator that the offer knows (names: programs.schemes)."""
    price, found = getattr(detail, "price_eur", None), {}
    if price is not None:
        found["price"] = str(price.to_integral() if price == price.to_integral() else price)
    if hasattr(detail, "qualiopi"):
        found["qualiopi"] = detail.qualiopi
    return found

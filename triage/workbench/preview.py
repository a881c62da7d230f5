"""What each partner will see, made by the functions that make it for real, before anything is sent."""

import hashlib
import json
from dataclasses import dataclass

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from intake.lifecycle import due_in
from intake.models import Irritant
from journal import texts
from partners.models import Organisation
from programs.models import Offer
from triage.disclosure import PartnerView, partner_view
from triage.mails import partner_context
from triage.models import Match, Referral, ReferralStage
from triage.plain_reasons import Why, why_them

MAIL = "partner_asked"


@dataclass(frozen=True)
class Letter:
    """One mail as it would leave now. `to`: addresses that read this language."""

    language: str
    to: list[str]
    subject: str
    body: str


@dataclass(frozen=True)
class Preview:
    organisation: Organisation
    exclusive: bool
    view: PartnerView
    why: list[Why]
    letters: list[Letter]


def _unsent(
    irritant: Irritant, organisation: Organisation, summary: str, note: str, exclusive: bool
) -> Referral:
    return Referral(
        irritant=irritant,
        organisation=organisation,
        stage=ReferralStage.ASKED,
        summary=summary,
        note=note,
        exclusive=exclusive,
        due_at=due_in(settings.REFERRAL_WORKING_DAYS, irritant.department),
    )


def _letter(referral: Referral, offers: list[Offer], language: str, to: list[str]) -> Letter:
    with translation.override(language):
        context = partner_context(referral, offers)
        personal = _("lien personnel")
        context["action_url"] = f"{settings.SITE_URL}/… ({personal})"
    letter = texts.write(MAIL, language, texts.in_force(MAIL, language), context)
    return Letter(language, to, letter.subject, letter.text)


def preview(
    irritant: Irritant,
    organisation: Organisation,
    matches: list[Match],
    *,
    note: str,
    exclusive: bool = False,
) -> Preview:
    """The partner's page and mails for a question that is not sent yet. Writes nothing."""
    referral = _unsent(
        irritant, organisation, irritant.qualification.partner_summary.strip(), note, exclusive
    )
    by_language: dict[str, list[str]] = {}
    for email, language in organisation.recipients():
        by_language.setdefault(language, []).append(email)
    return Preview(
        organisation,
        exclusive,
        partner_view(referral),
        why_them(matches),
        [
            _letter(referral, [match.offer for match in matches], language, to)
            for language, to in by_language.items()
        ],
    )


def seal(organisations: list[Organisation], summary: str, note: str, exclusive: bool = False) -> str:
    """A digest of what a preview showed: a question is only sent as it was read."""
    shown = [sorted(str(organisation.public_id) for organisation in organisations), summary, note, exclusive]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]

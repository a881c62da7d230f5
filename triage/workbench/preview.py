"""What each partner will see, made by the functions that make it for real, before anything is sent."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from intake.lifecycle import due_in
from intake.models import Irritant
from journal import texts
from partners.models import Organisation
from triage.disclosure import partner_view
from triage.mails import partner_context
from triage.models import Match, Referral, ReferralStage
from triage.question import asked_context

ASKED, RELEASED = "partner_asked", "partner_released"


@dataclass(frozen=True)
class Letter:
    """One mail as it would leave now, and the page that its link opens. `to`: addresses that read this language;
    `page`: "" where only the mail is of interest."""

    language: str
    to: list[str]
    subject: str
    body: str
    page: str = ""


@dataclass(frozen=True)
class Preview:
    organisation: Organisation
    letters: list[Letter]


def _unsent(
    irritant: Irritant, organisation: Organisation, summary: str, note: str, exclusive: bool
) -> Referral:
    met = Referral.objects.filter(organisation=organisation, introduces=True)
    return Referral(
        irritant=irritant,
        organisation=organisation,
        stage=ReferralStage.ASKED,
        summary=summary,
        note=note,
        exclusive=exclusive,
        introduces=not met.exists(),
        due_at=due_in(settings.REFERRAL_WORKING_DAYS, irritant.department),
    )


def _readers(organisation: Organisation) -> dict[str, list[str]]:
    """Language → the addresses that are written to in it."""
    by_language: dict[str, list[str]] = {}
    for email, language in organisation.recipients():
        by_language.setdefault(language, []).append(email)
    return by_language


def _letter(key: str, referral: Referral, matches: list[Match], language: str, to: list[str]) -> Letter:
    with translation.override(language):
        context = partner_context(referral, [match.offer for match in matches])
        personal = _("lien personnel")
        context["action_url"] = f"{settings.SITE_URL}/… ({personal})"
    letter = texts.write(key, language, texts.in_force(key, language), context)
    return Letter(language, to, letter.subject, letter.text)


def _page(referral: Referral, matches: list[Match], language: str) -> SafeString:
    """What the answer page says of the question, read in this language; without its form."""
    with translation.override(language):
        context = asked_context(referral, partner_view(referral), matches)
        return render_to_string("triage/_asked.html", {**context, "may": {"accept"}, "level": 4})


def preview(
    irritant: Irritant,
    organisation: Organisation,
    matches: list[Match],
    *,
    note: str,
    exclusive: bool = False,
) -> Preview:
    """The partner's pages and mails for a question that is not sent yet. Writes nothing."""
    summary = irritant.qualification.partner_summary.strip()
    referral = _unsent(irritant, organisation, summary, note, exclusive)
    letters = []
    for language, to in _readers(organisation).items():
        mail = _letter(ASKED, referral, matches, language, to)
        letters.append(Letter(language, to, mail.subject, mail.body, _page(referral, matches, language)))
    return Preview(organisation, letters)


def farewell(referral: Referral) -> Preview:
    """The mails to a partner that is thanked because the case goes on with others."""
    return Preview(
        referral.organisation,
        [
            _letter(RELEASED, referral, [], language, to)
            for language, to in _readers(referral.organisation).items()
        ],
    )


def seal(previews: Iterable[Preview]) -> str:
    """A digest of what previews showed, whatever their order: a question is only sent as it was read."""
    shown = sorted(repr((str(one.organisation.public_id), one.letters)) for one in previews)
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()[:32]

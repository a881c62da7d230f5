"""What a partner reads of the question that it is asked, and what goes with the first one it ever gets."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from programs.models import OfferKind
from triage.disclosure import PartnerView
from triage.models import Match, Referral
from triage.plain_reasons import why_them
from triage.reasons import territory_name


def asked_context(referral: Referral, view: PartnerView, matches: Iterable[Match]) -> dict:
    """What triage/_asked.html says, on the partner's page and in the coordination's preview, in the active language."""
    why = why_them(matches) if view.readable else ()
    return {
        "referral": referral,
        "view": view,
        "department": territory_name(view.territory),
        "why": why,
        # Whether somebody would have to be let in: a course has its own rooms (Offer.entry_from).
        "restricted": referral.organisation.restricted_access
        and any(one.offer.kind != OfferKind.TRAINING for one in why),
        "introduction": introduction(referral),
    }


def introduction(referral: Referral) -> list[str]:
    """Three sentences in the active language; none from the second question on."""
    return about_us() if referral.introduces else []


def about_us() -> list[str]:
    """Who asks, what, and what an answer commits to."""
    return [
        _(
            "ENACT est le cluster d’intelligence artificielle du Grand Est : il met des entreprises qui ont un "
            "problème de terrain en relation avec les laboratoires, écoles et organismes qui peuvent les aider."
        ),
        _(
            "Ce que nous vous demandons : dire si vous pouvez en parler avec cette entreprise. Un oui, un non ou une "
            "question suffisent, sans compte."
        ),
        _(
            "Ce à quoi cela vous engage : un oui, à un premier échange et à rien d’autre ; un non, à rien. La suite, "
            "si suite il y a, est une proposition écrite que vous lisez avant de donner votre accord."
        ),
    ]

"""What a coordinator writes down after a call or at a fair: nobody's irritant until its company says so.

It is a form like any other (intake.models.Draft), filled by the coordinator at the strictest level and opened to the
company by a link: sending it is the confirmation and the consent, correcting it is the form itself, « non » erases it,
and so does silence, after a fortnight. Nothing goes to partners before, because there is no irritant yet.
"""

from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from intake import drafts, resuming
from intake.mails import in_a_week
from intake.models import Confidentiality, Draft
from intake.wording import day, signature
from journal import links, messages
from journal.actors import COORDINATOR, Actor
from journal.lifecycle import Refusal
from journal.models import Message
from journal.texts import Template, Value

# How the words reached us; the code begins the provenance of the irritant, a campaign may follow.
OCCASIONS = {
    "appel": (_("un appel"), _("lors d’un appel")),
    "salon": (_("un salon, un événement"), _("lors d’un salon ou d’un événement")),
    "visite": (_("une visite sur place"), _("lors d’une visite chez vous")),
    "courriel": (_("un courriel"), _("à la lecture de votre courriel")),
}


def provenance_of(occasion: str, campaign: str) -> str:
    """« salon-360-grand-est-2026 »: what the queue and the figures group by; a code, never a person's name."""
    return drafts.clean_provenance("-".join(filter(None, [occasion, slugify(campaign)])))


def occasion_of(provenance: str) -> str:
    """How it reached us, as the company reads it; "" for a form that came by itself."""
    words = OCCASIONS.get(provenance.partition("-")[0])
    return str(words[1]) if words else ""


def came_by(provenance: str) -> str:
    """A provenance in words, for the coordinators: « un salon, un événement : 360 grand est »."""
    occasion, _dash, campaign = provenance.partition("-")
    if occasion not in OCCASIONS:
        return provenance.replace("-", " ")
    said = str(OCCASIONS[occasion][0])
    return (
        gettext("%(occasion)s : %(campaign)s")
        % {
            "occasion": said,
            "campaign": campaign.replace("-", " "),
        }
        if campaign
        else said
    )


@transaction.atomic
def enter(answers: Mapping[str, str], *, language: str, provenance: str, actor: Actor) -> Draft:
    """Keep what was told and owe the company the mail that asks. `answers`: judged by the steps of the form.

    Raises Refusal for anybody but a coordinator.
    """
    if actor.role != COORDINATOR:
        raise Refusal(gettext("Cette action ne vous revient pas."), "role")
    draft = Draft.objects.create(
        answers={**answers, "confidentiality": Confidentiality.NDA, drafts.CONTEXT_DONE: True},
        language=language,
        provenance=provenance,
        email=answers["email"],
        expires_at=clock.now() + drafts.KNOWN_FOR,
        entered_by=actor.user,
    )
    resuming.owe_about(resuming.ENTERED, draft)
    return draft


def waiting() -> QuerySet[Draft]:
    """What companies were asked to confirm and have not answered, oldest first."""
    return Draft.objects.entered().select_related("entered_by").order_by("created_at", "pk")


@transaction.atomic
def take_back(draft: Draft, *, actor: Actor) -> bool:
    """Erase what was written down: a wrong address, a second thought. False when the company answered before."""
    if actor.role != COORDINATOR:
        raise Refusal(gettext("Cette action ne vous revient pas."), "role")
    fresh = Draft.objects.entered().select_for_update().filter(pk=draft.pk).first()
    if fresh is None:
        return False
    resuming.erase(fresh)
    return True


def _asking(message: Message) -> dict | None:
    """None once the company answered, or the time ran out. The words stay out: the address may be a stranger's."""
    draft = Draft.objects.entered().filter(public_id=message.subject_id, email=message.recipient).first()
    link = draft and links.give(links.RESUME, draft.public_id, draft.email)
    if draft is None or link.revoked_at:
        return None
    return {
        "coordinator": draft.entered_by.full_name or gettext("Une personne de la coordination du cluster"),
        "signature": signature(draft.entered_by.full_name),
        "occasion": occasion_of(draft.provenance),
        "until": day(draft.expires_at),
        "action_url": settings.SITE_URL + reverse("intake:resume", args=[link.token]),
        "why": gettext("Vous recevez ce courriel parce que quelqu’un du cluster ENACT a noté votre adresse."),
    }


def _refused(message: Message) -> dict:
    return {"entered": day(message.created_at), "action_url": settings.SITE_URL + reverse("admin:index")}


messages.TEMPLATES.add(
    resuming.ENTERED,
    Template(
        _("Demande notée par la coordination, à confirmer"),
        _asking,
        placeholders={
            "coordinator": Value(_("qui a noté la demande"), _("Une personne de la coordination du cluster")),
            "occasion": Value(_("comment elle nous est venue"), lambda: occasion_of("appel")),
            "until": Value(_("le dernier jour pour répondre"), lambda: day(in_a_week())),
        },
        required={"body": ("until",)},
        when=_("quand un coordinateur saisit ce qu’une entreprise lui a raconté"),
    ),
)
messages.TEMPLATES.add(
    resuming.ENTRY_REFUSED,
    Template(
        _("Une entreprise refuse ce qui a été noté"),
        _refused,
        placeholders={"entered": Value(_("le jour du refus"), lambda: day(clock.now()))},
        when=_("quand l’entreprise refuse une demande que vous avez saisie"),
    ),
)

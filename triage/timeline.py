"""How what happens to matches and referrals is told to coordinators, companies and partners."""

from django.utils.translation import gettext_lazy as _

from journal.timeline import COMPANY, COORDINATOR, PARTNER, READERS, SENTENCES
from programs.models import Offer
from triage.models import CancelReason, DeclineReason, Judgement, SetAsideReason
from triage.reasons import RULE_NAMES

_JUDGEMENTS = {**dict(Judgement.choices), "none": _("avis retiré")}
_REASONS = {**dict(DeclineReason.choices), **dict(SetAsideReason.choices), **dict(CancelReason.choices)}

SENTENCES.add("irritant.qualified", {COORDINATOR: _("Qualification enregistrée (version %(version)s)")})
SENTENCES.add("irritant.passed_on", {COORDINATOR: _("Dossier passé à un collègue")})
SENTENCES.add("irritant.mentioned", {COORDINATOR: _("Collègue cité dans une note")})
SENTENCES.add("irritant.hold_lifted", {COORDINATOR: _("Retenue levée par un coordinateur")})
SENTENCES.add("irritant.hold_judged", {COORDINATOR: _("Avis sur la retenue « %(rule)s » : %(judgement)s")})
SENTENCES.add("irritant.recompute", {COORDINATOR: _("Nouveau calcul des pistes demandé")})
SENTENCES.add("match.keep", {COORDINATOR: _("Piste retenue : %(offer)s")})
SENTENCES.add("match.undo", {COORDINATOR: _("Décision retirée : %(offer)s")})
SENTENCES.add("match.set_aside", {COORDINATOR: _("Piste écartée : %(offer)s (%(reason)s)")})
SENTENCES.add(
    "referral.ask",
    {
        COORDINATOR: _("Sollicitation envoyée à %(organisation)s"),
        COMPANY: _("Nous avons sollicité un partenaire, sans lui donner votre nom"),
        PARTNER: _("La coordination vous a sollicités"),
    },
)
SENTENCES.add(
    "referral.question",
    {
        COORDINATOR: _("%(organisation)s pose une question"),
        COMPANY: _("Un partenaire nous a posé une question sur votre besoin"),
        PARTNER: _("Vous avez posé une question"),
    },
)
SENTENCES.add(
    "referral.reply",
    {
        COORDINATOR: _("Réponse donnée à la question de %(organisation)s"),
        PARTNER: _("La coordination a répondu à votre question"),
    },
)
SENTENCES.add(
    "referral.accept",
    {
        COORDINATOR: _("%(organisation)s accepte"),
        COMPANY: _("%(organisation)s accepte de vous aider"),
        PARTNER: _("Vous avez accepté"),
    },
)
SENTENCES.add(
    "referral.hand_over",
    {
        COORDINATOR: _("%(organisation)s change d’interlocuteur"),
        COMPANY: _("Un partenaire a changé d’interlocuteur"),
        PARTNER: _("L’interlocuteur a changé dans votre équipe"),
    },
)
SENTENCES.add(
    "referral.decline",
    {
        COORDINATOR: _("%(organisation)s décline : %(reason)s"),
        COMPANY: _("Un partenaire n’a pas pu donner suite"),
        PARTNER: _("Vous avez décliné"),
    },
)
SENTENCES.add(
    "referral.expire",
    {
        COORDINATOR: _("%(organisation)s n’a pas répondu dans le délai"),
        COMPANY: _("Un partenaire n’a pas répondu dans le délai"),
        PARTNER: _("La demande a expiré sans réponse"),
    },
)
SENTENCES.add(
    "referral.cancel",
    {
        COORDINATOR: _("Sollicitation de %(organisation)s annulée"),
        PARTNER: _("La coordination a annulé la demande"),
    },
)
SENTENCES.add(
    "referral.release",
    {
        COORDINATOR: _("Fin de la sollicitation de %(organisation)s : un autre partenaire a été choisi"),
        PARTNER: _("Un autre partenaire a été choisi"),
    },
)
SENTENCES.add(
    "referral.withdraw",
    {
        COORDINATOR: _("Retrait de %(organisation)s"),
        COMPANY: _("Retrait de %(organisation)s"),
        PARTNER: _("Vous vous êtes retirés"),
    },
)
SENTENCES.add(
    "referral.disclosed",
    {
        COORDINATOR: _("Nom et coordonnées de l’entreprise transmis : %(organisation)s"),
        COMPANY: _("Votre nom et vos coordonnées ont été transmis : %(organisation)s"),
        PARTNER: _("L’entreprise vous a transmis son nom et ses coordonnées"),
    },
)
SENTENCES.add(
    "referral.opened",
    {
        COORDINATOR: _("%(organisation)s a lu le nom et les coordonnées de l’entreprise"),
        COMPANY: _("%(organisation)s a lu votre nom et vos coordonnées"),
        PARTNER: _("Vous avez lu le nom et les coordonnées de l’entreprise"),
    },
)
SENTENCES.add(
    "referral.taken_back",
    {
        COORDINATOR: _("L’entreprise a repris ce qu’elle partageait avec %(organisation)s, avant lecture"),
        COMPANY: _("Vous avez repris ce que vous partagiez avec %(organisation)s, avant lecture"),
    },
)
SENTENCES.add(
    "referral.word_in",
    {
        COORDINATOR: _("%(organisation)s écrit à l’entreprise"),
        COMPANY: _("%(organisation)s vous a écrit"),
        PARTNER: _("Vous avez écrit à l’entreprise"),
    },
)
SENTENCES.add(
    "referral.word_out",
    {
        COORDINATOR: _("L’entreprise écrit à %(organisation)s"),
        COMPANY: _("Vous avez écrit à %(organisation)s"),
        PARTNER: _("L’entreprise vous a écrit"),
    },
)
SENTENCES.add(
    "meeting.propose",
    {
        COORDINATOR: _("%(organisation)s propose un rendez-vous à l’entreprise"),
        COMPANY: _("%(organisation)s vous propose un rendez-vous"),
        PARTNER: _("Vous avez proposé un rendez-vous"),
    },
)
SENTENCES.add(
    "meeting.choose",
    {
        COORDINATOR: _("Rendez-vous de l’entreprise avec %(organisation)s : %(call_at)s"),
        COMPANY: _("Rendez-vous avec %(organisation)s : %(call_at)s"),
        PARTNER: _("Rendez-vous avec l’entreprise : %(call_at)s"),
    },
)
SENTENCES.add(
    "meeting.none_suits",
    {
        COORDINATOR: _("Aucun moment de %(organisation)s ne convient à l’entreprise"),
        COMPANY: _("Aucun moment de %(organisation)s ne vous convenait"),
        PARTNER: _("Aucun de vos moments ne convient à l’entreprise"),
    },
)
SENTENCES.add(
    "meeting.cancel",
    {
        COORDINATOR: _("Rendez-vous avec %(organisation)s annulé"),
        COMPANY: _("Le rendez-vous avec %(organisation)s est annulé"),
        PARTNER: _("Le rendez-vous avec l’entreprise est annulé"),
    },
)
SENTENCES.add(
    "non_disclosure.recorded",
    {
        COORDINATOR: _("Accord de confidentialité enregistré avec %(organisation)s"),
        COMPANY: _("Votre accord de confidentialité avec %(organisation)s est enregistré"),
    },
)
SENTENCES.add(
    "non_disclosure.revoke",
    {
        COORDINATOR: _("Accord de confidentialité révoqué avec %(organisation)s"),
        COMPANY: _("Votre accord de confidentialité avec %(organisation)s n’est plus en vigueur"),
    },
)


@READERS.register("offer")
def offer_titles(public_ids: set[str]) -> dict[str, str]:
    return {str(offer.public_id): offer.title for offer in Offer.objects.filter(public_id__in=public_ids)}


@READERS.register("rule")
def rule_labels(codes: set[str]) -> dict[str, str]:
    return {code: str(RULE_NAMES.get(code, code)) for code in codes}


@READERS.register("judgement")
def judgement_labels(codes: set[str]) -> dict[str, str]:
    return {code: str(_JUDGEMENTS.get(code, code)) for code in codes}


@READERS.register("reason")
def reason_labels(codes: set[str]) -> dict[str, str]:
    return {code: str(label) for code, label in _REASONS.items() if code in codes}

"""The register of personal data (foundation.privacy) in words that people read."""

from collections import defaultdict
from dataclasses import dataclass, field

from django import template
from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from foundation.privacy import REGISTER, WARNED, Held, OnErase

register = template.Library()

PURPOSES = {
    "a coordinator's own ways of looking at the queue": _(
        "garder les vues que la coordination se fait de sa file"
    ),
    "access": _("ouvrir la page qui vous concerne par un lien personnel"),
    "accounting for what was read in somebody's name": _(
        "rendre compte de ce qui a été lu au nom de quelqu’un"
    ),
    "accounting for what was changed": _("rendre compte de ce qui a été changé"),
    "accounting for who read what": _("rendre compte de qui a lu quoi"),
    "answering the company": _("répondre à l’entreprise"),
    "asking the partner": _("solliciter le partenaire"),
    "comparing what two people wrote at once": _("comparer ce que deux personnes ont écrit en même temps"),
    "conversation": _("garder le fil de l’échange"),
    "delivery": _("remettre les courriels"),
    "inviting somebody into a partner's team": _("inviter quelqu’un dans l’équipe d’un partenaire"),
    "talking with the partner that helps": _("échanger avec le partenaire qui vous aide"),
    "keeping an organisation's record right": _("tenir à jour la fiche d’un partenaire"),
    "keeping colleagues informed": _("tenir vos collègues au courant"),
    "knowing who acts for a partner": _("savoir qui agit pour un partenaire"),
    "knowing who was joined": _("réunir deux fiches d’une même entreprise"),
    "not writing to who refuses": _("ne plus écrire aux adresses qui refusent nos courriels"),
    "what the company brings": _("comprendre ce qui vous bloque"),
    "documents of the case": _("étudier le besoin avec ses documents"),
    "extending the vocabulary": _("apprendre les mots que les entreprises emploient"),
    "finding who can help": _("trouver qui peut aider"),
    "the proposal": _("écrire la proposition de collaboration"),
    "the proposal as other files": _("remettre la proposition sous d’autres formats"),
    "proof of who agreed to what": _("prouver qui a donné son accord, et à quoi"),
    "keeping machines from flooding the form": _("empêcher des robots d’inonder le formulaire"),
    "resuming a form": _("reprendre un formulaire interrompu"),
    "proving who signs in": _("vérifier que c’est bien vous qui vous connectez"),
    "staying signed in": _("vous garder connecté d’une page à l’autre"),
    "where somebody is signed in": _(
        "montrer à chacun où il est connecté, et le prévenir d’un nouveau navigateur"
    ),
    "sign-in": _("vous reconnaître quand vous vous connectez"),
}
# Models whose name at the workbench says nothing to a company.
MODELS = {
    "account.EmailAddress": _("adresse d’un compte"),
    "account.EmailConfirmation": _("confirmation d’une adresse"),
    "admin.LogEntry": _("journal de l’administration"),
    "journal.BlockedAddress": _("adresse qui refuse nos courriels"),
    "mfa.Authenticator": _("second facteur"),
    "sessions.Session": _("session"),
    "socialaccount.SocialAccount": _("compte ProConnect"),
    "socialaccount.SocialToken": _("jeton ProConnect"),
    "triage.MatchRun": _("recherche de pistes"),
    "triage.Qualification": _("nos notes sur le besoin"),
    "triage.Referral": _("demande à un partenaire"),
    "triage.QualificationVersion": _("version antérieure de nos notes"),
    "triage.UnknownWord": _("mot que nous ne connaissions pas"),
}
# Fields whose model gives them no name in words.
FIELDS = {
    "account.EmailAddress.email": _("adresse électronique"),
    "account.EmailConfirmation.key": _("clé"),
    "admin.LogEntry.change_message": _("ce qui a changé"),
    "admin.LogEntry.object_repr": _("nom de l’objet"),
    "mfa.Authenticator.data": _("clés"),
    "mfa.Authenticator.type": _("sorte"),
    "sessions.Session.session_data": _("contenu"),
    "sessions.Session.session_key": _("clé"),
    "socialaccount.SocialAccount.extra_data": _("ce que ProConnect dit de vous"),
    "socialaccount.SocialAccount.provider": _("fournisseur"),
    "socialaccount.SocialAccount.uid": _("identifiant"),
    "socialaccount.SocialToken.token": _("jeton"),
    "socialaccount.SocialToken.token_secret": _("secret"),
    "intake.Draft.answers": _("réponses"),
    "intake.Draft.email": _("adresse électronique"),
    "intake.Draft.origin": _("trace brouillée de votre connexion"),
    "intake.Draft.token": _("clé du brouillon"),
    "intake.Irritant.asleep_reason": _("pourquoi la demande attend"),
    "intake.Post.text": _("texte"),
    "intake.Question.answer": _("réponse"),
    "intake.Question.text": _("texte"),
    "journal.AccessLink.email": _("adresse électronique"),
    "proposals.ProposalVersion.snapshot": _("texte figé"),
    "triage.QualificationVersion.said": _("texte"),
    "triage.SavedView.query": _("critères de recherche"),
    "triage.MatchRun.concepts": _("notions reconnues"),
    "triage.MatchRun.verdict_reasons": _("raisons"),
    "triage.UnknownWord.examples": _("endroits où il se trouve"),
    "triage.UnknownWord.key": _("sa racine"),
    "triage.UnknownWord.words": _("le mot"),
}
BASES = {
    "consent": _("votre consentement"),
    "contract": _("l’exécution du service demandé"),
    "legitimate interest": _("l’intérêt légitime du cluster"),
}
ERASURE = {
    OnErase.BLANK: _("texte effacé"),
    OnErase.PSEUDONYM: _("remplacé par un pseudonyme"),
    OnErase.DELETE: _("supprimé"),
    OnErase.KEEP: _("conservé : réglage de la coordination, sans donnée sur vous"),
}


@dataclass
class Line:
    """One line of the table: what is held for a purpose, on which basis, how long, what erasure does."""

    purpose: str
    basis: str
    retention: str
    on_erase: str
    things: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


@register.simple_tag
def personal_data() -> list[Line]:
    """The register's personal entries, grouped by purpose, basis, retention and effect of erasure."""
    lines: dict[tuple, Line] = {}
    for name, held in REGISTER.items():
        if not held.is_personal:
            continue
        key = (held.purpose, held.basis, _duration(held), held.on_erase)
        line = lines.setdefault(
            key,
            Line(
                capfirst(str(PURPOSES.get(held.purpose, held.purpose))),
                str(BASES.get(held.basis, held.basis)),
                _duration(held),
                str(ERASURE[held.on_erase]),
            ),
        )
        model_name, _dot, field_name = name.rpartition(".")
        model = apps.get_model(model_name)
        words = str(FIELDS.get(name) or model._meta.get_field(field_name).verbose_name)
        line.things[capfirst(str(MODELS.get(model_name) or model._meta.verbose_name))].append(words)
    return sorted(
        (Line(**{**vars(line), "things": dict(line.things)}) for line in lines.values()),
        key=lambda line: line.purpose,
    )


def _duration(held: Held) -> str:
    """How long, as the rule of the clock that ends it counts (Held.ended_by)."""
    days = held.retention_days
    if days is None:
        return gettext("aussi longtemps que l’organisation est partenaire")
    if days % 365:
        return ngettext("%(n)s jour", "%(n)s jours", days) % {"n": days}
    years = days // 365
    if held.ended_by not in WARNED:
        return ngettext("%(n)s an", "%(n)s ans", years) % {"n": years}
    return ngettext(
        "%(n)s an sans activité ; nous vous écrivons, vous avez %(days)s jours pour le garder",
        "%(n)s ans sans activité ; nous vous écrivons, vous avez %(days)s jours pour le garder",
        years,
    ) % {"n": years, "days": WARNED[held.ended_by]}

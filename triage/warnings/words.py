"""Warnings about the words: nothing to read in them, copied from somewhere, or too much said."""

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation.names import plain_name
from intake.models import Confidentiality
from triage import likeness
from triage.warnings.base import OWN_TEXTS, WARNINGS, Case, Link, Warning, links_to

# Half of the irritants that the thesaurus was measured on have 38 words or more; under 15 it finds one notion at most.
LEAST_WORDS = 15
_FILLER = ("lorem ipsum", "test test", "asdf", "azerty", "qwertz", "blabla", "bla bla", "xxxx")
COPIED_BY = 2  # other organisations: one may be a colleague, two are a circular


@WARNINGS.register("too-short")
def too_short(case: Case) -> Warning | None:
    """The text says too little to find anybody by it; an attached document does not change what the engine reads."""
    words = len(plain_name(case.irritant.text).split())
    if words >= LEAST_WORDS or (case.qualification and case.qualification.reformulated):
        return None
    return Warning(
        ngettext("Texte très court : %(count)s mot", "Texte très court : %(count)s mots", words)
        % {"count": words},
        _("Avec si peu de mots, le moteur ne reconnaît presque rien et un partenaire ne peut pas répondre."),
        _("Appeler, ou demander une précision ; puis écrire le besoin reformulé, que le moteur lit aussi."),
        [Link(_("Demander une précision"), "#demander"), Link(_("Proposer un appel"), "#appel")],
    )


@WARNINGS.register("template-text")
def template_text(case: Case) -> Warning | None:
    """The same text from several organisations, one of our own examples, or filling words."""
    others = case.copies_elsewhere
    companies = {one.irritant.company_id for one in others}
    if len(companies) >= COPIED_BY:
        return Warning(
            _("Le même texte est venu de plusieurs organisations"),
            _("Un texte envoyé en série vient souvent d’un vendeur, d’un cabinet ou d’un modèle recopié."),
            _(
                "Appeler pour savoir qui l’a écrit et ce qui se passe vraiment sur place, avant de solliciter."
            ),
            links_to(one.irritant for one in others),
        )
    if not _is_filler(case.irritant.text) and not _is_an_example(case.irritant.text):
        return None
    return Warning(
        _("Texte d’exemple ou de remplissage"),
        _(
            "Ces mots ne décrivent pas un problème de cette organisation : un essai, ou un modèle laissé tel quel."
        ),
        _("Demander ce qui bloque vraiment ; clore comme indésirable si c’est un essai."),
        [Link(_("Demander une précision"), "#demander"), Link(_("Clore"), "#clore")],
    )


def _is_filler(text: str) -> bool:
    """Typed to fill the field: known filling words, or the same few words again and again."""
    words = plain_name(text).split()
    folded = f" {' '.join(words)} "
    return any(f" {one} " in folded for one in _FILLER) or (
        len(words) >= 8 and len(set(words)) <= len(words) / 4
    )


def _is_an_example(text: str) -> bool:
    mine = likeness.runs(text)
    for language in ("fr", "de", "en"):
        with translation.override(language):
            for example in (one for give in OWN_TEXTS.values() for one in give()):
                theirs = likeness.runs(example)
                if len(mine & theirs) >= 0.8 * len(theirs) and len(mine) <= 2 * len(theirs):
                    return True
    return False


@WARNINGS.register("confidential-wording")
def confidential_wording(case: Case) -> Warning | None:
    """Words of secrecy, at a level that lets partners read something without an agreement."""
    said = list(dict.fromkeys(one.words for one in case.seen if one.kind == "secret"))
    if not said or case.irritant.confidentiality == Confidentiality.NDA:
        return None
    return Warning(
        _("Le texte parle de secret : « %(words)s »") % {"words": " », « ".join(said[:3])},
        _("L’entreprise n’a pourtant pas demandé d’accord de confidentialité avant les partenaires."),
        _("Lui demander si elle veut relever le niveau ; d’ici là, ne rien en reprendre dans le résumé."),
        [Link(_("Demander une précision"), "#demander"), Link(_("Qui lit quoi"), "#confidentialite")],
        grave=True,
    )


@WARNINGS.register("personal-data")
def personal_data(case: Case) -> Warning | None:
    """Somebody can be recognised by what the text says."""
    said = list(dict.fromkeys(one.words for one in case.seen if one.kind != "secret"))
    if not said:
        return None
    health = any(one.kind == "health" for one in case.seen)
    return Warning(
        _("Donnée personnelle dans le texte : « %(words)s »") % {"words": " », « ".join(said[:3])},
        _("Santé, RGPD article 9 : un partenaire qui accepte lirait pourtant ces mots tels quels.")
        if health
        else _(
            "Un partenaire qui accepte lira ces mots tels quels : ils permettent de reconnaître quelqu’un."
        ),
        _("Ne rien en reprendre dans le résumé, et cocher « À signaler » si le traitement en aura besoin."),
        [Link(_("La qualification"), "#qualification")],
        grave=health,
    )

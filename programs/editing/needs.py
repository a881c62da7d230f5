"""What readers and matching want of an offer: one table, each line with its worth and the reason that partners read.

Weights say what matching and readers do with a fact: texts and topics carry the ranking; place, dates, seats and price
are what a company asks before it calls; a translation opens the other side of the border.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from foundation import clock
from programs.models import Offer, OfferKind, TalentDetail

LABORATORY, TRAINING, CIFRE, RND, TALENT = OfferKind.values
ALL = tuple(OfferKind.values)
LONG_ENOUGH = 300  # characters of a description under which readers still have to ask what it is
ENOUGH_KEYWORDS = 3


@dataclass(frozen=True)
class Need:
    """`field`: what the form calls it, "{}" standing for the language of origin; `required`: nothing is published
    without it; `met(offer)`: reads what is loaded and queries nothing (Offer.objects.with_details)."""

    field: str
    weight: int
    label: str | Promise
    why: str | Promise
    met: Callable[[Offer], bool]
    kinds: tuple[str, ...] = ALL
    required: bool = False

    def field_of(self, offer: Offer) -> str:
        return self.field.format(offer.language)


def _text(name: str, least: int = 1) -> Callable[[Offer], bool]:
    return lambda offer: len(getattr(offer, f"{name}_{offer.language}").strip()) >= least


def _detail(*names: str) -> Callable[[Offer], bool]:
    """All these columns of the detail row say something (0 is something)."""
    return lambda offer: all(getattr(offer.detail, name, None) not in (None, "", []) for name in names)


def _translated(language: str) -> Callable[[Offer], bool]:
    return lambda offer: bool(getattr(offer, f"title_{language}") and getattr(offer, f"summary_{language}"))


def _session_ahead(offer: Offer) -> bool:
    return any(one.start >= clock.today() for one in offer.detail.sessions.all()) if offer.detail else False


def _unless_apprentice(met: Callable[[Offer], bool]) -> Callable[[Offer], bool]:
    """Asked of apprenticeships only."""
    form = TalentDetail.Form.APPRENTICESHIP
    return lambda offer: getattr(offer.detail, "form", "") != form or met(offer)


_TRANSLATION = _("Une entreprise d’outre-Rhin ou du Luxembourg cherche dans sa langue.")
_IN_LANGUAGES = (
    ("fr", _("le titre et le résumé en français")),
    ("de", _("le titre et le résumé en allemand")),
    ("en", _("le titre et le résumé en anglais")),
)
NEEDS: tuple[Need, ...] = (
    Need(
        "title_{}",
        10,
        _("le titre"),
        _("C’est ce qu’on lit d’abord dans une liste."),
        _text("title"),
        required=True,
    ),
    Need(
        "summary_{}",
        10,
        _("le résumé"),
        _("Deux phrases décident si l’on ouvre la page."),
        _text("summary"),
        required=True,
    ),
    Need(
        "description_{}",
        10,
        _("la description"),
        _("La recherche et le classement lisent surtout ce texte."),
        _text("description"),
        required=True,
    ),
    Need(
        "description_{}",
        8,
        _("une description plus longue"),
        _("À partir de 300 signes, on comprend pour qui, comment et avec quel résultat."),
        _text("description", LONG_ENOUGH),
    ),
    Need(
        "topics",
        12,
        _("un thème"),
        _("Les thèmes relient votre offre aux problèmes qu’elle peut résoudre."),
        lambda offer: bool(offer.topics.all()),
        required=True,
    ),
    Need(
        "research_question",
        10,
        _("la question de recherche"),
        _("C’est elle que l’entreprise compare à son problème."),
        _detail("research_question"),
        (CIFRE,),
        required=True,
    ),
    Need(
        "duration_hours",
        6,
        _("la durée"),
        _("Une entreprise libère des heures avant de libérer un budget."),
        _detail("duration_hours"),
        (TRAINING,),
        required=True,
    ),
    Need(
        "modality",
        4,
        _("la modalité"),
        _("Sur place ou à distance : cela décide de qui peut venir."),
        _detail("modality"),
        (TRAINING,),
        required=True,
    ),
    Need(
        "level",
        4,
        _("le niveau"),
        _("Une découverte et une formation d’experts ne répondent pas au même besoin."),
        _detail("level"),
        (TRAINING,),
        required=True,
    ),
    Need(
        "trl_min",
        8,
        _("la maturité (TRL) au départ et à l’arrivée"),
        _("L’entreprise voit si vous partez de là où elle en est."),
        _detail("trl_min", "trl_max"),
        (RND,),
        required=True,
    ),
    Need(
        "duration_months_min",
        6,
        _("la durée du projet"),
        _("C’est la première question d’une direction."),
        _detail("duration_months_min", "duration_months_max"),
        (RND,),
        required=True,
    ),
    Need(
        "ip_regime",
        6,
        _("à qui appartiennent les résultats"),
        _("Sans réponse, une entreprise prudente n’appelle pas."),
        _detail("ip_regime"),
        (RND,),
        required=True,
    ),
    Need(
        "form",
        6,
        _("stage ou alternance"),
        _("Le contrat, le coût et le calendrier en dépendent."),
        _detail("form"),
        (TALENT,),
        required=True,
    ),
    Need(
        "level",
        5,
        _("le niveau d’études"),
        _("L’entreprise sait qui elle accueillera."),
        _detail("level"),
        (TALENT,),
        required=True,
    ),
    Need(
        "months",
        5,
        _("la durée en mois"),
        _("Elle décide de ce qu’on peut confier."),
        _detail("months"),
        (TALENT,),
        required=True,
    ),
    Need(
        "session-0-start",
        10,
        _("une session à venir"),
        _("Une formation sans date ne se réserve pas, et sort du calendrier."),
        _session_ahead,
        (TRAINING,),
    ),
    Need(
        "price_eur",
        8,
        _("le prix"),
        _("Un prix « à demander » fait souvent renoncer. Gratuit se dit aussi : 0."),
        _detail("price_eur"),
        (TRAINING,),
    ),
    Need(
        "fundings",
        6,
        _("les financements possibles"),
        _("OPCO ou CPF : souvent la différence entre oui et non."),
        _detail("fundings"),
        (TRAINING,),
    ),
    Need(
        "audience", 5, _("le public"), _("Chacun sait s’il est concerné."), _detail("audience"), (TRAINING,)
    ),
    Need(
        "prerequisites",
        3,
        _("les prérequis"),
        _("« Aucun » rassure ; un prérequis caché déçoit."),
        _detail("prerequisites"),
        (TRAINING,),
    ),
    Need(
        "accessibility",
        3,
        _("l’accueil des personnes handicapées"),
        _("Un organisme certifié Qualiopi doit la dire, et des salariés l’attendent."),
        _detail("accessibility"),
        (TRAINING,),
    ),
    Need(
        "collaboration_modes",
        8,
        _("les formes de collaboration"),
        _("L’entreprise voit ce qu’elle peut vous demander : un essai, une thèse, un projet."),
        _detail("collaboration_modes"),
        (LABORATORY,),
    ),
    Need(
        "platforms",
        8,
        _("vos plateformes"),
        _("Un équipement se cherche par son nom."),
        _detail("platforms"),
        (LABORATORY,),
    ),
    Need(
        "headcount_range",
        2,
        _("l’effectif"),
        _("Il situe l’équipe que l’on appelle."),
        _detail("headcount_range"),
        (LABORATORY,),
    ),
    Need(
        "start_from",
        8,
        _("quand la thèse peut commencer"),
        _("Un sujet qui ne peut plus commencer n’est pas proposé."),
        _detail("start_from"),
        (CIFRE,),
    ),
    Need(
        "host_team",
        6,
        _("l’équipe d’accueil"),
        _("L’entreprise et la candidate, ou le candidat, y passeront trois ans."),
        _detail("host_team"),
        (CIFRE,),
    ),
    Need(
        "profile",
        5,
        _("le profil recherché"),
        _("C’est l’entreprise qui embauche : elle doit savoir qui."),
        _detail("profile"),
        (CIFRE,),
    ),
    Need(
        "doctoral_school",
        3,
        _("l’école doctorale"),
        _("Le dossier CIFRE la demande."),
        _detail("doctoral_school"),
        (CIFRE,),
    ),
    Need(
        "budget_eur_min",
        8,
        _("un ordre de grandeur du budget"),
        _("Une fourchette suffit pour savoir si l’on peut se parler."),
        _detail("budget_eur_min", "budget_eur_max"),
        (RND,),
    ),
    Need(
        "deliverables",
        8,
        _("les livrables"),
        _("Ce que l’entreprise tiendra en main à la fin."),
        _detail("deliverables"),
        (RND,),
    ),
    Need(
        "start_from",
        8,
        _("la date de début"),
        _("Une entreprise prépare une arrivée des mois à l’avance."),
        _detail("start_from"),
        (TALENT,),
    ),
    Need(
        "rhythm",
        5,
        _("le rythme"),
        _("Deux jours par semaine ou trois semaines par mois : l’équipe s’organise autour."),
        _detail("rhythm"),
        (TALENT,),
    ),
    Need(
        "diploma",
        4,
        _("le diplôme préparé"),
        _("Il dit ce que la personne sait déjà faire."),
        _detail("diploma"),
        (TALENT,),
    ),
    Need(
        "certification_code",
        4,
        _("le code RNCP du diplôme"),
        _("Le contrat d’apprentissage le demande."),
        _unless_apprentice(_detail("certification_code")),
        (TALENT,),
    ),
    Need(
        "city",
        6,
        _("la ville"),
        _("La distance compte dans le classement, et place l’offre sur la carte."),
        lambda offer: bool(offer.city and offer.postcode),
    ),
    Need(
        "keywords",
        4,
        _("trois mots-clés"),
        _("Les mots de votre métier que le texte ne dit pas : une norme, un logiciel, un procédé."),
        lambda offer: len(offer.keywords) >= ENOUGH_KEYWORDS,
    ),
    *(Need(f"title_{code}", 4, label, _TRANSLATION, _translated(code)) for code, label in _IN_LANGUAGES),
)

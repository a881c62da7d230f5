"""What a board asks about: the law, ownership, what may go wrong. (id, text) pairs in the active language."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from proposals.composing import lead_times as kinds

if TYPE_CHECKING:
    from proposals.composing.text import Reading

Said = Iterator[tuple[str, str]]


def ethics(reading: "Reading") -> Said:
    """By the class of the use, with the days on which its obligations apply (regulation as revised in June 2026)."""
    classes = {
        "prohibited": _(
            "L’usage envisagé relève des pratiques interdites (règlement européen sur l’IA, article 5, applicable au "
            "2 février 2025) : il est à reformuler avant toute suite."
        ),
        "high": _(
            "L’usage envisagé est lu comme à haut risque (règlement européen sur l’IA, article 6). Les obligations "
            "s’appliquent au 2 décembre 2027 (annexe III) ou au 2 août 2028 (produits de l’annexe I), selon la "
            "révision adoptée en juin 2026, à vérifier au Journal officiel."
        ),
        "transparency": _(
            "Les personnes doivent savoir qu’elles ont affaire à une IA, et ce qu’elle produit être signalé "
            "(règlement européen sur l’IA, article 50, applicable au 2 août 2026)."
        ),
        "minimal": _(
            "L’usage envisagé est lu comme à risque minimal au sens du règlement européen sur l’IA : reste à former "
            "ceux qui s’en servent (article 4)."
        ),
    }
    if reading.ai_act in classes:
        yield reading.ai_act, classes[reading.ai_act]
    if reading.ai_act in ("high", "transparency") and reading.helps & {kinds.CIFRE, kinds.RND}:
        yield (
            "roles",
            _(
                "La recherche avant mise en service est hors du règlement (article 2, paragraphes 6 et 8). "
                "L’entreprise qui met le système en service en est le déployeur, et le fournisseur si elle y met son "
                "nom (article 25)."
            ),
        )
    if reading.employee_data and reading.french:
        yield (
            "employees",
            _(
                "Des données de salariés sont concernées : le comité social et économique, s’il existe, est consulté "
                "avant que l’outil soit introduit (Code du travail, article L2312-8)."
            ),
        )


def conditions(reading: "Reading") -> Said:
    """Principles, not a contract; ownership by kind of help (schemes.json, cross_cutting.ip)."""
    yield (
        "principles",
        _(
            "Les données restent à l’entreprise. Leur accès, leur hébergement et la propriété des "
            "résultats sont fixés par le contrat signé entre les parties ; ce document n’engage que "
            "leur intention."
        ),
    )
    told = {
        kinds.LABORATORY: _(
            "Expertise ou essais : les résultats sont à l’entreprise, au prix du marché ; rien n’est publié sans son "
            "accord."
        ),
        kinds.INTERNSHIP: _(
            "Stage : la convention dit à qui sont les résultats (ordonnance n° 2021-1658) ; le rapport peut être "
            "confidentiel."
        ),
        kinds.RND: _(
            "Collaboration : coûts partagés ; résultats en copropriété, ou sous licence exclusive dans un domaine ; "
            "publication après relecture."
        ),
        kinds.CIFRE: _(
            "CIFRE : la propriété suit le contrat de collaboration, signé au plus tard six mois après le début ; la "
            "thèse est soutenue, et peut rester en partie confidentielle."
        ),
    }
    yield from ((help, text) for help, text in told.items() if help in reading.helps)
    if reading.nda and not reading.silent:
        yield "nda", _("Les accords de confidentialité avec les partenaires sont signés.")


def risks(reading: "Reading") -> Said:
    if reading.first(kinds.DIAGNOSIS):
        yield (
            "data",
            _("Les données peuvent ne pas suffire : le diagnostic le dit avant que la suite soit engagée."),
        )
    if reading.helps & {kinds.INTERNSHIP, kinds.APPRENTICESHIP, kinds.CIFRE}:
        yield (
            "people",
            _("Trouver la bonne personne peut prendre plus longtemps ; le début est alors repoussé."),
        )
    course = reading.first(kinds.TRAINING)
    if course and course["start"]:
        yield "seats", _("Les places d’une session ne sont pas réservées : l’inscription suit votre accord.")
    if kinds.RND in reading.helps:
        yield "contract", _("Un contrat de collaboration se négocie en deux à six mois.")
    if kinds.CIFRE in reading.helps:
        yield (
            "cifre",
            _(
                "La CIFRE est accordée après expertise, en deux à trois mois ; 93 % des dossiers l’ont été en 2023 "
                "(ANRT)."
            ),
        )
    if reading.restricted:
        told = ngettext(
            "%(names)s est en zone à régime restrictif : l’accès d’une personne demande une autorisation, en deux "
            "mois ; sans réponse, elle est refusée.",
            "%(names)s sont en zone à régime restrictif : l’accès d’une personne demande une autorisation, en deux "
            "mois ; sans réponse, elle est refusée.",
            len(reading.restricted),
        )
        yield "zrr", told % {"names": ", ".join(reading.restricted)}

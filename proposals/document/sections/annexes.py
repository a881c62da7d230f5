"""The sheets: internship, thesis, data inventory, letter of confidentiality. Blanks are filled by hand."""

from django.utils.translation import gettext as _

from programs.models import OfferKind
from proposals.document import wording
from proposals.document.blocks import Block, Facts, Heading, Items, Note, Paragraph, Table, empty_row
from proposals.document.content import Content, Step
from proposals.document.sections.agreeing import APPRENTICESHIP
from proposals.document.sections.money import amounts_of

_SHARES_DATA = {OfferKind.TALENT, OfferKind.CIFRE, OfferKind.RND, OfferKind.LABORATORY}
_ROWS_TO_FILL = 7


def _once(content: Content, kind: str) -> list[tuple[str, Step]]:
    """(numbers, step): a step that several options share has one sheet. Refused schemes have none."""
    found: dict[tuple, tuple[list[str], Step]] = {}
    for step in content.steps:
        if step.kind == kind and not (step.cost and step.cost.refused):
            key = (step.title, step.organisation, step.start, step.scheme)
            found.setdefault(key, ([], step))[0].append(step.number)
    return [(", ".join(numbers), step) for numbers, step in found.values()]


def _place(content: Content) -> str:
    return ", ".join(filter(None, (content.company, content.city)))


def internship(content: Content) -> list[Block]:
    """Source of the rules: Code de l’éducation, articles L. 124-1 and following."""
    blocks: list[Block] = []
    for numbers, step in _once(content, OfferKind.TALENT):
        apprentice = step.scheme == APPRENTICESHIP
        blocks += [
            Heading(f"{numbers} · {step.title}"),
            Facts(
                (
                    (_("Sujet"), step.summary or step.title),
                    (_("Entreprise d’accueil"), _place(content)),
                    (_("Établissement"), step.organisation),
                    (_("Période"), wording.days(step.start, step.end, step.when)),
                    (_("Résultats attendus"), step.deliverables),
                    (_("Maître d’apprentissage") if apprentice else _("Tuteur dans l’entreprise"), ""),
                    (_("Enseignant référent"), ""),
                    (_("Profil et compétences"), ""),
                    (_("Poste, matériel, accès aux données"), ""),
                    (_("Confidentialité du rapport"), ""),
                    *amounts_of(step, content),
                ),
                form=True,
            ),
        ]
        rules = (
            (
                _("Contrat d’apprentissage (Cerfa FA13), convention de formation, calendrier d’alternance."),
                _("Le contrat est transmis à l’OPCO dans les six mois."),
            )
            if apprentice
            else (
                _(
                    "Convention à trois : étudiant, établissement, entreprise ; six mois au plus par année "
                    "d’enseignement."
                ),
                _("Un stage ne remplace personne et n’occupe pas un poste permanent."),
                _("Après un stage, le même poste attend un tiers de sa durée avant le suivant."),
            )
        )
        blocks.append(Items(rules))
    return blocks


def thesis(content: Content) -> list[Block]:
    """Source: ANRT, « le dispositif Cifre »."""
    blocks: list[Block] = []
    tutelles = {partner.name: ", ".join(partner.tutelles) for partner in content.partners}
    for numbers, step in _once(content, OfferKind.CIFRE):
        blocks += [
            Heading(f"{numbers} · {step.title}"),
            Facts(
                (
                    (_("Question de recherche"), step.summary or step.title),
                    (_("Employeur"), _place(content)),
                    (_("Laboratoire"), step.organisation),
                    (_("Établissements de tutelle"), tutelles.get(step.organisation, "")),
                    (_("Période"), wording.days(step.start, step.end, step.when)),
                    (_("École doctorale"), ""),
                    (_("Direction de thèse (HDR)"), ""),
                    (_("Encadrement dans l’entreprise"), ""),
                    (_("Candidat : diplôme de niveau master"), ""),
                    (_("Partage du temps entre entreprise et laboratoire"), ""),
                    *amounts_of(step, content),
                ),
                form=True,
            ),
            Paragraph(_("Pour le dossier de l’ANRT, déposé en ligne à toute date :")),
            Items(
                (
                    _("projet de recherche, écrit avec le laboratoire ;"),
                    _("CV et diplôme du candidat, qui n’est pas déjà docteur ;"),
                    _("lettres d’engagement de l’employeur et du laboratoire ;"),
                    _("présentation de l’employeur : activité de R&D, comptes ;"),
                    _("accord de l’école doctorale."),
                )
            ),
            Paragraph(
                _(
                    "L’aide va à l’employeur. Tout le temps du doctorant est consacré à la recherche. Le "
                    "contrat de collaboration "
                    "suit dans les six mois du début ; sans lui, l’aide est suspendue."
                ),
                soft=True,
            ),
        ]
    return blocks


def inventory(content: Content) -> list[Block]:
    """What data there is, to be filled before the first meeting; where none is shared, it is not there."""
    if not {step.kind for step in content.steps} & _SHARES_DATA:
        return []
    return [
        Paragraph(
            _(
                "À remplir avant le premier échange, de mémoire et sans copier de données : une ligne par "
                "source. Ce qui est "
                "inconnu reste vide ; c’est une réponse aussi."
            )
        ),
        Table(
            caption=_("Inventaire des données, à remplir"),
            head=(
                _("Source"),
                _("Ce qu’elle contient"),
                _("Depuis quand, combien"),
                _("Où, sous quelle forme"),
                _("À qui, sous quels droits"),
                _("Personnes concernées ?"),
            ),
            rows=tuple(empty_row(6) for _row in range(_ROWS_TO_FILL)),
            widths=(16, 19, 16, 17, 17, 15),
            form=True,
        ),
    ]


def confidentiality(content: Content) -> list[Block]:
    """A letter with blanks. Source of what is usual: bilateral, one or two years, surviving three to five."""
    if content.confidentiality == "open" and "nda" not in content.waits:
        return []
    blank = "………………………………"
    return [
        Note(
            _(
                "Modèle à faire relire par vos juristes et par ceux des établissements : il aide à "
                "commencer et ne remplace pas "
                "l’accord qu’ils signeront."
            ),
            tone="warn",
        ),
        Facts(
            (
                (_("Entre"), _place(content)),
                (_("représentée par (nom, qualité)"), ""),
                (_("et (établissement)"), ""),
                (_("représenté par (nom, qualité)"), ""),
                (_("agissant aussi pour"), ""),
            ),
            form=True,
        ),
        Heading(_("Objet")),
        Paragraph(
            _(
                "Les parties échangent des informations pour étudier ensemble le besoin décrit dans la proposition "
                "%(reference)s. Elles ne les emploient à rien d’autre."
            )
            % {"reference": content.reference}
        ),
        Heading(_("Engagements")),
        Items(
            (
                _(
                    "Est confidentiel ce qui est marqué comme tel, ou confirmé par écrit dans les trente "
                    "jours s’il a été dit."
                ),
                _(
                    "Chaque partie ne le montre qu’aux personnes qui en ont besoin, nommées sur demande et "
                    "tenues au même secret."
                ),
                _(
                    "N’est pas confidentiel ce qui est public, ce qui était déjà connu, ce qui est reçu "
                    "d’un tiers libre de le "
                    "dire, ce qui est trouvé de façon indépendante."
                ),
                _(
                    "Rien ici ne donne de droit de propriété ni de licence, et rien n’oblige à conclure un contrat."
                ),
                _("À la fin, les documents reçus sont rendus ou détruits, à la demande de qui les a remis."),
            )
        ),
        Heading(_("Durée")),
        Paragraph(
            _(
                "Les échanges durent %(blank)s mois (d’usage : douze à vingt-quatre). Le secret vaut "
                "%(blank)s ans après leur fin "
                "(d’usage : trois à cinq)."
            )
            % {"blank": blank[:10]}
        ),
        Heading(_("Signatures")),
        Paragraph(
            _(
                "Pour un laboratoire signe le représentant légal de l’établissement, jamais le chercheur "
                "ni le directeur d’unité "
                "seul."
            )
        ),
        Facts(
            (
                (_("Lieu et date"), ""),
                (_("Pour l’entreprise"), ""),
                (_("Pour l’établissement"), ""),
            ),
            form=True,
        ),
    ]

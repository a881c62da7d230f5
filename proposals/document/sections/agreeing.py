"""Principles of property, what is signed next and by whom, and the agreement of intent."""

from django.utils.translation import gettext as _

from programs.models import OfferKind
from proposals.document import wording
from proposals.document.blocks import Block, Facts, Heading, Note, Paragraph, Signatures, Table, cell
from proposals.document.content import Content
from proposals.document.sections.understanding import written

APPRENTICESHIP = "apprentissage"


def kinds(content: Content) -> set[str]:
    """Kinds of the steps that are open to the company: a scheme that refuses it is not signed."""
    return {step.kind for step in content.steps if not (step.cost and step.cost.refused)}


def conditions(content: Content) -> list[Block]:
    """The written principles, then the usual ones of each frame that occurs.

    Source: the matrix of property in the cluster's facts (Code de la recherche; Code de la propriété intellectuelle,
    article L. 611-7; ordonnance 2021-1658 for interns; framework for State aid C(2022) 7388).
    """
    blocks = written(content, "conditions")
    found = kinds(content)
    frames = {
        OfferKind.LABORATORY: (
            _("Prestation"),
            _("à l’entreprise"),
            _("prix de marché"),
            _("pas sans accord"),
        ),
        OfferKind.RND: (
            _("Collaboration de recherche"),
            _("copropriété, ou licence exclusive dans un domaine"),
            _("coûts partagés"),
            _("après relecture"),
        ),
        OfferKind.CIFRE: (
            _("Thèse CIFRE"),
            _("selon le contrat de collaboration ; inventions du salarié : article L. 611-7"),
            _("salaire et accompagnement du laboratoire"),
            _("la thèse est soutenue, en partie à huis clos si besoin"),
        ),
        OfferKind.TALENT: (
            _("Stage ou alternance"),
            _("selon la convention (ordonnance 2021-1658 pour un stage dans un laboratoire)"),
            _("gratification ou salaire"),
            _("rapport confidentiel possible"),
        ),
    }
    rows = tuple(
        (cell(("strong", row[0])), *(cell(text) for text in row[1:]))
        for kind, row in frames.items()
        if kind in found
    )
    if rows:
        blocks += [
            Heading(_("Ce qui est d’usage")),
            Table(
                caption=_("Propriété et publication selon le cadre"),
                head=(_("Cadre"), _("Résultats"), _("Ce qui est payé"), _("Publication")),
                rows=rows,
                widths=(27, 31, 21, 21),
            ),
            Paragraph(_("Ce sont des usages : le contrat fixe ce qui vaut entre vous."), soft=True),
        ]
    return blocks


def next_steps(content: Content) -> list[Block]:
    blocks = written(content, "next_steps")
    acts = _acts(content)
    if acts:
        blocks += [
            Heading(_("Ce qui se signe ensuite")),
            Table(
                caption=_("Actes à signer"),
                head=(_("Acte"), _("Entre qui"), _("Délai habituel")),
                rows=tuple((cell(("strong", act)), cell(parties), cell(time)) for act, parties, time in acts),
                widths=(30, 42, 28),
            ),
        ]
    day = wording.day(content.valid_until)
    blocks.append(
        Paragraph(
            _(
                "Cette proposition est valable jusqu’au %(day)s. D’ici là, vous pouvez l’accepter, demander une "
                "modification ou la décliner sur votre page de suivi."
            )
            % {"day": day}
        )
    )
    return blocks


def _acts(content: Content) -> list[tuple[str, str, str]]:
    """(act, between whom, usual time). Source: calendar of decisions in the cluster's facts, November 2026."""
    found, acts = kinds(content), []
    if "nda" in content.waits or content.nda:
        acts.append(
            (
                _("Accord de confidentialité"),
                _("entreprise et établissements de tutelle, jamais le chercheur seul"),
                wording.weeks(2, 6),
            )
        )
    if OfferKind.TRAINING in found:
        acts.append(
            (
                _("Convention de formation"),
                _("entreprise et organisme de formation"),
                _("1 à 8 semaines ; demande à l’OPCO avant le début"),
            )
        )
    talents = (
        {step.scheme == APPRENTICESHIP for step in content.steps if step.kind == OfferKind.TALENT}
        if OfferKind.TALENT in found
        else set()
    )
    if False in talents:
        acts.append(
            (_("Convention de stage"), _("étudiant, établissement, entreprise d’accueil"), _("1 à 3 mois"))
        )
    if True in talents:
        acts.append((_("Contrat d’apprentissage"), _("employeur, apprenti, CFA, OPCO"), _("3 à 9 mois")))
    if OfferKind.CIFRE in found:
        acts += [
            (_("Convention CIFRE"), _("ANRT et employeur"), _("décision en 2 à 3 mois environ")),
            (_("Contrat de travail"), _("employeur et doctorant"), _("après la décision")),
            (
                _("Contrat de collaboration"),
                _("employeur et représentants légaux des établissements de tutelle"),
                _("au plus tard 6 mois après le début"),
            ),
        ]
    if OfferKind.RND in found:
        acts.append(
            (
                _("Contrat de collaboration de recherche"),
                _(
                    "représentants légaux de l’entreprise et des établissements de tutelle, ou de leur mandataire"
                ),
                _("2 à 6 mois ; signé avant le début des travaux"),
            )
        )
    if OfferKind.LABORATORY in found:
        acts.append(
            (
                _("Devis ou contrat de prestation"),
                _("entreprise et établissement, ou sa filiale"),
                _("2 à 8 semaines"),
            )
        )
    return acts


def agreement(content: Content) -> list[Block]:
    return [
        Paragraph(
            _(
                "Ce document n’est pas un contrat. Il dit une intention de travailler ensemble. Les "
                "engagements, les montants, "
                "la propriété des résultats et la confidentialité sont fixés par les contrats que signent "
                "les représentants "
                "légaux des parties."
            )
        ),
        Signatures((content.company, *content.parties)),
    ]


def legal_notice() -> str:
    return _(
        "Document non contractuel. Montants, délais et aides sont indicatifs, aux dates dites ; aucun "
        "n’engage le cluster, "
        "ses membres ou les partenaires nommés."
    )


def control(content: Content) -> list[Block]:
    """How anybody sees whether this paper is genuine and current."""
    if not content.verify_number:
        return []
    facts = (
        (_("Numéro"), content.verify_number),
        (_("Empreinte"), content.verify_check),
        (_("Adresse"), content.verify_url),
    )
    return [
        Heading(_("Ce papier est-il authentique et à jour ?")),
        Facts(tuple(fact for fact in facts if fact[1])),
    ]


def notice() -> Note:
    return Note(legal_notice())

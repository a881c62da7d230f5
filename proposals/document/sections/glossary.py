"""The terms that this document uses, and only those, in plain words."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from foundation.plain import filed
from proposals.document.blocks import (
    Block,
    Drawing,
    Facts,
    Heading,
    Items,
    Note,
    Paragraph,
    Section,
    Table,
    cell,
)


def _terms() -> list[tuple[str, str, str]]:
    """(pattern of the term in any of the three languages, name, meaning). No amounts: those are dated rules."""
    return [
        (
            r"AI Act|règlement européen sur l’IA|KI-Verordnung|EU AI Regulation|2024/1689",
            _("Règlement européen sur l’IA"),
            _(
                "règlement (UE) 2024/1689, « AI Act » : ce qu’un système d’IA doit respecter selon le "
                "risque de son usage."
            ),
        ),
        (
            r"\bANRT\b",
            "ANRT",
            _(
                "Association nationale de la recherche et de la technologie, qui instruit et verse les "
                "CIFRE pour l’État."
            ),
        ),
        (
            r"\bCFA\b",
            "CFA",
            _("centre de formation d’apprentis."),
        ),
        (
            r"\bCICo\b",
            "CICo",
            _(
                "crédit d’impôt pour une recherche faite en collaboration avec un organisme agréé ; le "
                "contrat est signé avant "
                "les travaux."
            ),
        ),
        (
            r"\bC(?:IFRE|ifre)\b",
            "CIFRE",
            _(
                "convention industrielle de formation par la recherche : une thèse de trois ans, salariée "
                "par l’entreprise."
            ),
        ),
        (
            r"\bCIR\b",
            "CIR",
            _("crédit d’impôt recherche : une part des dépenses de recherche, rendue par l’impôt."),
        ),
        (
            r"\bCSE\b",
            "CSE",
            _("comité social et économique, qui représente les salariés d’une entreprise en France."),
        ),
        (
            r"\bHDR\b",
            "HDR",
            _("habilitation à diriger des recherches, que demande la direction d’une thèse."),
        ),
        (
            r"\bHDS\b",
            "HDS",
            _("certification des hébergeurs de données de santé."),
        ),
        (
            r"\bInterreg\b",
            "Interreg",
            _("programme européen pour des projets de part et d’autre d’une frontière."),
        ),
        (
            r"accord de confidentialité|Vertraulichkeitsvereinbarung|confidentiality agreement|non-disclosure|\bNDA\b",
            _("Accord de confidentialité"),
            _("contrat par lequel chacun garde secret ce qu’il apprend de l’autre."),
        ),
        (
            r"\bOPCO\b",
            "OPCO",
            _("opérateur de compétences : l’organisme de la branche qui aide à payer la formation."),
        ),
        (
            r"\bQualiopi\b",
            "Qualiopi",
            _(
                "certification de qualité, exigée d’un organisme pour tout financement public ou mutualisé "
                "d’une formation."
            ),
        ),
        (
            r"\b(?:RGPD|DSGVO|GDPR)\b",
            _("RGPD"),
            _("règlement (UE) 2016/679 sur la protection des données personnelles."),
        ),
        (
            r"\bTRL\b",
            "TRL",
            _("niveau de maturité d’une technique, de 1 (principe observé) à 9 (éprouvé en service)."),
        ),
        (
            r"établissements? de tutelle|\btutelles?\b|Trägereinrichtung|parent institution",
            _("Établissement de tutelle"),
            _(
                "université, école ou organisme dont un laboratoire dépend ; un laboratoire en a souvent "
                "plusieurs, qui signent."
            ),
        ),
        (
            r"\bZRR\b",
            "ZRR",
            _(
                "zone à régime restrictif : partie d’un laboratoire dont l’accès demande une autorisation de l’État."
            ),
        ),
    ]


def glossary(parts: Iterable[Section]) -> list[Block]:
    """The terms found in what the other parts say."""
    said = "\n".join(text for part in parts for text in texts(part))
    found = [
        (name, meaning)
        for pattern, name, meaning in _terms()
        if re.search(pattern, said, re.I if " " in pattern else 0)
    ]
    rows = tuple(
        (cell(("strong", name)), cell(meaning))
        for name, meaning in sorted(found, key=lambda row: filed(row[0]))
    )
    if not rows:
        return []
    return [
        Table(
            caption=_("Termes employés dans ce document"),
            head=(_("Terme"), _("Ce qu’il veut dire")),
            rows=rows,
            widths=(28, 72),
        )
    ]


def texts(part: Section) -> list[str]:
    """Every text of a part, in order: for the glossary, and for what differs between versions."""
    found = [part.title]
    for block in part.blocks:
        found += _texts_of(block)
    return found


def _texts_of(block: Block) -> list[str]:
    match block:
        case Paragraph() | Heading():
            return [block.text]
        case Note():
            return [block.title, block.text]
        case Items():
            return list(block.items)
        case Facts():
            return [f"{name} {value}" for name, value in block.rows]
        case Table():
            return [*block.head, *(one.text for row in block.rows for one in row)]
        case Drawing():
            return [block.picture.alternative]
    return [getattr(block, "text", "")]

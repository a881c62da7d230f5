"""Worked examples for the home page: what an irritant becomes. Illustrative, and marked so."""

from django.utils.translation import gettext as _


def examples() -> list[dict]:
    """Three stories as {"irritant", "understood", "outcome", "sector"} in the reader's language."""
    return [
        {
            "sector": _("Fonderie"),
            "irritant": _("On rebute une pièce sur douze certains lundis, et personne ne comprend pourquoi."),
            "understood": _("Une dérive de procédé à relier aux données du four, du sable et de l’équipe."),
            "outcome": _(
                "Deux jours de formation pour l’équipe méthodes, puis un stagiaire et un laboratoire."
            ),
        },
        {
            "sector": _("Hôpital"),
            "irritant": _(
                "Les comptes rendus attendent trois jours avant d’être codés, la facturation aussi."
            ),
            "understood": _("Lire et classer des textes médicaux, sur place, sous le contrôle de soignants."),
            "outcome": _(
                "Un cadrage des données de santé d’abord, puis une collaboration avec une équipe de recherche."
            ),
        },
        {
            "sector": _("Viticulture"),
            "irritant": _(
                "Je traite toute la parcelle alors que la maladie commence toujours au même endroit."
            ),
            "understood": _("Repérer tôt des foyers sur images, avec peu de données et peu de réseau."),
            "outcome": _(
                "Un alternant pour constituer les images, un centre technique pour le premier essai."
            ),
        },
    ]

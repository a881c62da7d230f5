"""The answers the form offers, in plain words."""

from django.utils.translation import gettext_lazy as _

from intake.models import Confidentiality, DataMaturity, Deadline
from programs.models import OfferKind

COUNTRIES = (
    ("FR", _("France")),
    ("DE", _("Allemagne")),
    ("LU", _("Luxembourg")),
    ("BE", _("Belgique")),
    ("CH", _("Suisse")),
    ("ZZ", _("Autre pays")),  # ZZ: user-assigned in ISO 3166-1, means "none of these" here
)
# What a level means, in plain words: code → (label, hint).
DATA_MATURITY = {
    DataMaturity.NONE: (_("Rien de numérique"), _("Tout se sait, rien ne s’enregistre.")),
    DataMaturity.SCATTERED: (
        _("Du papier, des photos, des fichiers isolés"),
        _("Des fiches, des tableurs, chacun le sien."),
    ),
    DataMaturity.HETEROGENEOUS: (
        _("Des historiques, de qualité inégale"),
        _("Plusieurs mois ou années, dans plusieurs outils."),
    ),
    DataMaturity.LINKED: (
        _("Des données reliées et fiables"),
        _("On sait retrouver tout ce qui concerne une pièce ou un dossier."),
    ),
    DataMaturity.REAL_TIME: (
        _("Un flux en temps réel"),
        _("Des capteurs ou des systèmes suivis en continu."),
    ),
}
# What a kind of help means for who receives it: code → (label, hint).
KINDS = {
    OfferKind.TRAINING: (_("Une formation"), _("Quelques jours pour vos équipes.")),
    OfferKind.TALENT: (
        _("Un stagiaire ou un alternant"),
        _("Quelqu’un chez vous, pour quelques mois ou deux ans."),
    ),
    OfferKind.LABORATORY: (_("Un laboratoire"), _("Un avis, des essais, une plateforme.")),
    OfferKind.RND: (_("Une collaboration de recherche"), _("Un projet à plusieurs, avec des livrables.")),
    OfferKind.CIFRE: (_("Une thèse dans l’entreprise"), _("Trois ans avec un doctorant que vous embauchez.")),
}
DEADLINE = (
    (Deadline.URGENT, _("Dans les trois mois")),
    (Deadline.SOON, _("Dans l’année")),
    (Deadline.OPEN, _("Rien ne presse")),
)
CONFIDENTIALITY = {
    Confidentiality.OPEN: (
        Confidentiality.OPEN.label,
        _(
            "Les partenaires qui acceptent de vous aider reçoivent votre nom, vos coordonnées, "
            "votre texte et vos fichiers."
        ),
    ),
    Confidentiality.SUMMARY: (
        Confidentiality.SUMMARY.label,
        _(
            "Le cluster rédige un résumé. Vous décidez ensuite, partenaire par partenaire, "
            "de vous faire connaître."
        ),
    ),
    Confidentiality.NDA: (
        Confidentiality.NDA.label,
        _("Seule la coordination du cluster vous lit tant qu’aucun accord n’est signé. Plus sûr, plus lent."),
    ),
}

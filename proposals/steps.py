"""The steps of a path: what a step says, and how much of it. For the editor, the panels and the document."""

from django.utils.translation import gettext_lazy as _

from programs.models import OfferKind

MAX_STEPS = 12  # of one option
MAX_OPTIONS = 3

# Lengths in characters. The editor refuses more; the document cuts what still came longer.
STEP_LIMITS = {
    "title": 160,
    "organisation": 200,
    "person": 120,
    "summary": 600,
    "when": 120,
    "deliverables": 600,
    "decision": 300,
}
OPTION_LIMITS = {"title": 120, "why": 600, "limits": 600}

DIAGNOSIS, MEETING, OTHER = "diagnosis", "meeting", "other"
STEP_KINDS = [
    (DIAGNOSIS, _("Diagnostic des données")),
    (OfferKind.TRAINING.value, _("Formation")),
    (OfferKind.TALENT.value, _("Stage ou alternance")),
    (OfferKind.CIFRE.value, _("Thèse CIFRE")),
    (OfferKind.RND.value, _("Collaboration R&D")),
    (OfferKind.LABORATORY.value, _("Expertise de laboratoire")),
    (MEETING, _("Échange, visite, atelier")),
    (OTHER, _("Autre étape")),
]

# What has to pass before a step may begin.
WAITS = {
    "nda": _("accord de confidentialité"),
    "contract": _("contrat entre les parties"),
    "zrr": _("autorisation d’accès (ZRR)"),
    "recruit": _("recrutement"),
    "instruction": _("instruction du dossier"),
    "school": _("calendrier de l’école"),
    "opco": _("demande à l’OPCO"),
    "session": _("session"),
    "call": _("appel à projets"),
}
MAX_WEEKS = 104

# Who leads a step when it is not a partner that accepted.
COMPANY_LEADS, CLUSTER_LEADS = "company", "cluster"


def kind_label(kind: str):
    """The words for a kind; an unknown one is an « autre étape »."""
    return dict(STEP_KINDS).get(kind, dict(STEP_KINDS)[OTHER])

"""Where something was read, in words; what is not here is a list or a page of « Données »."""

from django.utils.translation import gettext_lazy as _

from journal.timeline import READERS

PAGES = {
    "admin:workbench_irritant": _("le dossier"),
    "admin:index": _("la file d’attente"),
    "admin:workbench_file": _("un téléchargement"),
    "admin:workbench_enter": _("la saisie d’un irritant"),
    "admin:workbench_join": _("la comparaison de deux fiches"),
    "admin:workbench_letter": _("l’aperçu d’un courriel"),
    "admin:workbench_answer": _("l’aperçu d’une réponse type"),
    "intake:follow": _("la page de suivi"),
    "intake:follow_file": _("un téléchargement"),
    "partner_space": _("l’espace du partenaire"),
    "proposals:answer": _("une réponse à la proposition"),
    "proposals:company_pdf": _("un téléchargement"),
    "proposals:pdf": _("un téléchargement"),
    "proposals:send": _("l’envoi de la proposition"),
    "triage:availability": _("la disponibilité du partenaire"),
    "verify_offers": _("les offres à vérifier"),
    "triage:answer": _("la page de réponse du partenaire"),
    "triage:answer_file": _("un téléchargement"),
    "triage:propose_meeting": _("la page de réponse du partenaire"),
    "triage:write_company": _("la page de réponse du partenaire"),
    "triage:space_requests": _("l’espace du partenaire"),
    "triage:level": _("le choix de la confidentialité"),
}


def page_name(view_name: str) -> str:
    own = PAGES.get(view_name)
    if own is None:
        own = _("les données de l’atelier") if view_name.startswith("admin:") else _("une autre page")
    return str(own)


@READERS.register("read_page")
def page_names(codes: set[str]) -> dict[str, str]:
    return {code: page_name(code) for code in codes}

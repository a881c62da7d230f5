"""What happened to an irritant, told to the company and to the coordination."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from intake.models import Irritant, Outcome
from journal.timeline import COMPANY, COORDINATOR, READERS, SENTENCES

for _name, _to_company, _to_coordinator in (
    ("submitted", _("Vous nous avez raconté ce qui vous bloque"), _("L’entreprise a déposé son irritant")),
    ("take", _("Une personne du cluster a pris votre demande en charge"), _("Pris en charge")),
    ("ask_info", _("Nous vous avons demandé des précisions"), _("Précision demandée à l’entreprise")),
    ("answer", _("Vous avez répondu"), _("L’entreprise a répondu")),
    ("close", _("Demande close : %(outcome)s"), _("Clos : %(outcome)s")),
    ("withdraw", _("Vous avez retiré votre demande"), _("L’entreprise a retiré sa demande")),
    ("message_in", _("Vous nous avez écrit"), _("L’entreprise a écrit")),
    ("message_out", _("Nous vous avons écrit"), _("Message à l’entreprise")),
    (
        "colleague_added",
        _("Une personne de plus suit votre demande"),
        _("L’entreprise a invité un collègue à suivre le dossier"),
    ),
    (
        "colleague_removed",
        _("Une personne ne suit plus votre demande"),
        _("L’entreprise a retiré un collègue du dossier"),
    ),
    ("exported", _("Vos données ont été téléchargées"), _("L’entreprise a téléchargé ses données")),
    ("erased", _("Vous avez effacé vos données"), _("L’entreprise a effacé ses données")),
    ("reopen", _("Nous avons repris l’étude de votre demande"), _("Rouvert")),
):
    SENTENCES.add(f"irritant.{_name}", {COMPANY: _to_company, COORDINATOR: _to_coordinator})
# The company reads of each partner on its own line (triage/timeline.py): the stage would say it once more.
SENTENCES.add("irritant.orient", {COORDINATOR: _("Partenaires sollicités")})
SENTENCES.add("irritant.message_read", {COORDINATOR: _("Message de l’entreprise lu")})

SENTENCES.add(
    "irritant.address_corrected", {COORDINATOR: _("Adresse de l’entreprise corrigée par un coordinateur")}
)
for _level, _to_company, _to_coordinator in (
    ("open", _("Vous avez ouvert votre demande aux partenaires qui acceptent"), _("ouvert")),
    (
        "summary",
        _("Vous avez choisi : un résumé sans votre nom, jusqu’à votre accord"),
        _("résumé sans le nom"),
    ),
    ("nda", _("Vous avez choisi : rien avant un accord de confidentialité"), _("accord d’abord")),
):
    SENTENCES.add(
        f"confidentiality.{_level}",
        {
            COMPANY: _to_company,
            COORDINATOR: format_lazy(_("Niveau changé par l’entreprise : {level}"), level=_to_coordinator),
        },
    )


@READERS.register("outcome")
def outcome_words(codes: set[str]) -> dict[str, str]:
    return {code: str(Outcome(code).label) for code in codes}


@READERS.register("case")
def references(cases: set[str]) -> dict[str, str]:
    rows = Irritant.objects.filter(public_id__in=cases)
    return {str(public_id): reference for public_id, reference in rows.values_list("public_id", "reference")}

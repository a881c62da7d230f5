"""What happened to an irritant, told to the company and to the coordination."""

from datetime import datetime

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from intake.lifecycle import HANDED_OVER
from intake.models import Confidentiality, Destination, FeedbackAnswer, Irritant, Outcome
from journal.cases import HIDDEN
from journal.timeline import COMPANY, COORDINATOR, READERS, SENTENCES

for _name, _to_company, _to_coordinator in (
    ("submitted", _("Vous nous avez raconté ce qui vous bloque"), _("L’entreprise a déposé son irritant")),
    ("take", _("Une personne du cluster a pris votre demande en charge"), _("Pris en charge")),
    ("ask_info", _("Nous vous avons demandé des précisions"), _("Précision demandée à l’entreprise")),
    ("answer", _("Vous avez répondu"), _("L’entreprise a répondu")),
    ("close", _("Dossier clos : %(outcome)s"), _("Clos : %(outcome)s")),
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
    ("kept", _("Vous avez gardé votre demande"), _("L’entreprise garde sa demande")),
    (
        "outlived",
        _("Vos données ont été effacées à la fin de leur durée de conservation"),
        _("Données effacées à la fin de leur durée de conservation"),
    ),
    ("reopen", _("Nous avons repris l’étude de votre demande"), _("Rouvert")),
):
    SENTENCES.add(f"irritant.{_name}", {COMPANY: _to_company, COORDINATOR: _to_coordinator})
# The company reads of each partner on its own line (triage/timeline.py): the stage would say it once more.
SENTENCES.add("irritant.orient", {COORDINATOR: _("Partenaires sollicités")})
SENTENCES.add("irritant.put_to_sleep", {COORDINATOR: _("Mis en sommeil jusqu’au %(until)s")})
SENTENCES.add("irritant.woken", {COORDINATOR: _("Sorti du sommeil")})
SENTENCES.add(
    "irritant.feedback",
    {
        COMPANY: _("Vous avez répondu : %(answer)s"),
        COORDINATOR: _("L’entreprise répond, après la clôture : %(answer)s"),
    },
)
SENTENCES.add(
    HANDED_OVER,
    {
        COMPANY: _("Nous vous avons indiqué à qui vous adresser : %(destination)s"),
        COORDINATOR: _("Orienté vers : %(destination)s"),
    },
)
SENTENCES.add("irritant.message_read", {COORDINATOR: _("Message de l’entreprise lu")})

SENTENCES.add(
    "irritant.address_corrected", {COORDINATOR: _("Adresse de l’entreprise corrigée par un coordinateur")}
)
for _level in Confidentiality:
    SENTENCES.add(
        f"confidentiality.{_level.value}",
        {
            COMPANY: format_lazy(_("Vous avez choisi : « {level} »"), level=_level.label),
            COORDINATOR: format_lazy(_("Niveau changé par l’entreprise : « {level} »"), level=_level.label),
        },
    )


@READERS.register("outcome")
def outcome_words(codes: set[str]) -> dict[str, str]:
    return {code: str(Outcome(code).label) for code in codes}


@READERS.register("answer")
def feedback_words(codes: set[str]) -> dict[str, str]:
    return {code: str(FeedbackAnswer(code).label) for code in codes}


@READERS.register("until")
def days(codes: set[str]) -> dict[str, str]:
    return {code: date_format(parse_date(code), "DATE_FORMAT") for code in codes}


SENTENCES.add("irritant.company_joined", {COORDINATOR: _("Deux fiches de l’entreprise réunies en une")})
SENTENCES.add("irritant.contact_joined", {COORDINATOR: _("Deux adresses du contact réunies en une")})
for _name, _to_company, _to_coordinator in (
    ("propose", _("Nous vous avons proposé un appel"), _("Appel proposé à l’entreprise")),
    ("choose", _("Appel prévu : %(call_at)s"), _("Appel prévu : %(call_at)s")),
    (
        "none_suits",
        _("Aucun créneau ne vous convenait pour l’appel"),
        _("Aucun créneau ne convient à l’entreprise"),
    ),
    ("move", _("Appel déplacé : %(call_at)s"), _("Appel déplacé : %(call_at)s")),
    ("cancel", _("L’appel est annulé"), _("Appel annulé")),
    ("hold", _("Nous nous sommes parlé"), _("L’appel a eu lieu")),
    ("miss", _("Nous vous avons appelé sans vous joindre"), _("Appel : personne n’a répondu")),
):
    SENTENCES.add(f"call.{_name}", {COMPANY: _to_company, COORDINATOR: _to_coordinator})


@READERS.register("call_at")
def moments(values: set[str]) -> dict[str, str]:
    return {
        value: date_format(localtime(datetime.fromisoformat(value)), "DATETIME_FORMAT") for value in values
    }


@READERS.register("destination")
def destination_names(public_ids: set[str]) -> dict[str, str]:
    rows = Destination.objects.filter(public_id__in=public_ids)
    return {str(public_id): name for public_id, name in rows.values_list("public_id", "name")}


@HIDDEN.register("irritants")
def hidden_cases(user: User):
    return Irritant.objects.hidden_from(user).values("public_id")


@READERS.register("case")
def references(cases: set[str]) -> dict[str, str]:
    rows = Irritant.objects.filter(public_id__in=cases)
    return {str(public_id): reference for public_id, reference in rows.values_list("public_id", "reference")}

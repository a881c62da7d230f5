"""The mails of one irritant: what became of each, and what to do when one did not arrive."""

from dataclasses import dataclass

from django.contrib import messages as flash
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from intake.addresses import correct_address
from intake.models import Irritant
from journal import messages
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from journal.models import BlockedAddress, Message
from triage.workbench.base import back_to, irritant_or_404

SHOWN = 40
STATUS = {
    Message.OWED: "progress",
    Message.SENT: "done",
    Message.DELIVERED: "done",
    Message.OBSOLETE: "stopped",
}
# Words for the short codes of providers (django-anymail's reject reasons); SMTP codes are shown as they are.
REASONS = {
    "invalid": gettext_lazy("cette adresse n’existe pas"),
    "bounced": gettext_lazy("le serveur du destinataire l’a renvoyé"),
    "timed_out": gettext_lazy("le serveur du destinataire n’a pas répondu"),
    "blocked": gettext_lazy("le serveur du destinataire nous refuse"),
    "spam": gettext_lazy("pris pour un indésirable"),
    "unsubscribed": gettext_lazy("le destinataire ne veut plus de nos courriels"),
    "refused": gettext_lazy("notre prestataire refuse cette adresse"),
    "given_up": gettext_lazy("deux jours d’essais sans réponse du serveur"),
    "other": gettext_lazy("motif inconnu"),
}


def reason_words(code: str) -> str:
    return str(REASONS.get(code, code))


@dataclass(frozen=True)
class Deliveries:
    """`rows` carry label, kind (of components/status.html) and why.

    `unreachable`: the contact's address, with why, when nothing goes there any more.
    """

    rows: list[Message]
    unreachable: BlockedAddress | None
    more: bool


def deliveries(irritant: Irritant) -> Deliveries:
    """Newest first, in two queries."""
    rows = list(Message.objects.of_case(irritant.public_id)[: SHOWN + 1])
    contact = irritant.contact.email.casefold()
    blocked = {
        row.email: row
        for row in BlockedAddress.objects.filter(email__in={contact, *(row.recipient for row in rows)})
    }
    for row in rows:
        row.label = labelled(row)
        row.kind = STATUS.get(row.status, "refused")
        row.why = reason_words(row.reason)
        undelivered = row.status in Message.UNDELIVERED
        row.can_retry = row.status == Message.FAILED or (undelivered and row.recipient in blocked)
    unreachable = blocked.get(contact)
    if unreachable:
        unreachable.why = reason_words(unreachable.reason)
    return Deliveries(rows[:SHOWN], unreachable, len(rows) > SHOWN)


def labelled(message: Message) -> str:
    known = messages.TEMPLATES.get(message.template)
    return str(known.label) if known else message.template


@coordinator
@require_POST
def send_again(request: HttpRequest, public_id, message_id):
    irritant = irritant_or_404(request, public_id)
    row = get_object_or_404(Message, pk=message_id, case=irritant.public_id)
    if messages.send_again(row):
        flash.success(request, _("Le courriel repart."))
    else:
        flash.info(request, _("Ce courriel n’attend aucun nouvel envoi."))
    return back_to(irritant, "courriels")


@coordinator
@require_POST
def correct(request: HttpRequest, public_id):
    irritant = irritant_or_404(request, public_id)
    try:
        owed = correct_address(irritant, request.POST.get("email", ""), actor=as_coordinator(request.user))
    except Refusal as refusal:
        flash.error(request, str(refusal))
        return back_to(irritant, "courriels")
    done = ngettext("Un courriel repart.", "%(count)s courriels repartent.", owed) % {"count": owed}
    flash.success(request, f"{_('L’adresse est corrigée.')} {done}" if owed else _("L’adresse est corrigée."))
    return back_to(irritant, "courriels")

"""The mails about a change that a partner asks for: to the coordination, and back once it is done."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import absences
from accounts.models import User
from journal import messages
from journal.events import reacts_to
from journal.letters import Quote
from journal.texts import TEMPLATES, Template, Value
from partners.models import AskedChange, AskedStage


@reacts_to("asked_change.ask")
def tell_the_coordination(event, row):
    """All of it, each once: whoever is away is replaced."""
    away = absences.of_today()
    reached = {absences.reached_instead_of(one, away) for one in User.objects.coordinators()}
    for person in sorted(reached, key=lambda one: one.pk):
        _owe("coordinator_asked_change", row, event, person)


@reacts_to("asked_change.settle")
def tell_who_asked(event, row):
    if row.user is not None and row.user.is_active:
        _owe("partner_change_settled", row, event, row.user)


def _owe(template: str, row: AskedChange, event, person: User) -> None:
    messages.owe(
        template,
        to=person.email,
        language=person.language,
        cause=f"event:{event.pk}",
        case=row.organisation.public_id,
        subject_id=row.public_id,
    )


def _about(message, stage: str) -> dict | None:
    """None once it is in another state: what the mail would say is no longer so."""
    rows = AskedChange.objects.select_related("organisation", "user")
    row = rows.filter(public_id=message.subject_id, stage=stage).first()
    return row and {
        "row": row,
        "organisation": row.organisation.name,
        "words": Quote(row.text),
        "signature": _("La coordination du cluster ENACT"),
    }


def _asked(message) -> dict | None:
    context = _about(message, AskedStage.WAITING)
    if not context:
        return None
    row = context.pop("row")
    page = reverse("admin:partners_organisation_change", args=[row.organisation_id])
    return {**context, "who": str(row.user or "—"), "action_url": settings.SITE_URL + page}


def _settled(message) -> dict | None:
    context = _about(message, AskedStage.SETTLED)
    if not context:
        return None
    row = context.pop("row")
    if row.user is None or not row.organisation.memberships.filter(user=row.user).exists():
        return None
    page = reverse("identity:organisation", args=[row.organisation.external_id])
    why = _("Vous recevez ce courriel parce que votre organisation est partenaire d’ENACT.")
    return {**context, "why": why, "action_url": settings.SITE_URL + page}


_NAMES = {
    "organisation": Value(gettext_lazy("le nom du partenaire"), gettext_lazy("Laboratoire d’exemple")),
    "words": Value(
        gettext_lazy("ce que le partenaire demande, en citation"),
        lambda: Quote(_("Depuis janvier, nous avons une deuxième tutelle.")),
    ),
}
_WHO = {"who": Value(gettext_lazy("qui le demande"), gettext_lazy("Chargée de partenariats"))}
for _key, _label, _build, _names, _when in (
    (
        "coordinator_asked_change",
        gettext_lazy("Changement demandé par un partenaire"),
        _asked,
        {**_NAMES, **_WHO},
        gettext_lazy(
            "quand un partenaire demande de changer ce que le cluster décide, à toute la coordination"
        ),
    ),
    (
        "partner_change_settled",
        gettext_lazy("Changement demandé : traité"),
        _settled,
        _NAMES,
        gettext_lazy("à qui l’a demandé, quand la coordination l’a traité"),
    ),
):
    TEMPLATES.add(_key, Template(_label, _build, _names, when=_when))

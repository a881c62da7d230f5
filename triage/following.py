"""Who follows a case: passing it to a colleague, or all of somebody's."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from intake.models import Irritant, Stage
from journal import messages
from journal.actors import COORDINATOR, Actor
from journal.events import lock_case, record
from journal.letters import Lines
from journal.lifecycle import Refusal
from journal.texts import TEMPLATES, Template, Value

PASSED = "irritant.passed_on"
MAIL = "coordinator_passed_on"
FOLLOWED = (Stage.IN_TRIAGE, Stage.NEEDS_INFO, Stage.ORIENTED)


def why_not(irritant: Irritant, actor: Actor) -> str:
    """Why this case cannot change hands now, as a sentence; "" when it can."""
    if actor.role != COORDINATOR:
        return gettext("Cette action ne vous revient pas.")
    if irritant.stage == Stage.CLOSED:
        return gettext("Ce dossier est clos : rouvrez-le pour le modifier.")
    if irritant.stage not in FOLLOWED:
        return gettext("Ce dossier n’est suivi par personne : prenez-le, ou rouvrez-le.")
    return ""


@transaction.atomic
def pass_on(
    irritant: Irritant, to: User, *, actor: Actor, version: int | None = None, told: bool = True
) -> None:
    """Make `to` the one who follows this case; `told`: by a mail of its own. Raises Refusal."""
    _pass(irritant, to, actor, version)
    if told:
        tell(to, [irritant.public_id], actor=actor)


@transaction.atomic
def pass_all_on(of: User, to: User, *, actor: Actor) -> int:
    """Every open case that `of` follows, and the actor sees, goes to `to`, in one act and one mail; how many.

    Raises Refusal.
    """
    followed = Irritant.objects.filter(coordinator=of, stage__in=FOLLOWED)
    rows = list(followed.visible_to(actor.user).order_by("public_id"))
    for irritant in rows:
        _pass(irritant, to, actor, None)
    tell(to, [row.public_id for row in rows], actor=actor)
    return len(rows)


def _pass(irritant: Irritant, to: User, actor: Actor, version: int | None) -> None:
    if not to.is_coordinator:
        raise Refusal(gettext("Choisissez quelqu’un de la coordination."), "person")
    lock_case(irritant.public_id)
    irritant.refresh_from_db()
    if version is not None and irritant.version != version:
        raise Refusal(gettext("Ce dossier a changé entre-temps. Relisez-le, puis recommencez."), "version")
    if refused := why_not(irritant, actor):
        raise Refusal(refused, "role" if actor.role != COORDINATOR else "state")
    if irritant.coordinator_id == to.pk:
        raise Refusal(gettext("Cette personne suit déjà ce dossier."), "same")
    Irritant.objects.filter(pk=irritant.pk).update(coordinator=to, version=F("version") + 1)
    irritant.refresh_from_db()
    record(PASSED, case=irritant.public_id, subject=irritant, actor=actor, to=to.pk)


@transaction.atomic
def tell(to: User, cases: list[UUID], *, actor: Actor) -> None:
    """One mail for all that `to` follows from now on; nobody is told what they did themselves."""
    if not cases or (actor.user and actor.user.pk == to.pk):
        return
    listed = [str(case) for case in cases]
    version = (
        Irritant.objects.filter(public_id__in=cases).order_by("-version").values_list("version", flat=True)[0]
    )
    messages.owe(
        MAIL,
        to=to.email,
        language=to.language,
        cause=f"passed:{cases[0]}:{version}:{len(cases)}",
        case=cases[0],
        subject_id=cases[0],
        payload={"cases": listed},
    )


def _context(message) -> dict | None:
    """What still is with the reader when the mail leaves."""
    rows = Irritant.objects.filter(
        public_id__in=message.payload.get("cases", ()), coordinator__email=message.recipient, erased_at=None
    ).exclude(stage=Stage.CLOSED)
    references = [row.reference for row in rows.order_by("created_at", "pk")]
    if not references:
        return None
    path = (
        reverse("admin:workbench_irritant", args=[rows[0].public_id])
        if len(references) == 1
        else reverse("admin:index") + "?suivi=mine"
    )
    return {"cases": Lines(references), "action_url": settings.SITE_URL + path}


TEMPLATES.add(
    MAIL,
    Template(
        _("Dossiers confiés à un collègue"),
        _context,
        placeholders={
            "cases": Value(_("les références des dossiers, en liste"), lambda: Lines(("ENACT-7F3K-92",)))
        },
        required={"body": ("cases",)},
        when=_("quand quelqu’un vous passe un dossier, ou tous les siens"),
    ),
)

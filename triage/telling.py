"""What the coordination is told by mail of a case: that a partner is silent, that it is itself silent."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from foundation import clock
from intake.mails import COMPANY as SAID
from intake.models import Irritant, Post, Stage, Turn
from intake.people import in_charge
from intake.wording import day
from journal import messages
from journal.actors import COMPANY, COORDINATOR
from journal.events import reacts_to
from journal.models import Event
from journal.texts import TEMPLATES, Template, Value
from triage.mails import PARTNER
from triage.models import Referral


def ours_and_idle():
    """Taken, our turn, with the moment at which something last happened, or the coordination wrote.

    What the company does meanwhile is no progress, unless it is what gave us the turn: an answer, a word on a proposal.
    """
    gave_the_turn = Q(name="irritant.answer") | Q(name__startswith="proposal.")
    done = Event.objects.filter(gave_the_turn | ~Q(actor_role=COMPANY), case=OuterRef("public_id"))
    said = Post.objects.filter(irritant=OuterRef("pk"), author_role=COORDINATOR).order_by("-at")
    rows = Irritant.objects.filter(stage__in=[Stage.IN_TRIAGE, Stage.ORIENTED], turn=Turn.COORDINATOR)
    return rows.select_related("coordinator").annotate(
        idle_since=Greatest(
            Coalesce(Subquery(done.order_by("-seq").values("at")[:1]), "created_at"),
            Coalesce(Subquery(said.values("at")[:1]), "created_at"),
        )
    )


def tell(irritant: Irritant, template: str, people: Iterable[User], *, cause: str, **payload) -> None:
    """Owe one mail about this case to each of them."""
    for person in people:
        messages.owe(
            template,
            to=person.email,
            language=person.language,
            cause=cause,
            case=irritant.public_id,
            subject_id=irritant.public_id,
            payload=payload,
        )


@reacts_to("referral.expire")
def say_who_did_not_answer(event, referral):
    irritant = Irritant.objects.select_related("coordinator").get(pk=referral.irritant_id)
    tell(
        irritant,
        "coordinator_expired",
        in_charge(irritant),
        cause=f"event:{event.pk}",
        referral=str(referral.public_id),
    )


def about_case(message) -> dict | None:
    """What a mail to the coordination says of a case: its reference, since when, where to go."""
    irritant = Irritant.objects.filter(public_id=message.case, erased_at=None).first()
    if irritant is None:
        return None
    since = message.payload.get("since")
    return {
        "reference": irritant.reference,
        "since": day(datetime.fromisoformat(since)) if since else "",
        "action_url": settings.SITE_URL + reverse("admin:workbench_irritant", args=[irritant.public_id]),
    }


def _expired(message) -> dict | None:
    context = about_case(message)
    rows = Referral.objects.select_related("organisation")
    referral = rows.filter(public_id=message.payload.get("referral")).first()
    return context and referral and {**context, "organisation": referral.organisation.name}


def _idle(message) -> dict | None:
    """None when somebody of the coordination did something before it left."""
    row = ours_and_idle().filter(public_id=message.subject_id).first()
    still = row and row.idle_since.isoformat() == message.payload.get("since")
    return about_case(message) if still else None


CASE = {
    "reference": SAID["reference"],
    "since": Value(_("depuis quel jour"), lambda: day(clock.now() - timedelta(days=14))),
}
for _key, _label, _build, _names, _when in (
    (
        "coordinator_expired",
        _("Un partenaire n’a pas répondu"),
        _expired,
        {"reference": CASE["reference"], "organisation": PARTNER["organisation"]},
        _("quinze jours ouvrés après la sollicitation, à qui suit le dossier"),
    ),
    (
        "coordinator_silent",
        _("Dossier sans nouvelles de la coordination"),
        _idle,
        CASE,
        _("après deux semaines à qui suit le dossier, après un mois aux administrateurs"),
    ),
):
    TEMPLATES.add(_key, Template(_label, _build, _names, when=_when, base=about_case))

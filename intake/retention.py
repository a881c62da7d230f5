"""A closed case that nobody touched for years: its people are written to, have a month to keep it, then it is erased.

Source: GDPR art. 5(1)(e); CNIL, référentiel « gestion des activités commerciales » (2022): three years after the last
contact. What erasing takes and leaves is the register's to say, as when the company asks for it (intake.erasing).
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from foundation import clock
from foundation.privacy import CASES, LIVING, NEEDED, WARNED, held_by
from intake import erasing
from intake.mails import COMPANY, company_context, irritant_of
from intake.models import Colleague, Contact, Irritant, Stage
from intake.reactions import owe_company_mail
from intake.wording import day
from journal import links
from journal.actors import COMPANY as FROM_COMPANY
from journal.actors import COORDINATOR, PARTNER, Actor
from journal.capping import Cap
from journal.clockwork import rule
from journal.erasing import ERASED, end
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from journal.models import ClockMark, Event, Message
from journal.retention import since, without_the_living
from journal.texts import TEMPLATES, Template, Value

WARN, MAIL, KEPT = "retention.warn_cases", "company_ending", "irritant.kept"
GRACE = 30  # days
WARNED.add(CASES, GRACE)


@LIVING.register("intake.open")
def open_cases():
    return Irritant.objects.open().values("public_id")


@NEEDED.register("intake.people")
def of_no_standing_case(accounts):
    """Whoever sent or follows a request that stands, or looks after one that is open."""
    standing = Irritant.objects.filter(erased_at=None)
    return accounts.exclude(
        Exists(standing.filter(contact__email=OuterRef("email")))
        | Exists(Colleague.objects.filter(email=OuterRef("email"), irritant__erased_at=None))
        | Exists(Irritant.objects.open().filter(coordinator=OuterRef("pk")))
    )


def _acts():
    """What people did in the case of the outer row (an irritant): the clock's own doings keep nothing alive."""
    people = (FROM_COMPANY, COORDINATOR, PARTNER)
    return Event.objects.filter(case=OuterRef("public_id"), actor_role__in=people)


def outlived():
    """Closed cases that nobody touched for as long as the register says, with `last_act`; never one that lives."""
    before = since(CASES)
    rows = Irritant.objects.filter(stage=Stage.CLOSED, erased_at=None, created_at__lt=before)
    rows = without_the_living(rows.exclude(Exists(_acts().filter(at__gte=before))), "public_id")
    last = Subquery(_acts().order_by("-seq").values("at")[:1])
    return (
        rows.annotate(last_act=Coalesce(last, "created_at")).select_related("contact").order_by("created_at")
    )


_cap = Cap(Irritant.objects.count)


@rule(
    WARN,
    title=_("Demandes closes depuis trois ans : écrire à l’entreprise avant de les effacer"),
    who=outlived,
    once=lambda irritant: irritant.last_act.isoformat(),
    of="",
    to_people=True,
    cap=_cap,
    stops=_("quelqu’un écrit ou agit dans le dossier, ou une collaboration court encore"),
)
def warn(irritant: Irritant) -> None:
    owe_company_mail(MAIL, irritant, f"clock:{WARN}:{irritant.pk}:{irritant.last_act.isoformat()}")


def _warned():
    """Those whose people were written to a month ago, since anybody last acted; the mail itself has left."""
    told = ClockMark.objects.filter(
        rule=WARN,
        subject_id=OuterRef("public_id"),
        at__gt=OuterRef("last_act"),
        at__lte=clock.now() - timedelta(days=GRACE),
    )
    waiting = Message.objects.filter(case=OuterRef("public_id"), template=MAIL, status=Message.OWED)
    return outlived().filter(Exists(told)).exclude(Exists(waiting))


rule(
    CASES,
    title=_("Demandes closes depuis trois ans : les effacer un mois après l’avoir écrit"),
    who=_warned,
    of="",
    cap=_cap,
    stops=_("quelqu’un garde la demande, écrit ou agit dans le dossier"),
)(erasing.outlive)


def _left_over():
    """People of erased cases whom another case needed then, and nothing needs now."""
    rows = Contact.objects.exclude(email__endswith=ERASED)
    rows = rows.filter(Exists(Irritant.objects.filter(contact=OuterRef("pk")).exclude(erased_at=None)))
    rows = rows.exclude(Exists(Irritant.objects.filter(contact=OuterRef("pk"), erased_at=None)))
    return rows.exclude(Exists(Colleague.objects.filter(email=OuterRef("email"))))


@rule(
    "retention.contacts",
    title=_("Personnes dont il ne reste aucune demande : effacer leur nom et leur adresse"),
    who=_left_over,
    in_bulk=True,
    cap=Cap(Contact.objects.count),
)
@transaction.atomic
def forget_contacts(rows) -> int:
    found = Contact.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    done = found.count()
    end(found, held_by("intake.Contact", ended_by=CASES))
    return done


@transaction.atomic
def keep(irritant: Irritant, *, actor: Actor) -> bool:
    """« Garder ma demande »: its years begin again today; False when somebody did so today. Raises Refusal."""
    lock_case(irritant.public_id)
    if Irritant.objects.exclude(erased_at=None).filter(pk=irritant.pk).exists():
        raise Refusal(gettext("Cette demande a été effacée."), "erased")
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    if Event.objects.filter(case=irritant.public_id, name=KEPT, at__gte=today).exists():
        return False
    record(KEPT, case=irritant.public_id, subject=irritant, actor=actor)
    return True


def _keep_url(irritant: Irritant, email: str) -> str:
    """Absolute address of « Garder ma demande », with a link made now for this person."""
    link = links.give(links.FOLLOW, irritant.public_id, email)
    return settings.SITE_URL + reverse("intake:keep", args=[link.token])


def _ending(message) -> dict | None:
    """None once somebody acted in the case, or it was erased, before the mail left."""
    context, irritant = company_context(message), irritant_of(message)
    if context is None or not outlived().filter(pk=irritant.pk).exists():
        return None
    return {
        **context,
        "sent_on": day(irritant.created_at),
        "until": day(message.created_at + timedelta(days=GRACE)),
        "action_url": lazy(_keep_url, str)(irritant, message.recipient),
    }


TEMPLATES.add(
    MAIL,
    Template(
        _("Avant d’effacer une demande ancienne"),
        _ending,
        {
            **{name: COMPANY[name] for name in ("reference", "name", "company")},
            "sent_on": Value(
                _("le jour où la demande est arrivée, en toutes lettres"),
                lambda: day(clock.now() - timedelta(days=3 * 365)),
            ),
            "until": Value(
                _("le jour à partir duquel la demande sera effacée"),
                lambda: day(clock.now() + timedelta(days=GRACE)),
            ),
        },
        required={"body": ("until",)},
        when=_("trois ans après la dernière activité d’une demande close, une seule fois"),
        base=company_context,
    ),
)

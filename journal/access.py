"""Who was shown contact data and files: noted when the answer leaves, once for each person, thing and hour.

Whatever view shows the name, address or telephone of a company's person to the coordination or to a partner, or lets
them open a file, says so by `showing`; AccessLogMiddleware writes it. This is the one thing that a GET may write
(docs/decisions/0028-trust.md). A company that reads its own case is not noted.

Source: GDPR art. 5(2) and 32; CNIL, recommandation relative à la journalisation (14 October 2021): six months to a
year.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from foundation import clock
from foundation.privacy import STAYS
from foundation.registry import Registry
from journal.actors import COORDINATOR, Actor
from journal.clockwork import rule
from journal.models import AccessLink, AccessRecord

KEPT = timedelta(days=365)
SHOWS = (200, 206, 409, 422)  # answers that show the page that was asked for
CONTACT, FILE, MAIL, PERSON, PAGE = "contact", "file", "mail", "person", "page"


@dataclass(frozen=True)
class Shown:
    """`what`: a kind (AccessRecord.KINDS); `subject`: the key of the thing; `case`: the UUID it belongs to, if any;
    `organisation`: the partner for which it is read."""

    what: str
    subject: str
    case: UUID | None = None
    organisation: UUID | None = None


# "app.Model" → function(row) giving what a page of the admin about this row shows of a company's person, or None.
ROWS: Registry[Callable[[models.Model], Shown | None]] = Registry("row that shows somebody")


def showing(request, *things: Shown, actor: Actor | None = None) -> None:
    """This answer shows these things. `actor`: who reads, when not a signed-in member of staff; an administrator who
    stands in for somebody reads as themselves."""
    standing_in = getattr(request, "standing_in", None)
    reader = actor or Actor(COORDINATOR, user=request.user)
    if standing_in:  # whoever the page takes them for
        reader = Actor(COORDINATOR, user=standing_in.by)
    noted = request.__dict__.setdefault("_shown", {})
    for thing in things:
        noted.setdefault((reader.code, thing.what, thing.subject), (reader.role, thing))


def names(codes: Iterable[str]) -> dict[str, str]:
    """The code of a reader or an actor → name, or the address to which their link was given; two queries at most."""
    keys = {"user": set(), "link": set()}
    for code in codes:
        kind, _colon, key = code.partition(":")
        if kind in keys:
            keys[kind].add(key)
    found = {}
    if keys["user"]:
        found |= {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=keys["user"])}
    if keys["link"]:
        links = AccessLink.objects.filter(pk__in=[UUID(key) for key in keys["link"]])
        found |= {f"link:{pk}": email for pk, email in links.values_list("pk", "email")}
    return found


def of_mail(message) -> Shown:
    return Shown(MAIL, f"message:{message.pk}", message.case)


def of_person(user) -> Shown | None:
    """Somebody who has an account, as the list of people shows them; staff is nobody's contact."""
    return None if user.is_staff or user.is_funder else Shown(PERSON, f"user:{user.pk}")


class AccessLogMiddleware:
    """Writes what the answer shows, in one statement, before it leaves: what cannot be noted is not shown."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        noted = request.__dict__.get("_shown")
        if noted and request.method != "HEAD" and response.status_code in SHOWS:
            write(noted, page=request.resolver_match.view_name)
        return response

    def process_template_response(self, request, response):
        """The lists and pages of the admin, by the rows that they are about."""
        context = response.context_data or {}
        changelist, one = context.get("cl"), context.get("original", context.get("object"))
        rows = changelist.result_list if changelist is not None else [one] if one is not None else []
        found = [ROWS[row._meta.label](row) for row in rows if row._meta.label in ROWS]
        if any(found):
            showing(request, *filter(None, found))
        return response


def write(noted: dict, *, page: str) -> None:
    """The one function that writes the log; what was noted in this hour already stays as it is."""
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    AccessRecord.objects.bulk_create(
        [
            AccessRecord(
                reader=code,
                role=role,
                organisation=thing.organisation,
                what=what,
                subject=subject,
                case=thing.case,
                page=page[:80],
                at=now,
                hour=hour,
            )
            for (code, what, subject), (role, thing) in noted.items()
        ],
        ignore_conflicts=True,
    )


@STAYS.register("journal.access")
def what_stays(case: UUID) -> str:
    if not AccessRecord.objects.filter(case=case).exists():
        return ""
    return gettext(
        "Le relevé de qui a consulté vos coordonnées et vos fichiers, sans votre nom, pendant un an."
    )


@rule(
    "access.forget",
    title=_("Journal des consultations : effacer ce qui a plus d’un an"),
    who=lambda: AccessRecord.objects.filter(at__lt=clock.now() - KEPT),
    in_bulk=True,
)
def forget(rows) -> int:
    return rows.delete()[0]

"""An administrator reads what a company, or a partner's member, reads: with a reason, for half an hour, seen by them.

It is reading: whatever would change something is refused. The links of the person are not given away: pages are opened
by tokens that are bound to this one reading, and to the administrator's session. Beginning, pages and end are told in
the history of the case, or of the partner (docs/decisions/0028-trust.md).
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from foundation import clock, tokens
from journal import links
from journal.access import PAGE, Shown, showing
from journal.actors import CLOCK_ACTOR, Actor, coordinator
from journal.clockwork import rule
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from journal.models import AccessLink, AccessRecord, StandIn
from journal.timeline import COMPANY, COORDINATOR, PARTNER, READERS, SENTENCES

LONGEST = timedelta(minutes=30)
KEY = "stand_in"  # in the administrator's session
SAFE = ("GET", "HEAD", "OPTIONS")
# POSTs that change nothing for the person: to end, to leave, to open a page of theirs.
ALLOWED = ("triage:stand_in_stop", "account_logout", "triage:open_referral")
# Beginnings of the names of what is nobody else's to read: recovery codes, keys, where the person is signed in.
THEIR_OWN = ("mfa_", "account_", "usersessions_", "socialaccount_", "my_sessions", "confirm", "resume")


@transaction.atomic
def begin(
    by: User,
    *,
    reason: str,
    case: UUID | None = None,
    person: User | None = None,
    organisation: UUID | None = None,
) -> StandIn:
    """For a case (its company), or for a member of an organisation. Raises Refusal."""
    if not by.is_superuser:
        raise Refusal(_("Seule l’administration peut lire au nom d’autrui."), "role")
    if not reason:
        raise Refusal(_("Dites pourquoi : la personne le lira."), "reason")
    if person and (person.is_staff or person.is_funder or not person.is_active):
        raise Refusal(_("On ne lit pas au nom de cette personne."), "person")
    row = StandIn.objects.create(
        by=by,
        case=case,
        person=person,
        organisation=organisation,
        reason=reason,
        ends_at=clock.now() + LONGEST,
    )
    _tell(row, "begin", coordinator(by))
    return row


@transaction.atomic
def end(row: StandIn, *, actor: Actor) -> bool:
    """Once: tells which pages were read. False when it was over."""
    lock_case(row.chain)
    if not StandIn.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.now()):
        return False
    for page in pages_read(row):
        _tell(row, "page", actor, read_page=page)
    _tell(row, "end", actor)
    return True


def pages_read(row: StandIn) -> list[str]:
    """Names of views, each once, in the order of reading."""
    read = AccessRecord.objects.filter(what=PAGE, subject__startswith=f"{_mark(row)}:").order_by("at", "pk")
    return list(dict.fromkeys(read.values_list("page", flat=True)))


def _tell(row: StandIn, what: str, actor: Actor, **more) -> None:
    name = f"stand_in.{row.kind}_{what}"
    record(name, case=row.chain, subject=row, actor=actor, stand_in=str(row.public_id), **more)


def _mark(row: StandIn) -> str:
    return f"stand-in:{row.pk}"


def borrow(row: StandIn | None, link: AccessLink) -> AccessLink:
    """The person's link with a token of this reading alone; their own link when nobody stands in."""
    if row is not None:
        link.borrowed = tokens.make(link.pk, _mark(row), link.generation)
    return link


def link_behind(request, token: str, purpose: str) -> AccessLink:
    """As links.read, and for the administrator who stands in, by the token of their reading. Raises LinkError."""
    return _borrowed(getattr(request, "standing_in", None), token, purpose) or links.read(token, purpose)


def _borrowed(row: StandIn | None, token: str, purpose: str = "") -> AccessLink | None:
    key = tokens.row_id_of(token) if row is not None else None
    if key is None:
        return None
    rows = AccessLink.objects.filter(pk=key)
    link = (rows.filter(purpose=purpose) if purpose else rows).first()
    if link is None or not tokens.is_genuine(token, link.pk, _mark(row), link.generation):
        return None
    return borrow(row, link)


class StandInMiddleware:
    """Gives the request `standing_in` (None, nearly always), and a member's eyes to who stands in for one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.standing_in = _running(request)
        if request.standing_in and request.standing_in.person:
            request.user = request.standing_in.person
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """What is opened as the person is noted, and never acted on."""
        row = request.standing_in
        if row is None or not (row.person or _borrowed(row, kwargs.get("token", ""))):
            return None
        name = request.resolver_match.view_name
        if request.method not in SAFE or (name.startswith(THEIR_OWN) and name not in ALLOWED):
            return None if name in ALLOWED else render(request, "stand_in/refused.html", status=403)
        showing(request, Shown(PAGE, f"{_mark(row)}:{name}"[:60], row.case, row.organisation))
        return None


def _running(request) -> StandIn | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    key = request.session.get(KEY)
    if not key or not request.user.is_authenticated or not request.user.is_superuser:
        return None
    rows = StandIn.objects.running().filter(pk=key, by=request.user)
    return rows.select_related("by", "person").first()


@rule(
    "stand_in.end",
    title=gettext_lazy("Lecture au nom d’autrui : la dire terminée après une demi-heure"),
    who=StandIn.objects.run_out,
    stops=gettext_lazy("l’administration l’arrête elle-même"),
)
def end_what_has_run_out(row: StandIn) -> bool:
    return end(row, actor=CLOCK_ACTOR)


@READERS.register("stand_in")
def reasons(public_ids: set[str]) -> dict[str, str]:
    rows = StandIn.objects.filter(public_id__in=public_ids)
    return {str(public_id): reason or "—" for public_id, reason in rows.values_list("public_id", "reason")}


for _what, _to_them, _to_us in (
    (
        "begin",
        gettext_lazy("L’administration a ouvert cette page en votre nom, pour la lire : %(stand_in)s"),
        gettext_lazy("L’administration lit au nom de l’entreprise : %(stand_in)s"),
    ),
    (
        "page",
        gettext_lazy("L’administration a lu en votre nom : %(read_page)s"),
        gettext_lazy("L’administration a lu au nom de l’entreprise : %(read_page)s"),
    ),
    (
        "end",
        gettext_lazy("L’administration a cessé de lire en votre nom"),
        gettext_lazy("L’administration a cessé de lire au nom de l’entreprise"),
    ),
):
    SENTENCES.add(f"stand_in.{COMPANY}_{_what}", {COMPANY: _to_them, COORDINATOR: _to_us})
    SENTENCES.add(f"stand_in.{PARTNER}_{_what}", {PARTNER: _to_them})

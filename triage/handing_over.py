"""When somebody leaves a partner's team: the questions and promises that they have in hand go to somebody else."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from journal import messages
from journal.actors import SYSTEM_ACTOR
from journal.events import reacts_to, record
from journal.letters import Lines
from journal.models import AccessLink, Event, Message
from journal.texts import TEMPLATES, Template, Value
from partners.members.acts import HELD, code_of
from partners.models import Membership, Organisation
from triage.lifecycle import REFERRAL
from triage.models import Referral, ReferralStage

MAIL = "partner_handed_over"
_OPEN = (ReferralStage.ASKED, ReferralStage.QUESTION, ReferralStage.ACCEPTED)


def in_hand(membership: Membership) -> list[Referral]:
    """Open referrals of the organisation that rest with this member: in charge by name, or last to answer; or asked,
    where nobody who stays had the question in the mailbox. Four queries at most."""
    rows = Referral.objects.filter(organisation=membership.organisation, stage__in=_OPEN)
    rows = list(rows.select_related("irritant", "organisation").order_by("irritant__public_id"))
    if not rows:
        return []
    user, ids = membership.user, [row.public_id for row in rows]
    names = {name.casefold() for name in (user.full_name, user.email) if name}
    links = AccessLink.objects.filter(subject_id__in=ids, email=user.email).values_list("pk", flat=True)
    codes = {code_of(user), *(f"link:{pk}" for pk in links)}
    answers = ("referral.accept", "referral.question")
    last = dict(
        Event.objects.filter(
            case__in=[row.irritant.public_id for row in rows], subject_id__in=ids, name__in=answers
        )
        .order_by("seq")
        .values_list("subject_id", "actor")
    )
    asked: dict = {}
    for subject, to in Message.objects.filter(subject_id__in=ids, template="partner_asked").values_list(
        "subject_id", "recipient"
    ):
        asked.setdefault(subject, set()).add(to)
    staying = {email for email, _language in membership.organisation.recipients()} - {user.email}

    def theirs(row: Referral) -> bool:
        if row.person_in_charge:
            return row.person_in_charge.casefold() in names
        if row.public_id in last:
            return last[row.public_id] in codes
        return user.email in asked.get(row.public_id, ()) and not asked[row.public_id] & staying

    return [row for row in rows if theirs(row)]


@HELD.register("referrals")
def how_many(membership: Membership) -> int:
    return len(in_hand(membership))


def _successors(event, membership: Membership) -> list[User]:
    """Whoever was named, else the organisation's administrators."""
    rows = membership.organisation.memberships.active().select_related("user").order_by("pk")
    named = [row.user for row in rows if code_of(row.user) == event.payload["to"]]
    return named or [row.user for row in rows if row.role == Membership.ADMINISTRATOR]


@reacts_to("membership.end")
def hand_over(event, membership):
    rows = in_hand(membership)
    successors = _successors(event, membership)
    if not rows:
        return
    names = ", ".join(user.full_name for user in successors if user.full_name)[:120]
    for row in rows:
        if row.stage == ReferralStage.ACCEPTED:
            REFERRAL.perform(row, "hand_over", actor=SYSTEM_ACTOR, person_in_charge=names)
        else:  # nobody is in charge yet: it is told, and nothing changes
            record(
                "referral.hand_over",
                case=row.irritant.public_id,
                subject=row,
                actor=SYSTEM_ACTOR,
                organisation=str(row.organisation.public_id),
            )
    for user in successors:
        messages.owe(
            MAIL,
            to=user.email,
            language=user.language,
            cause=f"event:{event.pk}",
            case=membership.organisation.public_id,
            subject_id=membership.organisation.public_id,
            payload={"referrals": [str(row.public_id) for row in rows]},
        )


def _context(message) -> dict | None:
    """None once nothing of it is open any more."""
    organisation = Organisation.objects.filter(public_id=message.case).first()
    rows = Referral.objects.filter(public_id__in=message.payload.get("referrals", []), stage__in=_OPEN)
    references = list(rows.order_by("asked_at").values_list("irritant__reference", flat=True))
    if organisation is None or not references:
        return None
    return {
        "organisation": organisation.name,
        "cases": Lines(references),
        "action_url": settings.SITE_URL + reverse("partner_space"),
        "signature": _("La coordination du cluster ENACT"),
        "why": _("Vous recevez ce courriel parce que votre organisation est partenaire d’ENACT."),
    }


TEMPLATES.add(
    MAIL,
    Template(
        gettext_lazy("Sollicitations reprises d’un collègue"),
        _context,
        {
            "organisation": Value(
                gettext_lazy("le nom du partenaire"), gettext_lazy("Laboratoire d’exemple")
            ),
            "cases": Value(
                gettext_lazy("les références des demandes reprises, en liste"),
                lambda: Lines(("ENACT-7F3K-92", "ENACT-2M8P-41")),
            ),
        },
        required={"body": ("cases",)},
        when=gettext_lazy("quand un membre s’en va et que ses sollicitations en cours passent à un autre"),
    ),
)

"""Coming back to a form that was left: one link by mail, one reminder, and a door that opens only while it should.

The raw address of a draft is never mailed. A link (journal.links, purpose "resume") opens as long as the address that
it went to is the one the draft holds: whoever corrects a mistyped address shuts the door on whoever got the first mail.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from files import store
from files.models import StoredFile
from foundation import clock
from intake.mails import in_a_week
from intake.models import Draft, Irritant
from intake.wording import day
from journal import links, messages
from journal.clockwork import After, rule
from journal.models import AccessLink, ChainHead, Message
from journal.texts import Template, Value

LINK, REMINDER = "company_resume", "company_reminder"
ENTERED, ENTRY_REFUSED = "company_entered", "coordinator_entry_refused"  # their words: intake.entering
QUIET = timedelta(minutes=5)  # who finishes without such a pause gets no link
# An address typed by anybody is nobody's permission: how many links it may be sent a day, whatever drafts name it.
PER_EMAIL_AND_DAY, PER_DRAFT, PER_ORIGIN = 3, 3, 60


def open_draft(token: str) -> Draft | None:
    """The draft behind a link that may still be opened. None: forged, run out, refused, corrected or sent."""
    try:
        link = links.read(token, links.RESUME)
    except links.LinkError:
        return None
    return Draft.objects.open().filter(public_id=link.subject_id, email=link.email).first()


@transaction.atomic
def refuse(token: str) -> None:
    """« Je n’ai rien commencé »: the link is void for good and the draft no longer knows the address.

    What a coordinator wrote down is erased at once, and the coordinator told.
    """
    draft = open_draft(token)
    if draft is not None and draft.entered_by:
        owe_about(ENTRY_REFUSED, draft, to=draft.entered_by)
        return erase(draft)
    try:
        link = links.read(token, links.RESUME)
    except links.LinkError:
        return
    Draft.objects.open().filter(public_id=link.subject_id, email=link.email).update(email="")
    links.revoke(link)


def _owed(template: str):
    """The mails of this kind to the address that a draft (the outer row) holds."""
    return Message.objects.filter(template=template, case=OuterRef("public_id"), recipient=OuterRef("email"))


def owe_link(draft: Draft) -> bool:
    """Owe the mail with the link, once per draft and address; False when that address has had its share."""
    mails = Message.objects.filter(template=LINK)
    today = mails.filter(recipient=draft.email, created_at__gt=clock.now() - timedelta(days=1))
    if today.count() >= PER_EMAIL_AND_DAY or mails.filter(case=draft.public_id).count() >= PER_DRAFT:
        return False
    if draft.origin:
        neighbours = Draft.objects.filter(origin=draft.origin).values("public_id")
        if mails.filter(case__in=neighbours).count() >= PER_ORIGIN:
            return False
    owe_about(LINK, draft)
    return True


def owe_about(template: str, draft: Draft, *, to=None) -> None:
    """`to`: a person with `email` and `language`; without, whoever fills the draft."""
    messages.owe(
        template,
        to=(to or draft).email,
        language=(to or draft).language,
        cause=f"draft:{draft.pk}",
        case=draft.public_id,
        subject_id=draft.public_id,
    )


def send_now(draft: Draft) -> None:
    """« M’envoyer le lien maintenant ». Says nothing: the page does, and always the same."""
    with transaction.atomic():
        fresh = Draft.objects.open().select_for_update().exclude(email="").filter(pk=draft.pk).first()
        if (
            fresh
            and not Message.objects.filter(
                template=LINK, case=fresh.public_id, recipient=fresh.email
            ).exists()
        ):
            owe_link(fresh)


def _left_alone():
    left = Draft.objects.open().exclude(email="").filter(touched_at__lte=clock.now() - QUIET)
    left = left.exclude(Exists(_owed(ENTERED)))  # which carries the same link
    return left.exclude(Exists(_owed(LINK))).order_by("touched_at")


@rule(
    "intake.resume_links",
    title=_("Formulaire quitté : envoyer le lien pour le reprendre"),
    who=_left_alone,
    stops=_("le formulaire est envoyé, ou l’adresse retirée"),
)
def send_links(draft: Draft) -> bool:
    """Owe the link of a form left alone for QUIET since its e-mail address is known."""
    return _still(draft.pk, owe_link, touched_at__lte=clock.now() - QUIET)


def _linked():
    """Forms whose link was mailed, with the moment of the last word or of that mail."""
    linked_at = Subquery(_owed(LINK).values("created_at")[:1])
    left = Draft.objects.open().exclude(email="").filter(Exists(_owed(LINK))).exclude(Exists(_owed(REMINDER)))
    return left.annotate(left_at=Greatest("touched_at", linked_at)).order_by("-touched_at")


@rule(
    "intake.reminders",
    title=_("Formulaire quitté : un rappel, un jour ouvré après le lien"),
    who=_linked,
    when=After("left_at", days=1, same_hour=True),
    to_people=True,
    stops=_("le formulaire est envoyé, ou la personne a envoyé une autre demande"),
)
def remind(draft: Draft) -> bool:
    return _still(draft.pk, _owe_reminder)


def _owe_reminder(draft: Draft) -> bool:
    """False for an address that sent an irritant since this draft began, or had a reminder of another one."""
    if _sent_another(draft) or Message.objects.filter(
        template=REMINDER, recipient=draft.email, created_at__gt=clock.now() - timedelta(days=14)
    ):
        return False
    owe_about(REMINDER, draft)
    return True


def _sent_another(draft: Draft) -> bool:
    return Irritant.objects.filter(contact__email=draft.email, created_at__gte=draft.created_at).exists()


def _still(pk: int, act, **state) -> bool:
    """Do it with the draft locked, if it is still open: it may have been sent or changed a moment ago."""
    with transaction.atomic():
        draft = Draft.objects.open().select_for_update().exclude(email="").filter(pk=pk, **state).first()
        return draft is not None and act(draft)


def forget(draft: Draft) -> None:
    """What was mailed about a draft that will never be sent goes with it."""
    AccessLink.objects.filter(purpose=links.RESUME, subject_id=draft.public_id).delete()
    Message.objects.filter(case=draft.public_id, template__in=(LINK, REMINDER, ENTERED)).delete()


def is_sent(draft: Draft) -> bool:
    """Asked of the row and of the case itself: a purge that trusts one mark deleted attachments in use elsewhere."""
    return draft.submitted_at is not None or Irritant.objects.filter(public_id=draft.public_id).exists()


def erase(draft: Draft) -> None:
    """The draft, its files and what was mailed about it, in the caller's transaction; sent: the draft alone."""
    if not is_sent(draft):  # else the files are the irritant's
        for row in StoredFile.objects.filter(case=draft.public_id):
            store.remove(row)
        forget(draft)
        ChainHead.objects.filter(case=draft.public_id, seq=0).delete()  # made to lock the case of an upload
    draft.delete()


def _context(message: Message) -> dict | None:
    """What both mails say: until when, one link. None once the draft was sent, ran out or knows another address."""
    draft = Draft.objects.open().filter(public_id=message.subject_id, email=message.recipient).first()
    if draft is None or (message.template == REMINDER and _sent_another(draft)):
        return None
    link = links.give(links.RESUME, draft.public_id, draft.email)
    if link.revoked_at:
        return None
    return {
        "action_url": settings.SITE_URL + reverse("intake:resume", args=[link.token]),
        "until": day(draft.expires_at),
    }


_UNTIL = {"until": Value(_("le dernier jour où les réponses sont gardées"), lambda: day(in_a_week()))}
messages.TEMPLATES.add(
    LINK,
    Template(
        _("Lien pour reprendre une demande"),
        _context,
        placeholders=_UNTIL,
        required={"body": ("until",)},
        when=_("cinq minutes après la dernière frappe, ou à la demande de la personne"),
    ),
)
messages.TEMPLATES.add(
    REMINDER,
    Template(
        _("Rappel d’une demande commencée"),
        _context,
        placeholders=_UNTIL,
        required={"body": ("until",)},
        when=_("un jour ouvré après le lien, une seule fois, si rien n’a été envoyé"),
    ),
)

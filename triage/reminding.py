"""Reminding a partner that was asked and is silent: twice for one question, once a week for several."""

from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation import clock
from intake.wording import day
from journal import messages
from journal.clockwork import last_step, mark, marks
from journal.letters import Address, Lines, Row
from journal.models import ClockMark, Event, Message
from journal.texts import TEMPLATES, Template, Value
from partners.models import Organisation
from triage.disclosure import partner_view
from triage.mails import NEED, PARTNER, answer_url, partner_base, partner_mail
from triage.models import Referral, ReferralStage
from triage.waiting import days_away, waits_until

RULE = "referral.remind"
STEPS = (3, 7)  # working days after the question, or after our answer to the partner's
DAYS_BETWEEN, DAYS_BETWEEN_DIGESTS = 3, 7
ONE, SEVERAL = "partner_reminder", "partner_digest"


def silent():
    """Asked, and not a word; whoever declined, accepted or asked something is in another state."""
    replies = Event.objects.filter(
        case=OuterRef("irritant__public_id"), name="referral.reply", subject_id=OuterRef("public_id")
    )
    awaited_since = Coalesce(Subquery(replies.order_by("-seq").values("at")[:1]), "asked_at")
    rows = Referral.objects.filter(stage=ReferralStage.ASKED).annotate(awaited_since=awaited_since)
    rows = rows.select_related("irritant", "organisation").prefetch_related("organisation__absences")
    return rows.order_by("asked_at", "pk")


def silent_and_there():
    """Of partners that are not away today: nobody else is chased, by mail or by telephone."""
    return silent().partner_there(clock.today())


def reached(referral: Referral, steps: tuple[int, ...] = STEPS) -> int:
    """The last of these steps that has come, 0 before; of a row of `silent`."""
    return last_step(referral, referral.irritant, "awaited_since", steps, days_away)


def occasion(referral: Referral) -> str:
    """The last step that has come: a clock that was down for both reminds once."""
    return f"{referral.awaited_since.isoformat()}:{reached(referral)}"


def remind(referral: Referral) -> bool:
    """Owe the reminder of this question, or the one mail for all that the partner is silent about.

    False: it had such a mail lately, or nobody is there to be written to.
    """
    # Others of its questions may be looked at in the same instant, under the lock of another case.
    organisation = Organisation.objects.select_for_update().get(pk=referral.organisation_id)
    recipients = dict(organisation.recipients())
    if (referral.public_id, occasion(referral)) in marks(RULE, [referral.public_id]) or not recipients:
        return False
    rows = [row for row in silent().filter(organisation=organisation) if not row.irritant.is_asleep]
    several = len(rows) > 1
    if _reminded_lately(organisation, DAYS_BETWEEN_DIGESTS if several else DAYS_BETWEEN):
        return False
    for row in rows:
        if row.pk != referral.pk and reached(row):
            mark(RULE, row.public_id, occasion(row))
    for email, language in recipients.items():
        messages.owe(
            SEVERAL if several else ONE,
            to=email,
            language=language,
            cause=f"clock:{RULE}:{referral.public_id}:{occasion(referral)}",
            case=referral.irritant.public_id,
            subject_id=organisation.public_id if several else referral.public_id,
            payload={"referrals": [str(row.public_id) for row in rows]} if several else {},
        )
    return True


def _reminded_lately(organisation: Organisation, days: int) -> bool:
    asked = Referral.objects.filter(organisation=organisation).values("public_id")
    lately = ClockMark.objects.filter(rule=RULE, subject_id__in=asked, at__gte=messages.morning(days))
    return lately.exists()


def _reminder(message) -> dict | None:
    """Of one question; None when it was answered, or called back, before the mail left."""
    referral = silent().filter(public_id=message.subject_id).first()
    context = partner_mail(message) if referral else None
    if context is None or not context["view"].readable:
        return None
    return {**context, "asked_on": day(referral.asked_at), "until": day(waits_until(referral))}


def _digest(message) -> dict | None:
    """All that still waits, each with a link of its own once the mail is written to leave; a preview makes none."""
    rows = list(silent().filter(public_id__in=message.payload.get("referrals", [])))
    rows = [row for row in rows if partner_view(row).readable]
    if not rows:
        return None
    leaving = message.status == Message.OWED
    return {
        "organisation": rows[0].organisation.name,
        "count": str(len(rows)),
        "waiting": Lines(_line(row, message.recipient if leaving else "") for row in rows),
        "signature": _("La coordination du cluster ENACT"),
        "why": _("Vous recevez ce courriel parce que votre organisation figure au catalogue d’ENACT."),
        "action_url": lazy(answer_url, str)(rows[0], message.recipient),
    }


def _line(referral: Referral, email: str) -> Row:
    sector = partner_view(referral).sector
    words = " · ".join(part for part in (referral.irritant.reference, sector) if part)
    asked = _("%(need)s, envoyé le %(day)s") % {"need": words, "day": day(referral.asked_at)}
    return Row((f"{asked} – ", Address(answer_url(referral, email)))) if email else Row((asked,))


for _key, _label, _build, _names, _required, _when in (
    (
        ONE,
        gettext_lazy("Rappel à un partenaire"),
        _reminder,
        {
            **PARTNER,
            "summary": NEED["summary"],
            "asked_on": Value(
                gettext_lazy("le jour de la sollicitation"), lambda: day(clock.now() - timedelta(days=5))
            ),
            "until": Value(
                gettext_lazy("le jour où l’on cesse d’attendre"),
                lambda: day(clock.now() + timedelta(days=14)),
            ),
        },
        (),
        gettext_lazy("trois, puis sept jours ouvrés après la sollicitation, si le partenaire se tait"),
    ),
    (
        SEVERAL,
        gettext_lazy("Rappel à un partenaire de plusieurs sollicitations"),
        _digest,
        {
            "organisation": PARTNER["organisation"],
            "count": Value(gettext_lazy("combien de sollicitations attendent sa réponse"), "2"),
            "waiting": Value(
                gettext_lazy("ce qui attend sa réponse, en liste, avec un lien personnel pour chacune"),
                lambda: Lines(
                    f"{reference} · {PARTNER['sector'].sample()}"
                    for reference in ("ENACT-7F3K-92", "ENACT-2H4T-66")
                ),
            ),
        },
        ("waiting",),
        gettext_lazy(
            "à la place du précédent quand un partenaire en a plusieurs, une fois par semaine au plus"
        ),
    ),
):
    TEMPLATES.add(
        _key,
        Template(
            _label,
            _build,
            _names,
            required={"body": _required},
            when=_when,
            base=partner_base if _key == ONE else lambda message: None,
            chases=True,
        ),
    )

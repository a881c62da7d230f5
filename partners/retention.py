"""An account that nobody used for years: its person is written to, has a month to sign in, then it is anonymised.

Source: as for cases (intake.retention). An active administrator's account is left to its colleagues: the portal must
not lose the last one by itself.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from foundation import clock
from foundation.privacy import ACCOUNTS, NEEDED, WARNED
from journal import messages
from journal.capping import Cap
from journal.clockwork import rule
from journal.erasing import ERASED, erase_account
from journal.lifecycle import when
from journal.models import AccessLink, ClockMark, Message
from journal.retention import ends, since
from journal.texts import TEMPLATES, Template, Value
from partners.models import AskedChange, AskedStage

WARN, MAIL = "retention.warn_accounts", "account_ending"
GRACE = 30  # days
WARNED.add(ACCOUNTS, GRACE)
_SPACE = UUID("8f0c3a52-5d4e-4d0f-9a64-2f6b1c7e9d10")  # makes one id of each account's key


@dataclass(frozen=True)
class Unused:
    """An account as the clock sees it. `last_act`: when its person last signed in, or else when it was made."""

    user: User

    @property
    def public_id(self) -> UUID:
        return uuid5(_SPACE, str(self.user.pk))

    @property
    def last_act(self):
        return self.user.last_login or self.user.date_joined

    def __str__(self):
        return f"#{self.user.pk}"


def outlived() -> QuerySet:
    """Accounts without a sign-in nor a link given to their address for as long as the register says."""
    before = since(ACCOUNTS)
    rows = User.objects.exclude(email__endswith=ERASED).exclude(is_active=True, role=Role.ADMINISTRATOR)
    rows = rows.filter(Q(last_login__lt=before) | Q(last_login=None, date_joined__lt=before))
    # A partner may answer by its links for years without signing in.
    used = AccessLink.objects.filter(expires_at__gte=before).values("email")
    rows = rows.exclude(email__in=used)
    for needless in NEEDED.values():
        rows = needless(rows)
    return rows.order_by("pk")


_cap = Cap(User.objects.count)


@rule(
    WARN,
    title=gettext_lazy("Comptes inutilisés depuis trois ans : écrire à la personne avant de les effacer"),
    who=lambda: [Unused(user) for user in outlived().filter(is_active=True)],
    once=lambda row: row.last_act.isoformat(),
    to_people=True,
    cap=_cap,
    stops=gettext_lazy("la personne se connecte, ou suit une demande qui n’est pas effacée"),
)
def warn(row: Unused) -> None:
    messages.owe(
        MAIL,
        to=row.user.email,
        language=row.user.language,
        cause=f"clock:{WARN}:{row.user.pk}:{row.last_act.isoformat()}",
        case=row.public_id,
        subject_id=row.public_id,
    )


def _over() -> list[Unused]:
    """Warned a month ago and not seen since; or deactivated, when there is nobody left who could sign in."""
    rows = [Unused(user) for user in outlived()]
    ids = [row.public_id for row in rows]
    past = clock.now() - timedelta(days=GRACE)
    told = dict(
        ClockMark.objects.filter(rule=WARN, subject_id__in=ids, at__lte=past)
        .order_by("at")
        .values_list("subject_id", "at")
    )
    waiting = set(Message.objects.filter(template=MAIL, status=Message.OWED).values_list("case", flat=True))
    return [
        row
        for row in rows
        if not row.user.is_active
        or (row.public_id in told and told[row.public_id] > row.last_act and row.public_id not in waiting)
    ]


@rule(
    ACCOUNTS,
    title=gettext_lazy("Comptes inutilisés depuis trois ans : les effacer un mois après l’avoir écrit"),
    who=_over,
    cap=_cap,
    stops=gettext_lazy("la personne se connecte"),
)
def forget(row: Unused) -> bool:
    user = User.objects.select_for_update().get(pk=row.user.pk)
    if Unused(user).last_act != row.last_act:
        return False  # somebody signed in a moment ago
    erase_account(user)
    return True


@ends(
    "retention.asked_changes",
    AskedChange,
    title=gettext_lazy("Changements demandés par un partenaire : en oublier le texte après trois ans"),
)
def old_changes(before) -> QuerySet:
    return AskedChange.objects.filter(asked_at__lt=before).exclude(stage=AskedStage.WAITING)


def _ending(message) -> dict | None:
    """None once the person signed in, or the account ended, before the mail left."""
    if message.recipient and not outlived().filter(email=message.recipient).exists():
        return None
    return {
        "until": when(message.created_at + timedelta(days=GRACE))["day"],
        "action_url": settings.SITE_URL + reverse("account_login"),
        "signature": _("La coordination du cluster ENACT"),
        "why": _("Vous recevez ce courriel parce que cette adresse a un compte sur le portail d’ENACT."),
    }


TEMPLATES.add(
    MAIL,
    Template(
        gettext_lazy("Avant d’effacer un compte inutilisé"),
        _ending,
        {
            "until": Value(
                gettext_lazy("le jour à partir duquel le compte sera effacé"),
                lambda: when(clock.now() + timedelta(days=GRACE))["day"],
            )
        },
        required={"body": ("until",)},
        when=gettext_lazy("trois ans après la dernière connexion, une seule fois"),
    ),
)

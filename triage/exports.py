"""What coordinators may take home: the cases they may see, and what partners were asked about them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.absences import of_today, stood_in_for_by
from foundation import clock
from foundation.rows import in_chunks
from foundation.working_days import waited
from intake.conversation import CLOSING
from intake.models import Confidentiality, Deadline, Irritant, OrganisationType, Outcome, Stage, Turn
from journal.exports.kinds import EXPORTERS, Between, Column, Exporter, day
from journal.models import Event
from partners.models import Kind
from programs.models import OfferKind
from triage.models import DeclineReason, Match, MatchState, Referral, ReferralStage
from triage.reasons import territory_name
from triage.workbench.choice import TABS, WHOSE, Choice, selects
from triage.workbench.finding import all_of

OPEN, CLOSED = "open", "closed"


class QueueField(forms.CharField):
    """What the queue was narrowed to, as its query string; without the words of a search, which may name somebody."""

    widget = forms.HiddenInput

    def clean(self, value):
        return self.read(value).url(q="") if value else ""

    def read(self, value: str) -> Choice:
        return Choice.read(QueryDict(str(value).removeprefix("?")))

    def said(self, value: str) -> str:
        choice = self.read(value)
        filters = [str(dict(one["options"])[one["value"]]) for one in selects(choice) if one["value"]]
        whose = [str(WHOSE[choice.whose])] if choice.whose in WHOSE and choice.whose != "all" else []
        return " · ".join([str(TABS[choice.tab].label), *whose, *filters])


class Cases(Between):
    """Which cases: received between two days, open or closed, or those of a queue."""

    about = gettext_lazy("Dossiers reçus entre ces deux jours, compris.")
    queue = QueueField(required=False)

    which = forms.ChoiceField(
        label=gettext_lazy("Lesquels"),
        required=False,
        choices=[
            ("", gettext_lazy("ouverts et clos")),
            (OPEN, gettext_lazy("ouverts")),
            (CLOSED, gettext_lazy("clos")),
        ],
    )


@dataclass
class CaseRow:
    """A case with what a line says of its past; moments are None for what did not happen."""

    irritant: Irritant
    taken_at: datetime | None = None
    closed_at: datetime | None = None
    stages: Counter = field(default_factory=Counter)  # of its referrals that were sent
    answered_yes: int = 0
    kept: int = 0

    @property
    def qualification(self):
        return getattr(self.irritant, "qualification", None)


def between(rows: QuerySet, lookup: str, choices: dict) -> QuerySet:
    """Those whose moment lies between the chosen days, included."""
    since, until = day(choices, "since"), day(choices, "until")
    if since:
        rows = rows.filter(**{f"{lookup}__gte": _midnight(since)})
    if until:
        rows = rows.filter(**{f"{lookup}__lt": _midnight(until + timedelta(days=1))})
    return rows


def _midnight(date) -> datetime:
    return timezone.make_aware(datetime(date.year, date.month, date.day))


def read_cases(user, choices: dict) -> tuple[int, Iterator[CaseRow]]:
    rows = between(Irritant.objects.visible_to(user), "created_at", choices)
    if choices.get("which") == OPEN:
        rows = rows.open()
    elif choices.get("which") == CLOSED:
        rows = rows.filter(stage=Stage.CLOSED)
    if "queue" in choices:
        choice = replace(QueueField().read(choices["queue"]), reader=user)
        rows = rows.filter(all_of(choice, [user.pk, *stood_in_for_by(user, of_today())]))
    # What few rows share is fetched once a chunk: a row of its own for each case takes longer than the query.
    shared = ("sector", "coordinator", "qualification__topics")
    full = rows.select_related("company", "contact", "qualification__pillar").prefetch_related(*shared)
    return rows.count(), (row for chunk in in_chunks(full) for row in _with_their_past(chunk))


def _with_their_past(irritants: list[Irritant]) -> list[CaseRow]:
    """Three queries for all."""
    rows = {irritant.public_id: CaseRow(irritant) for irritant in irritants}
    by_pk = {row.irritant.pk: row for row in rows.values()}
    events = Event.objects.filter(case__in=list(rows), name__in=["irritant.take", *CLOSING]).order_by("seq")
    for case, name, at in events.values_list("case", "name", "at"):
        if name == "irritant.take":
            rows[case].taken_at = at
        else:
            rows[case].closed_at = at  # the last time
    sent = Referral.objects.filter(irritant__in=list(by_pk)).exclude(asked_at=None)
    for irritant, stage, answered_at, reason in sent.values_list(
        "irritant", "stage", "answered_at", "decline_reason"
    ):
        by_pk[irritant].stages[stage] += 1
        by_pk[irritant].answered_yes += bool(answered_at and not reason)
    kept = Match.objects.filter(irritant__in=list(by_pk), state=MatchState.KEPT)
    for irritant in kept.values_list("irritant", flat=True):
        by_pk[irritant].kept += 1
    return list(rows.values())


def _of(choices, value) -> str:
    """The words for a code of a closed list, in the reader's language."""
    return _label(choices, value, get_language()) if value else ""


@lru_cache(maxsize=512)  # each is asked for once a row
def _label(choices, value, _language: str) -> str:
    return str(choices(value).label)


def _department(irritant: Irritant) -> str:
    return territory_name(irritant.department) or irritant.department


def _days(start: datetime | None, end: datetime | None, irritant: Irritant) -> int | None:
    return waited(start, end, irritant.department) if start and end else None


def _closed_at(row: CaseRow) -> datetime | None:
    return row.closed_at if row.irritant.stage == Stage.CLOSED else None


def _late(row: CaseRow) -> str:
    due = row.irritant.due_at
    return _("oui") if row.irritant.stage != Stage.CLOSED and due and due < clock.now() else _("non")


def _topics(row: CaseRow) -> str:
    return ", ".join(topic.label for topic in row.qualification.topics.all()) if row.qualification else ""


EXPORTERS.add(
    "cases",
    Exporter(
        title=gettext_lazy("Dossiers"),
        form=Cases,
        read=read_cases,
        columns={
            "reference": Column(gettext_lazy("Référence"), lambda row: row.irritant.reference),
            "received": Column(gettext_lazy("Reçu le"), lambda row: row.irritant.created_at),
            "company": Column(gettext_lazy("Entreprise"), lambda row: row.irritant.company.name),
            "siren": Column(gettext_lazy("SIREN"), lambda row: row.irritant.company.siren),
            "organisation_type": Column(
                gettext_lazy("Type d’organisation"),
                lambda row: _of(OrganisationType, row.irritant.company.organisation_type),
            ),
            "department": Column(gettext_lazy("Département"), lambda row: _department(row.irritant)),
            "city": Column(gettext_lazy("Ville du site"), lambda row: row.irritant.site_city),
            "sector": Column(
                gettext_lazy("Secteur"), lambda row: row.irritant.sector.label if row.irritant.sector else ""
            ),
            "language": Column(gettext_lazy("Langue"), lambda row: row.irritant.language),
            "stage": Column(gettext_lazy("Étape"), lambda row: _of(Stage, row.irritant.stage)),
            "turn": Column(gettext_lazy("À qui de jouer"), lambda row: _of(Turn, row.irritant.turn)),
            "due": Column(gettext_lazy("Au plus tard"), lambda row: row.irritant.due_at),
            "late": Column(gettext_lazy("En retard"), _late),
            "coordinator": Column(
                gettext_lazy("Suivi par"),
                lambda row: str(row.irritant.coordinator) if row.irritant.coordinator else "",
            ),
            "taken": Column(gettext_lazy("Pris en charge le"), lambda row: row.taken_at),
            "days_to_take": Column(
                gettext_lazy("Jours ouvrés avant prise en charge"),
                lambda row: _days(row.irritant.created_at, row.taken_at, row.irritant),
            ),
            "closed": Column(gettext_lazy("Clos le"), _closed_at),
            "outcome": Column(gettext_lazy("Issue"), lambda row: _of(Outcome, row.irritant.outcome)),
            "pillar": Column(
                gettext_lazy("Pilier"),
                lambda row: (
                    row.qualification.pillar.label if row.qualification and row.qualification.pillar else ""
                ),
            ),
            "topics": Column(gettext_lazy("Thèmes"), _topics),
            "kept": Column(gettext_lazy("Pistes retenues"), lambda row: row.kept),
            "asked": Column(gettext_lazy("Partenaires sollicités"), lambda row: row.stages.total()),
            "accepted": Column(gettext_lazy("Réponses favorables"), lambda row: row.answered_yes),
            "confidentiality": Column(
                gettext_lazy("Confidentialité"),
                lambda row: _of(Confidentiality, row.irritant.confidentiality),
            ),
            "deadline": Column(gettext_lazy("Échéance"), lambda row: _of(Deadline, row.irritant.deadline)),
            "provenance": Column(gettext_lazy("Provenance"), lambda row: row.irritant.provenance),
            "text": Column(
                gettext_lazy("Ce que dit l’entreprise"), lambda row: row.irritant.text, ticked=False
            ),
            "reformulated": Column(
                gettext_lazy("Besoin reformulé"),
                lambda row: row.qualification.reformulated if row.qualification else "",
                ticked=False,
            ),
            "contact": Column(gettext_lazy("Contact"), lambda row: row.irritant.contact.name, ticked=False),
            "email": Column(
                gettext_lazy("Adresse électronique"), lambda row: row.irritant.contact.email, ticked=False
            ),
            "phone": Column(gettext_lazy("Téléphone"), lambda row: row.irritant.contact.phone, ticked=False),
        },
    ),
)


class Sent(Between):
    about = gettext_lazy("Sollicitations envoyées entre ces deux jours, compris.")


def read_referrals(user, choices: dict) -> tuple[int, Iterator[Referral]]:
    """What was sent to partners between two days; of the cases that this person may see."""
    rows = Referral.objects.visible_to(user).filter(irritant__in=Irritant.objects.visible_to(user))
    rows = between(rows.exclude(asked_at=None), "asked_at", choices)
    full = rows.select_related("irritant__company", "irritant__coordinator", "organisation")
    return rows.count(), (row for chunk in in_chunks(full) for row in _with_their_offers(chunk))


def _with_their_offers(referrals: list[Referral]) -> list[Referral]:
    kinds = defaultdict(set)
    through = Referral.matches.through.objects.filter(referral__in=referrals)
    for referral, kind in through.values_list("referral", "match__offer__kind"):
        kinds[referral].add(kind)
    for row in referrals:
        row.kinds = [kind for kind in OfferKind.values if kind in kinds[row.pk]]
    return referrals


EXPORTERS.add(
    "referrals",
    Exporter(
        title=gettext_lazy("Sollicitations"),
        form=Sent,
        read=read_referrals,
        columns={
            "reference": Column(gettext_lazy("Référence"), lambda row: row.irritant.reference),
            "company": Column(gettext_lazy("Entreprise"), lambda row: row.irritant.company.name),
            "department": Column(gettext_lazy("Département"), lambda row: _department(row.irritant)),
            "coordinator": Column(
                gettext_lazy("Suivi par"),
                lambda row: str(row.irritant.coordinator) if row.irritant.coordinator else "",
            ),
            "partner": Column(gettext_lazy("Partenaire"), lambda row: row.organisation.name),
            "partner_kind": Column(
                gettext_lazy("Nature du partenaire"), lambda row: _of(Kind, row.organisation.kind)
            ),
            "offers": Column(
                gettext_lazy("Formes d’aide"),
                lambda row: ", ".join(_of(OfferKind, kind) for kind in row.kinds),
            ),
            "asked": Column(gettext_lazy("Envoyée le"), lambda row: row.asked_at),
            "stage": Column(gettext_lazy("État"), lambda row: _of(ReferralStage, row.stage)),
            "answered": Column(gettext_lazy("Réponse le"), lambda row: row.answered_at),
            "days_to_answer": Column(
                gettext_lazy("Jours ouvrés avant réponse"),
                lambda row: _days(row.asked_at, row.answered_at, row.irritant),
            ),
            "reason": Column(
                gettext_lazy("Raison du refus"), lambda row: _of(DeclineReason, row.decline_reason)
            ),
            "answer": Column(gettext_lazy("Réponse"), lambda row: row.answer, ticked=False),
            "person": Column(gettext_lazy("Interlocuteur"), lambda row: row.person_in_charge, ticked=False),
        },
    ),
)

"""The coordinator's reading of an irritant: saved against the version that was read, and lifting a hold."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from foundation import clock
from foundation.failpoints import failpoint
from foundation.plain import line
from intake.models import Irritant, Stage
from journal.actors import COORDINATOR, Actor
from journal.events import lock_case, record
from journal.lifecycle import Refusal
from journal.models import Event
from triage import holding
from triage.models import Qualification, QualificationVersion
from triage.ranking import owe_ranking

FIELDS = (
    "reformulated",
    "partner_summary",
    "baseline",
    "target",
    "topics",
    "kinds",
    "pillar",
    "urgency",
    "budget",
    "data_maturity",
    "trl_now",
    "trl_target",
    "ai_act",
    "personal_data",
    "health_data",
    "employee_data",
)
# A change of these changes what the engine reads (triage.ranking.need_of).
READ_BY_THE_ENGINE = {"reformulated", "topics", "data_maturity", "kinds"}
SITTING = timedelta(minutes=30)  # savings of one person, less far apart, are one line of the history
PAUSE = 15  # seconds
SHORTEST_NAME, SHORTEST_NUMBER = 4, 9
LEGAL_FORM = re.compile(
    r"sas?u?|sarls?|eurl|snc|sc[ai]|sco?p|scic|scea|gaec|earl|gie|g?mbh|ag|kg|ohg|ug|e[gv]|bv|nv|"
    r"srl|sprl|ltd|plc|inc|cie|co"
)
VERSIONS_KEPT = 50  # enough for whoever left a page open all day while a colleague's was saved by itself
MANY = {field.name for field in Qualification._meta.many_to_many}
WORKABLE = (Stage.IN_TRIAGE, Stage.NEEDS_INFO, Stage.ORIENTED)


class Conflict(Refusal):
    """Somebody saved in between. `current` is what the row says now; triage.workbench.merging compares."""

    def __init__(self, current: Qualification | None):
        super().__init__(
            _("Quelqu’un a enregistré cette qualification pendant que vous écriviez."), "version"
        )
        self.current = current


def why_not(irritant: Irritant) -> str:
    """Why the qualification cannot be written now, as a sentence; "" when it can."""
    if irritant.stage == Stage.SUBMITTED:
        return _("Prenez d’abord l’irritant en charge.")
    if irritant.stage not in WORKABLE:
        return _("Ce dossier est clos : rouvrez-le pour le modifier.")
    return ""


def said(source: Qualification | Mapping | None) -> dict:
    """FIELDS as JSON can hold them, rows by their keys: of a row (None: an empty one) or of validated values."""
    if isinstance(source, Mapping):
        values = {name: source[name] for name in FIELDS}
    else:
        row = source or Qualification()
        values = {name: getattr(row, name) if name not in MANY else _many(row, name) for name in FIELDS}
    return {
        name: sorted(one.pk for one in value)
        if name in MANY
        else value.pk
        if isinstance(value, Model)
        else value
        for name, value in values.items()
    }


def _many(row: Qualification, name: str) -> Iterable[Model]:
    return getattr(row, name).all() if row.pk else ()


def said_at(irritant: Irritant, version: int) -> QualificationVersion | None:
    """What the qualification said at that version; None when that is not known any more."""
    return (
        QualificationVersion.objects.filter(qualification__irritant=irritant, number=version)
        .select_related("by")
        .first()
    )


def differences(qualification: Qualification | None, values: Mapping) -> list[str]:
    """FIELDS in which validated `values` differ from the row (None: an empty one)."""
    stored, new = said(qualification), said(values)
    return [name for name in FIELDS if stored[name] != new[name]]


@transaction.atomic
def save(
    irritant: Irritant, values: dict, *, actor: Actor, version: int, while_typing: bool = False
) -> Qualification:
    """Write validated `values` (one per FIELDS) over the version that the author read (0: none yet).

    Raises Conflict when the row is newer, Refusal when state or role forbid it; nothing is written then.
    Saving what is already there writes nothing and is no conflict, whoever wrote it. while_typing: the browser's own
    saving, every few seconds; one event tells a whole sitting, and the matches are computed once per PAUSE instead of
    at every word.
    """
    if actor.role != COORDINATOR:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    lock_case(irritant.public_id)
    irritant = Irritant.objects.get(pk=irritant.pk)
    if refused := why_not(irritant):
        raise Refusal(refused, "state")
    row = Qualification.objects.filter(irritant=irritant).first()
    changed = differences(row, values)
    if row is not None and not changed:
        return row
    if (row.version if row else 0) != version:
        raise Conflict(row)
    row = row or Qualification(irritant=irritant, version=0)
    if row.version:  # what was written before versions were kept, or by another door
        row.versions.get_or_create(number=row.version, defaults={"said": said(row), "at": row.updated_at})
    for name in FIELDS:
        if name not in MANY:
            setattr(row, name, values[name])
    row.version += 1
    row.updated_at = clock.now()
    row.save()
    for name in MANY & set(FIELDS):
        getattr(row, name).set(values[name])
    failpoint("qualify.written")
    row.versions.create(number=row.version, said=said(values), by=actor.user, at=row.updated_at)
    row.versions.filter(number__lte=row.version - VERSIONS_KEPT).delete()
    cause = ""
    if not (while_typing and _told_of_this_sitting(irritant, actor)):
        event = record(
            "irritant.qualified",
            case=irritant.public_id,
            subject=irritant,
            actor=actor,
            version=row.version,
            fields=sorted(changed),
        )
        cause = f"event:{event.pk}"
    if READ_BY_THE_ENGINE & set(changed):
        _owe_ranking(irritant, cause, while_typing)
    failpoint("qualify.before_commit")
    return row


def _told_of_this_sitting(irritant: Irritant, actor: Actor) -> bool:
    """Whether the last event about the qualification is this person's, and recent."""
    savings = Event.objects.filter(case=irritant.public_id, name="irritant.qualified")
    last = savings.order_by("-seq").first()
    return last is not None and last.actor == actor.code and clock.now() - last.at < SITTING


def _owe_ranking(irritant: Irritant, cause: str, while_typing: bool) -> None:
    if not while_typing:
        owe_ranking(irritant, cause=cause)
        return
    # One computation per interval, begun when it is over: what is saved within it is read by it.
    interval = int(clock.now().timestamp()) // PAUSE + 1
    begins = datetime.fromtimestamp(interval * PAUSE + 1, tz=UTC)
    owe_ranking(irritant, cause=f"typing:{interval}", not_before=begins)


@transaction.atomic
def lift_hold(
    irritant: Irritant, reason: str, *, actor: Actor, judgements: Mapping[str, str] | None = None
) -> Qualification:
    """Say why partners may be asked in spite of the machine's verdict. Raises Refusal.

    judgements: what is said of each rule that fired (triage.holding.judge). The version stays: a colleague who
    is writing the qualification has not been overtaken by this.
    """
    if actor.role != COORDINATOR:
        raise Refusal(_("Cette action ne vous revient pas."), "role")
    lock_case(irritant.public_id)
    irritant = Irritant.objects.get(pk=irritant.pk)
    if refused := why_not(irritant):
        raise Refusal(refused, "state")
    run = irritant.runs.first()
    if not holding.of_run(run).holds:
        raise Refusal(_("Aucune retenue ne s’applique à ce dossier."), "nothing")
    reason = line(reason)
    if not reason:
        raise Refusal(_("Dites pourquoi la retenue est levée."), "reason")
    row, _created = Qualification.objects.get_or_create(irritant=irritant, defaults={"version": 0})
    row.hold_lifted_reason = reason[:500]
    row.hold_lifted_by = actor.user
    row.save(update_fields=["hold_lifted_reason", "hold_lifted_by"])
    record("irritant.hold_lifted", case=irritant.public_id, subject=irritant, actor=actor, run=run.key)
    holding.judge(irritant, judgements or {}, actor=actor)
    failpoint("qualify.before_commit")
    return row


def identifying_words(text: str, irritant: Irritant) -> list[str]:
    """Names and addresses of the company that stand in a text meant for partners who may not know it yet.

    Accents, case, legal form and what stands in brackets do not hide a name; nor do spaces hide a number.
    """
    contact = irritant.contact
    plain, digits = folded(text), _digits(text)
    found = [name for name in _names(irritant.company.name) if f" {folded(name)} " in f" {plain} "]
    found += [word for word in (contact.name, contact.email) if word and folded(word) in plain]
    found += [
        number
        for number in (irritant.company.siren, contact.phone)
        if len(_digits(number)) >= SHORTEST_NUMBER and _digits(number) in digits
    ]
    return list(dict.fromkeys(found))


def _names(name: str) -> list[str]:
    """The name as a text may give it: whole, else without brackets and legal form."""
    short = re.sub(r"\s*\([^)]*\)", " ", name)
    words = [word for word in short.split() if not _is_legal_form(word)]
    bare = " ".join(words)
    return [bare] if len(folded(bare)) >= SHORTEST_NAME else [name]


def _is_legal_form(word: str) -> bool:
    letters = folded(word).replace(" ", "")
    return not letters or LEGAL_FORM.fullmatch(letters) is not None


def folded(text: str) -> str:
    """Small letters without accents, one space wherever something else stood."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[^\w@]+", " ", plain).strip()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)

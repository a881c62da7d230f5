"""Sending a file, confirming it, and the worker's part: reading, then writing in one transaction."""

from collections.abc import Callable
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from files import store
from files.models import FileState
from files.signatures import Rejected
from foundation.failpoints import failpoint
from journal import jobs
from journal.actors import SYSTEM_ACTOR, Actor
from journal.clockwork import rule
from journal.events import record
from journal.lifecycle import Refusal
from partners.models import Membership, Organisation
from programs.exchange.publishing import put_forward
from programs.exchange.saving import write
from programs.imports.lifecycle import IMPORT
from programs.imports.planning import Plan, plan
from programs.models import CatalogueImport, ImportStage, Offer
from programs.sheets.reading import Unreadable, read_table

CHECK, APPLY, SUBMIT = "import.check", "import.apply", "import.submit"
jobs.LABELS.add(CHECK, gettext_lazy("lecture d’un fichier d’offres"))
jobs.LABELS.add(APPLY, gettext_lazy("import d’un fichier d’offres"))
jobs.LABELS.add(SUBMIT, gettext_lazy("publication d’offres importées"))
jobs.PATIENCE[CHECK] = 12  # an antivirus may keep it waiting
MOST_AT_ONCE = 2
KINDS = ("xlsx", "csv", "text")
SUBMITTED_AT_ONCE = 50


class NotYet(Exception):
    """The antivirus has not spoken: the job is tried again."""


def send(organisation: Organisation, upload: UploadedFile, *, actor: Actor, language: str) -> CatalogueImport:
    """Keep the file and owe its reading. Raises Rejected (files.store.SENTENCES) or Refusal."""
    if CatalogueImport.objects.filter(organisation=organisation).unfinished().count() >= MOST_AT_ONCE:
        text = ngettext(
            "%(count)s import est déjà en cours : attendez qu’il se termine.",
            "%(count)s imports sont déjà en cours : attendez qu’ils se terminent.",
            MOST_AT_ONCE,
        )
        raise Refusal(text % {"count": MOST_AT_ONCE}, "many")
    made = CatalogueImport(organisation=organisation, owner=actor.user, language=language)
    row = store.take(upload, made.public_id)
    if row.kind not in KINDS:
        row.path.unlink(missing_ok=True)
        raise Refusal(_("Envoyez un classeur XLSX ou un fichier CSV."), "kind")
    try:
        with transaction.atomic():
            made.file = store.keep(row)
            made.save(force_insert=True)
            record("import.sent", case=made.public_id, subject=made, actor=actor)
            jobs.submit(CHECK, f"{CHECK}:{made.public_id}", {"import": made.pk})
    except Rejected:
        row.path.unlink(missing_ok=True)
        raise
    return made


@transaction.atomic
def confirm(one: CatalogueImport, *, actor: Actor, submit_new: bool) -> None:
    """Owe the writing. Raises Refusal."""
    IMPORT.perform(one, "confirm", actor=actor, submit_new=submit_new)
    jobs.submit(APPLY, f"{APPLY}:{one.public_id}:{one.version}", {"import": one.pk})


def discard(one: CatalogueImport, *, actor: Actor) -> None:
    IMPORT.perform(one, "discard", actor=actor)


def _unfinished(payload: dict, stage: str) -> CatalogueImport | None:
    return (
        CatalogueImport.objects.select_related("organisation", "file", "owner")
        .filter(pk=payload["import"], stage=stage)
        .first()
    )


def _planned(one: CatalogueImport) -> Plan | str:
    """What the file would change; a sentence when it cannot be read."""
    if one.file is None or one.file.state == FileState.INFECTED or not one.file.path.exists():
        return _("Le fichier n’est plus là : envoyez-le de nouveau.")
    if not one.file.may_leave:
        raise NotYet
    try:
        table = read_table(one.file.path, one.file.kind)
    except Unreadable as error:
        return str(error)[:300]
    rows = CatalogueImport.objects.filter(pk=one.pk)
    rows.update(total=len(table.lines), done=0)
    return plan(one.organisation, table, lambda done: rows.update(done=done))


@jobs.HANDLERS.register(CHECK)
def check(payload: dict) -> Callable | None:
    one = _unfinished(payload, ImportStage.CHECKING)
    if one is None:
        return None
    with translation.override(one.language):
        found = _planned(one)
    if isinstance(found, str):
        return partial(_perform, one, "fail", reason=found)
    return partial(_perform, one, "check", report=found.told)


@jobs.HANDLERS.register(APPLY)
def apply(payload: dict) -> Callable | None:
    """Read and compared once more, outside of the transaction: what is there may have changed since it was shown."""
    one = _unfinished(payload, ImportStage.IMPORTING)
    if one is None:
        return None
    with translation.override(one.language):
        if one.owner is None or not _may_write(one):
            return partial(
                _perform, one, "fail", reason=_("Vous ne modifiez plus les offres de cette organisation.")
            )
        found = _planned(one)
    if isinstance(found, str):
        return partial(_perform, one, "fail", reason=found)
    if found.told["wrong"] or _counts(found.told) != _counts(one.report):
        return partial(_perform, one, "check_again", report=found.told)
    return partial(_write, one, found)


def _may_write(one: CatalogueImport) -> bool:
    roles = (Membership.ADMINISTRATOR, Membership.EDITOR)
    return (
        one.owner.is_active
        and one.owner.memberships.filter(organisation=one.organisation, role__in=roles).exists()
    )


def _counts(report: dict) -> list[int]:
    return [report[name] for name in ("created", "updated", "unchanged", "wrong")]


class _Overtaken(Exception):
    """Somebody changed an offer between the comparison and the writing: the job is tried again."""


def _write(one: CatalogueImport, found: Plan) -> None:
    """In the finishing transaction of the job: all of it, or nothing."""
    Organisation.objects.select_for_update().get(pk=one.organisation_id)
    versions = dict(
        Offer.objects.select_for_update()
        .filter(organisation=one.organisation)
        .values_list("external_id", "version")
    )
    if versions != {code: row.version for code, row in found.rows.items()}:
        raise _Overtaken
    written = write(one.organisation, found.records, found.rows, by=one.owner)
    if one.submit_new:
        fresh = [row.pk for row in written.created]
        for start in range(0, len(fresh), SUBMITTED_AT_ONCE):
            jobs.submit(
                SUBMIT,
                f"{SUBMIT}:{one.public_id}:{start}",
                {"offers": fresh[start : start + SUBMITTED_AT_ONCE], "owner": one.owner_id},
            )
    _perform(one, "complete", report=found.told)
    failpoint("import.before_commit")


@jobs.HANDLERS.register(SUBMIT)
def submit_new(payload: dict) -> Callable:
    def effect() -> None:
        for offer in Offer.objects.filter(pk__in=payload["offers"]).select_related("organisation"):
            membership = offer.organisation.memberships.filter(user=payload["owner"]).first()
            if membership and membership.role != Membership.READER:
                put_forward(offer, actor=Actor("partner", user=membership.user))

    return effect


def _perform(one: CatalogueImport, move: str, **data) -> bool:
    """Whether it was done: whoever discarded a moment ago was quicker."""
    try:
        IMPORT.perform(one, move, actor=SYSTEM_ACTOR, **data)
    except (Refusal, CatalogueImport.DoesNotExist):
        return False
    return True


def _give_up(payload: dict, error: str) -> None:
    one = CatalogueImport.objects.filter(pk=payload["import"]).first()
    if one:
        with translation.override(one.language):
            _perform(
                one,
                "fail",
                reason=_("Le fichier n’a pas pu être traité, même en recommençant. Rien n’a changé."),
            )


jobs.GIVE_UP.add(CHECK, _give_up)
jobs.GIVE_UP.add(APPLY, _give_up)


@rule(
    "imports.purge",
    title=gettext_lazy("Imports : effacer les fichiers après un mois"),
    who=lambda: CatalogueImport.objects.outlived().select_related("file").order_by("created_at"),
)
def purge(one: CatalogueImport) -> None:
    file = one.file
    one.delete()
    if file:
        store.remove(file)

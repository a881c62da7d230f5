"""Two people wrote one qualification at once: field by field, what each says, what both had read, and a choice.

Works over whatever fields QualificationForm has. The page is an answer to a save that came second (`compare`) and
posts to `merge`, which checks the version again: a third person who was quicker yet brings the page back.
"""

import difflib
import hashlib
import json
import re
from dataclasses import dataclass

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from intake.models import Irritant
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage import presence, qualifying
from triage.models import Qualification
from triage.workbench.base import back_to, irritant_or_404, page_context, warn_of_names
from triage.workbench.forms import QualificationForm
from triage.workbench.screen import qualification_form
from triage.workbench.together import room

UNPROCESSABLE, CONFLICT = 422, 409
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Line:
    """One field in which the two differ. `base`: what both had read, None when that is not known.

    `theirs`: [(words, whether mine lacks them)]; `field` holds mine and can be edited; `pick`: MINE, THEIRS or "".
    """

    field: BoundField
    theirs: list[tuple[str, bool]]
    base: str | None
    pick: str
    was: str
    sentence: str = ""
    error: str = ""


def compare(request: HttpRequest, irritant: Irritant, form: QualificationForm, *, read: int):
    """The page, for a valid form whose save raised Conflict: nothing is saved, nothing is lost. `read`: the version
    over which it was written."""
    return _page(request, irritant, _as_typed(qualifying.said(form.values)), read=read)


def overtaken(irritant: Irritant) -> str:
    """Who saved in between and when, as a sentence: for an automatic save, which has no page to compare on."""
    row = Qualification.objects.get(irritant=irritant)
    latest = qualifying.said_at(irritant, row.version)
    who = latest.by.get_full_name() if latest and latest.by else _("quelqu’un d’autre")
    at = date_format(timezone.localtime(row.updated_at), "TIME_FORMAT")
    told = _("Modifié par %(who)s à %(time)s : enregistrez pour comparer, rien n’est perdu.")
    return told % {"who": who, "time": at}


@coordinator
@require_POST
def merge(request, public_id):
    """Save what was chosen field by field over the version that the page compared with."""
    row = irritant_or_404(request, public_id)
    version, read = _number(request, "seen_version"), _number(request, "read")
    stored = Qualification.objects.filter(irritant=row).first()
    if stored is None:
        return back_to(row, "qualification")
    fields = QualificationForm().fields
    shown = [name for name in request.POST.getlist("field") if name in fields]
    basis = qualifying.said(stored)
    if version != stored.version and (known := qualifying.said_at(row, version)):
        basis = known.said
    mine, chosen, unclear = _as_typed(basis), _as_typed(basis), {}
    for name in shown:
        mine.setlist(name, request.POST.getlist(name))
        pick = request.POST.get(f"pick-{name}")
        if pick not in (MINE, THEIRS):
            unclear[name] = _("Choisissez l’une des deux versions.")
        elif pick == MINE:
            chosen.setlist(name, request.POST.getlist(name))
    for name in shown:  # without JavaScript, words typed on the right do not choose the right
        typed = _digest(_raw(QualificationForm(mine)[name]))
        if request.POST.get(f"pick-{name}") == THEIRS and typed != request.POST.get(f"was-{name}"):
            unclear[name] = _("Vous avez modifié votre version : dites laquelle garder.")
    form = qualification_form(row, Qualification(irritant=row), _with_version(chosen, version))
    picks = {name: request.POST.get(f"pick-{name}", "") for name in shown if name not in unclear}
    again = {"read": read, "picks": picks, "shown": shown}
    if unclear or not form.is_valid():
        errors = unclear or {name: " ".join(said) for name, said in form.errors.items()}
        return _page(request, row, mine, errors=errors, status=UNPROCESSABLE, **again)
    try:
        saved = qualifying.save(row, form.values, actor=as_coordinator(request.user), version=version)
    except qualifying.Conflict:
        return _page(request, row, _as_typed(qualifying.said(form.values)), read=version)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _page(request, row, mine, **again)
    presence.put_down(row, request.user)
    messages.success(request, _("Les deux versions sont réunies, et la qualification est enregistrée."))
    warn_of_names(request, row, saved.partner_summary)
    return back_to(row, "qualification")


def _page(
    request: HttpRequest,
    irritant: Irritant,
    mine: QueryDict,
    *,
    read: int,
    picks: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    shown: list[str] = (),
    status: int = CONFLICT,
):
    """`mine`: as if it were posted; `picks`, `errors` and `shown`: fields of a page that was sent already."""
    current = Qualification.objects.filter(irritant=irritant).first()
    version = current.version if current else 0
    errors = dict(errors or {})
    form = QualificationForm(_with_version(mine, version), auto_id="m_%s")
    theirs = _stored(qualifying.said(current))
    base = _base(irritant, read)
    lines = []
    for field in form.visible_fields():
        name = field.name
        if _raw(field) == _raw(theirs[name]) and name not in errors and name not in shown:
            continue
        lines.append(
            _line(field, theirs[name], base and base[name], (picks or {}).get(name), errors.pop(name, ""))
        )
    latest = qualifying.said_at(irritant, version)
    context = page_context(
        request,
        _("Deux versions de la qualification"),
        irritant=irritant,
        lines=lines,
        errors=list(errors.values()),
        has_base=base is not None,
        version=version,
        read=read,
        saved_by=latest.by.get_full_name() if latest and latest.by else "",
        saved_at=current.updated_at if current else None,
        **room(request, irritant),
    )
    return render(request, "triage/workbench/conflict.html", context, status=status)


def _line(
    field: BoundField, theirs: BoundField, base: BoundField | None, pick: str | None, error: str
) -> Line:
    mine_raw, theirs_raw = _raw(field), _raw(theirs)
    sentence = ""
    if base is not None and _raw(base) == mine_raw:
        pick, sentence = pick or THEIRS, _("Vous ne l’aviez pas touché.")
    elif base is not None and _raw(base) == theirs_raw:
        pick, sentence = pick or MINE, _("Vous seul l’avez changé.")
    return Line(
        field,
        _marked(_words(theirs), _words(field)),
        _words(base) if base is not None else None,
        pick or "",
        _digest(mine_raw),
        sentence,
        error,
    )


def _base(irritant: Irritant, read: int) -> QualificationForm | None:
    """What the page of the one who came second had shown: before the first save, what the portal proposed."""
    if not read:
        return qualification_form(irritant, None)
    version = qualifying.said_at(irritant, read)
    return version and _stored(version.said)


def _stored(said: dict) -> QualificationForm:
    return QualificationForm(instance=Qualification(), initial=said)


def _as_typed(said: dict) -> QueryDict:
    """Stored values as the form would post them."""
    data = QueryDict(mutable=True)
    form = _stored(said)
    for field in form.visible_fields():
        raw = _raw(field)
        if raw:
            data.setlist(field.name, list(raw))
    return data


def _with_version(data: QueryDict, version: int) -> QueryDict:
    data = data.copy()
    data["seen_version"] = str(version)
    return data


def _raw(field: BoundField) -> tuple[str, ...]:
    """The value of a field as it is posted, whatever its kind; () for an empty one."""
    value = field.value()
    if value is None or value is False or value == "":
        return ()
    if value is True:
        return ("on",)
    if isinstance(value, str):
        value = value.replace("\r\n", "\n").strip()
        return (value,) if value else ()
    try:
        return tuple(sorted(str(one) for one in value))
    except TypeError:
        return (str(value),)


def _words(field: BoundField) -> str:
    raw = _raw(field)
    choices = getattr(field.field, "choices", None)
    if choices is not None:
        flat = []
        for value, label in choices:
            flat += label if isinstance(label, list | tuple) else [(value, label)]
        labels = {str(value): str(label) for value, label in flat}
        return ", ".join(labels.get(one, one) for one in raw)
    if isinstance(field.value(), bool):
        return _("oui") if raw else _("non")
    return "\n".join(raw)


def _marked(text: str, other: str) -> list[tuple[str, bool]]:
    """`text` in pieces: those that `other` lacks are True."""
    here, there = re.findall(r"\s+|[^\s]+", text), re.findall(r"\s+|[^\s]+", other)
    steps = difflib.SequenceMatcher(None, there, here, autojunk=False).get_opcodes()
    pieces = [
        ("".join(here[start:end]), kind != "equal") for kind, _a, _b, start, end in steps if start < end
    ]
    return pieces if any(not new for _piece, new in pieces) else [(text, False)] if text else []


def _digest(raw: tuple[str, ...]) -> str:
    return hashlib.sha256(json.dumps(raw).encode()).hexdigest()[:16]


def _number(request: HttpRequest, name: str) -> int:
    value = request.POST.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 10 else 0

"""Several irritants at once: choose, read what will happen to each, confirm; within ten minutes, undo what can be.

The preview is a GET that writes nothing. Each irritant is then its own move in its own transaction, against the version
that the preview showed: what changed since is refused and named, the others are done.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import coordinator
from accounts.models import User
from foundation import clock
from foundation.forms import LongText
from intake import conversation
from intake.lifecycle import IRRITANT
from intake.models import Irritant, Outcome, Stage
from journal.actors import Actor
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from triage import following
from triage.workbench.base import back_to_queue, page_context, query_back

AT_ONCE = 100
UNDO_WITHIN = timedelta(minutes=10)
SESSION_KEY = "queue.bulk"
UNPROCESSABLE = 422


class _Assign(forms.Form):
    coordinator = forms.ModelChoiceField(label=_("Confier à"), queryset=None, empty_label=_("Choisissez"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["coordinator"].queryset = User.objects.coordinators()


class _Close(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Issue"),
        choices=[
            ("", _("Choisissez")),
            *[one for one in Outcome.choices if one[0] not in (Outcome.WITHDRAWN, Outcome.DUPLICATE)],
        ],
        error_messages={"required": _("Choisissez une issue.")},
        help_text=_("Un doublon se clôt depuis sa propre page, où l’on indique le dossier d’origine."),
    )
    text = LongText(
        label=_("Message à l’entreprise"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Joint au courriel de clôture de chaque dossier. N’écrivez rien qui ne concerne qu’un seul dossier."
        ),
    )


class _Message(forms.Form):
    text = LongText(
        label=_("Message à chaque entreprise"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Écrivez votre message avant de l’envoyer.")},
    )


def _take(row: Irritant, form: forms.Form, *, actor: Actor, version: int, token: str) -> None:
    IRRITANT.perform(row, "take", actor=actor, version=version)


def _assign(row: Irritant, form: forms.Form, *, actor: Actor, version: int, token: str) -> None:
    whom = form.cleaned_data["coordinator"]
    if row.stage == Stage.SUBMITTED:
        IRRITANT.perform(row, "take", actor=actor, version=version, coordinator=whom)
    else:
        following.pass_on(row, whom, actor=actor, version=version, told=False)


def _tell(rows: list[Irritant], form: forms.Form, *, actor: Actor) -> None:
    following.tell(form.cleaned_data["coordinator"], [row.public_id for row in rows], actor=actor)


def _close(row: Irritant, form: forms.Form, *, actor: Actor, version: int, token: str) -> None:
    IRRITANT.perform(row, "close", actor=actor, version=version, **form.cleaned_data)


def _say(row: Irritant, form: forms.Form, *, actor: Actor, version: int, token: str) -> None:
    conversation.say(row, form.cleaned_data["text"], actor=actor, form_token=token)


def _closed(row: Irritant) -> str:
    """Whatever the act, a closed case is refused in the same words."""
    return gettext("déjà clos") if row.stage == Stage.CLOSED else ""


def _may(name: str) -> Callable[[Irritant, Actor], str]:
    """Why this move cannot be made on a row now, "" when it can."""

    def why_not(row: Irritant, actor: Actor) -> str:
        known = {move.name: refused for move, refused in IRRITANT.available(row, actor)}
        return known.get(name, _closed(row) or gettext("pas à cette étape"))

    return why_not


def _may_change_hands(row: Irritant, actor: Actor) -> str:
    if closed := _closed(row):
        return closed
    return "" if row.stage == Stage.SUBMITTED else following.why_not(row, actor)


def _may_be_written(row: Irritant, actor: Actor) -> str:
    if row.erased_at:
        return gettext("la demande est effacée")
    return _closed(row)


@dataclass(frozen=True)
class Act:
    """`before`: what happens, and what of it cannot be undone, said before it is done. `done(n)`: what is said after.
    `can_undo(row)`: whether it can be taken back, for a row as it is before. `after`: once, for all that are done."""

    name: str
    label: str
    form: type[forms.Form]
    perform: Callable
    why_not: Callable[[Irritant, Actor], str]
    before: str
    done: Callable[[int], str]
    danger: bool = False
    can_undo: Callable[[Irritant], bool] = lambda row: False
    after: Callable | None = None


_ALL = (
    Act(
        "take",
        _("Prendre en charge"),
        forms.Form,
        _take,
        _may("take"),
        _("Vous suivrez ces dossiers, et chaque entreprise l’apprend par courriel : cela ne s’annule pas."),
        lambda n: ngettext("%(n)s dossier pris en charge.", "%(n)s dossiers pris en charge.", n),
    ),
    Act(
        "assign",
        _("Confier"),
        _Assign,
        _assign,
        _may_change_hands,
        _(
            "La personne choisie suivra ces dossiers et recevra un seul courriel pour tous. Un dossier déjà suivi "
            "change de mains sans que l’entreprise le voie : cela s’annule pendant dix minutes. Un dossier à prendre "
            "est pris en charge, et l’entreprise l’apprend par courriel : cela ne s’annule pas."
        ),
        lambda n: ngettext("%(n)s dossier confié.", "%(n)s dossiers confiés.", n),
        can_undo=lambda row: row.stage != Stage.SUBMITTED and row.coordinator_id is not None,
        after=_tell,
    ),
    Act(
        "close",
        _("Clore"),
        _Close,
        _close,
        _may("close"),
        _(
            "Ces dossiers sont clos : cela s’annule pendant dix minutes. Chaque entreprise l’apprend par courriel, et "
            "les partenaires sollicités apprennent que c’est fini : cela ne s’annule pas."
        ),
        lambda n: ngettext("%(n)s dossier clos.", "%(n)s dossiers clos.", n),
        danger=True,
        can_undo=lambda row: True,
    ),
    Act(
        "message",
        _("Écrire"),
        _Message,
        _say,
        _may_be_written,
        _("Le tour ne change pas. Chaque entreprise reçoit ce message par courriel : cela ne s’annule pas."),
        lambda n: ngettext("%(n)s message parti.", "%(n)s messages partis.", n),
    ),
)
ACTS = {act.name: act for act in _ALL}


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest):
    """Preview (GET), then the act (POST)."""
    asked = request.POST if request.method == "POST" else request.GET
    act = ACTS.get(asked.get("acte", ""))
    if act is None:
        raise Http404
    seen = _seen(asked)
    rows = list(
        Irritant.objects.visible_to(request.user)
        .filter(public_id__in=seen)
        .select_related("company", "contact", "coordinator")
        .oldest_first()
    )
    if request.method != "POST" or not rows:
        return _preview(request, act, rows, act.form())
    form = act.form(request.POST)
    if not form.is_valid():
        return _preview(request, act, rows, form, UNPROCESSABLE)
    _perform(request, act, rows, seen, form)
    return back_to_queue(request)


def _seen(asked) -> dict[UUID, int | None]:
    """Irritant → the version that the preview showed ("public_id:version"), None before any preview."""
    seen = {}
    for value in asked.getlist("irritant")[:AT_ONCE]:
        key, _sep, version = value.partition(":")
        try:
            seen[UUID(key)] = int(version) if version.isdecimal() and len(version) < 10 else None
        except ValueError:
            continue
    return seen


def _preview(request: HttpRequest, act: Act, rows: list[Irritant], form: forms.Form, status: int = 200):
    actor = as_coordinator(request.user)
    for row in rows:
        row.refused = act.why_not(row, actor)
    context = page_context(
        request,
        act.label,
        act=act,
        rows=rows,
        ready=sum(not row.refused for row in rows),
        form=form,
        back=query_back(request),
        token=request.POST.get("jeton", "")[:32] or secrets.token_hex(16),
    )
    return render(request, "triage/workbench/bulk.html", context, status=status)


def _perform(request: HttpRequest, act: Act, rows: list[Irritant], seen: dict, form: forms.Form) -> None:
    actor, token = as_coordinator(request.user), request.POST.get("jeton", "")[:32]
    done, takeable, refused = [], [], []
    for row in rows:
        who, can_undo = row.coordinator_id, act.can_undo(row)
        try:
            if why := act.why_not(row, actor):
                raise Refusal(why, "state")
            act.perform(row, form, actor=actor, version=seen[row.public_id], token=token)
        except Refusal as refusal:
            refused.append(f"{row.reference} : {refusal}")
            continue
        done.append(row)
        if can_undo:
            takeable.append([row.pk, row.version, who])
    request.session.pop(SESSION_KEY, None)
    if takeable:
        request.session[SESSION_KEY] = {"act": act.name, "at": clock.now().isoformat(), "rows": takeable}
    if done and act.after:
        act.after(done, form, actor=actor)
    if done:
        messages.success(request, act.done(len(done)) % {"n": len(done)})
    for sentence in refused:
        messages.error(request, sentence)


@dataclass(frozen=True)
class Undoable:
    """The last act of this session that can still be taken back."""

    act: str
    label: str
    rows: list[tuple[int, int, int | None]]

    @property
    def count(self) -> int:
        return len(self.rows)


def undoable(request: HttpRequest) -> Undoable | None:
    kept = request.session.get(SESSION_KEY)
    if not kept or clock.now() - datetime.fromisoformat(kept["at"]) > UNDO_WITHIN:
        return None
    return Undoable(kept["act"], str(ACTS[kept["act"]].label), [tuple(row) for row in kept["rows"]])


@coordinator
@require_POST
def undo(request: HttpRequest):
    """Each irritant that nobody has touched since goes back to where it was."""
    last = undoable(request)
    request.session.pop(SESSION_KEY, None)
    if last is None:
        messages.info(
            request, gettext("Il n’y a plus rien à annuler : dix minutes sont passées, ou c’est déjà fait.")
        )
        return back_to_queue(request)
    actor = as_coordinator(request.user)
    rows = Irritant.objects.visible_to(request.user).in_bulk([key for key, _version, _who in last.rows])
    people = User.objects.coordinators().in_bulk([who for _key, _version, who in last.rows if who])
    done = 0
    for key, version, who in last.rows:
        try:
            if last.act == "assign" and who in people:
                following.pass_on(rows[key], people[who], actor=actor, version=version, told=False)
            elif last.act == "close":
                IRRITANT.perform(rows[key], "reopen", actor=actor, version=version)
            else:
                raise Refusal(gettext("la personne qui suivait ce dossier n’est plus là"), "gone")
            done += 1
        except Refusal as refusal:
            messages.error(request, f"{rows[key].reference} : {refusal}")
    if done:
        words = ngettext("C’est annulé pour %(n)s dossier.", "C’est annulé pour %(n)s dossiers.", done)
        messages.success(request, words % {"n": done})
    return back_to_queue(request)

"""A change of the vocabulary: shown first, then made, as long as it is the one that was shown."""

import hashlib
from dataclasses import astuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.access import coordinator
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from programs import thesaurus
from programs.models import ThesaurusAddition, ThesaurusRetirement
from programs.thesaurus import ADD, RETIRE, UNDO, Edit
from triage import vocabulary
from triage.models import UnknownWord
from triage.workbench.base import page_context
from triage.workbench.vocabulary.changes import Change, change_of, changes_in_force
from triage.workbench.vocabulary.effects import TOP, effect_of
from triage.workbench.vocabulary.forms import LANGUAGES, EditForm

UNPROCESSABLE = 422


def _seal(edit: Edit) -> str:
    """A digest of what a preview showed: what is saved is what was looked at."""
    shown = repr((astuple(edit), thesaurus.current().version))
    return hashlib.sha256(shown.encode()).hexdigest()[:32]


@coordinator
@require_POST
def edit(request: HttpRequest) -> HttpResponse:
    """Show what an edit would do; with action=save, make it, as long as it is the one that was shown.

    A proposed word may be added in one step: it comes from irritants that the page showed, and can be undone.
    """
    form, asked, new = None, None, False
    act = request.POST.get("act", ADD)
    if act == ADD:
        data = request.POST.copy()
        if data.get("other", "").strip():  # typed beside the concepts that were suggested
            data["concept"] = data["other"]
        form = EditForm(data, auto_id="e_%s")
        new = request.POST.get("new", "") in ("True", "on", "1")
        if not form.is_valid():
            return _preview(request, None, form, UNPROCESSABLE)
        asked = form.edit()
    elif act in (RETIRE, UNDO):
        asked = Edit(
            act, item=request.POST.get("item", "")[:300], undone=_uuid(request.POST.get("undone", ""))
        )
    else:
        raise Http404
    try:
        asked = thesaurus.checked(asked, new=new)
    except Refusal as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return _to(asked.concept or asked.item.partition("/")[0])
        known = {"concept": "concept", "topics": "topics"}
        said = [language for language in LANGUAGES if form.cleaned_data.get(language)] or ["fr"]
        form.add_error(known.get(refusal.code, said[0]), str(refusal))
        return _preview(request, None, form, UNPROCESSABLE)
    word = UnknownWord.objects.filter(public_id=form.cleaned_data["word"]).first() if form else None
    looked_at = request.POST.get("seal") == _seal(asked) or word is not None
    if request.POST.get("action") != "save" or not looked_at:
        return _preview(request, asked, form)
    return _save(request, asked, word)


def _uuid(text: str) -> str:
    try:
        return str(forms.UUIDField().clean(text))
    except forms.ValidationError:
        return "00000000-0000-0000-0000-000000000000"


def _save(request, asked: Edit, word: UnknownWord | None) -> HttpResponse:
    try:
        made = thesaurus.apply(asked, actor=as_coordinator(request.user))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _to(asked.concept)
    if asked.act == ADD:
        done = ngettext("L’expression est ajoutée.", "%(count)s expressions sont ajoutées.", len(made)) % {
            "count": len(made)
        }
    else:
        done = _("C’est retiré.") if asked.act == RETIRE else _("C’est annulé.")
    messages.success(request, f"{done} {_('Les prochains calculs en tiennent compte.')}")
    if word:
        word.delete()
        return HttpResponseRedirect(reverse("admin:workbench_words"), status=303)
    return _to(asked.concept)


def _to(concept: str) -> HttpResponseRedirect:
    known = concept in thesaurus.current().entries or (concept and changes_in_force(concept))
    url = (
        reverse("admin:workbench_concept", args=[concept]) if known else reverse("admin:workbench_vocabulary")
    )
    return HttpResponseRedirect(url, status=303)


def _preview(request, asked: Edit | None, form: EditForm | None, status: int = 200) -> HttpResponse:
    concept = asked.concept if asked else ""
    context = page_context(
        request,
        _("Ce que ce changement ferait"),
        edit=asked,
        form=form,
        new=bool(form and form["new"].value() in ("True", "on", "1", True)),
        effect=effect_of(asked, request.user) if asked else None,
        seal=_seal(asked) if asked else "",
        concept=concept,
        names=vocabulary.concept_names([concept]) if concept else [],
        change=_undone(asked),
        top=TOP,
    )
    return render(request, "triage/workbench/vocabulary_preview.html", context, status=status)


def _undone(asked: Edit | None) -> Change | None:
    """The row that an undo is about."""
    if asked is None or asked.act != UNDO:
        return None
    row = (
        ThesaurusAddition.objects.filter(public_id=asked.undone).first()
        or ThesaurusRetirement.objects.filter(public_id=asked.undone).first()
    )
    return change_of(row)

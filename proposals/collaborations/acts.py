"""What the forms of the collaboration's page do, by their field `what`; the same for every party that may."""

from collections.abc import Callable

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intake.conversation import FilesRefused
from journal.lifecycle import Refusal
from proposals.collaborations import figures, files, meetings
from proposals.collaborations.forms import AbandonForm, FigureForm, FileForm, MeetingForm
from proposals.collaborations.lifecycle import COLLABORATION, COLLABORATION_MEETING, FIGURE, STEP
from proposals.collaborations.parties import Party
from proposals.inputs import identifier, number
from proposals.models import Collaboration

# A form that was refused, as {name in the template: form}; or what was done, as words.
Done = dict | Promise | str


def step(request, collaboration: Collaboration, party: Party, parties: dict) -> Done:
    row = get_object_or_404(
        collaboration.steps.select_related("organisation"), public_id=_id(request, "step")
    )
    move = request.POST.get("move", "")
    if move not in STEP.by_name or not party.leads(row):
        raise Http404
    STEP.perform(row, move, actor=party.actor, version=number(request.POST.get("seen_version")))
    return _("C’est noté.")


def file(request, collaboration: Collaboration, party: Party, parties: dict) -> Done:
    form = FileForm(request.POST, request.FILES, parties=parties)
    if not form.is_valid():
        return {"file_form": form}
    data = form.cleaned_data
    try:
        files.bring(collaboration, data["file"], party=party, kind=data["kind"], signed=form.signed)
    except FilesRefused as refused:
        for sentence in refused.sentences:
            form.add_error("file", sentence)
        return {"file_form": form}
    return _("Le fichier est arrivé : toutes les parties peuvent le lire, et elles seules.")


def meeting(request, collaboration: Collaboration, party: Party, parties: dict) -> Done:
    if not party.may_plan:
        raise Http404
    form = MeetingForm(request.POST, auto_id="meeting_%s")
    if not form.is_valid():
        return {"meeting_form": form}
    data = form.cleaned_data
    try:
        meetings.plan(
            collaboration,
            data["moment"],
            title=data["title"],
            minutes=data["minutes"],
            how=data["how"],
            party=party,
        )
    except Refusal as refusal:
        form.add_error("moment", str(refusal))
        return {"meeting_form": form}
    return _("Le rendez-vous est fixé : chacun le reçoit par courriel, pour son agenda.")


def call_off(request, collaboration: Collaboration, party: Party, parties: dict) -> Done:
    if not party.may_plan:
        raise Http404
    row = get_object_or_404(collaboration.meetings, public_id=_id(request, "meeting"))
    COLLABORATION_MEETING.perform(row, "cancel", actor=party.actor)
    return _("Le rendez-vous est annulé, chacun en est prévenu.")


def figure(request, collaboration: Collaboration, party: Party, parties: dict) -> Done:
    if not party.may_count:
        raise Http404
    form = FigureForm(request.POST, auto_id="figure_%s")
    if not form.is_valid():
        return {"figure_form": form}
    figures.enter(collaboration, **form.cleaned_data, party=party)
    if party.is_staff:
        return _("Le résultat est compté.")
    return _("Merci. La coordination le confirme, puis il est compté.")


def settle(request, collaboration: Collaboration, party: Party, parties: dict) -> Done:
    if not party.is_staff:
        raise Http404
    row = get_object_or_404(collaboration.figures, public_id=_id(request, "figure"))
    move = request.POST.get("move", "")
    if move not in FIGURE.by_name:
        raise Http404
    FIGURE.perform(row, move, actor=party.actor)
    return _("C’est noté.")


def stage(request, collaboration: Collaboration, party: Party, parties: dict) -> Done:
    move = request.POST.get("move", "")
    if not party.is_staff or move not in COLLABORATION.by_name:
        raise Http404
    more = {}
    if move == "abandon":
        form = AbandonForm(request.POST, auto_id="abandon_%s")
        if not form.is_valid():
            return {"abandon_form": form}
        more = form.cleaned_data
    seen = number(request.POST.get("seen_version"))
    COLLABORATION.perform(collaboration, move, actor=party.actor, version=seen, **more)
    return _("C’est noté : l’entreprise et les partenaires le lisent dans un courriel.")


def _id(request, name: str):
    found = identifier(request.POST.get(name))
    if found is None:
        raise Http404
    return found


ACTS: dict[str, Callable[..., Done]] = {
    "step": step,
    "file": file,
    "meeting": meeting,
    "call_off": call_off,
    "figure": figure,
    "settle": settle,
    "stage": stage,
}

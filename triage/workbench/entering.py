"""« Saisir un irritant »: what a company told by telephone or at a fair, which it confirms before anything happens."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import coordinator
from foundation.forms import Line
from intake import entering
from intake.forms import IrritantForm, YouForm
from intake.models import Draft
from intake.showing import entries
from journal.access import showing
from journal.actors import coordinator as as_coordinator
from triage.workbench.base import page_context

UNPROCESSABLE = 422
KEPT = (
    *("text", "tried", "email", "name", "phone", "position", "company_name", "organisation_type"),
    *("siren_or_siret", "country", "foreign_id"),
)
LABELS = {
    "text": gettext_lazy("L’irritant, avec les mots de l’entreprise"),
    "tried": gettext_lazy("Ce qu’elle a déjà essayé"),
    "email": gettext_lazy("Adresse électronique du contact"),
    "name": gettext_lazy("Nom du contact"),
    "phone": gettext_lazy("Téléphone"),
    "position": gettext_lazy("Fonction"),
    "company_name": gettext_lazy("Nom de l’organisation"),
    "organisation_type": gettext_lazy("Type d’organisation"),
}
HINTS = {
    "text": gettext_lazy(
        "Comme elle l’a dit : rien de ce qu’elle n’a pas dit, ni secret, ni nom de personne."
    ),
    "email": gettext_lazy("Nous lui demandons de confirmer à cette adresse."),
}


class EntryForm(IrritantForm, YouForm):
    """The fields of the company's own form, judged alike, and how the words reached us."""

    language = forms.ChoiceField(
        label=gettext_lazy("Langue dans laquelle lui écrire"), choices=settings.LANGUAGES, initial="fr"
    )
    occasion = forms.ChoiceField(
        label=gettext_lazy("Comment vous l’a-t-elle raconté ?"),
        choices=[(code, words[0]) for code, words in entering.OCCASIONS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez une réponse.")},
    )
    campaign = Line(
        label=gettext_lazy("Salon, événement ou campagne"),
        required=False,
        max_length=50,
        help_text=gettext_lazy(
            "Par exemple : 360 Grand Est 2026. Sert à compter ce qu’une campagne apporte."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("topics", "topics_shown", "topic_added"):
            del self.fields[name]
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HINTS.get(
                name, field.help_text if name in ("campaign", "siren_or_siret") else ""
            )
            field.widget.attrs.pop("autocomplete", None)
        self.fields["organisation_type"].choices = [
            ("", _("non précisé")),
            *self.fields["organisation_type"].choices[1:],
        ]
        self.use_required_attribute = False

    @property
    def answers(self) -> dict:
        """What the draft keeps. Only after is_valid()."""
        return {name: self.cleaned_data[name] for name in KEPT if self.cleaned_data.get(name)}


@coordinator
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest):
    form = EntryForm(request.POST or None, initial={"country": "FR"})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        entering.enter(
            form.answers,
            language=data["language"],
            provenance=entering.provenance_of(data["occasion"], data["campaign"]),
            actor=as_coordinator(request.user),
        )
        messages.success(
            request,
            _("C’est noté. L’entreprise reçoit un courriel pour confirmer, corriger ou refuser."),
        )
        return HttpResponseRedirect(reverse("admin:workbench_enter"), status=303)
    waiting = list(entering.waiting())
    showing(request, *entries(waiting))
    context = page_context(request, _("Saisir un irritant"), form=form, waiting=waiting)
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "triage/workbench/enter.html", context, status=status)


@coordinator
@require_POST
def take_back(request: HttpRequest, draft_id):
    """Erase what was written down, before its company has answered."""
    draft = get_object_or_404(Draft.objects.entered(), public_id=draft_id)
    if entering.take_back(draft, actor=as_coordinator(request.user)):
        messages.success(request, _("C’est effacé : le lien envoyé n’ouvre plus rien."))
    else:
        messages.info(request, _("L’entreprise vient de répondre."))
    return HttpResponseRedirect(reverse("admin:workbench_enter"), status=303)

"""What the holder of a follow-up link does with a proposal: read it, accept, ask for a change, decline."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import by_link
from foundation.failpoints import failpoint
from intake.people import person_of
from intake.views.follow import holder
from intake.views.form import SeeOther
from journal.lifecycle import Refusal
from proposals.agreeing import suggesting
from proposals.agreeing.forms import AgreeForm, ChangesForm, CompanyRefuseForm
from proposals.agreeing.paragraphs import paragraphs
from proposals.choosing import all_agreed, choice, choices, options_in
from proposals.document.reading import LETTERS
from proposals.lifecycle import PROPOSAL
from proposals.models import ProposalVersion
from proposals.views import download
from triage.asking import without_agreement


@dataclass(frozen=True)
class Answer:
    """One of the three answers, and its words."""

    move: str
    title: str | Promise
    button: str | Promise
    done: str | Promise


ANSWERS = {
    "accepter": Answer(
        "accept",
        _("Accepter la proposition"),
        _("J’accepte la proposition"),
        _("Merci. La collaboration est convenue, et chacun est prévenu."),
    ),
    "modifier": Answer(
        "request_changes",
        _("Demander une modification"),
        _("Envoyer ma demande"),
        _("Votre demande est arrivée. Nous revoyons la proposition."),
    ),
    "decliner": Answer(
        "decline",
        _("Décliner la proposition"),
        _("Je décline la proposition"),
        _("C’est noté. Nous revenons vers vous pour la suite."),
    ),
}


_AWAITED = _(
    "Merci, votre accord est noté. Un partenaire n’a pas encore donné le sien : la collaboration est convenue "
    "dès qu’il le donne, et un courriel vous le dit."
)


def sent_version(irritant, version_id) -> ProposalVersion:
    """A version that was sent for this very irritant; everything else does not exist."""
    rows = ProposalVersion.objects.sent().select_related("proposal")
    return get_object_or_404(rows, public_id=version_id, proposal__irritant=irritant)


@by_link
@require_safe
@holder
def company_pdf(request, irritant, actor, token, version_id):
    return download(sent_version(irritant, version_id))


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
@holder
def answer(request, irritant, actor, token, version_id, answer):
    """Say what the answer means, then take it by POST. A second answer is told politely who was first."""
    if answer not in ANSWERS:
        raise Http404
    chosen = ANSWERS[answer]
    version = sent_version(irritant, version_id)
    proposal = version.proposal
    back = reverse("intake:follow", args=[token]) + "#proposition"
    data = request.POST if request.method == "POST" else None
    form = _form(chosen, version, actor, data)
    moves = {move.name for move, _why in PROPOSAL.available(proposal, actor)}
    if data is None and (chosen.move not in moves or version.pk != proposal.sent_version.pk):
        messages.info(request, _("Cette version n’attend pas, ou plus, votre réponse."))
        return SeeOther(back)
    if data is None or not form.is_valid():
        return _page(request, irritant, token, version, chosen, form, 200 if data is None else 422)
    try:
        move = _move(chosen, version, form)
        with transaction.atomic():
            if isinstance(form, ChangesForm):
                suggesting.keep(version, None, form.cleaned_data["person"], form.changes)
            PROPOSAL.perform(
                proposal, move, actor=actor, version=form.cleaned_data["seen_version"], **form.kept
            )
            failpoint("accept.before_commit")
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _AWAITED if move == "agree" else chosen.done)
    return SeeOther(back)


def _move(chosen: Answer, version: ProposalVersion, form) -> str:
    """Agreeing while a partner of the option is still awaited keeps the word; the partner's concludes."""
    if chosen.move != "accept":
        return chosen.move
    option = choice(version, form.kept.get("option", ""))
    return "accept" if all_agreed(version, option) else "agree"


def _form(chosen: Answer, version: ProposalVersion, actor, data):
    person = person_of(version.proposal.irritant, actor.link.email) if actor.link else None
    initial = {"seen_version": version.proposal.version, "person": person.name if person else ""}
    if chosen.move == "accept":
        return AgreeForm(data, initial=initial, options=_to_choose(version))
    if chosen.move == "request_changes":
        return ChangesForm(data, initial=initial, paragraphs=paragraphs(version.snapshot))
    return CompanyRefuseForm(data, initial=initial)


def _to_choose(version) -> list[tuple[str, str]]:
    """The options that may be accepted, where the document has several: id, and letter, title and with whom."""
    letters = list(zip(LETTERS, options_in(version.snapshot), strict=False))
    if len(letters) < 2:
        return []
    open_ones = {option["id"] for option in choices(version)}
    return [
        (option["id"], _name_of(letter, option)) for letter, option in letters if option["id"] in open_ones
    ]


def _name_of(letter: str, option) -> str:
    """« Option A – titre, avec X et Y », as the document calls it: names of partners have commas of their own."""
    name = " – ".join(filter(None, (gettext("Option %(letter)s") % {"letter": letter}, option["title"])))
    partners = get_text_list(_partners(option), gettext("et"))
    return (
        gettext("%(option)s, avec %(partners)s") % {"option": name, "partners": partners}
        if partners
        else name
    )


def _partners(option) -> list[str]:
    names = (step["organisation"] for step in option["steps"] if step.get("organisation_id"))
    return list(dict.fromkeys(names))


def _will_learn_who_we_are(version, irritant) -> list[str]:
    """Names of the partners to whom accepting shows the company's name: those who do not have it yet."""
    knowing = irritant.disclosures.values("organisation")
    agreements = version.agreements.exclude(organisation=None).exclude(organisation__in=knowing)
    parties = [agreement.organisation for agreement in agreements.select_related("organisation")]
    silent = without_agreement(irritant, parties)
    return [party.name for party in parties if party not in silent]


def _page(request, irritant, token, version, chosen, form, status):
    context = {
        "irritant": irritant,
        "token": token,
        "version": version,
        "chosen": chosen,
        "form": form,
        "parties": _will_learn_who_we_are(version, irritant),
    }
    return render(request, "proposals/answer.html", context, status=status)

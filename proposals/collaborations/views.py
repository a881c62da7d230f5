"""The page of a collaboration, for the coordination, the company and each partner: one page, three doors."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import by_link, coordinator
from accounts.reading import read_at
from files.models import StoredFile
from files.store import stream
from intake.showing import contact_of, file_of
from intake.views.calls import as_download
from intake.views.follow import holder
from intake.views.form import SeeOther
from journal.access import showing
from journal.actors import PARTNER, Actor
from journal.actors import coordinator as as_coordinator
from journal.lifecycle import Refusal
from proposals.agreeing import records
from proposals.collaborations import files, reviewing
from proposals.collaborations.acts import ACTS
from proposals.collaborations.forms import AbandonForm, FigureForm, FileForm, MeetingForm, ReviewForm
from proposals.collaborations.lifecycle import COLLABORATION, STEP
from proposals.collaborations.mails import meeting_title
from proposals.collaborations.parties import Party, names
from proposals.models import Collaboration
from triage.disclosure import partner_view
from triage.views import with_referral

_ROWS = Collaboration.objects.select_related("irritant__company", "irritant__contact", "proposal")
UNPROCESSABLE = 422


# Three doors


def by_staff(view):
    @coordinator
    def opened(request, collaboration_id, **kwargs):
        rows = _ROWS.filter(pk__in=Collaboration.objects.visible_to(request.user).values("pk"))
        collaboration = get_object_or_404(rows, public_id=collaboration_id)
        showing(request, contact_of(collaboration.irritant))
        return view(request, collaboration, Party(as_coordinator(request.user)), **kwargs)

    return opened


def by_company(view):
    @by_link
    @holder
    def opened(request, irritant, actor, token, **kwargs):
        collaboration = get_object_or_404(_ROWS.filter(irritant=irritant).order_by("-pk")[:1])
        return view(request, collaboration, Party(actor, token=token), **kwargs)

    return opened


def by_partner(view):
    """Only a partner of it, and as long as the company's agreement with it stands (triage.disclosure)."""

    @by_link
    @with_referral
    def opened(request, link, referral, **kwargs):
        rows = _ROWS.filter(irritant=referral.irritant_id, organisations=referral.organisation_id)
        collaboration = get_object_or_404(rows.order_by("-pk")[:1])
        seen = partner_view(referral)
        if not seen.disclosed:  # agreed, but the confidentiality agreement that the company wants is missing
            messages.info(request, _("La coordination organise le premier échange avec l’entreprise."))
            return SeeOther(reverse("triage:answer", args=[link.token]))
        actor = Actor(PARTNER, link=link)
        of = referral.organisation.public_id
        showing(request, contact_of(collaboration.irritant, of), actor=actor)
        party = Party(actor, referral.organisation, link.token)
        return view(request, collaboration, party, seen=seen, **kwargs)

    return opened


# The page


def address(party: Party, collaboration: Collaboration, name: str = "", **more) -> str:
    """Of a page of this collaboration, by the party's own door."""
    door = {"coordinator": "", "company": "company_", "partner": "partner_"}[party.role]
    own = {"token": party.token} if party.token else {"collaboration_id": collaboration.public_id}
    return reverse(f"proposals:{door}{name or 'collaboration'}", kwargs={**own, **more})


def page(request, collaboration: Collaboration, party: Party, seen=None):
    """Read it; or do one of the things that its forms ask for."""
    parties = names(collaboration, collaboration.irritant.company.name)
    if request.method == "POST":
        act = ACTS.get(request.POST.get("what", ""))
        if act is None:  # nothing that this page asks for
            return SeeOther(address(party, collaboration))
        try:
            done = act(request, collaboration, party, parties)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            if isinstance(done, dict):
                return _shown(request, collaboration, party, parties, seen, **done)
            messages.success(request, done)
        return SeeOther(address(party, collaboration))
    return _shown(request, collaboration, party, parties, seen)


def _shown(request, collaboration, party: Party, parties: dict, seen, **refused):
    read_at(request, address(party, collaboration))
    form = next(iter(refused.values()), None)
    signed = {row.organisation_id: row.signed_on for row in collaboration.signatures.all()}
    version = collaboration.proposal.sent_version
    rows = list(collaboration.steps.select_related("organisation"))
    context = {
        "collaboration": collaboration,
        "irritant": collaboration.irritant,
        "party": party,
        "view": seen,
        "token": party.token,
        "here": address(party, collaboration),
        "review_url": address(party, collaboration, "review")
        if reviewing.asked_of(collaboration, party)
        else "",
        "parties": [{"name": name, "signed_on": signed.get(key)} for key, name in parties.items()],
        "all_signed": set(parties) == set(signed),
        "steps": [_step(step, party) for step in rows],
        "files": _files(collaboration, party, parties),
        "meetings": [_meeting(row, party) for row in collaboration.meetings.all()],
        "figures": collaboration.figures.all(),
        "reviews": _reviews(collaboration, party, parties),
        "moves": {move.name: why for move, why in COLLABORATION.available(collaboration, party.actor)},
        "table": records.table(
            version, company=parties[None], reader=records.STAFF if party.is_staff else party.key
        )
        if version
        else (),
        "file_form": FileForm(parties=parties),
        "meeting_form": MeetingForm(auto_id="meeting_%s"),
        "figure_form": FigureForm(auto_id="figure_%s"),
        "abandon_form": AbandonForm(auto_id="abandon_%s"),
        **refused,
        "form": form,
    }
    status = UNPROCESSABLE if refused else 200
    return render(request, "proposals/collaboration.html", context, status=status)


_PILLS = {"to_come": "todo", "doing": "progress", "done": "done", "dropped": "stopped"}


def _step(step, party: Party) -> dict:
    moves = [move for move, why in STEP.available(step, party.actor) if not why] if party.leads(step) else []
    return {"row": step, "pill": _PILLS[step.state], "moves": moves}


def _files(collaboration, party: Party, parties: dict) -> list[dict]:
    stored = files.stored(collaboration)
    found = []
    for row in collaboration.files.prefetch_related("signatures"):
        if kept := stored.get(row.public_id):
            url = address(party, collaboration, "collaboration_file", file_id=kept.pk)
            by = parties.get(row.organisation_id, "") if row.by != "coordinator" else _("la coordination")
            found.append({"row": row, "by": by, "listed": [kept.listed(url)]})
    return found


def _meeting(row, party: Party) -> dict:
    url = address(party, row.collaboration, "collaboration_calendar", meeting_id=row.public_id)
    return {"row": row, "url": url if row.stage == "fixed" else ""}


def _reviews(collaboration, party: Party, parties: dict) -> list[dict]:
    """The coordination reads everybody's, a party its own."""
    rows = collaboration.reviews.all()
    return [
        {"row": row, "who": parties.get(row.organisation_id, "")}
        for row in rows
        if party.is_staff or row.organisation_id == party.key
    ]


def file(request, collaboration: Collaboration, party: Party, file_id, seen=None):
    """A contract or document, for the parties named alone."""
    subjects = collaboration.files.values("public_id")
    row = get_object_or_404(StoredFile.objects.filter(subject__in=subjects), pk=file_id)
    of = party.organisation.public_id if party.organisation else None
    if not party.is_company:
        showing(request, file_of(row, of), actor=party.actor if party.token else None)
    return stream(row)


def calendar(request, collaboration: Collaboration, party: Party, meeting_id, seen=None):
    meeting = get_object_or_404(collaboration.meetings, public_id=meeting_id)
    return as_download(meeting, meeting_title(meeting))


def review(request, collaboration: Collaboration, party: Party, seen=None):
    """Two closed questions and a word."""
    form = ReviewForm(request.POST if request.method == "POST" else None)
    moment = reviewing.asked_of(collaboration, party)
    here = address(party, collaboration)
    if not moment:
        messages.info(
            request, _("Cette question n’est pas, ou plus, posée. Merci si vous y avez déjà répondu.")
        )
        return SeeOther(here)
    if form.is_bound and form.is_valid():
        try:
            reviewing.answer(collaboration, **form.cleaned_data, party=party)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("Merci. Vos réponses sont comptées, jamais citées."))
        return SeeOther(here)
    context = {
        "collaboration": collaboration,
        "irritant": collaboration.irritant,
        "party": party,
        "moment": moment,
        "form": form,
        "back": here,
    }
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "proposals/review.html", context, status=status)


_read_or_do = require_http_methods(["GET", "HEAD", "POST"])
staff_page, company_page, partner_page = (
    door(_read_or_do(page)) for door in (by_staff, by_company, by_partner)
)
staff_file, company_file, partner_file = (
    door(require_safe(file)) for door in (by_staff, by_company, by_partner)
)
staff_calendar, company_calendar, partner_calendar = (
    door(require_safe(calendar)) for door in (by_staff, by_company, by_partner)
)
company_review, partner_review = by_company(_read_or_do(review)), by_partner(_read_or_do(review))

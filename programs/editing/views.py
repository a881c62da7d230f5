"""« Offres » in the space of one organisation: the list, the editor, what happened to an offer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from journal.lifecycle import Refusal
from journal.timeline import PARTNER
from partners.models import with_parents
from partners.space import READERS, WRITERS, actor_of, of_partner, space_page
from programs import freshness, verifying
from programs.editing import completeness, creating, history, publishing, topics
from programs.editing import editor as editing
from programs.editing.editor import Editor
from programs.lifecycle import OFFER
from programs.models import Offer, OfferKind, OfferStatus, Topic
from programs.views import offer_context

TAB = "partner_offers"
PER_PAGE = 40
_IN_MAKING = (OfferStatus.DRAFT, OfferStatus.IN_REVIEW, OfferStatus.SCHEDULED)
_ORDER = [*_IN_MAKING, OfferStatus.PUBLISHED, OfferStatus.HIDDEN, OfferStatus.ARCHIVED]


def see_other(url: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(url, status=303)


def _offer(membership, offer_id) -> Offer:
    offer = (
        Offer.objects.with_details()
        .prefetch_related(with_parents("organisation__"), "pillars")
        .filter(organisation=membership.organisation, public_id=offer_id)
        .first()
    )
    if offer is None:
        raise Http404
    return offer


def _url(offer: Offer, name: str = "partner_offer") -> str:
    return reverse(name, args=[offer.organisation.external_id, offer.public_id])


@of_partner(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def offers(request, membership):
    """Every offer of the organisation, what wants an editor first; posted: that some are still true."""
    if request.method == "POST":
        if membership.role not in WRITERS:
            raise PermissionDenied
        verifying.act(request, membership.organisation, actor=actor_of(membership))
        return see_other(request.get_full_path())
    place = Case(
        When(pk__in=freshness.stale().values("pk"), then=Value(-1)),
        *(When(status=status, then=Value(rank)) for rank, status in enumerate(_ORDER)),
        output_field=IntegerField(),
    )
    rows = (
        Offer.objects.filter(organisation=membership.organisation)
        .with_details()
        .annotate(place=place)
        .order_by("place", "kind", "pk")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        row.completeness, row.stale = completeness.of(row), freshness.is_stale(row)
        row.in_making = row.status in _IN_MAKING
    context = {"page_obj": page}
    return space_page(request, membership, "programs/editing/offers.html", context, tab=TAB)


@of_partner(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request, membership):
    """Which of the five kinds, and in which language it is written; `theme`: the topic that calls for it."""
    kind, language = request.POST.get("kind", ""), request.POST.get("language", "")
    topic = request.POST.get("topic") or request.GET.get("theme", "")
    languages = publishing.languages()
    if request.method == "POST":
        wrong = kind not in OfferKind.values or language not in dict(languages)
        try:
            if not wrong:
                offer = creating.create(
                    membership.organisation, kind, language, actor=actor_of(membership), topic=topic
                )
                return see_other(_url(offer))
        except Refusal as refusal:
            messages.warning(request, str(refusal))
    context = {
        "kinds": publishing.KINDS,
        "languages": languages,
        "chosen": kind,
        "language": language or membership.organisation.language or get_language()[:2],
        "wrong": request.method == "POST" and kind not in OfferKind.values,
        "topic": Topic.objects.filter(code=topic).first() if topic else None,
    }
    status = 422 if request.method == "POST" else 200
    return space_page(request, membership, "programs/editing/new.html", context, tab=TAB, status=status)


@of_partner(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, membership, offer_id):
    """The editor: every button saves the whole page; what cannot be saved is kept, a newer offer not overwritten."""
    offer = _offer(membership, offer_id)
    if offer.status in editing.CLOSED:
        return see_other(_url(offer, "partner_offer_preview"))
    if request.method == "POST":
        return _posted(request, membership, offer)
    draft = editing.kept(offer, request.user)
    if draft is None:
        return _page(request, membership, Editor.over(offer))
    return _page(
        request, membership, Editor.over(offer, editing.typed_in(draft), seen=draft.seen), draft=draft
    )


def _posted(request, membership, offer: Offer):
    actor, act = actor_of(membership), request.POST.get("action", "save")
    if act == "forget":
        editing.forget(offer, request.user)
        messages.info(request, _("Voici de nouveau la version enregistrée."))
        return see_other(_url(offer))
    editor = Editor.over(offer, request.POST, seen=publishing.number(request.POST.get("seen")))
    if not editor.is_valid():
        try:
            editing.keep(offer, request.user, request.POST, seen=editor.seen)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return _page(request, membership, editor, status=422)
    try:
        changed = editing.save(editor, actor=actor)
    except Refusal as refusal:
        return _overtaken(request, membership, editor, str(refusal))
    if act in publishing.MOVES:
        return _moved(request, offer, act, actor, version=offer.version, saved=changed)
    messages.success(request, _("C’est enregistré.") if changed else _("Rien n’avait changé."))
    return see_other(_url(offer) + ("#sessions" if act == "session" else ""))


def _overtaken(request, membership, editor: Editor, refusal: str):
    """Both versions side by side; saving again then replaces what was read here."""
    editing.keep(editor.offer, request.user, request.POST, seen=editor.seen)
    fresh = _offer(membership, editor.offer.public_id)
    if fresh.status in editing.CLOSED:
        messages.warning(request, refusal)
        return see_other(_url(fresh, "partner_offer_preview"))
    again = Editor.over(fresh, request.POST, seen=fresh.version)
    return _page(
        request, membership, again, status=409, refusal=refusal, differences=publishing.differences(again)
    )


def _page(request, membership, editor: Editor, *, status: int = 200, draft=None, **extra):
    offer = editor.offer
    shown = editor.shown()
    context = {
        "offer": offer,
        "editor": editor,
        "forms": editor.forms if editor.bound else [],
        "sections": editor.sections(),
        "topics": topics.groups(offer, shown, editor.form),
        "completeness": completeness.of(shown),
        "draft": draft,
        "publishing": publishing.of(offer, actor_of(membership)),
        "tomorrow": publishing.tomorrow(),
        **extra,
    }
    return space_page(request, membership, "programs/editing/edit.html", context, tab=TAB, status=status)


@of_partner(*WRITERS)
@require_POST
def keep(request, membership, offer_id):
    """What is being typed, a moment after the last key (static/js/form-keep.js)."""
    offer = _offer(membership, offer_id)
    if offer.status in editing.CLOSED:
        return HttpResponse(status=409)
    try:
        editing.keep(
            offer,
            request.user,
            request.POST,
            seen=publishing.number(request.POST.get("seen")) or offer.version,
        )
    except Refusal:
        return HttpResponse(status=422)
    return JsonResponse({})


@of_partner(*READERS)
@require_safe
def preview(request, membership, offer_id):
    """The public page as it will be, of what was typed. With htmx: its body and what is missing, or the topics."""
    offer = _offer(membership, offer_id)
    draft = editing.kept(offer, request.user)
    editor = Editor.over(offer, editing.typed_in(draft) if draft else None)
    shown = editor.shown()
    if request.htmx and request.GET.get("partie") == "themes":
        found = topics.groups(offer, shown, editor.form)
        return render(request, "programs/editing/_topics.html", {"topics": found})
    context = {
        **offer_context(shown, preview=True),
        "stored": offer,
        "completeness": completeness.of(shown),
    }
    if request.htmx:
        return render(request, "programs/editing/_live.html", context)
    return space_page(request, membership, "programs/editing/preview.html", context, tab=TAB)


@of_partner(*READERS)
@require_safe
def past(request, membership, offer_id):
    offer = _offer(membership, offer_id)
    context = {"offer": offer, "lines": history.of(offer, PARTNER)}
    return space_page(request, membership, "programs/editing/history.html", context, tab=TAB)


@of_partner(*WRITERS)
@require_POST
def duplicate(request, membership, offer_id):
    try:
        copy = creating.duplicate(_offer(membership, offer_id), actor=actor_of(membership))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return see_other(reverse("partner_offers", args=[membership.organisation.external_id]))
    messages.success(request, _("Voici la copie. Changez ce qui diffère, puis publiez-la."))
    return see_other(_url(copy))


@of_partner(*WRITERS)
@require_POST
def move(request, membership, offer_id, move: str):
    """Hide, show again, archive, take back: what needs no saving."""
    if move not in publishing.MOVES:
        raise Http404
    offer = _offer(membership, offer_id)
    version = publishing.number(request.POST.get("version"))
    return _moved(request, offer, move, actor_of(membership), version=version)


def _moved(request, offer: Offer, name: str, actor, *, version: int, saved: bool = False):
    try:
        day = publishing.day(request.POST.get("publish_on"))
        OFFER.perform(offer, name, actor=actor, version=version, publish_on=day)
    except Refusal as refusal:
        if saved:
            messages.success(request, _("C’est enregistré."))
        messages.error(request, str(refusal))
    else:
        messages.success(request, publishing.done(offer, name))
    if offer.status in editing.CLOSED:
        return see_other(reverse("partner_offers", args=[offer.organisation.external_id]))
    return see_other(_url(offer) + "#publier")

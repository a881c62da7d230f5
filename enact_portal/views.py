"""Pages that belong to no app: home, plain texts, language, health, refusals."""

from datetime import date
from time import monotonic

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public, signed_in
from foundation import clock
from foundation.working_days import add_working_days
from insights.showcase import examples
from intake.drafts import resume_offer, speak
from programs.models import CatalogueState, Offer, OfferKind

PAGES = {
    "confidentialite": pgettext_lazy("page", "Confidentialité"),
    "mentions-legales": gettext_lazy("Mentions légales"),
    "accessibilite": gettext_lazy("Accessibilité"),
    "comment-ca-marche": gettext_lazy("Comment ça marche"),
}
KIND_TEXTS = {
    OfferKind.LABORATORY: gettext_lazy("Un laboratoire qui connaît déjà ce genre de problème."),
    OfferKind.TRAINING: gettext_lazy("Des journées pour que votre équipe comprenne et décide."),
    OfferKind.CIFRE: gettext_lazy("Trois ans de recherche, menés chez vous par un doctorant."),
    OfferKind.RND: gettext_lazy("Un projet borné, avec des livrables et un calendrier."),
    OfferKind.TALENT: gettext_lazy("Une personne formée à l’IA, de six mois à deux ans."),
}
KIND_TITLES = {
    OfferKind.LABORATORY: gettext_lazy("Laboratoires"),
    OfferKind.TRAINING: gettext_lazy("Formations"),
    OfferKind.CIFRE: gettext_lazy("Thèses CIFRE"),
    OfferKind.RND: gettext_lazy("Collaborations R&D"),
    OfferKind.TALENT: gettext_lazy("Stages et alternances"),
}

HOME_KEPT = 10  # seconds for which a process may show a number of offers that has changed
_homes: dict[str, tuple[float, date, bytes]] = {}  # language → until when, of which day, the page


@public
@require_safe
def home(request):
    """The same for everybody who has no cookie but a language: made once in a while by each process, then kept."""
    plain = request.COOKIES.keys() <= {settings.LANGUAGE_COOKIE_NAME} and not request.META["QUERY_STRING"]
    response = _kept_home(request) if plain and request.method == "GET" else _home(request)
    patch_vary_headers(response, ["Cookie"])
    return response


def _kept_home(request) -> HttpResponse:
    language, today = translation.get_language(), clock.today()
    until, day, content = _homes.get(language, (0, None, b""))
    if monotonic() >= until or day != today:
        content = _home(request).content
        _homes[language] = (monotonic() + HOME_KEPT, today, content)
    return HttpResponse(content)


def _home(request) -> HttpResponse:
    today = clock.today()
    resume = resume_offer(request.COOKIES)
    response = render(
        request,
        "home.html",
        {
            "promise_days": settings.FIRST_ANSWER_WORKING_DAYS,
            "call_back_by": add_working_days(today, settings.CALL_BACK_WORKING_DAYS),
            "first_answer_by": add_working_days(today, settings.FIRST_ANSWER_WORKING_DAYS),
            "examples": examples(),
            "kind_counts": [
                (KIND_TITLES[kind], KIND_TEXTS[kind], count, f"{reverse('catalogue')}?kind={kind}")
                for kind, count in _counts().items()
            ],
            **resume,
        },
    )
    if resume["resumed"]:
        response["Cache-Control"] = "no-store, private"  # the offer to resume is this browser's alone
    return response


def _counts() -> dict[str, int]:
    """Published offers per kind, counted once per state of the catalogue."""
    key = f"home.kinds.{CatalogueState.current()}"
    counts = _cached(key)
    if counts is None:
        rows = dict(Offer.objects.published().values_list("kind").annotate(Count("pk")).order_by())
        counts = {kind: rows.get(kind, 0) for kind in OfferKind.values}
        _keep(key, counts)
    return counts


def _cached(key):
    try:
        return cache.get(key)
    except Exception:  # the cache may be down: the page goes on without it
        return None


def _keep(key, value) -> None:
    try:
        cache.set(key, value, 3600)
    except Exception:
        return


@public
@require_safe
def page(request, slug: str):
    if slug not in PAGES:
        raise Http404
    return render(request, f"pages/{slug}.html", {"title": PAGES[slug]})


@public
@csrf_exempt  # so that reading the catalogue sets no cookie; another site's form comes without our session (SameSite)
@require_POST
def set_language(request):
    """Keep the reader's choice: in the cookie, and with the person when signed in."""
    language = request.POST.get("language", "")
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    # A mere question ("?a=b") would be put to this address, which only takes answers.
    if not ours or target.startswith("?"):
        target = reverse("home")
    response = HttpResponseRedirect(target)
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
        speak(request.COOKIES, language)
        if request.user.is_authenticated and request.user.language != language:
            request.user.language = language
            request.user.save(update_fields=["language"])
    return response


@signed_in
@require_safe
def space(request):
    """Where each person belongs after signing in."""
    if request.user.is_coordinator:
        return redirect("admin:index")
    if request.user.is_funder:
        return redirect("insights:figures")
    if request.user.memberships.exists():
        return redirect("partner_space")
    return redirect("intake:mine")


@public
def csrf_failure(request, reason=""):
    """A session that was lost: say so, keep what was typed (the browser's back button brings it back)."""
    return render(request, "403_csrf.html", {"title": _("Session expirée")}, status=403)

"""What every address of the API does alike: language, key, limits, errors as RFC 9457, answers not sent twice."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from accounts.access import by_key, public
from programs.api import limits
from programs.api.keys import holder_of, note_use
from programs.exchange.checking import Problem as FieldProblem
from programs.models import ApiScope

LANGUAGES = tuple(code for code, _label in settings.LANGUAGES)
JSON, PROBLEM = "application/json", "application/problem+json"


class Problem(Exception):
    """An answer that is no success. `code` is stable and part of its `type`; `detail` is for people."""

    def __init__(self, status: int, code: str, detail: str, *, errors: list[FieldProblem] = (), headers=None):
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = errors, headers or {}


def endpoint(**views: Callable):
    """One address: endpoint(GET=…, PUT=…, scope=ApiScope.READ). Views are function(request, **arguments).

    With `scope` a key is needed, and one that may write for anything but GET: the views find it in request.api_key.
    Without it everybody may read.
    """
    scope = views.pop("scope", None)
    allowed = [*views, "HEAD", "OPTIONS"]

    @wraps(next(iter(views.values())))
    def answered(request: HttpRequest, **arguments) -> HttpResponse:
        quota = None
        with translation.override(language_of(request)):
            try:
                if request.GET.get("lang", LANGUAGES[0]) not in LANGUAGES:
                    raise Problem(400, "parameter", _("« lang » est fr, de ou en."))
                quota = _let_in(request, scope)
                response = _dispatched(request, views, allowed, arguments)
            except Problem as problem:
                response = _as_response(problem, request)
                quota = problem.headers.pop("quota", quota) if "quota" in problem.headers else quota
            except Http404:
                response = _as_response(
                    Problem(404, "not-found", _("Il n’y a rien à cette adresse.")), request
                )
            response["Content-Language"] = translation.get_language()
        patch_vary_headers(response, ["Accept-Language", *(["Authorization"] if scope else [])])
        if quota:
            quota.put_into(response)
        if scope is None:
            response["Access-Control-Allow-Origin"] = "*"
            response.setdefault("Cache-Control", "public, max-age=60")
        else:
            response.setdefault("Cache-Control", "private, no-cache")
        return response

    answered.own_methods = True
    return csrf_exempt((by_key if scope else public)(answered))


def language_of(request: HttpRequest) -> str:
    """?lang=, else the first language of Accept-Language that the portal speaks, else French: never a cookie."""
    if request.GET.get("lang") in LANGUAGES:
        return request.GET["lang"]
    for said, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if said[:2] in LANGUAGES:
            return said[:2]
    return LANGUAGES[0]


def _let_in(request: HttpRequest, scope: str | None) -> limits.Quota | None:
    """Count the request, and see whose key it carries. Raises Problem."""
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        raise Problem(
            403, "https", _("Cette adresse ne répond qu’en HTTPS. Une clé envoyée sans lui est à révoquer.")
        )
    who = limits.of_address(request.META)
    if scope is None:
        return _counted(limits.count("address", who))
    _counted(limits.count("refused", who, by=0))
    key = holder_of(request.headers.get("Authorization", ""))
    if key is None:
        limits.count("refused", who)
        raise Problem(
            401,
            "key",
            _("Il faut une clé d’API en service, dans l’en-tête « Authorization: Bearer … »."),
            headers={"WWW-Authenticate": 'Bearer realm="ENACT API"'},
        )
    quota = _counted(limits.count("key", key.prefix))
    if request.method not in ("GET", "HEAD", "OPTIONS") and key.scope != ApiScope.WRITE:
        raise Problem(403, "scope", _("Cette clé ne permet que de lire."))
    request.api_key = key
    note_use(key)
    return quota


def _counted(quota: limits.Quota | None) -> limits.Quota | None:
    if quota and quota.exceeded:
        raise Problem(
            429,
            "too-many",
            _("Trop de demandes : recommencez dans %(seconds)s secondes.") % {"seconds": quota.seconds},
            headers={"quota": quota},
        )
    return quota


def _dispatched(request: HttpRequest, views: dict, allowed: list[str], arguments: dict) -> HttpResponse:
    method = "GET" if request.method == "HEAD" else request.method
    if method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(allowed)})
    if method not in views:
        raise Problem(
            405,
            "method",
            _("Cette adresse ne connaît que : %(methods)s.") % {"methods": ", ".join(allowed)},
            headers={"Allow": ", ".join(allowed)},
        )
    return views[method](request, **arguments)


def _as_response(problem: Problem, request: HttpRequest) -> HttpResponse:
    body = {
        "type": f"{settings.SITE_URL}/api/#{problem.code}",
        "title": TITLES[problem.status](),
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.path,
    }
    if problem.errors:
        body["errors"] = [{"pointer": one.pointer, "detail": one.message} for one in problem.errors]
    headers = {name: value for name, value in problem.headers.items() if name != "quota"}
    return HttpResponse(
        _encoded(body),
        status=problem.status,
        content_type=PROBLEM,
        headers={**headers, "Cache-Control": "no-store"},
    )


TITLES: dict[int, Callable[[], str]] = {
    400: lambda: _("La demande ne se comprend pas"),
    401: lambda: _("Clé absente ou hors service"),
    403: lambda: _("Droits insuffisants"),
    404: lambda: _("Introuvable"),
    405: lambda: _("Méthode non prévue"),
    409: lambda: _("L’état de l’offre ne le permet pas"),
    412: lambda: _("L’offre a changé entre-temps"),
    413: lambda: _("Demande trop longue"),
    415: lambda: _("Format non prévu"),
    422: lambda: _("L’offre n’est pas valable"),
    429: lambda: _("Trop de demandes"),
}


def _encoded(data: object) -> bytes:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "replace"
    )


def etag_of(data: object) -> str:
    """Strong: the digest of what is sent (RFC 9110, 8.8.3)."""
    return quote_etag(hashlib.sha256(_encoded(data)).hexdigest()[:32])


def answer(
    request: HttpRequest, data: object, *, status: int = 200, changed_at: datetime | None = None, headers=None
) -> HttpResponse:
    """`data` as JSON with its ETag; 304 without a body for whoever has it already (RFC 9110, 13)."""
    response = HttpResponse(_encoded(data), status=status, content_type=JSON, headers=headers)
    response["ETag"] = etag = etag_of(data)
    moment = None
    if changed_at is not None:
        moment = int(changed_at.timestamp())
        response["Last-Modified"] = http_date(moment)
    if request.method not in ("GET", "HEAD"):
        return response
    return get_conditional_response(request, etag=etag, last_modified=moment, response=response)

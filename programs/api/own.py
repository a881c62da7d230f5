"""A partner's own offers: read with drafts, put whole, archived. A key asks, and a key is one organisation's."""

import json

from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from journal.actors import PARTNER, Actor
from journal.lifecycle import Refusal
from partners.models import Organisation
from programs.api.answering import JSON, Problem, answer, endpoint, etag_of
from programs.api.catalogue import paged
from programs.api.shapes import absolute
from programs.exchange.checking import IDENTIFIER, canonical, check
from programs.exchange.checking import Problem as FieldProblem
from programs.exchange.fields import Vocabularies
from programs.exchange.publishing import put_forward
from programs.exchange.records import owned, record_of
from programs.exchange.saving import write
from programs.lifecycle import OFFER
from programs.models import ApiScope, Offer, OfferStatus

READ_ONLY = frozenset({"public_id", "status", "url", "updated_on"})  # shown; ignored where they come back
PUBLISH = "publish"


def own_shape(offer: Offer) -> dict:
    """What a GET gives and a PUT takes, and what only the portal decides."""
    return {
        **record_of(offer),
        "public_id": str(offer.public_id),
        "status": offer.status,
        "url": absolute("offer", offer.public_id) if offer.status == OfferStatus.PUBLISHED else None,
        "updated_on": offer.content_updated_on.isoformat(),
    }


def _actor(request: HttpRequest) -> Actor:
    return Actor(PARTNER, key=request.api_key)


def _mine(request: HttpRequest):
    return owned(request.api_key.organisation)


def _known(external_id: str) -> None:
    if not IDENTIFIER.fullmatch(external_id):
        raise Http404


def _list(request: HttpRequest) -> HttpResponse:
    rows = _mine(request)
    if statuses := request.GET.getlist("status"):
        if not set(statuses) <= set(OfferStatus.values):
            raise Problem(400, "parameter", _("« %(name)s » a une valeur inconnue.") % {"name": "status"})
        rows = rows.filter(status__in=statuses)

    def cursor_of(said: str) -> int:
        mine = Offer.objects.filter(organisation=request.api_key.organisation, external_id=said)
        found = mine.values_list("pk", flat=True).first() if IDENTIFIER.fullmatch(said) else None
        if found is None:
            raise Problem(400, "parameter", _("« after » n’est pas la fin d’une page."))
        return found

    return paged(request, rows, own_shape, "external_id", cursor_of)


def _get(request: HttpRequest, external_id: str) -> HttpResponse:
    _known(external_id)
    return answer(request, own_shape(_found(request, external_id)))


def _found(request: HttpRequest, external_id: str) -> Offer:
    row = _mine(request).filter(external_id=external_id).first()
    if row is None:
        raise Http404
    return row


def _sent(request: HttpRequest) -> object:
    """The body as JSON. Raises Problem."""
    if request.content_type != JSON:
        raise Problem(415, "format", _("Envoyez du JSON : « Content-Type: application/json »."))
    try:
        return json.loads(request.body, parse_constant=_no_constant)
    except RequestDataTooBig as error:
        raise Problem(413, "too-long", _("Une offre tient dans un mégaoctet.")) from error
    except (ValueError, RecursionError) as error:
        raise Problem(400, "body", _("Le corps de la demande n’est pas du JSON.")) from error


def _no_constant(name: str):
    raise ValueError(f"{name} is no JSON")


@transaction.atomic
def _put(request: HttpRequest, external_id: str) -> HttpResponse:
    """Create or replace whole. The same body a second time changes nothing: no version, no history, no date."""
    record, publish = _wanted(request, external_id)
    organisation = Organisation.objects.select_for_update().get(pk=request.api_key.organisation_id)
    Offer.objects.select_for_update().filter(organisation=organisation, external_id=external_id).first()
    row = _mine(request).filter(external_id=external_id).first()
    _conditions(request, row)
    before = record_of(row) if row else None
    if row and row.status == OfferStatus.ARCHIVED:
        raise Problem(
            409, "archived", _("Cette offre est archivée : donnez un autre identifiant à la nouvelle.")
        )
    if before and before["kind"] != record["kind"]:
        text = _("La nature d’une offre ne change pas : donnez-lui un autre identifiant.")
        raise Problem(409, "kind", text)
    if before != record:
        written = write(organisation, [record], {external_id: row} if row else {})
        row = (*written.created, *written.updated)[0]
    refused = put_forward(row, actor=_actor(request)) if publish else ""
    shape = own_shape(_found(request, external_id))
    response = answer(
        request,
        {**shape, "notice": refused} if refused else shape,
        status=200 if before else 201,
        headers=None if before else {"Location": request.path},
    )
    response["ETag"] = etag_of(shape)  # of what a GET gives
    return response


def _wanted(request: HttpRequest, external_id: str) -> tuple[dict, bool]:
    """The canonical record of the body, and whether it is to be published. Raises Problem."""
    body = _sent(request)
    if isinstance(body, dict):
        body = {"id": external_id, **body}
    problems = check(body, Vocabularies(), ignored=READ_ONLY | {PUBLISH})
    if isinstance(body, dict):
        if body["id"] != external_id:
            problems.append(FieldProblem(("id",), _("L’identifiant n’est pas celui de l’adresse.")))
        if not isinstance(body.get(PUBLISH, False), bool):
            problems.append(FieldProblem((PUBLISH,), _("Oui ou non est attendu.")))
    if problems:
        text = _("Rien n’a été enregistré : corrigez les champs nommés dans « errors ».")
        raise Problem(422, "invalid", text, errors=problems)
    return canonical(body), body.get(PUBLISH, False)


def _conditions(request: HttpRequest, row: Offer | None) -> None:
    """If-Match and If-None-Match of a change (RFC 9110, 13.1): nobody overwrites what they have not seen."""
    current = etag_of(own_shape(row)) if row else ""
    wanted = request.headers.get("If-Match")
    if wanted is not None and not _matches(wanted, current):
        raise Problem(412, "changed", _("L’offre n’est plus celle que vous aviez lue : lisez-la de nouveau."))
    unwanted = request.headers.get("If-None-Match")
    if unwanted is not None and _matches(unwanted, current):
        raise Problem(412, "changed", _("Il y a déjà une offre sous cet identifiant."))


def _matches(header: str, current: str) -> bool:
    return bool(current) and (header.strip() == "*" or current in parse_etags(header))


@transaction.atomic
def _delete(request: HttpRequest, external_id: str) -> HttpResponse:
    """Archive: nothing is lost, and a second time changes nothing."""
    _known(external_id)
    row = _found(request, external_id)
    _conditions(request, row)
    if row.status != OfferStatus.ARCHIVED:
        try:
            OFFER.perform(row, "archive", actor=_actor(request))
        except Refusal as refusal:
            raise Problem(409, "state", str(refusal)) from refusal
    return HttpResponse(status=204)


offers = endpoint(GET=_list, scope=ApiScope.READ)
offer = endpoint(GET=_get, PUT=_put, DELETE=_delete, scope=ApiScope.READ)

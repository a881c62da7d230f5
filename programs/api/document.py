"""The OpenAPI 3.1 document, from the same list of fields that checks what comes in (programs.exchange.fields)."""

from django.conf import settings
from django.utils.translation import gettext as _

from partners.models import Kind, Standing
from programs.api.catalogue import CODE, MOST, USUAL
from programs.api.own import PUBLISH
from programs.exchange.fields import (
    COUNTRIES,
    LANGUAGES,
    LONGEST_ITEM,
    MOST_ITEMS,
    MOST_SESSIONS,
    TERMS,
    TEXTS,
    Field,
    common,
    details,
    session,
)
from programs.models import OfferKind, OfferStatus

VERSION = "1.0.0"
_SEEN = r"\S"
IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._~:-]{0,119}$"
_DAY = {"type": "string", "format": "date", "pattern": r"^20\d\d-\d\d-\d\d$"}


def document() -> dict:
    """In the active language."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("API du catalogue ENACT"),
            "version": VERSION,
            "description": _(
                "Lire le catalogue public ; pour les partenaires, tenir leurs offres à jour depuis leur logiciel."
            ),
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": [{"url": f"{settings.SITE_URL}/api/v1"}],
        "tags": [
            {"name": "catalogue", "description": _("Le catalogue public : sans clé")},
            {
                "name": "offers",
                "description": _("Vos offres, brouillons compris : avec une clé de votre organisation"),
            },
        ],
        "paths": {
            "/catalogue/offers": {"get": _list_offers()},
            "/catalogue/offers/{public_id}": {"get": _one_offer()},
            "/catalogue/organisations": {"get": _list_organisations()},
            "/catalogue/organisations/{code}": {"get": _one_organisation()},
            "/catalogue/topics": {"get": _topics()},
            "/offers": {"get": _own_list()},
            "/offers/{external_id}": {
                "parameters": [
                    _in_path(
                        "external_id",
                        _("Votre identifiant de l’offre."),
                        {"type": "string", "pattern": IDENTIFIER},
                    )
                ],
                "get": _own_one(),
                "put": _own_put(),
                "delete": _own_delete(),
            },
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {**_schemas(), **{f"Details-{kind}": _details(kind) for kind in OfferKind.values}},
        },
    }


def _reference(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(name: str) -> dict:
    return {"application/json": {"schema": _reference(name)}}


_STATUSES = {
    304: lambda: _("Rien n’a changé depuis l’ETag que vous avez."),
    400: lambda: _("Un paramètre ou le corps ne se comprend pas."),
    401: lambda: _("Clé absente, inconnue, expirée ou révoquée."),
    403: lambda: _("La clé ne permet que de lire."),
    404: lambda: _("Il n’y a rien à cette adresse."),
    409: lambda: _("L’état de l’offre ne permet pas ce changement."),
    412: lambda: _("L’offre a changé depuis que vous l’avez lue."),
    413: lambda: _("Plus d’un mégaoctet."),
    415: lambda: _("Autre chose que du JSON."),
    422: lambda: _("L’offre n’est pas valable : « errors » nomme les champs."),
    429: lambda: _("Trop de demandes : attendez le temps que dit Retry-After."),
}


def _answers(success: dict[str, dict], *others: int) -> dict:
    problems = {"application/problem+json": {"schema": _reference("Problem")}}
    return success | {
        str(status): {"description": _STATUSES[status](), **({} if status == 304 else {"content": problems})}
        for status in others
    }


def _ok(name: str, text: str) -> dict:
    headers = {"ETag": {"schema": {"type": "string"}}}
    return {"description": text, "content": _json(name), "headers": headers}


def _in_query(name: str, text: str, schema: dict) -> dict:
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _in_path(name: str, text: str, schema: dict) -> dict:
    return {"name": name, "in": "path", "required": True, "description": text, "schema": schema}


def _several(name: str, text: str, items: dict) -> dict:
    return _in_query(name, text, {"type": "array", "items": items}) | {"style": "form", "explode": True}


def _code() -> dict:
    return {"type": "string", "pattern": f"^{CODE}$"}


def _lang() -> dict:
    text = _("Langue des textes et des messages ; sinon celle de Accept-Language.")
    return _in_query("lang", text, {"type": "string", "enum": list(LANGUAGES)})


def _paging(cursor: dict) -> list[dict]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
    return [
        _in_query("limit", _("Nombre d’éléments par page."), limit),
        _in_query("after", _("Où commence la page : donné par « next »."), cursor),
        _lang(),
    ]


def _list_offers() -> dict:
    return {
        "operationId": "listCatalogueOffers",
        "tags": ["catalogue"],
        "summary": _("Les offres publiées"),
        "description": _("Plusieurs valeurs d’un même filtre s’ajoutent ; plusieurs filtres se resserrent."),
        "parameters": [
            _several("kind", _("Nature de l’offre."), {"type": "string", "enum": OfferKind.values}),
            _several("topic", _("Thème : son code."), _code()),
            _several("pillar", _("Pilier : son code."), _code()),
            _several("sector", _("Secteur : son code."), _code()),
            _several("organisation", _("Partenaire : son code."), _code()),
            _several("country", _("Pays."), {"type": "string", "enum": list(COUNTRIES)}),
            _several("language", _("Langue d’origine."), {"type": "string", "enum": list(LANGUAGES)}),
            _in_query(
                "updated_since", _("Mises à jour ce jour-là ou après."), {"type": "string", "format": "date"}
            ),
            *_paging({"type": "string", "format": "uuid"}),
        ],
        "responses": _answers({"200": _ok("OfferPage", _("Une page d’offres."))}, 304, 400, 429),
    }


def _one_offer() -> dict:
    return {
        "operationId": "getCatalogueOffer",
        "tags": ["catalogue"],
        "summary": _("Une offre publiée"),
        "parameters": [
            _in_path("public_id", _("« id » de l’offre."), {"type": "string", "format": "uuid"}),
            _lang(),
        ],
        "responses": _answers({"200": _ok("Offer", _("L’offre."))}, 304, 400, 404, 429),
    }


def _list_organisations() -> dict:
    return {
        "operationId": "listCatalogueOrganisations",
        "tags": ["catalogue"],
        "summary": _("Les partenaires qui ont des offres"),
        "parameters": [
            _several("kind", _("Nature du partenaire."), {"type": "string", "enum": Kind.values}),
            _several("country", _("Pays."), {"type": "string", "enum": list(COUNTRIES)}),
            *_paging(_code()),
        ],
        "responses": _answers({"200": _ok("OrganisationPage", _("Une page de partenaires."))}, 304, 400, 429),
    }


def _one_organisation() -> dict:
    return {
        "operationId": "getCatalogueOrganisation",
        "tags": ["catalogue"],
        "summary": _("Un partenaire"),
        "parameters": [_in_path("code", _("Son code."), _code()), _lang()],
        "responses": _answers({"200": _ok("Organisation", _("Le partenaire."))}, 304, 400, 404, 429),
    }


def _topics() -> dict:
    return {
        "operationId": "listTopics",
        "tags": ["catalogue"],
        "summary": _("Les thèmes et leurs codes"),
        "parameters": [_lang()],
        "responses": _answers({"200": _ok("TopicList", _("Tous les thèmes."))}, 304, 400, 429),
    }


_KEY = [{"key": []}]


def _own_list() -> dict:
    return {
        "operationId": "listOwnOffers",
        "tags": ["offers"],
        "summary": _("Vos offres"),
        "security": _KEY,
        "parameters": [
            _several("status", _("État."), {"type": "string", "enum": OfferStatus.values}),
            *_paging({"type": "string", "pattern": IDENTIFIER}),
        ],
        "responses": _answers({"200": _ok("OwnOfferPage", _("Une page de vos offres."))}, 304, 400, 401, 429),
    }


def _own_one() -> dict:
    return {
        "operationId": "getOwnOffer",
        "tags": ["offers"],
        "summary": _("Une de vos offres"),
        "security": _KEY,
        "parameters": [_lang()],
        "responses": _answers({"200": _ok("OwnOffer", _("L’offre."))}, 304, 400, 401, 404, 429),
    }


def _condition() -> dict:
    return {
        "name": "If-Match",
        "in": "header",
        "description": _("ETag de l’offre que vous aviez lue : refusé si elle a changé depuis."),
        "schema": {"type": "string"},
    }


def _own_put() -> dict:
    return {
        "operationId": "putOwnOffer",
        "tags": ["offers"],
        "summary": _("Créer une offre, ou la remplacer tout entière"),
        "description": _(
            "La même demande une seconde fois ne change rien. Une offre nouvelle est un brouillon ; avec « publish », "
            "elle est publiée, ou relue d’abord par la coordination si c’est votre première."
        ),
        "security": _KEY,
        "parameters": [_condition(), _lang()],
        "requestBody": {"required": True, "content": _json("OfferToPut")},
        "responses": _answers(
            {
                "200": _ok("OwnOffer", _("L’offre comme elle est maintenant.")),
                "201": _ok("OwnOffer", _("L’offre, créée.")),
            },
            *(400, 401, 403, 409, 412, 413, 415, 422, 429),
        ),
    }


def _own_delete() -> dict:
    return {
        "operationId": "archiveOwnOffer",
        "tags": ["offers"],
        "summary": _("Archiver une offre"),
        "description": _("Elle quitte le catalogue ; rien n’est perdu. Son identifiant ne sert plus."),
        "security": _KEY,
        "parameters": [_condition(), _lang()],
        "responses": _answers(
            {"204": {"description": _("C’est fait, ou l’était déjà.")}}, 400, 401, 403, 404, 409, 412, 429
        ),
    }


def _page(name: str) -> dict:
    return {
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {"type": "array", "items": _reference(name)},
            "next": {"type": ["string", "null"], "description": _("Adresse de la page suivante.")},
        },
    }


def _schemas() -> dict:
    text = {"type": "string"}
    term = {
        "type": "object",
        "required": ["code", "label"],
        "properties": {"code": text, "label": text},
    }
    reference = {
        "type": "object",
        "required": ["code", "name", "url"],
        "properties": {"code": text, "name": text, "url": text},
    }
    shown = {field.name: _schema(field) for field in common() if field.term is None}
    terms = {name: {"type": "array", "items": _reference("Term")} for name in TERMS}
    written = _written()
    only_read = {
        "public_id": {"type": "string", "format": "uuid", "readOnly": True},
        "status": {"type": "string", "enum": OfferStatus.values, "readOnly": True},
        "url": {"type": ["string", "null"], "readOnly": True},
        "updated_on": {"type": "string", "format": "date", "readOnly": True},
    }
    offer = {
        "id": {"type": "string", "format": "uuid"},
        "url": text,
        "kind": {"type": "string", "enum": OfferKind.values},
        "kind_label": text,
        "language": {"type": "string", "enum": list(LANGUAGES)},
        "original_language": {"type": "string", "enum": list(LANGUAGES)},
        **dict.fromkeys(TEXTS, text),
        "organisation": _reference("OrganisationReference"),
        **terms,
        **shown,
        "updated_on": {"type": "string", "format": "date"},
        "illustrative": {"type": "boolean"},
        "details": {"type": "object"},
    }
    organisation = {
        **reference["properties"],
        **dict.fromkeys(
            ("acronym", "rnsr_id", "ror_id", "city", "postcode", "web_domain", "expertise", "kind_label"),
            text,
        ),
        "kind": {"type": "string", "enum": Kind.values},
        "parents": {"type": "array", "items": _reference("OrganisationReference")},
        "unit_numbers": {"type": "array", "items": text},
        "country": text,
        "founding_member": {"type": "boolean"},
        "standing": {"type": "string", "enum": ["", *Standing.Kind.values]},
        "restricted_access": {"type": "boolean"},
        "illustrative": {"type": "boolean"},
    }
    own = {
        "id": text,
        "kind": {"type": "string", "enum": OfferKind.values},
        "language": {"type": "string", "enum": list(LANGUAGES)},
        **dict.fromkeys(TEXTS, text),
        "translations": {"type": "object"},
        **{name: {"type": "array", "items": text} for name in TERMS},
        **shown,
        "details": {"type": "object"},
        **only_read,
        "notice": {"type": "string", "description": _("Pourquoi l’offre n’est pas encore publiée.")},
    }
    return {
        "Term": term,
        "OrganisationReference": reference,
        "Offer": {"type": "object", "required": list(offer), "properties": offer},
        "OfferPage": _page("Offer"),
        "Organisation": {"type": "object", "required": list(organisation), "properties": organisation},
        "OrganisationPage": _page("Organisation"),
        "TopicList": {
            "type": "object",
            "required": ["items"],
            "properties": {"items": {"type": "array", "items": _reference("Term")}},
        },
        "OwnOffer": {
            "type": "object",
            "required": [name for name in own if name != "notice"],
            "properties": own,
        },
        "OwnOfferPage": _page("OwnOffer"),
        "OfferToPut": written,
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                **dict.fromkeys(("type", "title", "detail", "instance"), text),
                "status": {"type": "integer"},
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["pointer", "detail"],
                        "properties": {"pointer": text, "detail": text},
                    },
                },
            },
        },
    }


def _written() -> dict:
    """One shape for each kind: what may stand in the details follows from it."""
    return {"oneOf": [_written_of(kind) for kind in OfferKind.values]}


def _written_of(kind: str) -> dict:
    texts = {
        name: {"type": "string", "minLength": 1, "maxLength": most, "pattern": _SEEN}
        for name, most in TEXTS.items()
    }
    translated = {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {name: {"type": ["string", "null"], "maxLength": most} for name, most in TEXTS.items()},
    }
    needs_details = any(field.required for field in details(kind))
    return {
        "type": "object",
        "title": kind,
        "additionalProperties": False,
        "required": ["kind", "language", *TEXTS, "topics", *(["details"] if needs_details else [])],
        "properties": {
            "id": {"type": "string", "pattern": IDENTIFIER, "description": _("Celui de l’adresse.")},
            "kind": {"const": kind},
            "language": {"type": "string", "enum": list(LANGUAGES)},
            **texts,
            "translations": {
                "type": ["object", "null"],
                "additionalProperties": False,
                "properties": dict.fromkeys(LANGUAGES, translated),
                "description": _("Les mêmes textes dans les autres langues."),
            },
            **{field.name: _schema(field) for field in common()},
            "details": _reference(f"Details-{kind}"),
            PUBLISH: {
                "type": "boolean",
                "default": False,
                "writeOnly": True,
                "description": _("Publier aussi, ou proposer à la relecture."),
            },
            **{name: {"readOnly": True} for name in ("public_id", "status", "url", "updated_on")},
        },
    }


def _details(kind: str) -> dict:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [field.name for field in details(kind) if field.required],
        "properties": {field.name: _schema(field) for field in details(kind)},
    }


def _schema(field: Field) -> dict:
    """What a field takes; null where it need not be said."""
    schema = {"title": str(field.label), **_plain_schema(field)}
    if not field.required:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], "", None]
    return schema


def _plain_schema(field: Field) -> dict:
    match field.type:
        case "text":
            needed = {"minLength": 1, "pattern": _SEEN} if field.required else {}
            return {"type": "string", "maxLength": field.most, **needed}
        case "integer":
            least, most = (1, 9) if field.name in ("trl_min", "trl_max") else (0, field.most)
            return {"type": "integer", "minimum": least, "maximum": most}
        case "amount":
            return {"type": "number", "minimum": 0, "maximum": field.most}
        case "flag":
            return {"type": "boolean"}
        case "day":
            return dict(_DAY)
        case "choice":
            return {"type": "string", "enum": list(field.choices)}
        case "words":
            return {
                "type": "array",
                "maxItems": MOST_ITEMS,
                "items": {"type": "string", "maxLength": LONGEST_ITEM},
            }
        case "codes":
            items = {"type": "string", "enum": list(field.choices)} if field.choices else _code()
            return {
                "type": "array",
                "maxItems": MOST_ITEMS,
                "items": items,
                **({"minItems": 1} if field.required else {}),
            }
    one = {
        "type": "object",
        "additionalProperties": False,
        "required": [inner.name for inner in session() if inner.required],
        "properties": {inner.name: _schema(inner) for inner in session()},
    }
    return {"type": "array", "maxItems": MOST_SESSIONS, "items": one}

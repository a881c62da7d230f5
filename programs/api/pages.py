"""The OpenAPI document, and the page that people read: made from it, here, without anybody else's script."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import public
from programs.api.answering import TITLES, answer, endpoint
from programs.api.document import document as made
from programs.api.limits import PER_WINDOW

METHODS = ("get", "put", "delete")


def _document(request: HttpRequest) -> HttpResponse:
    return answer(request, made())


def _nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    raise Http404


document = endpoint(GET=_document)
nowhere = endpoint(GET=_nowhere)


@public
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    described = made()
    return render(
        request,
        "programs/api.html",
        {
            "info": described["info"],
            "server": described["servers"][0]["url"],
            "groups": [
                {**tag, "operations": [one for one in _operations(described) if tag["name"] in one["tags"]]}
                for tag in described["tags"]
            ],
            "shapes": _shapes(described),
            "titles": [(status, title()) for status, title in sorted(TITLES.items())],
            "per_minute": {name: most * settings.API_PACE for name, most in PER_WINDOW.items()},
        },
    )


def _operations(described: dict) -> list[dict]:
    found = []
    for path, item in described["paths"].items():
        for method in METHODS:
            if method in item:
                parameters = [*item.get("parameters", ()), *item[method].get("parameters", ())]
                found.append(
                    {
                        **item[method],
                        "path": path,
                        "method": method.upper(),
                        "parameters": [
                            {
                                **one,
                                "values": one["schema"].get("enum")
                                or one["schema"].get("items", {}).get("enum"),
                            }
                            for one in parameters
                        ],
                        "answers": list(item[method]["responses"].items()),
                    }
                )
    return found


def _shapes(described: dict) -> list[dict]:
    """What a PUT takes: the fields that all kinds have, then those of each kind."""
    schemas = described["components"]["schemas"]
    variants = schemas["OfferToPut"]["oneOf"]
    shared = {
        "name": "",
        "fields": _fields(variants[0], left_out=("details", "public_id", "status", "url", "updated_on")),
    }
    kinds = [
        {"name": one["title"], "fields": _fields(schemas[f"Details-{one['title']}"])} for one in variants
    ]
    return [shared, *kinds]


def _fields(schema: dict, left_out=()) -> list[dict]:
    return [
        {
            "name": name,
            "label": one.get("title") or one.get("description", ""),
            "required": name in schema["required"],
            "type": _type(one),
            "values": [value for value in one.get("enum", ()) if value],
            "most": one.get("maxLength"),
        }
        for name, one in schema["properties"].items()
        if name not in left_out
    ]


def _type(schema: dict) -> str:
    said = schema.get("type", "string")
    plain = said[0] if isinstance(said, list) else said
    return schema.get("format", plain)

"""Records and files of offers for the tests of import and API."""

import io
import json

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from journal import jobs
from journal.actors import PARTNER, Actor
from programs.api import keys
from programs.imports import working


def record(**changes) -> dict:
    """A training that passes every check, as the API takes it."""
    return {
        "kind": "training",
        "language": "fr",
        "title": "Vision par ordinateur pour le contrôle",
        "summary": "Deux jours pour choisir caméra, éclairage et modèle.",
        "description": "Premier jour : prises de vue.\nSecond jour : modèles.",
        "topics": ["anomaly-detection"],
        "sectors": ["foundry-metals"],
        "keywords": ["caméra", "défauts"],
        "city": "Metz",
        "postcode": "57000",
        "details": {
            "duration_hours": 14,
            "modality": "onsite",
            "level": "practitioner",
            "price_eur": 1250.5,
            "sessions": [
                {"start": "2027-03-15", "end": "2027-03-16", "seats": 12, "seats_left": 4, "city": "Metz"}
            ],
        },
        **changes,
    }


LINE = {
    "identifiant": "vision-1",
    "nature": "formation",
    "titre (fr)": "Vision par ordinateur pour le contrôle",
    "résumé (fr)": "Deux jours pour choisir caméra, éclairage et modèle.",
    "description (fr)": "Premier jour, puis second jour.",
    "thèmes": "Détection d’anomalies",
    "durée en heures": "14",
    "modalité": "sur place",
    "niveau": "pratique",
    "prix en euros": "1250,50",
    "sessions": "15/03/2027; 16/03/2027; 12; 4; Metz",
}


def csv(*lines: dict, separator: str = ";", encoding: str = "utf-8-sig") -> bytes:
    names = list(dict.fromkeys(name for line in lines for name in line))
    quoted = lambda text: '"' + str(text).replace('"', '""') + '"'  # noqa: E731
    rows = [names, *([line.get(name, "") for name in names] for line in lines)]
    return "\r\n".join(separator.join(map(quoted, row)) for row in rows).encode(encoding)


def xlsx(*lines: dict, sheet: str = "Feuille") -> bytes:
    book = Workbook()
    page = book.active
    page.title = sheet
    names = list(dict.fromkeys(name for line in lines for name in line))
    page.append(names)
    for line in lines:
        page.append([line.get(name) for name in names])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(organisation, user, data: bytes, name: str = "offres.csv", language: str = "fr"):
    """A file sent and read."""
    upload = SimpleUploadedFile(name, data)
    one = working.send(organisation, upload, actor=Actor(PARTNER, user=user), language=language)
    jobs.run_owed()
    one.refresh_from_db()
    return one


def imported(organisation, user, data: bytes, name: str = "offres.csv", submit_new: bool = False):
    """And written."""
    one = sent(organisation, user, data, name)
    assert (one.stage, one.report.get("wrong")) == ("checked", 0), (one.reason, one.report)
    working.confirm(one, actor=Actor(PARTNER, user=user), submit_new=submit_new)
    jobs.run_owed()
    one.refresh_from_db()
    return one


def counts(one) -> tuple[int, int, int, int]:
    return tuple(one.report[name] for name in ("created", "updated", "unchanged", "wrong"))


class Caller:
    """A program with a key."""

    def __init__(self, client, organisation, user, scope: str = "write"):
        self.client = client
        self.key, self.token = keys.issue(
            organisation, name="essai", scope=scope, days=30, actor=Actor(PARTNER, user=user)
        )

    def ask(self, method: str, path: str, body=None, **headers):
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        said = {"authorization": f"Bearer {self.token}", **headers}
        return self.client.generic(method, f"/api/v1{path}", headers=said, **_generic(data))

    def put(self, code: str, body, **headers):
        return self.ask("PUT", f"/offers/{code}", body, **headers)


def _generic(data: dict) -> dict:
    return {
        "data": data.get("data", ""),
        "content_type": data.get("content_type", "application/octet-stream"),
    }

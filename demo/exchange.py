"""« Import et API » of a partner with something on it: files that were read, a key. Doors for demo/doors.py."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import User
from journal import jobs
from journal.actors import PARTNER, Actor
from programs.api import keys
from programs.exchange.checking import canonical
from programs.exchange.records import owned, record_of
from programs.imports import working
from programs.models import ApiScope, CatalogueImport
from programs.sheets.columns import Values, all_columns, line_of
from programs.sheets.template import example


def exchange() -> dict[str, str]:
    """A page with a key and files on it; a file with wrong cells, one that waits to be confirmed."""
    partner = User.objects.get(email="partenaire@demo.example")
    organisation = partner.memberships.order_by("pk").first().organisation
    actor = Actor(PARTNER, user=partner)
    if not organisation.api_keys.exists():
        keys.issue(organisation, name="Site web", scope=ApiScope.WRITE, days=180, actor=actor)
    lines = [{**record_of(row), "keywords": ["four", "capteurs"]} for row in owned(organisation)[:2]]
    fresh = canonical({**example("rnd"), "id": "derive-2027"})
    fine = _read(organisation, actor, [*lines, fresh])
    broken = {**fresh, "topics": ["alchimie"], "title": "", "details": {**fresh["details"], "trl_max": 12}}
    wrong = _read(organisation, actor, [*lines, broken, {**fresh, "id": "deux mots"}])
    code = organisation.external_id
    return {
        "partner_exchange": reverse("partner_exchange", args=[code]),
        "ready_import": reverse("partner_import", args=[code, fine.public_id]),
        "faulty_import": reverse("partner_import", args=[code, wrong.public_id]),
    }


def _read(organisation, actor: Actor, records: list[dict]) -> CatalogueImport:
    columns, values = list(all_columns().values()), Values()
    rows = [[str(column.name) for column in columns], *(line_of(one, columns, values) for one in records)]
    said = "\n".join(
        ";".join(f'"{"" if cell is None else cell}"'.replace("\n", " ") for cell in row) for row in rows
    )
    upload = SimpleUploadedFile("offres-2027.csv", said.encode())
    one = working.send(organisation, upload, actor=actor, language=get_language()[:2])
    jobs.run_owed()
    one.refresh_from_db()
    return one

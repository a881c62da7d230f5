"""How organisations are named in timelines."""

from journal.timeline import READERS
from partners.models import Organisation


@READERS.register("organisation")
def organisation_name(public_id: str) -> str:
    row = Organisation.objects.filter(public_id=public_id).first()
    return row.name if row else "—"

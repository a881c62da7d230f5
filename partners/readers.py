"""How organisations are named in timelines."""

from journal.timeline import READERS
from partners.models import Organisation


@READERS.register("organisation")
def organisation_names(public_ids: set[str]) -> dict[str, str]:
    rows = Organisation.objects.filter(public_id__in=public_ids)
    return {str(public_id): name for public_id, name in rows.values_list("public_id", "name")}

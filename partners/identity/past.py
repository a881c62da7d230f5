"""What was changed of an organisation, when, by whom, from what to what: for the coordination."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _

from partners.identity.forms import field_label
from partners.models import Organisation

SHOWN = 30  # records that are compared


@dataclass(frozen=True)
class Difference:
    at: datetime
    who: str
    label: str
    before: str
    after: str


def differences(organisation: Organisation) -> list[Difference]:
    """The newest first. Two queries: records, and the names of those who signed."""
    records = list(
        organisation.history.select_related("history_user").order_by("-history_date", "-history_id")[:SHOWN]
    )
    names = [field.name for field in records[0]._meta.get_fields() if _is_told(field)] if records else []
    found = [
        (new, name, getattr(old, _kept(name)), getattr(new, _kept(name)))
        for new, old in pairwise(records)
        for name in names
        if getattr(old, _kept(name)) != getattr(new, _kept(name))
    ]
    keys = {value for _new, name, *both in found if name == "signed_by" for value in both if value}
    signers = dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "name")) if keys else {}
    return [
        Difference(
            new.history_date,
            new.history_user.get_full_name() if new.history_user else _("le portail"),
            field_label(name),
            _in_words(name, before, signers),
            _in_words(name, after, signers),
        )
        for new, name, before, after in found
    ]


def _is_told(field) -> bool:
    known = {one.name for one in Organisation._meta.concrete_fields}
    return field.name in known - {"id", "public_id"}


def _kept(name: str) -> str:
    return "signed_by_id" if name == "signed_by" else name


def _in_words(name: str, value, signers: dict[int, str]) -> str:
    if name == "signed_by":
        return signers.get(value, "")
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, list):
        return ", ".join(value)
    choices = dict(Organisation._meta.get_field(name).flatchoices)
    return str(choices.get(value, value))

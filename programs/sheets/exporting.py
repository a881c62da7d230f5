"""A partner's own offers as a table: the file that is exported is the file that can be imported."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from django.utils.translation import gettext_lazy as _

from foundation.rows import in_chunks
from journal.actors import PARTNER
from journal.exports.kinds import EXPORTERS, Column, Exporter
from partners.models import Organisation
from programs.exchange.records import owned, record_of
from programs.models import Offer
from programs.sheets.columns import Column as SheetColumn
from programs.sheets.columns import Values, all_columns, line_of

WHAT = "offers"


@dataclass
class Row:
    """An offer and its record, with the labels that all rows of one file share."""

    offer: Offer
    record: dict
    values: Values = field(repr=False)


def read(user, choices: dict) -> tuple[int, Iterator[Row]]:
    """Offers of the chosen organisation, as long as this person is a member of it."""
    organisation = Organisation.objects.of(user).filter(external_id=choices.get("organisation", "")).first()
    if organisation is None:
        return 0, iter(())
    rows, values = owned(organisation), Values()
    return rows.count(), (
        Row(offer, record_of(offer), values) for chunk in in_chunks(rows) for offer in chunk
    )


def _value(column: SheetColumn, row: Row):
    return line_of(row.record, [column], row.values)[0]


def register() -> None:
    """Called when the apps are ready: the columns are read off the models."""
    columns = {name: Column(column.label, partial(_value, column)) for name, column in all_columns().items()}
    columns["status"] = Column(_("état"), lambda row: row.offer.get_status_display())
    EXPORTERS.add(
        WHAT,
        Exporter(
            title=_("Offres"),
            columns=columns,
            read=read,
            personal=False,
            role=PARTNER,
            may=lambda user: user.is_active,
        ),
    )

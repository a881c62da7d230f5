"""Writing records that passed the check: one at a time, or thousands in a handful of statements."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import User
from foundation import clock
from foundation.failpoints import failpoint
from foundation.rows import change
from partners.models import Organisation
from programs.editing import snapshots
from programs.exchange.fields import (
    AMOUNT,
    DAY,
    DETAILS,
    LANGUAGES,
    PLAIN,
    TERMS,
    TEXTS,
    common,
    details,
    session,
)
from programs.models import CatalogueState, Offer, OfferKind, OfferStatus, Session

AT_ONCE = 500
_COLUMNS = [
    "language",
    *(f"{name}_{language}" for name in TEXTS for language in LANGUAGES),
    *PLAIN,
    "content_updated_on",
    "version",
]


@dataclass
class Written:
    created: list[Offer]
    updated: list[Offer]


def _python(field, value):
    if value is None or value == "":
        return value
    if field.type == DAY:
        return date.fromisoformat(value)
    return Decimal(str(value)) if field.type == AMOUNT else value


def assign(offer: Offer, record: dict) -> Offer:
    """Set the columns of an offer's own table from a canonical record."""
    offer.kind, offer.language = record["kind"], record["language"]
    for language in LANGUAGES:
        said = record if language == record["language"] else record["translations"].get(language, {})
        for name in TEXTS:
            setattr(offer, f"{name}_{language}", said.get(name, ""))
    for field in common():
        if field.term is None:
            setattr(offer, field.name, _python(field, record[field.name]))
    return offer


def write(
    organisation: Organisation,
    records: Collection[dict],
    rows: dict[str, Offer],
    *,
    on: date | None = None,
    by: User | None = None,
) -> Written:
    """Make or change the offers of these canonical records, all of which differ from what is there.

    `rows`: the offers that exist, by their external id, locked by the caller; `by`: who is noted in their history.
    Those that are new are drafts. Must be called inside a transaction; advances the catalogue when something public
    changed.
    """
    day = on or clock.today()
    created, updated = [], []
    for record in records:
        row = rows.get(record["id"])
        if row is None:
            row = Offer(organisation=organisation, external_id=record["id"], status=OfferStatus.DRAFT)
            created.append(row)
        else:
            row.version += 1
            updated.append(row)
        assign(row, record).content_updated_on = day
    if created:
        Offer.objects.bulk_create(created, batch_size=AT_ONCE)
    if updated:
        for (
            row
        ) in updated:  # one statement, written once: a CASE for each column and row takes ten times as long
            change(Offer, {name: getattr(row, name) for name in _COLUMNS}, pk=row.pk)
    failpoint("offers.half_written")
    by_id = {row.external_id: row for row in (*created, *updated)}
    _write_terms(records, by_id, updated)
    _write_details(records, by_id, updated)
    _remember(created, "+", by)
    _remember(updated, "~", by)
    public = [row for row in updated if row.status == OfferStatus.PUBLISHED]
    if public:
        CatalogueState.advance(public if len(public) <= 200 else None)
    failpoint("offers.before_commit")
    return Written(created, updated)


def _write_terms(records: Collection[dict], rows: dict[str, Offer], updated: Sequence[Offer]) -> None:
    changed = [row.pk for row in updated]
    for name, term in TERMS.items():
        through = Offer._meta.get_field(name).remote_field.through
        to = f"{term._meta.model_name}_id"
        for start in range(0, len(changed), AT_ONCE):
            through.objects.filter(offer__in=changed[start : start + AT_ONCE]).delete()
        through.objects.bulk_create(
            (
                through(offer_id=rows[record["id"]].pk, **{to: code})
                for record in records
                for code in record[name]
            ),
            batch_size=AT_ONCE,
        )


def _write_details(records: Collection[dict], rows: dict[str, Offer], updated: Sequence[Offer]) -> None:
    changed = [row.pk for row in updated]
    for kind, model in DETAILS.items():
        fields = [field for field in details(kind) if field.name != "sessions"]
        mine = [record for record in records if record["kind"] == kind]
        for start in range(0, len(changed), AT_ONCE):
            model.objects.filter(offer__in=changed[start : start + AT_ONCE]).delete()
        made = model.objects.bulk_create(
            (
                model(
                    offer=rows[record["id"]],
                    **{field.name: _python(field, record["details"][field.name]) for field in fields},
                )
                for record in mine
            ),
            batch_size=AT_ONCE,
        )
        if kind == OfferKind.TRAINING:
            Session.objects.bulk_create(
                (
                    Session(
                        training=training,
                        **{field.name: _python(field, one[field.name]) for field in session()},
                    )
                    for record, training in zip(mine, made, strict=True)
                    for one in record["details"]["sessions"]
                ),
                batch_size=AT_ONCE,
            )


def _remember(rows: Sequence[Offer], how: str, by: User | None) -> None:
    """Their history, with what readers see of them from now on: the next change is told against it."""
    history = Offer.history.model
    for start in range(0, len(rows), AT_ONCE):
        keys = [row.pk for row in rows[start : start + AT_ONCE]]
        history.objects.bulk_create(
            history(
                history_date=clock.now(),
                history_user=by,
                history_type=how,
                content=snapshots.of(row),
                **{field.attname: getattr(row, field.attname) for field in history.tracked_fields},
            )
            for row in Offer.objects.with_details().filter(pk__in=keys)
        )

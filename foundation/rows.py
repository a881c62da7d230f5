"""Finding, changing and inserting a row by statements written once per model: a third of the time of the ORM's own.

For the busiest path (a submission finds one row and writes nine), and for what a unique key lets in only once. No
signal is sent and nothing is updated: a row that is there already stays as it is.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, models

Row = TypeVar("Row", bound=models.Model)


def in_chunks(rows: models.QuerySet, size: int = 500) -> Iterator[list]:
    """Every row by its primary key, so many at a time, as they are when their turn comes.

    No cursor stays open meanwhile: what is written between two chunks waits for nobody, on any database.
    """
    rows, last, chunk = rows.order_by("pk"), 0, None
    while chunk is None or len(chunk) == size:
        chunk = list(rows.filter(pk__gt=last)[:size])
        if chunk:
            yield chunk
            last = chunk[-1].pk


def find(model: type[Row], **key) -> Row | None:
    """The row whose fields have these values, which no other has."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields, statement, converters = _selection(model, connection.vendor, tuple(key))
    with connection.cursor() as cursor:
        cursor.execute(statement, [field.get_db_prep_value(key[field.name], connection) for field in fields])
        found = cursor.fetchone()
    if found is None:
        return None
    values = list(found)
    for place, column, functions in converters:
        for convert in functions:
            values[place] = convert(values[place], column, connection)
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in model._meta.concrete_fields], values)


def change(model: type[models.Model], values: dict, *, pk, **unset: None) -> bool:
    """Set these values in the row `pk` as long as the fields named `unset` are; whether they were."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields, statement = _change(model, connection.vendor, tuple(values), tuple(unset))
    prepared = [field.get_db_prep_save(values[field.name], connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*prepared, pk])
        return cursor.rowcount == 1


def insert(row: models.Model) -> None:
    """Insert the row and give it its key. Raises IntegrityError as `save(force_insert=True)` does."""
    _insert(row, "")


def added(row: models.Model) -> bool:
    """Insert the row unless a unique key says that it is there already; whether it was inserted.

    One statement, and no error inside the caller's transaction (which PostgreSQL would end).
    """
    return _insert(row, " ON CONFLICT DO NOTHING")


def _insert(row: models.Model, conflict: str) -> bool:
    connection = connections[DEFAULT_DB_ALIAS]
    columns, statement = _insertion(type(row), connection.vendor, row.pk is not None)
    values, held = [], row.__dict__
    for name, as_is, clean, field in columns:
        value = held.get(name)
        kind = type(value)
        if kind is clean:
            value = field.get_db_prep_value(value, connection, prepared=True)
        elif kind not in as_is:
            value = field.get_db_prep_save(field.pre_save(row, True), connection)
        values.append(value)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(conflict), values)
        made = cursor.fetchone()
    if made is None:
        return False
    if row.pk is None:
        (row.pk,) = made
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return True


@lru_cache
def _insertion(
    model: type[models.Model], _vendor: str, with_key: bool
) -> tuple[list[tuple[str, frozenset[type], type | None, models.Field]], str]:
    """The columns of an INSERT in order, and its text with a place for what happens on a conflict.

    Of a column: its attribute, the types whose values the database takes as they are, the type whose values need no
    check before they are written its way, and the field, which does both for all others.
    """
    fields = [field for field in model._meta.concrete_fields if with_key or not field.primary_key]
    names = ", ".join(map(_quoted, fields))
    places = ", ".join(["%s"] * len(fields))
    columns = [(field.attname, _taken_as_is(field), _CLEAN.get(type(field)), field) for field in fields]
    return columns, (
        f"INSERT INTO {_table(model)} ({names}) VALUES ({places}){{}} RETURNING {_quoted(model._meta.pk)}"  # nosec B608
    )


_PLAIN = {
    models.CharField: str,
    models.TextField: str,
    models.IntegerField: int,
    models.AutoField: int,  # also of whatever points to such a key
    models.BooleanField: bool,
}
_CLEAN = {models.DateTimeField: datetime, models.UUIDField: UUID}  # times are aware: foundation.clock
# Dates included: none of ours sets itself (tests/test_repository.py).
_STORED_AS_SET = {models.Field.pre_save, models.DateField.pre_save, models.DateTimeField.pre_save}
_PREPARING = ("pre_save", "get_prep_value", "get_db_prep_value", "get_db_prep_save", "to_python")


def _taken_as_is(field: models.Field) -> frozenset[type]:
    """Types that the field would hand over unchanged: of plain fields that prepare nothing of their own, and None."""
    kept = field.target_field if isinstance(field, models.ForeignKey) else field
    nothing = {type(None)} if type(kept).pre_save in _STORED_AS_SET else set()
    plain = {
        type_ for kind, type_ in _PLAIN.items() if isinstance(kept, kind) and _same(kept, kind, _PREPARING)
    }
    return frozenset(nothing | plain)


def _same(field: models.Field, kind: type[models.Field], methods: tuple[str, ...]) -> bool:
    return all(getattr(type(field), method) is getattr(kind, method) for method in methods)


@lru_cache
def _selection(
    model: type[models.Model], _vendor: str, names: tuple[str, ...]
) -> tuple[list[models.Field], str, list]:
    """The fields of the condition, the text of a SELECT, and what makes Python's values of a row's: (place, …)."""
    connection = connections[DEFAULT_DB_ALIAS]
    fields = [model._meta.get_field(name) for name in names]
    same = " AND ".join(f"{_quoted(field)} = %s" for field in fields)
    columns = ", ".join(map(_quoted, model._meta.concrete_fields))
    converters = []
    for place, field in enumerate(model._meta.concrete_fields):
        column = field.get_col(model._meta.db_table)
        functions = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        if functions:
            converters.append((place, column, functions))
    return fields, f"SELECT {columns} FROM {_table(model)} WHERE {same}", converters  # nosec B608


@lru_cache
def _change(
    model: type[models.Model], _vendor: str, names: tuple[str, ...], unset: tuple[str, ...]
) -> tuple[list[models.Field], str]:
    fields = [model._meta.get_field(name) for name in names]
    new = ", ".join(f"{_quoted(field)} = %s" for field in fields)
    still = [f" AND {_quoted(model._meta.get_field(name))} IS NULL" for name in unset]
    key = _quoted(model._meta.pk)
    return fields, f"UPDATE {_table(model)} SET {new} WHERE {key} = %s{''.join(still)}"  # nosec B608


def _table(model: type[models.Model]) -> str:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(model._meta.db_table)


def _quoted(field: models.Field) -> str:
    return connections[DEFAULT_DB_ALIAS].ops.quote_name(field.column)

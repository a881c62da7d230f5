"""Inserting a row by a statement that is written once per model: a third of the time that `save()` takes.

For the rows of the busiest path (a submission writes nine) and for what a unique key lets in only once. No signal is
sent and nothing is updated: a row that is there already stays as it is.
"""

from functools import lru_cache

from django.db import connection, models


def insert(row: models.Model) -> None:
    """Insert the row and give it its key. Raises IntegrityError as `save(force_insert=True)` does."""
    _insert(row, "")


def added(row: models.Model) -> bool:
    """Insert the row unless a unique key says that it is there already; whether it was inserted.

    One statement, and no error inside the caller's transaction (which PostgreSQL would end).
    """
    return _insert(row, " ON CONFLICT DO NOTHING")


def _insert(row: models.Model, conflict: str) -> bool:
    fields, statement = _statement(type(row), connection.vendor, row.pk is not None)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement.format(conflict), values)
        made = cursor.fetchone()
    if made is None:
        return False
    if row.pk is None:
        (row.pk,) = made
    row._state.adding, row._state.db = False, connection.alias
    return True


@lru_cache
def _statement(model: type[models.Model], _vendor: str, with_key: bool) -> tuple[list[models.Field], str]:
    """The fields of an INSERT in order, and its text with a place for what happens on a conflict."""
    quote = connection.ops.quote_name
    fields = [field for field in model._meta.concrete_fields if with_key or not field.primary_key]
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    return fields, f"INSERT INTO {table} ({columns}) VALUES ({places}){{}} RETURNING {key}"

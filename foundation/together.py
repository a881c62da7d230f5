"""Several questions to the database in one statement, for pages whose number of queries is small and constant."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

Part = tuple[str, list]  # SQL of a SELECT and its parameters


def sql_of(rows: QuerySet) -> Part:
    sql, params = rows.query.sql_with_params()
    return sql, list(params)


def together(parts: Iterable[Part]) -> list[tuple]:
    """The rows of SELECTs that have the same columns. No part may rely on its order: the caller sorts."""
    parts = list(parts)
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(sql for sql, _params in parts),
            [one for _sql, params in parts for one in params],
        )
        return cursor.fetchall()


def there_is(*querysets: QuerySet) -> tuple[bool, ...]:
    """Whether each of these has a row."""
    parts = [sql_of(rows.order_by().values("pk")[:1]) for rows in querysets]
    columns = ", ".join(f"EXISTS ({sql})" for sql, _params in parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [one for _sql, params in parts for one in params])
        return tuple(map(bool, cursor.fetchone()))

"""Names in the order of a dictionary, whatever the database: é beside e, no capital first."""

from django.db.models import Func


class Alphabetical(Func):
    """`order_by(Alphabetical("name"))`: by ICU on PostgreSQL, by foundation.plain.filed on SQLite."""

    function = "filed"

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template='(%(expressions)s) COLLATE "und-x-icu"', **context)

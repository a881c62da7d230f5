"""Which migrations the code that still runs would not survive, and running the others without holding anybody up.

While a new version takes over, the old code writes to the new schema for some minutes: a column it does not know must
be nullable or have a default in the database, and nothing it knows may go, be renamed or become narrower
(reliability: R-14). What is to be removed is removed by the release after the one that no longer uses it.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations import Migration, operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

log = logging.getLogger(__name__)
LOCK = (
    "900ms"  # a migration that waits longer for a table lets go, so that nobody queues behind it for a second
)
TRIES, PAUSE = 20, 0.5  # seconds
GONE = (
    operations.RemoveField,
    operations.DeleteModel,
    operations.RenameField,
    operations.RenameModel,
    operations.AlterModelTable,
)


def plan() -> list[Migration]:
    """What is not applied yet, in order."""
    executor = MigrationExecutor(connection)
    return [migration for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def hazards(migrations: list[Migration], loader=None) -> list[str]:
    """A line for each operation that code of before would not survive."""
    loader = loader or MigrationExecutor(connection).loader
    new_models: set[tuple[str, str]] = set()
    found = []
    for migration in migrations:
        state = loader.project_state((migration.app_label, migration.name), at_end=False)
        for operation in migration.operations:
            found += [
                f"{migration.app_label}.{migration.name}: {why}"
                for why in _why(operation, migration.app_label, state, new_models)
            ]
            operation.state_forwards(migration.app_label, state)
    return found


def _why(operation: Operation, app: str, state: ProjectState, new: set[tuple[str, str]]) -> list[str]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        return [why for inner in operation.database_operations for why in _why(inner, app, state, new)]
    model = getattr(operation, "model_name_lower", None) or getattr(operation, "name_lower", "")
    if isinstance(operation, operations.CreateModel):
        new.add((app, operation.name_lower))
    if (app, model) in new:
        return []  # a table that the code of before does not know
    if isinstance(operation, GONE):
        return [operation.describe()]
    if isinstance(operation, operations.AddField) and not _is_filled(operation.field):
        return [f"{operation.describe()}: neither nullable nor with a db_default"]
    if isinstance(operation, operations.AlterField):
        before = state.models[app, model].fields.get(operation.name)
        return [f"{operation.describe()}: {why}" for why in _narrower(before, operation.field)]
    return []


def _is_filled(field) -> bool:
    """Whether a row written without this field is taken."""
    return field.many_to_many or field.null or field.has_db_default()


def _narrower(before, after) -> list[str]:
    if before is None or type(before) is not type(after):
        return ["another type"]
    why = []
    if before.null and not after.null:
        why.append("no longer nullable")
    if (after.max_length or 10**9) < (before.max_length or 10**9):
        why.append("shorter")
    if after.unique and not before.unique:
        why.append("unique")
    if before.has_db_default() and not _is_filled(after):
        why.append("without its db_default")
    return why


def migrate(verbosity: int = 0) -> int:
    """Apply what is missing; how often a lock was not given and it tried again. Raises what `migrate` raises."""
    for again in range(TRIES):
        try:
            with _short_waits():
                call_command("migrate", verbosity=verbosity, interactive=False)
            return again
        except OperationalError as error:
            if again == TRIES - 1 or "lock timeout" not in str(error):
                raise
            log.warning("a table is in use, the migration tries again")
            time.sleep(PAUSE)
    raise AssertionError("unreachable")


@contextmanager
def _short_waits() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK}'")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")

"""Which version of the portal this is, and what its migrations are."""

import tomllib
from functools import cache

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@cache
def version() -> str:
    """As in pyproject.toml, which the image holds too."""
    content = (settings.BASE_DIR / "pyproject.toml").read_text("utf-8")
    return tomllib.loads(content)["project"]["version"]


@cache
def known_migrations() -> frozenset[str]:
    """ "app.name" of every migration of this code."""
    return frozenset(
        ".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    )


def applied_migrations() -> set[str]:
    """ "app.name" of those the database has; empty for one without tables."""
    try:
        return {".".join(key) for key in MigrationRecorder(connection).applied_migrations()}
    except DatabaseError:
        return set()

"""The composition root: settings, urls, Celery, the command that runs everything. Imported by nobody."""

from enact_portal.celery import app as celery_app

__all__ = ["celery_app"]

"""gunicorn's settings for the tests that kill it: the portal's own, but that a failpoint ends one worker only.

The master then starts another at once: one served portal outlives many kills.
"""

import os

from enact_portal import webserver
from enact_portal.webserver import logger_class, timeout, worker_class, worker_tmp_dir  # noqa: F401

wsgi_app = "tests.process.served:application()"
preload_app = True
workers = 1
control_socket_disable = True
bind = f"127.0.0.1:{os.environ['PORT']}"


def post_fork(server, worker):
    os.setsid()  # a process group of its own
    webserver.post_fork(server, worker)


def application():
    """The portal with its static files where their sources are: collecting and compressing them takes seconds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enact_portal.settings")
    from django.conf import settings

    sources = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": sources}
    from enact_portal.wsgi import application

    return application

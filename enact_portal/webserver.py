"""gunicorn's settings, in `sh run.sh` and in production: ``gunicorn -c python:enact_portal.webserver``."""

import gc
import os
import signal
from pathlib import Path

from gunicorn.glogging import Logger

from enact_portal.supervisor import die_with_parent
from foundation.logs import JsonFormatter, MaskedFormatter, masked


class MaskedLogger(Logger):
    """gunicorn's own lines (a failed request, an access log where one is asked for) without the tokens of links."""

    def setup(self, cfg):
        super().setup(cfg)
        json = os.environ.get("LOG_FORMAT") == "json"
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonFormatter() if json else MaskedFormatter(self.error_fmt, self.datefmt))

    def atoms(self, resp, req, environ, request_time):
        atoms = super().atoms(resp, req, environ, request_time)
        return {name: masked(value) if isinstance(value, str) else value for name, value in atoms.items()}


logger_class = MaskedLogger
wsgi_app = "enact_portal.wsgi:application"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "enact_portal.patient.PatientWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # no threads: measured best with SQLite
preload_app = True  # imported once, shared by the workers: half the time and memory to the first page
timeout = 60  # of the application's own work: waiting for visitors does not count
graceful_timeout = 20
# A slow leak, should there be one, never grows old. A new worker warms up for a second or two, in which it answers
# little: never two of them at once.
max_requests, max_requests_jitter = 20_000, 20_000
# Heartbeats must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # nosec B108
control_socket_disable = True


def when_ready(_server):
    """What was imported stays until the end: Python's collector need not go through it again and again, nor touch the
    memory that the workers share. Nor need it look several times within one page (of some thousand objects)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def post_fork(_server, worker):
    # What a visitor asked last is still answered.
    die_with_parent(worker.ppid, signal.SIGTERM)


def post_worker_init(_worker):
    from programs.warming import in_background  # after Django is set up

    in_background()

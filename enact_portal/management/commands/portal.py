"""`manage.py portal`: the whole portal on one machine, ready to use, under one command in the foreground."""

import contextlib
import hashlib
import os
import selectors
import socket
import sys
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from enact_portal.supervisor import Child, Supervisor, listen
from operations.running import only_one

CELERY = [
    sys.executable,
    "-W", "ignore:You're running the",  # as root: all there is on a bare machine
    "-m", "celery", "--quiet", "-A", "enact_portal",
]  # fmt: skip
_WORKS = [
    "--loglevel=INFO", "--pool=prefork", "--max-memory-per-child=400000",  # KiB
    "--without-gossip", "--without-mingle", "--without-heartbeat",  # it is alone
]  # fmt: skip
WORKER = [
    *CELERY,
    "worker",
    "--hostname=portal@localhost",
    "--queues=default,mail",
    "--concurrency=2",
    *_WORKS,
]
# Documents take a second or more each: whoever waits for a mail does not wait behind a hundred of them.
PAPERS = [*CELERY, "worker", "--hostname=papers@localhost", "--queues=pdf", "--concurrency=1", *_WORKS]
BEAT = [*CELERY, "beat", "--loglevel=WARNING", "--pidfile=", f"--schedule={settings.VAR / 'beat-schedule'}"]
BACKGROUND = {"worker": WORKER, "papers": PAPERS, "beat": BEAT}  # beside the web server
WEB = [sys.executable, "-m", "gunicorn", "--config=python:enact_portal.webserver"]


class Command(BaseCommand):
    help = "Prepare the data, then run web server, worker and scheduler together until Ctrl-C."
    requires_system_checks = ()  # the worker runs them, in parallel

    def add_arguments(self, parser):
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"), help="also PORT=; default 8000")

    def handle(self, *, port, **_options):
        if port != os.environ.get("PORT", "8000"):  # settings derive every link's address from the variable
            os.environ["PORT"] = port
            os.execv(sys.executable, [sys.executable, *sys.argv])
        try:
            sockets = listen(os.environ.get("HOST", "localhost"), int(port))
        except (OSError, ValueError, OverflowError) as error:
            raise CommandError(f"port {port} cannot be used ({error}); try PORT=8001 sh run.sh") from None
        with only_one():
            self.prepare()
            descriptors = [listener.fileno() for listener in sockets]
            web = [*WEB, *(f"--bind=fd://{descriptor}" for descriptor in descriptors)]
            supervisor = Supervisor([Child("web", web, descriptors, finish=20)])
            when_it_answers(supervisor, sockets[0].getsockname())
            supervisor.run()

    def prepare(self):
        self.stdout.write("Preparing the data in " + str(settings.VAR))
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        call_command("load_reference", verbosity=0)
        collect_static()
        if apps.is_installed("demo"):
            call_command("load_demo", verbosity=0)


def collect_static():
    """Only when the content of a static file changed: collecting compresses, which takes seconds."""
    content = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=None):
            content.update(name.encode() + b"\0" + Path(storage.path(name)).read_bytes())
    stamp = settings.VAR / "static.sha256"
    fresh = f"{content.hexdigest()} {settings.STATIC_ROOT}"
    if not stamp.exists() or stamp.read_text() != fresh or not settings.STATIC_ROOT.is_dir():
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.write_text(fresh)


def when_it_answers(supervisor: Supervisor, address: tuple):
    """Say where to go, and start the rest: on a small machine, the first page comes twice as fast this way.

    The question is asked at once; it waits in the queue of the socket until the web server answers.
    """
    request = socket.create_connection(address[:2])
    request.sendall(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")

    def answered(connection):
        supervisor.selector.unregister(connection)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            if connection.recv(1):
                supervisor.children += [Child(name, command) for name, command in BACKGROUND.items()]
                for line in welcome():
                    supervisor.say(line)
                return
        when_it_answers(supervisor, address)  # it died over our question and is being restarted

    supervisor.selector.register(request, selectors.EVENT_READ, answered)


def welcome() -> list[str]:
    site = settings.SITE_URL
    lines = ["", f"The ENACT portal answers on {site}/", f"  administration   {site}/admin/"]
    if apps.is_installed("demo"):
        accounts = import_module("demo.cast").accounts()
        lines += [f"  every mail sent  {site}/demo/mailbox/", "  demonstration accounts (illustrative data):"]
        lines += [f"    {role:24} {email:36} {how}" for role, email, how in accounts]
    return [*lines, "Ctrl-C stops everything; the data stays.", ""]

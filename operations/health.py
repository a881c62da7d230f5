"""How the portal fares, check by check: for the machine that watches it, and for the people who run it.

A check is quick, reads only and never raises. `grave`: work does not flow, or soon will not; readiness is 503 then. The
rest is told: the portal goes on without a mail server, a broker or an antivirus for a while (reliability: R-05, R-06).
"""

import shutil
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import connection
from django.utils.dateparse import parse_datetime
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from files import antivirus
from files.models import StoredFile
from foundation import clock
from journal import clockwork
from journal.models import AuditRun, ClockRun, Job
from operations.backup import keeping

LONGEST = timedelta(seconds=settings.HEALTH_SECONDS)
LEAST_FREE = 0.10  # of the disk
PROBED = 60  # seconds for which the answer of another server is believed
_probes: dict[str, tuple[float, str]] = {}  # name → until when, what is wrong


@dataclass(frozen=True)
class Found:
    """`ok`: None where there is nothing to check. `figure`: what was measured, in the reader's language."""

    ok: bool | None
    figure: str = ""


@dataclass(frozen=True)
class Check:
    """`advice`: what to do when it is not well."""

    name: str
    title: str | Promise
    advice: str | Promise
    grave: bool
    look: Callable[[], Found]

    do_not_call_in_templates: ClassVar[bool] = True

    def __call__(self) -> Found:
        try:
            return self.look()
        except Exception as error:
            return Found(False, type(error).__name__)


CHECKS: list[Check] = []


def check(name: str, title: Promise, advice: Promise, *, grave: bool = False):
    """The decorated function looks; gives the Check."""

    def decorate(look: Callable[[], Found]) -> Check:
        CHECKS.append(Check(name, title, advice, grave, look))
        return CHECKS[-1]

    return decorate


def everything() -> list[tuple[Check, Found]]:
    return [(one, one()) for one in CHECKS]


def _number(value: float) -> str:
    """One decimal, as the reader writes it."""
    return number_format(value, decimal_pos=1, use_l10n=True)


def _age(since: datetime | None) -> str:
    if since is None:
        return _("jamais")
    seconds = int((clock.now() - since).total_seconds())
    return _("%(n)s s") % {"n": max(0, seconds)} if seconds < 300 else timesince(since, clock.now())


@check(
    "database",
    gettext_lazy("Base de données"),
    gettext_lazy("Rien ne marche sans elle : la redémarrer, puis lire son journal."),
    grave=True,
)
def database() -> Found:
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Found(True, _("répond en %(n)s ms") % {"n": _number(1000 * (time.monotonic() - began))})


@check(
    "work",
    gettext_lazy("Travaux à faire"),
    gettext_lazy(
        "Le plus ancien attend trop : le processus « worker » est arrêté ou débordé. Le redémarrer ; rien n’est perdu."
    ),
    grave=True,
)
def work() -> Found:
    owed = Job.objects.claimable().order_by("not_before")
    oldest = owed.values_list("not_before", flat=True).first()
    if oldest is None:
        return Found(True, _("aucun en attente"))
    return Found(
        clock.now() - oldest <= LONGEST, _("le plus ancien attend depuis %(age)s") % {"age": _age(oldest)}
    )


@check(
    "pulse",
    gettext_lazy("Signe de vie du planificateur et du « worker »"),
    gettext_lazy(
        "Redémarrer les processus « beat » et « worker » : ce qui était dû partira, une seule fois."
    ),
    grave=True,
)
def pulse() -> Found:
    """Through the cache, or through the rows of the clock where the cache is down."""
    beat = clockwork.last_beat()
    ran = ClockRun.objects.order_by("-ran_at").values_list("ran_at", flat=True).first()
    newest = max(filter(None, (beat and parse_datetime(beat), ran)), default=None)
    return Found(newest is not None and clock.now() - newest <= LONGEST, _age(newest))


@check(
    "clock",
    gettext_lazy("Règles de l’horloge"),
    gettext_lazy("« L’horloge » dit quelle règle ne réussit plus, et son erreur."),
    grave=True,
)
def rules() -> Found:
    trouble = clockwork.trouble()
    if trouble.silent_since:
        return Found(False, _("silence depuis %(age)s") % {"age": _age(trouble.silent_since)})
    if trouble.late:
        return Found(False, ", ".join(run.rule for run in trouble.late))
    last = ClockRun.objects.order_by("succeeded_at").values_list("succeeded_at", flat=True).first()
    return Found(True, _("la plus ancienne réussite : %(age)s") % {"age": _age(last)} if last else "")


@check(
    "dead",
    gettext_lazy("Travaux abandonnés"),
    gettext_lazy("L’accueil de l’atelier les montre : lire l’erreur, réparer, relancer."),
)
def dead() -> Found:
    count = Job.objects.filter(status=Job.DEAD).count()
    return Found(not count, str(count))


@check(
    "files",
    gettext_lazy("Fichiers qui attendent l’antivirus"),
    gettext_lazy("L’antivirus ne répond pas : personne ne peut télécharger ces fichiers avant son retour."),
    grave=True,
)
def files() -> Found:
    count = StoredFile.objects.stuck().count()
    return Found(not count, str(count))


@check(
    "disk",
    gettext_lazy("Place sur le disque"),
    gettext_lazy("Libérer de la place ou agrandir le disque : plein, le portail refuse les fichiers."),
    grave=True,
)
def disk() -> Found:
    usage = shutil.disk_usage(settings.VAR)
    free = usage.free / usage.total
    figure = _("%(share)s %% libres (%(gb)s Go)") % {
        "share": round(100 * free),
        "gb": _number(usage.free / 1e9),
    }
    return Found(free >= LEAST_FREE, figure)


@check(
    "broker",
    gettext_lazy("File des travaux"),
    gettext_lazy(
        "Redis, ou le dossier de la file, ne répond pas : tout part quand même, plus tard. Le redémarrer."
    ),
)
def broker() -> Found:
    wrong = _probed("broker", _broker)
    return Found(not wrong, wrong or ("Redis" if settings.REDIS_URL else _("dossier sur le disque")))


@check(
    "mail",
    gettext_lazy("Serveur de courriels"),
    gettext_lazy("Il ne répond pas : les courriels attendent et partiront à son retour. Vérifier EMAIL_URL."),
)
def mail() -> Found:
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return Found(None, _("pas de SMTP"))
    wrong = _probed("mail", _mail)
    return Found(not wrong, wrong or _("répond"))


@check(
    "antivirus",
    gettext_lazy("Antivirus"),
    gettext_lazy("clamd ne répond pas : les fichiers reçus attendent. Le redémarrer."),
)
def scanner() -> Found:
    if not settings.CLAMD_URL:
        return Found(None, _("aucun : les fichiers portent « non analysé »"))
    wrong = _probed("antivirus", lambda: "" if antivirus.answers() else "clamd")
    return Found(not wrong, wrong or _("répond"))


@check(
    "audit",
    gettext_lazy("Journal"),
    gettext_lazy("La dernière vérification a trouvé une anomalie : « Contrôle » dit où."),
)
def audit() -> Found:
    last = AuditRun.objects.first()
    return Found(last and not last.broken, _age(last.at) if last else _("pas encore vérifié"))


@check(
    "backup",
    gettext_lazy("Dernière sauvegarde"),
    gettext_lazy(
        "Aucune depuis plus d’un jour : lire l’erreur du travail « sauvegarde », puis « manage.py backup »."
    ),
)
def backup() -> Found:
    if not settings.BACKUP_DIR:
        return Found(None, _("aucune n’est programmée (BACKUP_DIR)"))
    last = keeping.newest()
    return Found(last is not None and clock.now() - last <= keeping.LATE, _age(last))


def told() -> list[str]:
    """What the queue of the workbench says besides its own troubles: no question to the database, none to a server."""
    return [f"{one.title}: {found.figure}" for one in (disk, backup) if (found := one()).ok is False]


def _probed(name: str, probe: Callable[[], str]) -> str:
    """What is wrong with another server, "" when nothing is; asked once a minute by each process."""
    until, wrong = _probes.get(name, (0, ""))
    if time.monotonic() >= until:
        try:
            wrong = probe()
        except Exception as error:
            wrong = type(error).__name__
        _probes[name] = (time.monotonic() + PROBED, wrong)
    return wrong


def _broker() -> str:
    if settings.REDIS_URL:
        from redis import Redis

        with Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as server:
            server.ping()
        return ""
    folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder"])
    return "" if folder.is_dir() or not folder.exists() else "NotADirectory"


def _mail() -> str:
    """Its greeting alone: nothing is said, nobody signs in."""
    address = (settings.EMAIL_HOST, settings.EMAIL_PORT)
    with socket.create_connection(address, timeout=3) as server:
        if getattr(settings, "EMAIL_USE_SSL", False):
            return ""
        return "" if server.recv(4).startswith(b"220") else "SMTP"

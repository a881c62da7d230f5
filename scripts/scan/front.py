"""What stands before the portal, as deploy/nginx sets it up with TLS, looked at by Mozilla's Observatory.

A private authority signs the certificate: trust and revocation are left out of the judgement. Needs root (ports 80 and
443 of 127.0.0.77, an address of this machine alone), nginx, openssl, npm.
"""

import json
import os
import secrets
import shutil
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.scan import persons
from scripts.scan.tools import Finding, missing, node_modules
from scripts.throwaway import ROOT, Portal, folder_and_port, serving

HERE = Path(__file__).parent / "observatory"
HOST, ADDRESS = "portail.example", "127.0.0.77"
FLOOR = 135  # of the score, which an A+ has from 100 on
PREPARE = ("migrate", "createcachetable", "load_reference", "load_demo", "collectstatic")


def certificate(folder: Path) -> None:
    """fullchain.pem and privkey.pem of HOST, signed by nobody that anybody trusts."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-days", "2"]
    out = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([*command, *names, *out], check=True, capture_output=True)


def configure(folder: Path, portal_port: str) -> None:
    """deploy/nginx as it is, but for addresses and folders, in front of the portal on this port."""
    certificate(folder)
    changes = {
        " /tmp/": f" {folder}/",  # first: this folder may be in that one
        "/etc/nginx/enact/": f"{folder}/",
        "/etc/nginx/tls/": f"{folder}/",
        "server web:8000": f"server 127.0.0.1:{portal_port}",
        "listen 8080;": f"listen {ADDRESS}:80;",
        "listen 8443 ssl": f"listen {ADDRESS}:443 ssl",
        f"# include {folder}/tls.conf;": f"include {folder}/tls.conf;",
        "/dev/stdout": f"{folder}/access.log",
    }
    for source in (ROOT / "deploy" / "nginx").glob("*.conf"):
        text = source.read_text("utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        (folder / source.name).write_text(text, "utf-8")


@contextmanager
def nginx(portal_port: str) -> Iterator[Path]:
    """In front of the portal on this port until the block ends; gives the path of the certificate."""
    with tempfile.TemporaryDirectory(prefix="enact-front-") as name:
        folder = Path(name)
        configure(folder, portal_port)
        command = [shutil.which("nginx"), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            yield folder / "fullchain.pem"
        finally:
            process.terminate()
            process.wait(20)


def production(portal: Portal) -> dict[str, str]:
    return {
        "ENACT_ENV": "production",
        "ENACT_DEMO": "0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": f"{HOST},localhost",  # localhost: whether it answers yet
        "SITE_URL": f"https://{HOST}",
        "BEHIND_PROXY": "1",
        "STAFF_SECOND_FACTOR": "0",  # whose session is made below has none
        "HOST": "127.0.0.1",
    }


def pages(portal: Portal, environment: dict[str, str]) -> list[dict]:
    """One page of every class: name, path, and the cookie of who may see it."""
    boss, staff = (persons.cookie(portal, role, **environment) for role in ("administrator", "coordinator"))
    # The links are signed: with the key of who will be asked.
    doors = json.loads(
        portal.manage("demo_doors", "--language=fr", SECRET_KEY=environment["SECRET_KEY"]).splitlines()[-1]
    )
    chosen = {
        "home": ("/", ""),
        "form": ("/demande/", ""),
        "catalogue": ("/catalogue/", ""),
        "sign-in": ("/compte/login/", ""),
        "follow-up": (doors["follow_received"], ""),
        "answer": (doors["partner_panel"], ""),
        "workbench": ("/admin/", staff),
        "administration": ("/admin/accounts/user/", boss),
        "refused": ("/rien/ici/", ""),
    }
    return [{"name": name, "path": path, "cookie": cookie} for name, (path, cookie) in chosen.items()]


def grades(asked: list[dict]) -> dict[str, dict]:
    program = node_modules("observatory", HERE)
    shutil.copy(HERE / "grade.mjs", program.parent / "grade.mjs")
    done = subprocess.run(
        ["node", "grade.mjs", HOST, ADDRESS],
        cwd=program.parent,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout)


def _answers(certificate: Path) -> bool:
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    request = urllib.request.Request(f"https://{ADDRESS}/nginx-health", headers={"Host": HOST})
    try:
        return urllib.request.urlopen(request, timeout=5, context=context).status == 204  # nosec B310
    except urllib.error.URLError:
        return False


def scan() -> Finding:
    """A+ with at least FLOOR on every class of pages; the control is a bare server of the same machine, which is far
    from it."""
    lacking = missing("nginx", "openssl", "npm", "node")
    if lacking or os.geteuid() != 0:
        return Finding.not_proven(f"needs root and {', '.join(lacking) or 'nothing else'}")
    with folder_and_port() as portal:
        for command in PREPARE:
            portal.manage(command, "--verbosity=0", *(["--no-input"] if command == "collectstatic" else []))
        environment = production(portal)
        asked = pages(portal, environment)
        gunicorn = ["-m", "gunicorn", "--config=python:enact_portal.webserver"]
        with serving(portal, gunicorn, **environment), nginx(portal.environment["PORT"]) as trusted:
            deadline = time.monotonic() + 20
            while not _answers(trusted):
                if time.monotonic() > deadline:
                    raise RuntimeError("nginx does not answer")
                time.sleep(0.2)
            found = grades([*asked, {"name": "control", "path": "/nginx-health", "cookie": ""}])
    control = found.pop("control")
    below = [
        f"{name}: {page['grade']} {page['score']} {page['status']} {page['failed']}"
        for name, page in found.items()
        if page["grade"] != "A+" or page["score"] < FLOOR
    ]
    return Finding(below, control["score"] < 100, {"pages": found, "control": control})

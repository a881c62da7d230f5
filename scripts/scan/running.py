"""Scanners that ask the running portal: wapiti, sqlmap, schemathesis. Bounded, and of this machine's loopback alone."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.scan import persons
from scripts.scan.tools import Finding, program
from scripts.throwaway import ROOT, Portal, folder_and_port, free_port, serving

MODULES = "exec,file,sql,xss,permanentxss,redirect,crlf,methods,cookieflags"
MINUTES = 3  # of one crawl
LEAVES = "logout|deconnecter|/demo/|/langue/|effacer|supprimer|delete"  # would end the scan, or who makes it


@contextmanager
def portal() -> Iterator[Portal]:
    """A whole portal with demonstration data, whose limits turn nobody away: the scanners ask like a hundred people."""
    with (
        folder_and_port() as one,
        serving(one, ["manage.py", "portal"], FORM_PACE="0", API_PACE="0") as served,
    ):
        yield served


@contextmanager
def leaky() -> Iterator[str]:
    port = str(free_port())
    process = subprocess.Popen([sys.executable, "-m", "scripts.scan.leaky", port], cwd=ROOT)
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(address + "/health/live", timeout=5).read()  # nosec B310
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _crawl(command: Path, address: str, cookie: str = "", minutes: int = MINUTES) -> tuple[list[str], int]:
    """What wapiti finds below an address → (findings, pages that it asked)."""
    with tempfile.TemporaryDirectory(prefix="enact-wapiti-") as folder:
        report = Path(folder) / "report.json"
        asked = [
            str(command),
            "-u",
            address,
            "--scope",
            "folder",
            "-m",
            MODULES,
            "-f",
            "json",
            "-o",
            str(report),
        ]
        asked += [
            "--max-scan-time",
            str(60 * minutes),
            "--max-attack-time",
            "40",
            "--max-links-per-page",
            "40",
        ]
        asked += [
            "-d",
            "4",
            "--max-files-per-dir",
            "12",
            "-t",
            "10",
            "--flush-session",
            "--no-bugreport",
            "-v",
            "0",
        ]
        asked += ["--store-session", folder, "--store-config", folder, "-x", f"*({LEAVES})*"]
        if cookie:
            asked += ["-H", f"Cookie: {cookie}"]
        subprocess.run(asked, check=True, stdout=sys.stderr, timeout=60 * minutes + 400)
        said = json.loads(report.read_text("utf-8"))
    found = [
        f"{kind}: {one['method']} {one['path']} {one['parameter']} {one['info']}"[:300]
        for part in ("vulnerabilities", "anomalies")
        for kind, ones in said[part].items()
        for one in ones
    ]
    return found, said["infos"]["crawled_pages_nbr"]


def wapiti() -> Finding:
    command = program("wapiti", "wapiti3==3.2.3")
    pages = {}
    with leaky() as address:
        control, _pages = _crawl(command, address + "/", minutes=1)
    found = []
    with portal() as served:
        for role in ("", "none", "coordinator"):
            cookie = persons.cookie(served, role) if role else ""
            start = {"": "/", "none": "/espace/", "coordinator": "/admin/"}[role]
            seen, pages[role or "anybody"] = _crawl(command, served.address + start, cookie)
            found += [f"{role or 'anybody'}: {one}" for one in seen]
    return Finding(
        found,
        any("SQL" in one for one in control) and any("Site" in one for one in control),
        {"pages": pages},
    )


ASKED = (  # what takes words, numbers or codes from the address or from a form
    "/catalogue/?q=vision&kind=training&sector=food&department=57&page=1",
    "/catalogue/?sort=recent&topic=anomaly-detection",
    "/admin/?q=four&tab=all&page=1&department=57&sector=food",
    "/admin/accounts/user/?q=a&o=1&role=coordinator",
    "/api/v1/catalogue/offers?q=vision&kind=training&page=1",
)


def sqlmap() -> Finding:
    """Boolean, error and union techniques on every parameter of these addresses; the control is a real injection."""
    command = program("sqlmap", "sqlmap==1.10.10")

    def of(address: str, cookie: str = "") -> tuple[bool, int]:
        with tempfile.TemporaryDirectory(prefix="enact-sqlmap-") as folder:
            asked = [
                str(command),
                "-u",
                address,
                "--batch",
                "--level=1",
                "--risk=1",
                "--technique=BEU",
                "--smart",
            ]
            asked += [
                f"--output-dir={folder}",
                "--flush-session",
                "--disable-coloring",
                "--timeout=20",
                "--retries=0",
            ]
            asked += ["--skip-waf", "--threads=2"] + ([f"--cookie={cookie}"] if cookie else [])
            environment = os.environ | {"HOME": folder}
            done = subprocess.run(asked, capture_output=True, text=True, timeout=600, env=environment)
        said = done.stdout
        return "is vulnerable" in said or "injection point" in said, len(
            re.findall(r"testing (?:'|if)", said)
        )

    with leaky() as address:
        control, _tests = of(f"{address}/item?id=1")
    found, tests = [], 0
    with portal() as served:
        staff = persons.cookie(served, "administrator")
        for path in ASKED:
            open_, tried = of(served.address + path, staff)
            tests += tried
            found += [path] if open_ else []
    return Finding(found, control, {"addresses": len(ASKED), "tests": tests})


def schemathesis() -> Finding:
    """What the API's document allows, and what it does not, 300 times for each operation: no answer from 500 on."""
    command = [str(Path(sys.executable).with_name("schemathesis")), "run"]

    def of(address: str, *more: str) -> tuple[list[str], int]:
        asked = [
            *command,
            address,
            "--checks=not_a_server_error",
            "--max-examples=300",
            "--seed=20261127",
            *more,
        ]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, timeout=1500)
        cases = re.search(r"(\d[\d,]*) generated", done.stdout)
        found = re.findall(r"^_+ (\w+ \S+) _+$", done.stdout, re.M)
        if done.returncode and not found:
            found = [done.stdout[-500:] + done.stderr[-500:]]
        return found, int(cases[1].replace(",", "")) if cases else 0

    with leaky() as address, tempfile.NamedTemporaryFile("w", suffix=".json") as document:
        item = {
            "get": {
                "parameters": [{"name": "id", "in": "query", "schema": {"type": "string"}}],
                "responses": {},
            }
        }
        json.dump(
            {"openapi": "3.1.0", "info": {"title": "leaky", "version": "1"}, "paths": {"/item": item}},
            document,
        )
        document.flush()
        control, _cases = of(document.name, f"--url={address}")
    with portal() as served:
        header = f"Authorization: Bearer {persons.api_key(served)}"
        found, cases = of(f"{served.address}/api/v1/openapi.json", "--header", header)
    if not found and cases < 1000:
        found = [f"only {cases} cases were asked"]
    return Finding(found, bool(control), {"cases": cases})

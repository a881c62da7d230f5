"""Scanners that read the sources: bandit, semgrep with rules of our own, Django's own check, the packages we use."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from scripts.scan.tools import Finding, program
from scripts.throwaway import ROOT

HERE = Path(__file__).parent
PLANTED = HERE / "planted"  # what is wrong on purpose
NOT_SERVED = ("tests", "locale", "docs", "var")  # folders without code that anybody runs for others


def _folders() -> list[str]:
    """The folders with Python code, but the tests."""
    found = {path.relative_to(ROOT).parts[0] for path in ROOT.glob("*/**/*.py") if ".venv" not in path.parts}
    return sorted(found - {*NOT_SERVED, ".venv"})


def bandit() -> Finding:
    """Nothing of medium or high severity, but what is marked as looked at."""
    command = program("bandit", "bandit==1.9.4")
    asked = [str(command), "-q", "-ll", "-f", "json", "-r", *_folders()]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    found, control = [], set()
    for one in json.loads(done.stdout)["results"]:
        if (ROOT / one["filename"]).is_relative_to(PLANTED):
            control.add(one["test_id"])
        else:
            found.append(f"{one['filename']}:{one['line_number']} {one['test_id']} {one['issue_text']}")
    return Finding(found, {"B602", "B608", "B301"} <= control, {"folders": len(_folders())})


def semgrep() -> Finding:
    """Our own rules (rules.yaml): what this code base must not do, whatever is usual elsewhere. Sends nothing."""
    command = program("semgrep", "semgrep==1.185.0", "setuptools<81")
    quiet = os.environ | {"SEMGREP_SEND_METRICS": "off", "SEMGREP_ENABLE_VERSION_CHECK": "0"}
    quiet["PATH"] = f"{command.parent}{os.pathsep}{quiet['PATH']}"

    def of(*paths: str) -> list[dict]:
        asked = [
            str(command),
            "scan",
            "--quiet",
            "--json",
            "--metrics=off",
            "--disable-version-check",
            "--jobs=1",
        ]
        done = subprocess.run(
            [*asked, "--no-git-ignore", "--config", str(HERE / "rules.yaml"), *paths],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env=quiet,
        )
        said = json.loads(done.stdout)
        if said["errors"]:
            raise RuntimeError(f"semgrep: {said['errors'][:3]}")
        return said["results"]

    def name(one: dict) -> str:
        return one["check_id"].rsplit(".", 1)[-1]

    paths = [
        *(folder for folder in _folders() if folder not in ("scripts", "benchmarks")),
        "templates",
        "static/js",
    ]
    found = [f"{one['path']}:{one['start']['line']} {name(one)}" for one in of(*paths)]
    rules = set(re.findall(r"^  - id: (\S+)", (HERE / "rules.yaml").read_text("utf-8"), re.M))
    caught = {name(one) for one in of(str(PLANTED))}
    return Finding(found, caught == rules, {"rules": len(rules), "not caught": sorted(rules - caught)})


def deploy() -> Finding:
    """`check --deploy` in production mode; the control is a portal that is served without TLS."""

    def of(address: str) -> list[str]:
        environment = os.environ | {
            "ENACT_ENV": "production",
            "ENACT_DEMO": "0",
            "SECRET_KEY": "k" * 25 + "abcdefghijklmnopqrstuvwxyz",
            "ALLOWED_HOSTS": "portail.example",
            "SITE_URL": address,
        }
        done = subprocess.run(
            [sys.executable, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
        )
        said = re.findall(r"^(\?: \(\S+\).*|\S+: \(\S+\).*)", done.stderr, re.M)
        return said or ([done.stderr[-500:]] if done.returncode else [])

    return Finding(of("https://portail.example"), bool(of("http://portail.example")))


def dependencies() -> Finding:
    """Known faults of the packages that we pin. Where the tool cannot ask, it says that all is well: not believed."""
    command = program("pip-audit", "pip-audit==2.10.0")

    def of(text: str) -> list[str]:
        asked = [str(command), "--progress-spinner=off", "--format=json", "--disable-pip", "--no-deps", "-r"]
        file = command.parent / "asked.txt"
        file.write_text(text, "utf-8")
        done = subprocess.run([*asked, str(file)], capture_output=True, text=True, timeout=300)
        try:
            rows = json.loads(done.stdout)["dependencies"]
        except (ValueError, KeyError):
            return []
        return [
            f"{row['name']} {row['version']}: {fault['id']}" for row in rows for fault in row.get("vulns", [])
        ]

    pinned = re.findall(r"^([\w.-]+==[\w.]+)", (ROOT / "requirements.txt").read_text("utf-8"), re.M)
    if not of("django==2.0.1\npillow==6.0.0\n"):
        return Finding.not_proven("the tool finds nothing in versions whose faults everybody knows")
    return Finding(of("\n".join(pinned) + "\n"), True, {"packages": len(pinned)})

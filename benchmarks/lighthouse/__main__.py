"""What Lighthouse says of the home page and of the form's first step, served as in production.

python -m benchmarks.lighthouse [--runs 5]      prints one JSON object; exit code 1 below a floor

Lighthouse (version and hashes in package-lock.json beside this file) is installed by npm into var/lighthouse and runs
here with Chromium (CHROMIUM names it): a telephone, simulated throttling, the median of the runs. The portal is
gunicorn in production mode on demonstration data: no debugging, hashed and compressed static files. Sends nothing.
"""

import argparse
import json
import os
import secrets
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from scripts.throwaway import ROOT, Portal, folder_and_port, serving

HERE = Path(__file__).parent
HOME = ROOT / "var" / "lighthouse"
PAGES = {"home": "/", "first step": "/demande/"}
FLOORS = {"performance": 95, "accessibility": 95, "best-practices": 95}
PREPARE = ("migrate", "createcachetable", "load_reference", "load_demo", "collectstatic")
FIGURES = {  # the audit of Lighthouse → what it is called here, in milliseconds, kilobytes or a plain number
    "first-contentful-paint": ("first_contentful_paint_ms", 1),
    "largest-contentful-paint": ("largest_contentful_paint_ms", 1),
    "total-blocking-time": ("total_blocking_time_ms", 1),
    "cumulative-layout-shift": ("layout_shift", 1),
    "total-byte-weight": ("transferred_kb", 1000),
}


def install() -> Path:
    """The program, installed once per content of the lock file."""
    HOME.mkdir(parents=True, exist_ok=True)
    lock = HERE / "package-lock.json"
    mark = HOME / "installed-lock.json"
    if not mark.exists() or mark.read_bytes() != lock.read_bytes():
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, HOME / name)
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            cwd=HOME,
            check=True,
            stdout=sys.stderr,
        )
        shutil.copy(lock, mark)
    return HOME / "node_modules" / ".bin" / "lighthouse"


def run(program: Path, address: str) -> dict:
    """One report."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        subprocess.run(
            [
                str(program),
                address,
                "--quiet",
                "--output=json",
                f"--output-path={report.name}",
                f"--only-categories={','.join(FLOORS)}",
                "--throttling-method=simulate",
                "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
            ],
            env=os.environ | {"CHROME_PATH": os.environ.get("CHROMIUM") or shutil.which("chromium") or ""},
            check=True,
        )
        return json.loads(Path(report.name).read_text("utf-8"))


def median(reports: list[dict]) -> dict:
    """Scores (0 to 100) and figures, each the median of the runs; what the last run found wrong, by name."""
    scores = {
        name: round(100 * statistics.median(report["categories"][name]["score"] for report in reports))
        for name in FLOORS
    }
    figures = {
        called: round(
            statistics.median(report["audits"][audit]["numericValue"] for report in reports) / unit, 3
        )
        for audit, (called, unit) in FIGURES.items()
    }
    lost = {
        reference["id"]: reports[-1]["audits"][reference["id"]]["title"]
        for name in FLOORS
        for reference in reports[-1]["categories"][name]["auditRefs"]
        if reference["weight"]
        and (reports[-1]["audits"][reference["id"]]["score"] or 0) < 0.9
        and reports[-1]["audits"][reference["id"]]["scoreDisplayMode"]
        in ("binary", "numeric", "metricSavings")
    }
    return {"scores": scores, **figures, "lost": lost}


def production(portal: Portal) -> dict[str, str]:
    """The environment of the real thing, on this data; mails would go nowhere, and none is sent."""
    return {
        "ENACT_ENV": "production",
        "ENACT_DEMO": "0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": portal.address,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    program = install()
    with folder_and_port() as portal:
        for command in PREPARE:
            portal.manage(command, "--verbosity=0", *(["--no-input"] if command == "collectstatic" else []))
        gunicorn = ["-m", "gunicorn", "--config=python:enact_portal.webserver"]
        with serving(portal, gunicorn, **production(portal)):
            said = {
                name: median([run(program, portal.address + path) for _ in range(runs)])
                for name, path in PAGES.items()
            }
    below = [
        f"{page}: {name} {said[page]['scores'][name]} < {floor}"
        for page in said
        for name, floor in FLOORS.items()
        if said[page]["scores"][name] < floor
    ]
    version = json.loads((HERE / "package.json").read_text())["dependencies"]["lighthouse"]
    print(
        json.dumps(
            {"lighthouse": version, "runs": runs, "pages": said, "floors": FLOORS, "below": below}, indent=1
        )
    )
    return int(bool(below))


if __name__ == "__main__":
    sys.exit(main())

"""Where the scanners are installed, each apart from the portal and from the others, and what a scan says."""

import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass, field
from pathlib import Path

from scripts.throwaway import ROOT

TOOLS = ROOT / "var" / "scan"


@dataclass(frozen=True)
class Finding:
    """What a scanner found. `control`: whether it found what was planted for it; None when it could not be asked.

    Without its control a scan that finds nothing has shown nothing.
    """

    found: list[str]
    control: bool | None
    more: dict = field(default_factory=dict)

    @classmethod
    def not_proven(cls, why: str) -> "Finding":
        return cls([], None, {"not proven": why})

    @property
    def verdict(self) -> str:
        """ "clean", "found", "blind" (missed what was planted) or "not proven"."""
        if self.found:
            return "found"
        if self.control is None:
            return "not proven"
        return "clean" if self.control else "blind"


def missing(*programs: str) -> list[str]:
    return [name for name in programs if shutil.which(name) is None]


def program(name: str, *packages: str, command: str = "") -> Path:
    """A program from PyPI in an environment of its own, installed once for these versions."""
    home = TOOLS / name
    mark = home / "installed"
    if not mark.exists() or mark.read_text() != " ".join(packages):
        shutil.rmtree(home, ignore_errors=True)
        venv.create(home, with_pip=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "-qq", "install"]
        subprocess.run([*pip, *packages], check=True, stdout=sys.stderr)
        mark.write_text(" ".join(packages))
    return home / "bin" / (command or name)


def node_modules(name: str, source: Path) -> Path:
    """The folder node_modules of what source/package-lock.json pins, installed once for this content."""
    home = TOOLS / name
    home.mkdir(parents=True, exist_ok=True)
    lock, mark = source / "package-lock.json", home / "installed-lock.json"
    if not mark.exists() or mark.read_bytes() != lock.read_bytes():
        for file in ("package.json", "package-lock.json"):
            shutil.copy(source / file, home / file)
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(npm, cwd=home, check=True, stdout=sys.stderr)
        shutil.copy(lock, mark)
    return home / "node_modules"

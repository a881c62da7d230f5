"""See scripts/scan/__init__.py."""

import argparse
import json
import sys
from collections.abc import Callable

import scripts.scan as about
from scripts.scan import front, running, sources
from scripts.scan.tools import Finding

SCANS: dict[str, Callable[[], Finding]] = {
    "bandit": sources.bandit,
    "semgrep": sources.semgrep,
    "deploy": sources.deploy,
    "dependencies": sources.dependencies,
    "wapiti": running.wapiti,
    "sqlmap": running.sqlmap,
    "schemathesis": running.schemathesis,
    "front": front.scan,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=about.__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(SCANS))
    names = parser.parse_args().names or list(SCANS)
    if unknown := set(names) - set(SCANS):
        parser.error(f"no such scan: {', '.join(sorted(unknown))}")
    said = {}
    for name in names:
        print(f"{name}…", file=sys.stderr, flush=True)
        done = SCANS[name]()
        said[name] = {"verdict": done.verdict, "found": done.found, **done.more}
    print(json.dumps(said, indent=1, ensure_ascii=False))
    return int(any(one["verdict"] in ("found", "blind") for one in said.values()))


if __name__ == "__main__":
    sys.exit(main())

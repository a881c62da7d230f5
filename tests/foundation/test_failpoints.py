"""Every declared failpoint is passed somewhere, none is passed without being declared, and a test kills at each."""

import ast
from pathlib import Path

from foundation.failpoints import DECLARED

ROOT = Path(__file__).resolve().parents[2]
APPS = ("journal", "files", "intake", "triage", "proposals", "partners", "programs")


def test_the_list_and_the_code_agree():
    called = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "failpoint":
                    called.add(node.args[0].value)
    assert called == DECLARED


def test_a_real_process_is_killed_at_each():
    said = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / "process").glob("test_*.py"))
    assert {name for name in DECLARED if f'"{name}"' not in said} == set()

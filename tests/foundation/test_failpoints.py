"""Every declared crash point is passed somewhere, and no durable call on the paths of a case stands without one.

That each of them is also visited is told by tests/process/test_crash_points.py.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from foundation.failpoints import DECLARED

pytestmark = pytest.mark.shows("R-03")

ROOT = Path(__file__).resolve().parents[2]
APPS = ("foundation", "journal", "files", "intake", "triage", "proposals", "partners", "programs")
# Where a case is submitted, triaged, referred, rendered, sent, accepted and erased.
PATHS = (
    "foundation/disk.py",
    *(f"journal/{name}.py" for name in ("clockwork", "erasing", "events", "hints", "jobs", "lifecycle", "messages")),
    *(f"files/{name}.py" for name in ("lifecycle", "rules", "scanning", "store")),
    *(f"intake/{name}.py" for name in ("conversation", "drafts", "erasing", "people", "submission")),
    *(f"triage/{name}.py" for name in ("asking", "qualifying", "ranking", "views")),
    *(f"proposals/{name}.py" for name in ("company_views", "jobs", "writing", "agreeing/partner_views")),
)  # fmt: skip
# function → why a kill there leaves nothing that another point does not leave
EXCUSED = {
    "receive": "after a refusal: like upload.file_written",
    "taken": "bytes that nobody keeps: like upload.file_written",
    "_remember": "a log of the clock, written anew every minute",
    "send_again": "one statement after another of one transaction, by the button of a coordinator",
    "remove_colleague": "one row, and its event",
    "read_up_to": "one row",
}


def _durable(node: ast.AST) -> bool:
    """A transaction, a file written or taken away, a mail or a message handed over."""
    if isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        owner = getattr(getattr(node.func, "value", None), "id", "")
        return name in ("write_durably", "unlink", "rename", "publish") or (owner, name) == ("mail", "send")
    if isinstance(node, ast.With):
        return any("transaction.atomic" in ast.unparse(item.context_expr) for item in node.items)
    if isinstance(node, ast.FunctionDef):
        return any("transaction.atomic" in ast.unparse(one) for one in node.decorator_list)
    return False


def bare(source: str) -> Iterator[str]:
    """The functions of a module in which something durable happens and no crash point stands."""

    def look(node: ast.AST, around: tuple[ast.FunctionDef, ...]) -> Iterator[str]:
        if isinstance(node, ast.FunctionDef):
            around = (*around, node)
        if _durable(node) and around and not any(map(_stops, around)):
            yield around[-1].name
        for child in ast.iter_child_nodes(node):
            yield from look(child, around)

    yield from look(ast.parse(source), ())


def _stops(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.Call) and getattr(node.func, "id", "") == "failpoint"
        for node in ast.walk(function)
    )


def test_the_list_and_the_code_agree():
    called = set()
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "failpoint":
                    called.add(node.args[0].value)
    assert called == DECLARED
    assert len(DECLARED) >= 40


def test_no_durable_call_stands_without_a_crash_point():
    found = {f"{path}: {name}" for path in PATHS for name in bare((ROOT / path).read_text("utf-8"))}
    assert {one for one in found if one.rpartition(" ")[2] not in EXCUSED} == set()
    assert set(EXCUSED) <= {one.rpartition(" ")[2] for one in found}, "excused, and has one or is gone"


@pytest.mark.parametrize(
    "planted",
    [
        "@transaction.atomic\ndef change(row):\n    row.save()",
        "def change(row):\n    with transaction.atomic():\n        row.save()",
        "def change(row):\n    write_durably(row.path, [b''])",
        "def change(row):\n    def after():\n        row.path.unlink()\n    transaction.on_commit(after)",
        "def change(mail):\n    mail.send()",
    ],
)
def test_a_bare_one_is_found(planted):
    """The twin: what is planted without a point fails, with one it does not."""
    assert list(bare(planted))
    assert not list(bare(planted.replace(":\n", ":\n    failpoint('x')\n", 1)))

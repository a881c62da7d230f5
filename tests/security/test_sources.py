"""What the code of the product never does: the dangerous calls of Python, looked for in its syntax trees."""

import ast
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from triage.mentions import handle, pieces
from triage.reasons import _within

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = (
    *("accounts", "enact_portal", "files", "foundation", "insights", "intake", "journal", "matching"),
    *("partners", "programs", "proposals", "triage"),
)
PYTHON = [
    path
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if not {"migrations", "__pycache__"} & set(path.parts)
]
# What may be called in a few places, each for its own reason.
ALLOWED = {
    "subprocess": {
        "files/sandbox.py",
        "enact_portal/supervisor.py",
        "enact_portal/management/commands/portal.py",
    },
    "random": {"journal/jobs.py"},  # how long a failed job waits: no secret
    # SQL put together from names of our own models and tables; values are always parameters.
    "sql": {
        *("foundation/rows.py", "foundation/sqlite/base.py", "foundation/together.py"),
        *("intake/gate.py", "triage/fulltext.py"),
    },
}
_DYNAMIC = {"eval", "exec", "compile", "__import__"}
_FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "yaml", "telnetlib", "ftplib", "xmlrpc"}
_BROKEN_HASHES = {"md5", "sha1"}


def _name(node: ast.AST) -> str:
    """ "os.system" for the function of os.system(…)."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _of_call(call: ast.Call) -> set[str]:
    name, keywords = _name(call.func), {one.arg: one.value for one in call.keywords}
    found = set()
    if name in _DYNAMIC:
        found.add("dynamic")
    if name in ("os.system", "os.popen") or ast.dump(keywords.get("shell", ast.Constant(False))) == (
        ast.dump(ast.Constant(True))
    ):
        found.add("shell")
    if name.startswith("hashlib.") and name.partition(".")[2] in _BROKEN_HASHES:
        found.add("hash")
    if name.endswith(("_create_unverified_context", "_create_stdlib_context")) or (
        "verify" in keywords and ast.dump(keywords["verify"]) == ast.dump(ast.Constant(False))
    ):
        found.add("certificate")
    if name.startswith("random."):
        found.add("random")
    if name.startswith("subprocess."):
        found.add("subprocess")
    if (
        name.endswith(("cursor.execute", "connection.execute", ".executemany", ".raw", "RawSQL"))
        and call.args
    ):
        text = call.args[0]
        if not isinstance(text, ast.Constant):
            found.add("sql")
    return found


def dangers(source: str) -> set[str]:
    """Which of the dangerous things a file does."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found |= _of_call(node)
        if isinstance(node, ast.Import):
            found |= {"module" for one in node.names if one.name.partition(".")[0] in _FORBIDDEN_MODULES}
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in _FORBIDDEN_MODULES:
            found.add("module")
    return found


@pytest.mark.shows("S-02", "S-26", "asvs 1.2.4 1.2.5 1.3.2 1.5.2 11.2.1 11.4.1")
def test_no_dangerous_call_but_in_its_place():
    found: dict[str, set[str]] = {}
    for path in PYTHON:
        for danger in dangers(path.read_text("utf-8")):
            found.setdefault(danger, set()).add(path.relative_to(ROOT).as_posix())
    assert len(PYTHON) > 300
    assert {
        danger: left for danger, files in found.items() if (left := files - ALLOWED.get(danger, set()))
    } == {}


@pytest.mark.parametrize(
    ("planted", "danger"),
    [
        ("eval(text)", "dynamic"),
        ("import os; os.system(text)", "shell"),
        ("subprocess.run(text, shell=True)", "shell"),
        ("import pickle", "module"),
        ("from yaml import load", "module"),
        ("hashlib.md5(text)", "hash"),
        ("session.get(url, verify=False)", "certificate"),
        ("ssl._create_unverified_context()", "certificate"),
        ("random.choice(letters)", "random"),
        ("cursor.execute(f'SELECT {text}')", "sql"),
        ("Row.objects.raw('SELECT ' + text)", "sql"),
    ],
)
def test_the_walk_sees_a_planted_one(planted, danger):
    assert danger in dangers(planted)


@pytest.mark.shows("asvs 3.7.1 15.3.6")
def test_scripts_use_nothing_of_the_past_and_write_to_no_prototype():
    scripts = [*(ROOT / "static" / "js").rglob("*.js")]
    past = re.compile(
        r"__proto__|\.prototype\.\w+ = |\.prototype\[|\beval\(|new Function\(|document\.write|\bActiveX|\bwith \("
    )
    assert len(scripts) > 10
    assert {path.name for path in scripts if past.search(path.read_text("utf-8"))} == set()
    pages = [path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")]
    assert not [page for page in pages if re.search(r"<(applet|embed|object)\b", page)]


@pytest.mark.shows("S-29", "asvs 1.2.9")
def test_names_and_words_are_no_pattern():
    """The two places that look for what people wrote: a name of signs means itself, and takes no time."""
    hostile = SimpleNamespace(full_name="(a+)+$ .*", email="x@enact.example")
    text = f"a @{handle(hostile)} " + "a" * 5000 + "!"
    assert [part for part, calls in pieces(text, [hostile]) if calls] == [f"@{handle(hostile)}"]
    assert not _within("(a+)+$", "a" * 5000 + "!") and not _within("r.but", "taux de rebut")
    assert _within("rebut", "taux de rebut")

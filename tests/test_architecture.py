"""The import order of the house: an app knows only what stands to its left (docs/decisions/0001)."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = [
    "accounts",
    "journal",
    "files",
    "partners",
    "programs",
    "intake",
    "triage",
    "proposals",
    "insights",
    "operations",
    "demo",
]
APPS = ["matching", "foundation", *ORDER, "enact_portal"]
# The adapter to the engine: ranking, what was decided, the vocabulary, comparing two configurations.
MAY_IMPORT_MATCHING = {
    "engine.py",
    "serving.py",
    "memory.py",
    "replaying.py",
    "index.py",
    "thesaurus.py",
    "comparing.py",
    "embedding.py",
}
MATCHING_MAY_IMPORT = {"numpy", "Stemmer", "matching"}
# The optional extra (requirements-embedder.txt), imported where it is used and nowhere else.
EMBEDDER_MAY_IMPORT = {"onnxruntime", "tokenizers"}


def allowed(app: str) -> set[str]:
    """The packages of ours that `app` may import."""
    if app in {"matching", "foundation"}:
        return {app}
    if app == "enact_portal":
        return set(APPS)
    return {"foundation", app, *ORDER[: ORDER.index(app)]}


def imports(path: Path) -> set[str]:
    """Top-level names of every import in a file, wherever it stands."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


def upward(app: str, path: Path) -> set[str]:
    """Packages of ours that a file of `app` imports against the order."""
    found = (imports(path) & set(APPS)) - allowed(app)
    if app == "programs" and path.name in MAY_IMPORT_MATCHING:
        found -= {"matching"}
    return found


@pytest.mark.parametrize("app", APPS)
def test_an_app_imports_only_what_stands_to_its_left(app):
    wrong = {
        str(path.relative_to(ROOT)): upward(app, path)
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and upward(app, path)
    }
    assert wrong == {}


def test_matching_needs_nothing_but_numpy_and_a_stemmer():
    wrong = {
        str(path.relative_to(ROOT)): imports(path)
        - MATCHING_MAY_IMPORT
        - set(sys.stdlib_module_names)
        - (EMBEDDER_MAY_IMPORT if path.name == "embedder.py" else set())
        for path in (ROOT / "matching").rglob("*.py")
    }
    assert {path: names for path, names in wrong.items() if names} == {}


def test_matching_loads_without_the_optional_extra():
    code = "import sys, matching, matching.evaluate; sys.exit(bool({'onnxruntime', 'tokenizers'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_the_check_sees_an_upward_import(tmp_path):
    planted = tmp_path / "models.py"
    planted.write_text("def late():\n    from triage.models import Match\n    return Match\n")
    assert upward("partners", planted) == {"triage"}

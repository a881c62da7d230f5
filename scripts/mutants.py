"""Each check of the code taken away in turn: is there a test that notices (S-33)?

`python -m scripts.mutants` runs tests/access/test_mutants.py over all of them, and prints which rows notice what is
still open in tests/access/mutants.txt; the suite itself tries a part, another every day. A mutant is made from the
source by its syntax tree and put into the running functions, so that nothing is imported anew and no file changes.
"""

import ast
import gc
import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

ROOT = Path(__file__).resolve().parent.parent
# Wherever the portal decides who may do what: in every file of its packages, none of them named here.
PACKAGES = (
    "accounts",
    "enact_portal",
    "files",
    "insights",
    "intake",
    "journal",
    "partners",
    "programs",
    "proposals",
    "triage",
)
REFUSALS = {"PermissionDenied", "Http404"}


@dataclass(frozen=True)
class Mutant:
    """`what` was taken away on this line of the function `name` (its qualified name) of `module`."""

    module: str
    path: str
    name: str
    line: int
    what: str
    code: CodeType

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.name}: {self.what}"


class _Without(ast.NodeTransformer):
    """The tree with check number `wanted` taken away; `found` counts all that there are."""

    def __init__(self, wanted: int = -1):
        self.wanted, self.found = wanted, []

    def _taken(self, node, what: str) -> bool:
        self.found.append((node.lineno, what))
        return len(self.found) - 1 == self.wanted

    def visit_Raise(self, node):
        called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if getattr(called, "id", "") in REFUSALS and self._taken(node, f"raise {called.id}"):
            never = ast.If(test=ast.Constant(False), body=[node], orelse=[])  # its names stay known
            return ast.copy_location(never, node)
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        of = node.func
        if isinstance(of, ast.Attribute) and of.attr == "visible_to" and self._taken(node, "visible_to"):
            every = ast.Call(ast.Attribute(of.value, "all", ast.Load()), [], [])
            kept = ast.Tuple([every, *node.args], ast.Load())
            return ast.copy_location(ast.Subscript(kept, ast.Constant(0), ast.Load()), node)
        return node

    def visit_Lambda(self, node):
        """The conditions of accounts.access."""
        self.generic_visit(node)
        if [one.arg for one in node.args.args] == ["user"] and self._taken(node, "condition on the user"):
            node.body = ast.copy_location(ast.BoolOp(ast.Or(), [ast.Constant(True), node.body]), node.body)
        return node

    def visit_FunctionDef(self, node):
        """What a reader sees is everything; a right of the admin that is refused to everybody is given."""
        self.generic_visit(node)
        if node.name == "visible_to" and self._taken(node, "filter of visible_to"):
            every = ast.parse("return self.all()").body[0]
            node.body.insert(0, ast.copy_location(every, node.body[0]))
        last = node.body[-1]
        refused = (
            isinstance(last, ast.Return)
            and isinstance(last.value, ast.Constant)
            and last.value.value is False
        )
        if node.name.startswith("has_") and refused and self._taken(node, "return False"):
            last.value = ast.copy_location(ast.Constant(True), last.value)
        return node


def every() -> list[Mutant]:
    """All mutants, in the order of files and lines."""
    files = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [mutant for path in files for mutant in _of_file(path.relative_to(ROOT).as_posix())]


def _of_file(path: str) -> Iterator[Mutant]:
    source = (ROOT / path).read_text("utf-8")
    counting = _Without()
    counting.visit(ast.parse(source))
    original = dict(_functions(compile(source, path, "exec")))
    for number, (line, what) in enumerate(counting.found):
        tree = ast.fix_missing_locations(_Without(number).visit(ast.parse(source)))
        changed = [
            (key, code)
            for key, code in _functions(compile(tree, path, "exec"))
            if code.co_code != original[key].co_code or code.co_consts != original[key].co_consts
        ]
        (name, _first), code = changed[-1]  # the innermost comes last
        yield Mutant(path.removesuffix(".py").replace("/", "."), path, name, line, what, code)


def original(mutant: Mutant) -> CodeType:
    """The function as its file says it, from which the check was taken."""
    compiled = compile((ROOT / mutant.path).read_text("utf-8"), mutant.path, "exec")
    return dict(_functions(compiled))[mutant.name, mutant.code.co_firstlineno]


def _functions(code: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield (inner.co_qualname, inner.co_firstlineno), inner
            yield from _functions(inner)


@contextmanager
def alive(mutant: Mutant):
    """The check is gone from every running function that has it. Raises LookupError when none has."""
    importlib.import_module(mutant.module)
    path = str(ROOT / mutant.path)
    running = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType)
        and one.__code__.co_filename == path
        and (one.__code__.co_qualname, one.__code__.co_firstlineno)
        == (mutant.name, mutant.code.co_firstlineno)
    ]
    if not running:
        raise LookupError(str(mutant))
    kept = [(one, one.__code__) for one in running]
    try:
        for one in running:
            one.__code__ = mutant.code
        yield
    finally:
        for one, code in kept:
            one.__code__ = code


if __name__ == "__main__":
    asked = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-s",
        "-p",
        "no:cacheprovider",
        "tests/access/test_mutants.py",
    ]
    sys.exit(subprocess.run(["env", "ENACT_FULL=1", *asked], cwd=ROOT, check=False).returncode)

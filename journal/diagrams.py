"""The state tables as Mermaid diagrams: docs/lifecycles.md is made from them, so that page and code cannot part."""

from django.utils import translation

from journal.lifecycle import TABLES, Lifecycle

HEADER = """# Lifecycles

Made by `manage.py lifecycles > docs/lifecycles.md` from the tables in each app's `lifecycle.py`; a test fails when
this page is not what the tables say. Every change of state goes through one function (`journal.lifecycle`):
one transaction that locks the row, checks state, actor and guard, writes the change, the event and what is owed.
"""


def page() -> str:
    """The whole page, in English with the French labels of the moves."""
    with translation.override("fr"):
        return "\n".join([HEADER, *(_section(TABLES[name]) for name in sorted(TABLES))])


def _section(table: Lifecycle) -> str:
    first = table.model._meta.get_field(table.field_name).default
    lines = [f"## {table.name}", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    for move in table.moves:
        lines += [f"    {source} --> {move.target}: {move.name}" for source in map(str, move.sources)]
    lines += ["```", "", "| move | from | to | who | label |", "| --- | --- | --- | --- | --- |"]
    for move in table.moves:
        sources = ", ".join(map(str, move.sources))
        lines.append(f"| {move.name} | {sources} | {move.target} | {', '.join(move.who)} | {move.label} |")
    return "\n".join([*lines, ""])

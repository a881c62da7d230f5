"""Three whole snapshots of schema 2 (data/*.json): a foundry, a small company, a German one. Illustrative."""

import copy
import io
import json
from pathlib import Path

import pypdf

NAMES = ("foundry", "small-company", "german-company")
_FOLDER = Path(__file__).parent / "data"


def sample(name: str = "foundry", **changes) -> dict:
    """A copy of a sample, with other values for some of its keys."""
    return {**json.loads((_FOLDER / f"{name}.json").read_text("utf-8")), **changes}


def with_step(snapshot: dict, option: int = 0, step: int = 0, **changes) -> dict:
    """The same with other values in one step."""
    made = copy.deepcopy(snapshot)
    made["options"][option]["steps"][step].update(changes)
    return made


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return "\n".join(" ".join(page.extract_text().split()) for page in pages)

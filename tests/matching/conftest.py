"""Shared by the tests of the engine: the demonstration catalogue and the judged development set."""

import json
from datetime import date
from pathlib import Path

import pytest

from matching import Catalogue, Engine, Thesaurus

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(__file__).parent / "data"
CATALOGUE = ROOT / "demo" / "catalogue"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def thesaurus() -> Thesaurus:
    return Thesaurus.load()


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.from_dir(CATALOGUE)


@pytest.fixture(scope="session")
def engine(catalogue: Catalogue, thesaurus: Thesaurus) -> Engine:
    return Engine(catalogue, thesaurus)


@pytest.fixture(scope="session")
def judged_engine(engine: Engine) -> Engine:
    """Drafts, archived and expired offers included, as they were judged."""
    return engine.configured(apply_status_rules=False)


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration catalogue with the laboratories only, quick to build."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "offers").mkdir()
    for name in ("organisations.json", "topics.json", "sectors.json", "offers/laboratory.json"):
        (folder / name).write_bytes((CATALOGUE / name).read_bytes())
    return folder


@pytest.fixture(scope="session")
def irritants() -> list[dict]:
    return json.loads((DATA / "irritants.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def judgements() -> dict[str, dict[str, int]]:
    return json.loads((DATA / "judgements.json").read_text(encoding="utf-8"))


@pytest.fixture
def offer_record():
    """A valid offer record; keyword arguments replace or add fields."""

    def make(identifier: str = "lab-one", **fields) -> dict:
        return {
            "id": identifier,
            "kind": "laboratory",
            "organisation": "org",
            "language": "fr",
            "title": "Pronostic de pannes de pompes",
            "summary": "Surveillance vibratoire de machines tournantes.",
            "topics": ["predictive-maintenance"],
            **fields,
        }

    return make

"""Matching of needs in plain words to offers, in French, German and English, in pure Python.

catalogue = Catalogue.from_dir("demo/catalogue")
engine = Engine(catalogue)
ranking = engine.rank(Need("Nos pompes tombent en panne sans prévenir", organisation_type="PME"))
"""

from .catalogue import KINDS, SIZES, Catalogue, Offer
from .engine import ENGINE_VERSION, Engine
from .facets import Filters
from .scoring import Settings
from .searching import Correction, Found
from .thesaurus import Thesaurus
from .types import (
    CatalogueError,
    Concept,
    Explanation,
    Line,
    MatchingError,
    Need,
    Passage,
    Question,
    Ranking,
    Reason,
    RuleOutcome,
    ThesaurusError,
    TopicHit,
    VerdictReason,
)

__all__ = [
    "ENGINE_VERSION",
    "KINDS",
    "SIZES",
    "Catalogue",
    "CatalogueError",
    "Concept",
    "Correction",
    "Engine",
    "Explanation",
    "Filters",
    "Found",
    "Line",
    "MatchingError",
    "Need",
    "Offer",
    "Passage",
    "Question",
    "Ranking",
    "Reason",
    "RuleOutcome",
    "Settings",
    "Thesaurus",
    "ThesaurusError",
    "TopicHit",
    "VerdictReason",
]

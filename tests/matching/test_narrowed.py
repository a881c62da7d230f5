"""Ranking only what passes some filters."""

from matching import Need
from matching.facets import Filters

from .conftest import TODAY

NEED = Need(
    "Nos pompes tombent en panne sans prévenir, on change les roulements trop tôt ou trop tard.",
    sector="energy-utilities",
    organisation_type="PME",
    territory="57",
    today=TODAY,
)


def test_only_what_passes_is_ranked_and_in_much_the_same_order(engine, catalogue):
    kinds = {offer.id: offer.kind for offer in catalogue.offers}
    whole = [line.offer_id for line in engine.rank(NEED, limit=452).lines if line.kind == "training"]
    ranking = engine.narrowed(Filters(kind=("training",)), TODAY).rank(NEED, limit=20)
    found = [line.offer_id for line in ranking.lines]
    assert found and all(kinds[offer] == "training" for offer in found)
    # Scores are relative to the best of those asked: the order agrees, up to neighbours.
    assert len(set(found[:10]) & set(whole[:14])) >= 8
    assert all(line.reasons for line in ranking.lines)


def test_nothing_passes(engine):
    assert engine.narrowed(Filters(kind=("cifre",), place=("XX",)), TODAY).rank(NEED).lines == ()


def test_explained_in_the_narrowed_catalogue(engine):
    narrowed = engine.narrowed(Filters(kind=("laboratory",)), TODAY)
    first = narrowed.rank(NEED, limit=1).lines[0]
    assert narrowed.explain(NEED, first.offer_id).rank == 1

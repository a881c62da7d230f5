"""Reading offers: tolerant to what is absent, clear about what cannot be used."""

import pytest

from matching import Catalogue, CatalogueError

from .conftest import CATALOGUE


def test_demonstration_catalogue(catalogue):
    assert len(catalogue.offers) == 452
    assert [offer.id for offer in catalogue.offers] == sorted(offer.id for offer in catalogue.offers)
    assert catalogue.version == Catalogue.from_dir(CATALOGUE).version


def test_optional_keys_may_be_missing():
    catalogue = Catalogue.from_records([{"id": "x", "kind": "rnd", "title": "Essai"}])
    assert catalogue.offers[0].language == "fr"
    assert catalogue.offers[0].topics == ()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "gift"}, "offer lab-one: unknown kind"),
        ({"title": ""}, "'lab-one': title is missing"),
        ({"topics": "robotics"}, "offer lab-one: topics must be a list"),
        ({"valid_until": "tomorrow"}, "offer lab-one: valid_until is not a date"),
        ({"data_readiness_min": "high"}, "offer lab-one: data_readiness_min is not a number"),
        ({"topics": ["magic"]}, "offer lab-one: unknown topic 'magic'"),
    ],
)
def test_what_cannot_be_used_is_named(offer_record, fields, message):
    topics = [{"id": "predictive-maintenance", "label": {}}]
    with pytest.raises(CatalogueError, match=message):
        Catalogue.from_records([offer_record(**fields)], topics=topics)


def test_identifier_used_twice(offer_record):
    with pytest.raises(CatalogueError, match="used twice"):
        Catalogue.from_records([offer_record(), offer_record()])


def test_unreadable_folder(tmp_path):
    with pytest.raises(CatalogueError, match=r"organisations\.json"):
        Catalogue.from_dir(tmp_path)

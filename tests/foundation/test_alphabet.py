"""Names come in the order of a dictionary, on either database."""

from foundation.alphabet import Alphabetical
from programs.models import Topic

NAMES = ["Zuse", "énergie", "Eau", "CSEM", "Campus", "Étude"]


def test_accents_and_capitals_do_not_move_a_name(db):
    Topic.objects.bulk_create(Topic(code=f"alphabet-{at}", label_fr=name) for at, name in enumerate(NAMES))
    rows = Topic.objects.filter(code__startswith="alphabet-").order_by(Alphabetical("label_fr"))
    assert [row.label_fr for row in rows] == ["Campus", "CSEM", "Eau", "énergie", "Étude", "Zuse"]

"""Two configurations over past irritants: what would move, and whether kept offers rise."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from programs.replaying import BadConfiguration, Configuration
from tests import cast as casting
from triage import replaying

pytestmark = pytest.mark.django_db


def ranker(order):
    """A ranker that gives one order whatever is asked, and remembers with what."""
    asked = []

    def rank(need, limit, without=()):
        asked.append((need, tuple(without)))
        return [(offer.pk, 1.0) for offer in order][:limit]

    rank.asked = asked
    return rank


def test_what_moves_and_where_kept_offers_stand(cast):
    casting.qualified(cast)
    a, b, c = cast.offers
    before, after = ranker([a, b]), ranker([c, a, b])
    (row,) = [
        row
        for row in replaying.compare(replaying.past(), before, after)
        if row.reference == cast.irritant.reference
    ]
    assert row == replaying.Compared(
        reference=cast.irritant.reference,
        overlap=round(2 / 3, 4),
        moved=3,
        entered=(str(c.public_id),),
        left=(),
        kept=3,
        kept_rank_before=round((1 + 2 + 31) / 3, 3),
        kept_rank_after=2.0,
    )
    assert (str(cast.irritant.public_id),) in [without for _need, without in before.asked]


def test_summary(cast):
    casting.qualified(cast)
    same = list(replaying.compare(replaying.past(), ranker(cast.offers), ranker(cast.offers)))
    assert replaying.summary(same) == {
        "irritants": 2,
        "changed": 0,
        "overlap@10": 1.0,
        "moved_lines": 0,
        "with_kept_offers": 1,
        "kept_rank_before": 2.0,
        "kept_rank_after": 2.0,
        "better": 0,
        "worse": 0,
    }


def test_nothing_to_replay():
    assert replaying.summary([])["overlap@10"] is None


def test_the_command_compares_for_real(cast):
    casting.qualified(cast)
    out = StringIO()
    switches = {"before": '{"memory": false}', "after": "current"}
    call_command("replay_matching", **switches, json=True, stdout=out)
    found = json.loads(out.getvalue())
    assert found["summary"]["irritants"] == 2
    assert {row["reference"] for row in found["irritants"]} == {
        cast.irritant.reference,
        cast.strangers_irritant.reference,
    }


def test_the_table_shows_what_changes(cast):
    casting.qualified(cast)
    out = StringIO()
    call_command(
        "replay_matching",
        before="current",
        after=json.dumps({"weights": {"words": 0.0, "grams": 2.0}, "memory": False}),
        limit=1,
        stdout=out,
    )
    assert "overlap@10" in out.getvalue()
    assert "irritants 1" in out.getvalue()


@pytest.mark.parametrize(
    "given",
    [
        "nowhere.json",
        "{",
        "[]",
        '{"wieghts": {}}',
        '{"weights": {"wordz": 1}}',
        '{"memory_settings": {"x": 1}}',
    ],
)
def test_what_is_no_configuration_says_why(given):
    with pytest.raises(BadConfiguration):
        Configuration.read(given)
    with pytest.raises(CommandError):
        call_command("replay_matching", before=given, after="current")

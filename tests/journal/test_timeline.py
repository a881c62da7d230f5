"""The history of a case: sentences, and what codes and ids mean, read at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal.actors import coordinator
from journal.timeline import tell
from tests import cast as casting
from triage.lifecycle import MATCH


def queries(case) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        tell(case, "coordinator")
    return len(captured)


@pytest.mark.django_db
def test_a_long_history_costs_no_more_queries_than_a_short_one(cast):
    casting.asked(cast)
    few = queries(cast.irritant.public_id)
    match = cast.irritant.matches.exclude(offer__in=cast.offers).first() or cast.irritant.matches.first()
    match.referrals.clear()
    for _again in range(3):
        for name, data in (("set_aside", {"reason": "too_far"}), ("keep", {})):
            MATCH.perform(match, name, actor=coordinator(cast.coordinator), **data)
    told = [entry.title for entry in tell(cast.irritant.public_id, "coordinator")]
    assert any("(trop loin)" in title for title in told)
    assert any("Laboratoire labo-a" in title for title in told)
    assert queries(cast.irritant.public_id) == few

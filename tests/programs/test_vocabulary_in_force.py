"""What coordinators add is what the engine reads: in rankings, in « ce que nous avons compris », until it is undone."""

from journal.actors import coordinator
from programs import engine, thesaurus
from programs.thesaurus import ADD, UNDO, Edit
from tests import cast as casting


def test_the_engine_reads_what_coordinators_changed(cast):
    other = casting.offer(cast.lab, "autre", title_fr="Pâtes visqueuses", summary_fr="Les comprendre.")
    other.topics.set(["ai-literacy"])
    need = {
        "text": "Nos bouillasses grises collent au four, chaque jour, sans raison.",
        "organisation_type": "PME",
    }
    before = engine.rank(need, 10)
    edit = thesaurus.checked(
        Edit(
            ADD,
            concept="grey-sludge",
            expressions=(("fr", "bouillasses grises; pâtes visqueuses"),),
            topics=("ai-literacy",),
        ),
        new=True,
    )
    rows = thesaurus.apply(edit, actor=coordinator(cast.coordinator))
    after = engine.rank(need, 10)
    assert "grey-sludge" in {c["id"] for c in after.concepts} and "grey-sludge" not in {
        c["id"] for c in before.concepts
    }
    assert after.data_version != before.data_version
    assert after.lines[0].offer_pk == other.pk
    assert "ai-literacy" in {found.topic for found in engine.recognise(need["text"])}
    for row in rows:
        thesaurus.apply(
            thesaurus.checked(Edit(UNDO, undone=str(row.public_id))), actor=coordinator(cast.coordinator)
        )
    again = engine.rank(need, 10)
    assert [line.offer_pk for line in again.lines] == [line.offer_pk for line in before.lines]
    assert again.data_version.split(".")[-1] == before.data_version.split(".")[-1]

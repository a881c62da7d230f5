"""Coordinators' changes laid over the thesaurus files: seen at once, undone, exported, refused when senseless."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal.actors import Actor, coordinator
from journal.lifecycle import Refusal
from journal.models import Event
from matching import Thesaurus
from matching.evaluate import main as evaluate
from programs import comparing, thesaurus
from programs.models import CatalogueState, ThesaurusAddition, ThesaurusRetirement
from programs.thesaurus import ADD, RETIRE, UNDO, Edit
from tests import cast as casting


@pytest.fixture
def staff(db):
    casting.vocabulary()
    return coordinator(casting.person("coordination@enact.example", "coordinator"))


def add(concept, *expressions, topics=(), new=False) -> Edit:
    said = tuple(("fr", expression) for expression in expressions)
    return thesaurus.checked(Edit(ADD, concept=concept, expressions=said, topics=tuple(topics)), new=new)


def known(concept) -> set[str]:
    return {one.text for one in thesaurus.current().entries[concept].expressions}


def test_without_changes_it_is_the_files(db):
    assert thesaurus.current().version == Thesaurus.load().version


def test_what_is_added_is_known_at_once_and_by_every_process(staff):
    concept = next(iter(thesaurus.current().entries))
    sequence = CatalogueState.current()
    made = thesaurus.apply(add(concept, "ça chauffe de travers ; ~la bouillasse"), actor=staff)
    assert [row.expression for row in made] == ["ça chauffe de travers", "~la bouillasse"]
    assert {"ça chauffe de travers", "la bouillasse"} <= known(concept)
    assert CatalogueState.current() == sequence + 1
    assert Event.objects.filter(name="thesaurus.added").count() == 2
    other_process = thesaurus._Known()
    assert other_process.current().version == thesaurus.current().version != Thesaurus.load().version


def test_reading_costs_one_query_and_gives_the_same_object(staff):
    first = thesaurus.current()
    with CaptureQueriesContext(connection) as captured:
        assert thesaurus.current() is first
    assert len(captured) == 1
    CatalogueState.advance()  # an offer changed: the thesaurus did not
    assert thesaurus.current() is first


def test_a_new_concept_keeps_its_topics_whichever_expression_goes(staff):
    edit = add("laser-welding", "soudure au laser; soudage laser", topics=["anomaly-detection"], new=True)
    first, second = thesaurus.apply(edit, actor=staff)
    entry = thesaurus.current().entries["laser-welding"]
    assert dict(entry.topics) == {"anomaly-detection": 1.0} and len(entry.expressions) == 2
    thesaurus.apply(thesaurus.checked(Edit(UNDO, undone=str(first.public_id))), actor=staff)
    assert dict(thesaurus.current().entries["laser-welding"].topics) == {"anomaly-detection": 1.0}
    thesaurus.apply(thesaurus.checked(Edit(UNDO, undone=str(second.public_id))), actor=staff)
    assert "laser-welding" not in thesaurus.current().entries
    assert thesaurus.current().version == Thesaurus.load().version


def test_retire_an_expression_then_the_concept_and_undo(staff):
    entry = next(entry for entry in thesaurus.current().entries.values() if len(entry.expressions) > 3)
    one = entry.expressions[0]
    item = f"{entry.id}/{one.language}/{one.text}"
    thesaurus.apply(thesaurus.checked(Edit(RETIRE, item=item)), actor=staff)
    assert one not in thesaurus.current().entries[entry.id].expressions
    thesaurus.apply(thesaurus.checked(Edit(RETIRE, item=entry.id)), actor=staff)
    assert entry.id not in thesaurus.current().entries
    for row in ThesaurusRetirement.objects.all():
        thesaurus.apply(thesaurus.checked(Edit(UNDO, undone=str(row.public_id))), actor=staff)
    assert thesaurus.current().entries[entry.id] == entry


@pytest.mark.parametrize(
    ("edit", "new", "field"),
    [
        (Edit(ADD, concept="nothing-here", expressions=(("fr", "mot"),)), False, "concept"),
        (Edit(ADD, concept="Pas Bon", expressions=(("fr", "mot"),)), True, "concept"),
        (Edit(ADD, concept="fine", expressions=(("fr", " ; ~ ; "),)), True, "expression"),
        (Edit(ADD, concept="fine", expressions=(("it", "parola"),)), True, "language"),
        (Edit(ADD, concept="fine", expressions=(("fr", "x" * 201),)), True, "expression"),
        (Edit(ADD, concept="fine", expressions=(("fr", ";".join(map(str, range(30)))),)), True, "expression"),
        (Edit(ADD, concept="fine", expressions=(("fr", "mot"),), topics=("unheard-of",)), True, "topics"),
        (Edit(RETIRE, item="nothing-here"), False, "item"),
        (Edit(RETIRE, item="nothing-here/fr/rien"), False, "item"),
        (Edit(UNDO, undone="00000000-0000-0000-0000-000000000000"), False, "undone"),
    ],
)
def test_what_makes_no_sense_is_refused(staff, edit, new, field):
    with pytest.raises(Refusal) as refused:
        thesaurus.checked(edit, new=new)
    assert refused.value.code == field


def test_what_is_there_or_retired_is_not_added_again(staff):
    entry = next(entry for entry in thesaurus.current().entries.values() if entry.expressions)
    one = next(e for e in entry.expressions if e.language == "fr")
    with pytest.raises(Refusal):
        add(entry.id, one.text)
    with pytest.raises(Refusal):
        add(entry.id, "mot", new=True)
    thesaurus.apply(thesaurus.checked(Edit(RETIRE, item=f"{entry.id}/fr/{one.text}")), actor=staff)
    with pytest.raises(Refusal):
        add(entry.id, one.text)
    thesaurus.apply(thesaurus.checked(Edit(RETIRE, item=entry.id)), actor=staff)
    with pytest.raises(Refusal):
        add(entry.id, "un mot nouveau")


def test_two_who_add_the_same(staff):
    concept = next(iter(thesaurus.current().entries))
    edit = add(concept, "la bouillasse")
    thesaurus.apply(edit, actor=staff)
    with pytest.raises(Refusal):
        thesaurus.apply(edit, actor=staff)
    assert ThesaurusAddition.objects.count() == 1
    with pytest.raises(Refusal):
        thesaurus.apply(add(concept, "autre"), actor=Actor("partner"))


def test_search_by_identifier_expression_and_topic(staff):
    thesaurus.apply(
        add("laser-welding", "Soudure à l’éclair", topics=["anomaly-detection"], new=True), actor=staff
    )
    for query in ("laser-weld", "soudure a l’eclair", "SOUDURE éclair", "détection d’anomalies soudure"):
        assert "laser-welding" in [entry.id for entry in thesaurus.search(query)], query
    assert thesaurus.search("zzzz") == []
    assert len(thesaurus.search("")) == len(thesaurus.current().entries)


def test_the_export_is_read_back_and_can_be_evaluated(staff, tmp_path, capsys):
    entries = thesaurus.current().entries
    concept = next(iter(entries))
    gone = next(entry for entry in entries.values() if entry.id != concept)
    thesaurus.apply(add(concept, '~la bouillasse; "mot pour mot"; soud*'), actor=staff)
    thesaurus.apply(thesaurus.checked(Edit(RETIRE, item=gone.id)), actor=staff)
    file = tmp_path / "mine.txt"
    call_command("export_thesaurus", str(file))
    assert "3 additions, 1 retirements" in capsys.readouterr().out
    read, wanted = Thesaurus.load(file).entries, thesaurus.current().entries
    assert read.keys() == wanted.keys() and gone.id not in read
    for name, entry in wanted.items():
        assert dict(read[name].topics) == dict(entry.topics)
        assert (read[name].sectors, read[name].broader) == (entry.sectors, entry.broader)
        assert set(read[name].expressions) == set(entry.expressions)
    assert f"# retired: {gone.id}" in file.read_text("utf-8")
    folder = "tests/matching/data"
    arguments = ["--catalogue", "demo/catalogue", "--irritants", f"{folder}/irritants.json"]
    assert evaluate([*arguments, "--judgements", f"{folder}/judgements.json", "--thesaurus", str(file)]) == 0


NEED = {
    "text": "Nos bouillasses grises collent au four et nous perdons des culasses.",
    "organisation_type": "PME",
}


def test_compare_tells_what_another_thesaurus_changes(cast):
    other = casting.offer(cast.lab, "autre", title_fr="Pâtes visqueuses", summary_fr="Les comprendre.")
    other.topics.set(["ai-literacy"])
    edit = add("grey-sludge", "bouillasses grises; pâtes visqueuses", topics=["ai-literacy"], new=True)
    needs = [NEED, {"text": "Rien de tout cela, vraiment rien."}]
    changed, same = comparing.compare(needs, thesaurus.tried(edit))
    assert "grey-sludge" in set(changed.concepts_after) - set(changed.concepts_before)
    assert changed.before != changed.after and other.pk in changed.after
    assert same == comparing.Compared([], [], same.concepts_before, same.concepts_before)
    assert not ThesaurusAddition.objects.exists()


def test_words_that_no_concept_knows(db):
    text = "Le zorglub du blutoir vibre. Le zorglub, lui, ne dit rien : taux de zorglubite."
    language, found = comparing.unknown_phrases(text)
    assert language == "fr"
    surfaces = [one.surface for one in found]
    assert "zorglub" in surfaces and "zorglub du blutoir" in surfaces
    assert all(text[one.start : one.end] == one.surface for one in found)
    assert not any("," in surface for surface in surfaces)

"""The index is a cache: whatever happens to it, the answer is that of the database, and it mends itself."""

import json
import os
import shutil
import threading
import time
from contextlib import closing

import pytest
from django.conf import settings as configured
from django.db import transaction
from django.db.models import F

from foundation import clock
from journal.models import Job
from matching import Thesaurus
from matching.arrays import open_arrays, save_arrays
from programs import engine, index, serving
from programs.models import CatalogueChange, CatalogueState, Offer, OfferStatus
from tests import cast as casting
from tests.racing import at_once

NEED = {"text": "Les rebuts de notre coulée dérivent et personne ne voit venir la panne du four."}
TITLES = [
    "Rebuts de coulée en fonderie",
    "Panne de four : détecter la dérive",
    "Capteurs et signaux",
    "Contrôle visuel de pièces",
    "Maintenance des presses",
]


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MATCHING_INDEX = tmp_path / "index"


@pytest.fixture
def lab(db):
    lab = casting.laboratory("lab-essai")
    for number, title in enumerate(TITLES):
        casting.offer(lab, f"o-{number}", title_fr=title)
    return lab


def ranked() -> list[tuple[str, float]]:
    """What this process answers: partners' identifiers and scores."""
    lines = engine.rank(NEED, limit=20).lines
    codes = dict(Offer.objects.values_list("pk", "external_id"))
    return [(codes[line.offer_pk], line.score) for line in lines]


def restarted() -> list[tuple[str, float]]:
    """What a process that starts now answers."""
    serving._current.forget()
    return ranked()


def truth() -> list[tuple[str, float]]:
    """The answer without any index that was there before."""
    before = configured.MATCHING_INDEX
    configured.MATCHING_INDEX = before.with_name(f"clean-{time.monotonic_ns()}")
    try:
        return restarted()
    finally:
        configured.MATCHING_INDEX = before
        serving._current.forget()


def offers_of(answer: list[tuple[str, float]]) -> set[str]:
    """Changes laid over a snapshot leave its rarities a little behind: which offers, not how they score."""
    return {code for code, _score in answer}


def snapshots() -> list:
    return [path for path in configured.MATCHING_INDEX.glob("*/*-*") if path.is_dir()]


def only_snapshot():
    (folder,) = snapshots()
    return folder


# Damage


def truncated(path):
    os.truncate(path, path.stat().st_size // 2)


def one_byte_short(path):
    os.truncate(path, path.stat().st_size - 1)


def flipped(path):
    """One bit of each byte that can be told from another; padding between blocks is nobody's."""
    content = bytearray(path.read_bytes())
    for place in range(0, len(content), 97):
        content[place] ^= 4
    path.write_bytes(content)


def emptied(path):
    path.write_bytes(b"")


def deleted(path):
    path.unlink()


def a_folder(path):
    path.unlink()
    path.mkdir()


def noise(path):
    path.write_bytes(bytes(range(256)) * 40)


DAMAGE = [truncated, one_byte_short, flipped, emptied, deleted, a_folder, noise]


@pytest.mark.parametrize("name", ["segment-0.idx", "vocabulary.idx", "manifest.json"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_made_again(lab, name, damage):
    right = restarted()
    damage(only_snapshot() / name)
    assert restarted() == right
    assert index.intact(serving._current._base)
    assert only_snapshot() == serving._current._base.folder


@pytest.mark.parametrize("bit", range(0, 160, 7))
def test_any_flipped_bit_of_the_manifest_is_seen(lab, bit):
    """Also one that leaves it readable: a mean length, a file's name."""
    right = restarted()
    path = only_snapshot() / "manifest.json"
    content = bytearray(path.read_bytes())
    place = bit * len(content) // 160
    content[place] ^= 1
    path.write_bytes(content)
    assert index.find(serving.thesaurus()) is None
    assert restarted() == right


@pytest.mark.parametrize("change", [{"schema": 99}, {"schema": None}, {"key": "other"}, {"segments": 3}])
def test_another_schema_or_key_is_made_again(lab, change):
    from matching.snapshot import _checksum

    right = restarted()
    path = only_snapshot() / "manifest.json"
    manifest = {**json.loads(path.read_text("utf-8")), **change}
    manifest.pop("checksum")
    path.write_text(json.dumps({**manifest, "checksum": _checksum(manifest)}), "utf-8")
    assert restarted() == right
    assert index.intact(serving._current._base)


def test_a_column_that_is_missing_is_made_again(lab):
    right = restarted()
    path = only_snapshot() / "segment-0.idx"
    header, arrays = open_arrays(path)
    kept = {name: values.copy() for name, values in arrays.items() if name != "fact:kind"}
    save_arrays(path, header, kept)
    assert restarted() == right


def test_a_list_instead_of_a_manifest(lab):
    right = restarted()
    (only_snapshot() / "manifest.json").write_text("[1, 2]", "utf-8")
    assert restarted() == right


def test_strange_names_in_the_folder_are_nobodys(lab):
    right = restarted()
    key = only_snapshot().parent
    for name in ("12", "-", "12-", "x-y", "²-z", "7-other", ".making-left"):
        (key / name).mkdir()
    (key / "99999999-file").write_text("")
    (configured.MATCHING_INDEX / "a-file").write_text("")
    assert restarted() == right
    CatalogueState.advance()
    assert restarted() == right
    assert not (key / ".making-left").exists()


def test_the_whole_folder_is_deleted(lab):
    right = restarted()
    shutil.rmtree(configured.MATCHING_INDEX)
    assert ranked() == right  # what is mapped stays mapped
    assert restarted() == right
    only_snapshot()


def test_damage_under_a_running_process_is_found_when_it_hurts(lab):
    """Identifiers that are no text any more: the index is made again within the same question."""
    right = restarted()
    path = only_snapshot() / "segment-0.idx"
    ids = bytes(open_arrays(path)[1]["ids"])
    content = path.read_bytes()
    with path.open("r+b") as file:  # in place: the mapping sees it
        file.seek(content.index(ids))
        file.write(b"\xff" * len(ids))
    assert ranked() == right
    assert index.intact(serving._current._base)


def test_a_mistake_of_ours_does_not_cost_the_index(lab):
    """An error with sound files is an error: it must not make every question index the catalogue again."""
    restarted()
    folder = only_snapshot()

    def wrong(_engine):
        raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        serving.asked(wrong)
    assert only_snapshot() == folder


def test_a_large_file_is_checked_beside_the_answers(lab, monkeypatch):
    right = restarted()
    for module in ("matching.arrays", "matching.snapshot", "programs.index"):
        monkeypatch.setattr(f"{module}.CHECKED_BYTES", 100)
    path = only_snapshot() / "segment-0.idx"
    weights = bytes(open_arrays(path)[1]["weights"])
    content = path.read_bytes()
    path.write_bytes(content.replace(weights, bytes(len(weights) - 1) + b"\x07"))
    restarted()
    for _ in range(100):
        if not path.exists() and serving._current._base is None:
            break
        time.sleep(0.05)
    monkeypatch.undo()
    assert ranked() == right


# A folder that cannot be used


def test_a_folder_that_cannot_be_made(lab, settings, tmp_path):
    right = restarted()
    (tmp_path / "file").write_text("")
    settings.MATCHING_INDEX = tmp_path / "file" / "index"
    assert restarted() == right
    assert serving._current._base.folder is None


@pytest.mark.parametrize("where", ["the folder", "any folder"])
def test_a_full_disk(lab, monkeypatch, where):
    right = restarted()
    shutil.rmtree(configured.MATCHING_INDEX)
    true = index.write

    def full(folder, *given, **named):
        if where == "any folder" or configured.MATCHING_INDEX in folder.parents:
            true(folder, *given, **named)
            raise OSError(28, "No space left on device")
        true(folder, *given, **named)

    monkeypatch.setattr(index, "write", full)
    assert restarted() == right
    assert serving._current._base.folder is None and snapshots() == []
    assert list(configured.MATCHING_INDEX.glob("*/.making-*")) == []
    offer = Offer.objects.get(external_id=right[0][0])
    offer.status = OfferStatus.HIDDEN
    offer.save()
    CatalogueState.advance([offer])
    assert right[0][0] not in dict(ranked())
    monkeypatch.undo()
    assert restarted() == truth()


# The database moves


def hide(code: str) -> None:
    row = Offer.objects.get(external_id=code)
    row.status = OfferStatus.HIDDEN
    row.save()
    CatalogueState.advance([row])


def show(code: str) -> None:
    row = Offer.objects.get(external_id=code)
    row.status = OfferStatus.PUBLISHED
    row.save()
    CatalogueState.advance([row])


class Back(Exception):
    pass


@pytest.mark.parametrize("whole", [False, True])
def test_the_index_of_a_transaction_that_was_rolled_back(lab, whole):
    """`whole`: indexed inside the transaction; else only laid over what was there."""
    right = restarted()
    first = right[0][0]
    with pytest.raises(Back), transaction.atomic():
        hide(first)
        inside = restarted() if whole else ranked()
        assert first not in dict(inside)
        if whole:
            index.build(serving.thesaurus())
        raise Back
    assert ranked() == right
    assert restarted() == right
    hide(right[1][0])  # the same number again, with another change
    expected = truth()
    assert first in dict(expected) and right[1][0] not in dict(expected)
    assert offers_of(restarted()) == offers_of(ranked()) == offers_of(expected)


@pytest.mark.parametrize("asked_between", [False, True])
def test_a_database_restored_to_an_earlier_sequence(lab, asked_between):
    state = CatalogueState.objects.values().get()
    right = restarted()
    hide(right[0][0])
    hide(right[1][0])
    index.build(serving.thesaurus())
    ranked()
    # The backup: rows as they were.
    Offer.objects.update(status=OfferStatus.PUBLISHED)
    CatalogueChange.objects.filter(sequence__gt=state["sequence"]).delete()
    CatalogueState.objects.update(**state)
    if asked_between:
        assert ranked() == right
    hide(right[2][0])
    show(right[2][0])  # as many changes as were lost
    assert CatalogueState.current() == state["sequence"] + 2
    assert offers_of(ranked()) == offers_of(restarted()) == offers_of(right)
    assert {folder.name for folder in snapshots()} <= {
        f"{sequence}-{stamp}" for sequence, stamp in [CatalogueState.now(), _state(state)]
    }


def _state(row: dict) -> tuple[int, str]:
    return row["sequence"], row["stamp"].hex


def test_more_changes_than_can_be_laid_over(lab, monkeypatch):
    monkeypatch.setattr(serving, "MOST_CHANGES", 2)
    right = restarted()
    for code, _score in right[:3]:
        hide(code)
    assert not {code for code, _score in right[:3]} & set(dict(ranked()))
    assert ranked() == truth()


def test_changes_that_are_forgotten(lab):
    right = restarted()
    hide(right[0][0])
    CatalogueChange.objects.all().delete()
    assert ranked() == restarted() == truth()
    hide(right[1][0])
    CatalogueChange.objects.filter(sequence__lt=CatalogueState.current()).delete()
    assert offers_of(ranked()) == offers_of(truth())


def test_a_deleted_offer(lab):
    right = restarted()
    row = Offer.objects.get(external_id=right[0][0])
    pk = row.pk
    row.delete()
    # Even before the catalogue says so: nobody stores a match with an offer that is gone.
    assert [line.offer_pk for line in engine.rank(NEED, limit=20).lines].count(pk) == 0
    row.pk = pk
    CatalogueState.advance([row])
    assert offers_of(ranked()) == offers_of(truth())
    assert right[0][0] not in dict(ranked())


def test_an_emptied_catalogue_and_back(lab):
    right = restarted()
    Offer.objects.update(status=OfferStatus.ARCHIVED)
    CatalogueState.advance()
    assert ranked() == restarted() == []
    assert list(engine.search("coulée").references) == [] and engine.questions(NEED) == []
    Offer.objects.update(status=OfferStatus.PUBLISHED)
    CatalogueState.advance()
    assert ranked() == restarted() == right


def test_an_offer_that_the_engine_cannot_read_does_not_take_the_others_with_it(lab, caplog):
    right = restarted()
    Offer.objects.filter(external_id=right[0][0]).update(keywords=[7])
    CatalogueState.advance()
    assert [code for code, _score in restarted()] == [code for code, _score in truth()] != []
    assert right[0][0] not in dict(ranked())
    assert "left out of the index" in caplog.text


def test_two_first_changes_are_two(db):
    CatalogueState.objects.all().delete()
    CatalogueState.advance()
    one = CatalogueState.now()
    CatalogueState.advance()
    two = CatalogueState.now()
    assert (one[0], two[0]) == (1, 2) and one[1] != two[1]
    assert CatalogueState.has_been(*one) and CatalogueState.has_been(*two)
    assert not CatalogueState.has_been(1, two[1]) and not CatalogueState.has_been(3, two[1])


def test_old_snapshots_and_keys_go(lab):
    for _ in range(4):
        CatalogueState.advance()
        restarted()
    assert len(snapshots()) == index.KEPT
    for number in range(4):
        (configured.MATCHING_INDEX / f"old-{number}").mkdir()
    CatalogueState.advance()
    restarted()
    assert len(list(configured.MATCHING_INDEX.glob("old-*"))) <= index.KEPT


# A large catalogue: nobody waits for the index


@pytest.fixture
def large(lab, monkeypatch):
    monkeypatch.setattr(index, "SMALL", 0)
    return lab


def test_the_old_snapshot_answers_while_a_worker_makes_the_new_one(large):
    right = restarted()
    Offer.objects.filter(external_id=right[0][0]).update(status=OfferStatus.HIDDEN)
    CatalogueState.advance()  # an import: anything may have changed
    # Two questions, one job; what is no longer public is not told even so.
    assert ranked() == ranked() == right[1:]
    job = Job.objects.get(kind="catalogue.index")
    serving._index(job.payload)
    assert ranked() == truth()
    assert Job.objects.filter(kind="catalogue.index").count() == 1


def test_another_import_before_the_worker_is_done(large):
    right = restarted()
    hide_all = Offer.objects.filter(external_id=right[0][0])
    CatalogueState.advance()
    ranked()
    serving._index({})
    hide_all.update(status=OfferStatus.HIDDEN)
    CatalogueState.advance()
    ranked()  # takes the first one, which does not show the second import
    assert serving._current._seen != CatalogueState.now()
    serving._index({})
    assert ranked() == truth()


def test_single_changes_are_laid_over_at_once(large):
    right = restarted()
    hide(right[0][0])
    assert offers_of(ranked()) == offers_of(truth()) == offers_of(right[1:])
    assert not Job.objects.filter(kind="catalogue.index").exists()


def test_another_thesaurus_is_made_by_a_worker(large, monkeypatch):
    right = restarted()
    other = Thesaurus.load(
        additions=[{"concept": "zzz", "language": "fr", "expression": "laitier moussant", "topics": []}]
    )
    monkeypatch.setattr(serving, "thesaurus", lambda state=None: other)
    assert ranked() == right
    serving._index(Job.objects.get(kind="catalogue.index").payload)
    assert ranked() and serving._current._engine.thesaurus is other


def test_the_first_index_is_waited_for_by_workers_only(large):
    serving._current.forget()
    assert list(engine.search("coulée").references) == [] and engine.questions(NEED) == []
    told = engine.explain(NEED, Offer.objects.first().pk)
    assert (told.rank, told.rules[0]["rule"]) == (None, "indexed")
    assert Job.objects.filter(kind="catalogue.index").count() == 1
    assert ranked()
    assert len(engine.search("coulée").references)


def test_an_index_that_was_lost_is_owed_again(large, time_machine):
    time_machine.move_to(clock.now())
    restarted()
    shutil.rmtree(configured.MATCHING_INDEX)
    serving._current.forget()
    engine.search("coulée")
    Job.objects.update(status=Job.DONE)
    time_machine.shift(3_700)
    serving._current.forget()
    engine.search("coulée")
    assert Job.objects.exclude(status=Job.DONE).count() == 1


def test_where_no_worker_comes_the_process_helps_itself(database_as_served, monkeypatch):
    """Two hosts with a folder each and a worker on one of them only."""
    lab = casting.laboratory("lab-essai")
    for number, title in enumerate(TITLES):
        casting.offer(lab, f"o-{number}", title_fr=title)
    right = restarted()
    monkeypatch.setattr(index, "SMALL", 0)
    monkeypatch.setattr(serving, "PATIENCE", 0)
    shutil.rmtree(configured.MATCHING_INDEX)
    serving._current.forget()
    found = []
    for _ in range(200):
        found = list(engine.search("coulée").references)
        if found:
            break
        time.sleep(0.05)
    assert found and ranked() == right
    Offer.objects.filter(external_id=right[0][0]).update(status=OfferStatus.HIDDEN)
    CatalogueState.advance()
    for _ in range(200):
        ranked()
        if serving._current._seen == CatalogueState.now():
            break
        time.sleep(0.05)
    assert ranked() == truth()


def test_two_hosts(lab, settings, tmp_path):
    """Two folders, one database: the same answer, the same version, each for itself."""
    folders = [tmp_path / "host-a", tmp_path / "host-b"]
    versions = set()
    for change in (None, TITLES):
        if change:
            hide("o-0")
        answers = []
        for folder in folders:
            settings.MATCHING_INDEX = folder
            answers.append(restarted())
            index.build(serving.thesaurus())
            serving._current.forget()
            versions.add((bool(change), serving.current().data_version))
        assert answers[0] == answers[1]
    assert len(versions) == 2


def test_threads_share_one_build(database_as_served, monkeypatch):
    lab = casting.laboratory("lab-essai")
    casting.offer(lab, "o-0")
    serving._current.forget()
    built = []
    true = index.write
    monkeypatch.setattr(index, "write", lambda *given, **named: (built.append(1), true(*given, **named)))
    answers = []

    def ask():
        from django.db import connection

        answers.append(len(engine.rank(NEED, limit=5).lines))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [1] * 4 and built == [1]


def test_a_number_that_only_grew(lab):
    """The state was changed by hand: whatever cannot be told is made again."""
    right = restarted()
    CatalogueState.objects.update(sequence=F("sequence") + 7)
    assert ranked() == restarted() == right


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("database_as_served")
def test_who_reads_the_catalogue_leaves_the_pen_to_others(lab):
    """Indexing a large one takes minutes: on SQLite, nobody could send a demand meanwhile."""
    with closing(index.published()) as rows:
        next(rows)
        assert at_once(lambda: Offer.objects.update(summary_fr="deux jours")) == [len(TITLES)]

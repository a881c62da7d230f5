"""The compiled thesaurus that processes share: whatever is wrong with it, it is compiled and kept again."""

import os

import pytest

from matching import Thesaurus
from matching.concepts import recognising
from matching.concepts.recognising import Recogniser
from matching.thesaurus import BASE

TEXT = "Nos pompes tombent en panne sans prévenir."


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setattr(recognising, "shelf", tmp_path / "compiled")
    return tmp_path / "compiled"


@pytest.mark.parametrize("damage", ["emptied", "truncated", "noise", "flipped", "deleted"])
def test_a_damaged_one_is_made_again(shelf, damage):
    thesaurus = Thesaurus.load(BASE / "10-maintenance-quality.txt")
    right = Recogniser(thesaurus).find_in(TEXT, "fr")
    (path,) = shelf.glob("fr-*.idx")
    whole = path.read_bytes()
    if damage == "deleted":
        path.unlink()
    elif damage in ("emptied", "truncated"):
        os.truncate(path, 0 if damage == "emptied" else len(whole) // 2)
    elif damage == "noise":
        path.write_bytes(bytes(range(256)) * 40)
    else:
        path.write_bytes(bytes(byte ^ 4 if place % 97 == 0 else byte for place, byte in enumerate(whole)))
    assert right and Recogniser(thesaurus).find_in(TEXT, "fr") == right
    assert path.read_bytes() == whole


def test_without_a_folder_it_is_compiled_all_the_same(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(recognising, "shelf", tmp_path / "file" / "compiled")
    assert Recogniser(Thesaurus.load(BASE / "10-maintenance-quality.txt")).find_in(TEXT, "fr")

"""The file of a backup: no byte of it can change, vanish or be added without its reader refusing."""

import random
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest

from operations.backup import archive, sealing
from operations.backup.archive import Damaged, Manifest, Writer

pytestmark = pytest.mark.shows("R-13", "S-31")
FLIPS = 1000
SECRET = b"Fonderie Muller, 06 12 34 56 78"


def written(out) -> None:
    writer, noise = Writer(out), random.Random(8)
    writer.add("database.sqlite3", BytesIO(SECRET + noise.randbytes(5000)), 5000 + len(SECRET))
    for number in range(5):
        writer.add(f"media/files/aa/{number}", BytesIO(noise.randbytes(900)), 900)
    writer.finish(Manifest("0.1.0", "2026-11-27T03:00:00+00:00", "sqlite", {"a": 1}, ["a.0001_initial"]))


@pytest.fixture(scope="module")
def plain() -> bytes:
    out = BytesIO()
    written(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    secret, public = sealing.new_identity()
    path = tmp_path_factory.mktemp("key") / "identity"
    path.write_text(f"# public key: {public}\n{secret}\n")
    return sealing.identities(path), sealing.recipients([public])


@pytest.fixture(scope="module")
def sealed(keys) -> bytes:
    out = BytesIO()
    with sealing.sealing(out, keys[1]) as inside:
        written(inside)
    return out.getvalue()


def read_sealed(content: bytes, keys) -> Manifest:
    with sealing.opening(BytesIO(content), keys[0]) as inside:
        return archive.read(inside)


def flipped(content: bytes, noise: random.Random) -> bytes:
    changed = bytearray(content)
    changed[noise.randrange(len(content))] ^= 1 << noise.randrange(8)
    return bytes(changed)


def refusals(read, contents) -> Counter:
    said = Counter()
    for content in contents:
        with pytest.raises(Damaged) as refusal:
            read(content)
        said[str(refusal.value)] += 1
    return said


def test_what_was_written_is_read(plain, sealed, keys):
    kept = {}
    manifest = archive.read(BytesIO(plain), lambda name, chunks: kept.update({name: b"".join(chunks)}))
    assert (
        sorted(kept)
        == sorted(manifest.members)
        == ["database.sqlite3", *(f"media/files/aa/{n}" for n in range(5))]
    )
    assert kept["database.sqlite3"].startswith(SECRET)
    assert read_sealed(sealed, keys).migrations == manifest.migrations == ["a.0001_initial"]


def test_a_sealed_backup_shows_nothing(plain, sealed):
    assert SECRET in plain
    assert SECRET not in sealed and b"manifest" not in sealed


def test_a_thousand_flipped_bits_are_a_thousand_refusals(plain):
    noise = random.Random(13)
    said = refusals(
        lambda content: archive.read(BytesIO(content)), (flipped(plain, noise) for _ in range(FLIPS))
    )
    assert said.total() == FLIPS
    assert said["database.sqlite3 is not what was saved"] > 100, "the file is named"


def test_a_thousand_flipped_bits_of_a_sealed_one_as_well(sealed, keys):
    noise = random.Random(31)
    assert (
        refusals(lambda one: read_sealed(one, keys), (flipped(sealed, noise) for _ in range(FLIPS))).total()
        == FLIPS
    )


def test_cut_anywhere_or_longer_than_it_was_it_is_refused(plain, sealed, keys):
    for content, read in (
        (plain, lambda one: archive.read(BytesIO(one))),
        (sealed, lambda one: read_sealed(one, keys)),
    ):
        wrong = [content[:length] for length in range(0, len(content), 499)] + [
            content + b"\n",
            content + content,
        ]
        assert refusals(read, wrong).total() == len(wrong)


def test_without_its_checksum_a_flip_between_the_files_would_pass(plain, monkeypatch):
    """The negative twin: what the trailer is for."""
    monkeypatch.setattr(archive._Body, "is_whole", lambda self: True)
    noise, passed = random.Random(13), 0
    for _ in range(FLIPS):
        try:
            archive.read(BytesIO(flipped(plain, noise)))
            passed += 1
        except Damaged:
            continue
    assert passed > FLIPS / 10


def test_another_key_opens_nothing(sealed, tmp_path):
    path = tmp_path / "other"
    path.write_text(sealing.new_identity()[0])
    with (
        pytest.raises(Damaged, match="another key"),
        sealing.opening(BytesIO(sealed), sealing.identities(path)) as inside,
    ):
        archive.read(inside)


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "media/../../x", "media//x"])
def test_no_member_lies_outside(name):
    out = BytesIO()
    writer = Writer(out)
    writer.add(name, BytesIO(b"x"), 1)
    writer.finish(Manifest("0.1.0", "", "sqlite", {}, []))
    with pytest.raises(Damaged):
        archive.read(BytesIO(out.getvalue()))


@pytest.mark.parametrize("text", ["age1", "AGE-SECRET-KEY-1", "ssh-ed25519 AAAA"])
def test_a_key_that_is_none_is_refused(text, tmp_path):
    with pytest.raises(sealing.BadKey):
        sealing.recipients([text])
    path = Path(tmp_path / "key")
    path.write_text(text)
    with pytest.raises(sealing.BadKey):
        sealing.identities(path)


def test_a_full_disk_says_so(keys):
    class Full(BytesIO):
        def write(self, content):
            if self.tell() > 1000:
                raise OSError(28, "No space left on device")
            return super().write(content)

    with pytest.raises(OSError) as error, sealing.sealing(Full(), keys[1]) as inside:
        for _ in range(100):
            inside.write(b"x" * 100_000)
    assert error.value.errno == 28

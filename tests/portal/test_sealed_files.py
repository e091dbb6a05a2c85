"""A sealed file opens whole and unchanged, in its own place, or not at all."""

import io
import os

import pytest

from portal.encryption import CannotOpen
from portal.sealed_files import CHUNK, MAGIC, TAG, SealedReader, SealedWriter

CONTENT = os.urandom(CHUNK * 3 + 1234)


def sealed(path, content=CONTENT, *, context="a.file:1"):
    writer = SealedWriter(path, context=context)
    for start in range(0, len(content), 50_000):
        writer.write(content[start : start + 50_000])
    writer.close()
    return writer.key


def opened(path, key, *, context="a.file:1"):
    with SealedReader(path, key=key, context=context) as reader:
        return b"".join(reader.chunks())


def spoil(path, change):
    """Change the file's chunks, as stored, by hand."""
    body, step = path.read_bytes()[len(MAGIC) :], CHUNK + TAG
    chunks = [body[start : start + step] for start in range(0, len(body), step)]
    path.write_bytes(MAGIC + b"".join(change(chunks)))


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, CHUNK * 3])
def test_what_was_written_is_read(tmp_path, length):
    path = tmp_path / "f"
    key = sealed(path, CONTENT[:length])
    assert opened(path, key) == CONTENT[:length]
    assert SealedReader(path, key=key, context="a.file:1").size == length


def test_nothing_of_the_content_stands_on_the_disk_and_only_we_may_read_the_file(tmp_path):
    path = tmp_path / "f"
    sealed(path, b"Maria has diabetes. " * 10_000)
    assert b"diabetes" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_any_part_can_be_read_alone(tmp_path):
    key = sealed(tmp_path / "f")
    with io.BufferedReader(SealedReader(tmp_path / "f", key=key, context="a.file:1")) as file:
        for start in (0, CHUNK - 3, CHUNK * 2 + 5, len(CONTENT) - 10):
            file.seek(start)
            assert file.read(100) == CONTENT[start : start + 100]
        file.seek(-7, io.SEEK_END)
        assert file.read() == CONTENT[-7:]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda chunks: chunks[:-1], id="cut at a chunk"),
        pytest.param(lambda chunks: [*chunks[:-1], chunks[-1][:-1]], id="cut by a byte"),
        pytest.param(lambda chunks: chunks[1:], id="without its beginning"),
        pytest.param(lambda chunks: [chunks[1], chunks[0], *chunks[2:]], id="reordered"),
        pytest.param(lambda chunks: [chunks[0], chunks[0], *chunks[2:]], id="a chunk twice"),
        pytest.param(lambda chunks: [*chunks, chunks[-1]], id="longer"),
        pytest.param(lambda chunks: [bytes([chunks[0][0] ^ 1]) + chunks[0][1:], *chunks[1:]], id="one bit changed"),
        pytest.param(lambda chunks: [], id="emptied"),
    ],
)
def test_a_file_that_was_changed_does_not_open(tmp_path, change):
    path = tmp_path / "f"
    key = sealed(path)
    spoil(path, change)
    with pytest.raises(CannotOpen):
        opened(path, key)


def test_a_file_put_in_anothers_place_does_not_open(tmp_path):
    mine, theirs = sealed(tmp_path / "mine"), sealed(tmp_path / "theirs", context="a.file:2")
    with pytest.raises(CannotOpen):
        opened(tmp_path / "mine", mine, context="a.file:2")
    with pytest.raises(CannotOpen):
        opened(tmp_path / "theirs", mine)
    assert mine != theirs


def test_what_is_no_sealed_file_or_no_key_does_not_open(tmp_path):
    path = tmp_path / "f"
    key = sealed(path)
    for wrong in ("", "nonsense!", key[:-8]):
        with pytest.raises(CannotOpen):
            opened(path, wrong)
    path.write_bytes(b"%PDF-1.7 in clear")
    with pytest.raises(CannotOpen):
        opened(path, key)


def test_a_file_that_is_given_up_leaves_nothing(tmp_path):
    writer = SealedWriter(tmp_path / "f", context="a")
    writer.write(CONTENT)
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_never_written_over(tmp_path):
    sealed(tmp_path / "f")
    with pytest.raises(FileExistsError):
        SealedWriter(tmp_path / "f", context="a")

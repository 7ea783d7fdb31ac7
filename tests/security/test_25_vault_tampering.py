"""SECURITY 25: a stolen disk opens nothing, and a file that was touched is never
served: bits, cuts, swaps, additions, another key, another place."""

import secrets
import uuid

import pytest

from spip_portal.vault import envelope, files

CONTENT = secrets.token_bytes(files.CHUNK * 2 + 100)
KEY = secrets.token_bytes(32)


@pytest.fixture
def stored() -> uuid.UUID:
    file_uuid = uuid.uuid4()
    files.write(file_uuid, KEY, CONTENT)
    return file_uuid


def read(file_uuid: uuid.UUID, key: bytes = KEY) -> bytes:
    return b"".join(files.read(file_uuid, key))


@pytest.mark.parametrize(
    "size", [0, 1, files.CHUNK - 1, files.CHUNK, files.CHUNK + 1, files.CHUNK * 3]
)
def test_what_was_written_is_read_back_byte_for_byte(size):
    file_uuid, content = uuid.uuid4(), secrets.token_bytes(size)
    files.write(file_uuid, KEY, content)
    assert read(file_uuid) == content


def test_nothing_of_the_content_is_on_the_disk(stored):
    raw = files.path_of(stored).read_bytes()
    assert CONTENT[:64] not in raw
    assert raw.startswith(b"SPD1")


def _flip(position):
    def tamper(raw: bytes) -> bytes:
        return raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]

    return tamper


HEAD, SEALED = files.HEADER.size, files.CHUNK + files.TAG
TAMPERED = {
    "magic": _flip(0),
    "version": _flip(4),
    "algorithm": _flip(5),
    "chunk size": _flip(7),
    "owner": _flip(10),
    "nonce prefix": _flip(26),
    "first chunk": _flip(HEAD + 3),
    "a tag": _flip(HEAD + SEALED - 1),
    "last byte": _flip(-1 + HEAD + 2 * SEALED + 100 + files.TAG),
    "cut within a chunk": lambda raw: raw[:-10],
    "cut after a whole chunk": lambda raw: raw[: HEAD + SEALED],
    "cut after the header": lambda raw: raw[:HEAD],
    "cut within the header": lambda raw: raw[:20],
    "empty": lambda _raw: b"",
    "something appended": lambda raw: raw + b"x" * 40,
    "chunks swapped": lambda raw: (
        raw[:HEAD]
        + raw[HEAD + SEALED : HEAD + 2 * SEALED]
        + raw[HEAD : HEAD + SEALED]
        + raw[HEAD + 2 * SEALED :]
    ),
    "a chunk twice": lambda raw: raw[: HEAD + SEALED] + raw[HEAD:],
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_file_that_was_touched_is_refused(stored, how):
    path = files.path_of(stored)
    path.write_bytes(TAMPERED[how](path.read_bytes()))
    with pytest.raises(envelope.VaultError):
        read(stored)


def test_another_key_opens_nothing(stored):
    with pytest.raises(envelope.VaultError):
        read(stored, secrets.token_bytes(32))


def test_the_file_of_another_place_is_refused(stored):
    other = uuid.uuid4()
    files.write(other, KEY, b"other")
    files.path_of(stored).write_bytes(files.path_of(other).read_bytes())
    with pytest.raises(envelope.VaultError):
        read(stored)

"""The encrypted file: header, then AES-256-GCM chunks (DESIGN, promise 3).

Header, 32 bytes: `SPD1` ‖ version ‖ algorithm ‖ chunk size in KiB (big-endian, 2 bytes)
‖ uuid of the stored file (16) ‖ nonce prefix (7) ‖ one zero byte. The nonce of chunk i
is prefix ‖ i (4 bytes) ‖ 1 for the last chunk, else 0: chunks cannot be cut, swapped or
appended. The header is the associated data of every chunk.
"""

import os
import secrets
import struct
import uuid
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from spip_portal.vault.envelope import VaultError

CHUNK = 256 * 1024
TAG = 16
HEADER = struct.Struct(">4sBBH16s7sx")
MAGIC, VERSION, AES_256_GCM = b"SPD1", 1, 1


def path_of(file_uuid: uuid.UUID) -> Path:
    return settings.VAULT_ROOT / file_uuid.hex[:2] / file_uuid.hex


def _nonce(prefix: bytes, index: int, *, last: bool) -> bytes:
    return prefix + index.to_bytes(4) + (b"\x01" if last else b"\x00")


def write(file_uuid: uuid.UUID, key: bytes, content: bytes) -> None:
    """Encrypt `content` to its place; it is whole on the disk or not there at all."""
    prefix = secrets.token_bytes(7)
    header = HEADER.pack(
        MAGIC, VERSION, AES_256_GCM, CHUNK // 1024, file_uuid.bytes, prefix
    )
    cipher, path = AESGCM(key), path_of(file_uuid)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with open(partial, "xb", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        file.write(header)
        starts = range(0, len(content), CHUNK) or [0]
        for index, start in enumerate(starts):
            chunk = content[start : start + CHUNK]
            last = start + CHUNK >= len(content)
            file.write(cipher.encrypt(_nonce(prefix, index, last=last), chunk, header))
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(file_uuid: uuid.UUID, key: bytes, *, first_chunk: int = 0) -> Iterator[bytes]:
    """The clear chunks, one at a time. Raises VaultError at the first altered byte."""
    cipher, path = AESGCM(key), path_of(file_uuid)
    with path.open("rb") as file:
        header = file.read(HEADER.size)
        prefix = _checked_prefix(header, file_uuid)
        skipped, index = first_chunk * (CHUNK + TAG), first_chunk
        file.seek(HEADER.size + skipped)
        remaining = path.stat().st_size - HEADER.size - skipped
        while remaining > 0:
            sealed = file.read(min(CHUNK + TAG, remaining))
            remaining -= len(sealed)
            nonce = _nonce(prefix, index, last=remaining == 0)
            try:
                yield cipher.decrypt(nonce, sealed, header)
            except (InvalidTag, ValueError) as error:
                raise VaultError("Altered file.") from error
            index += 1
        if index == first_chunk:
            raise VaultError("Truncated file.")


def _checked_prefix(header: bytes, file_uuid: uuid.UUID) -> bytes:
    if len(header) != HEADER.size:
        raise VaultError("Truncated file.")
    magic, version, algorithm, kib, owner, prefix = HEADER.unpack(header)
    expected = (MAGIC, VERSION, AES_256_GCM, CHUNK // 1024, file_uuid.bytes)
    if (magic, version, algorithm, kib, owner) != expected:
        raise VaultError("Not this vault's file.")
    return prefix

"""Keys around keys: what the database holds opens nothing by itself.

The key-encryption keys are files of 32 random bytes, `<16 hex digits>.key`, in
VAULT_KEYS_DIR, outside the database and its dumps. The last one by name wraps; any of
them unwraps, so that a rotation re-wraps rows at leisure.

Sealed form: version (1 byte) ‖ key id (8) ‖ nonce (12) ‖ AES-256-GCM text and tag.
"""

import base64
import secrets
import time
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = b"\x01"
KEY_ID_BYTES = 8
NONCE_BYTES = 12
PREFIX_BYTES = len(VERSION) + KEY_ID_BYTES + NONCE_BYTES


class VaultError(Exception):
    """Something sealed does not open: key missing, or bytes altered."""


def create_key() -> Path:
    """Write a new key-encryption key; its name sorts after every earlier one."""
    folder = settings.VAULT_KEYS_DIR
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{time.time_ns():016x}.key"
    path.touch(mode=0o400)
    path.chmod(0o600)
    path.write_bytes(secrets.token_bytes(32))
    path.chmod(0o400)
    return path


def key_paths() -> list[Path]:
    return sorted(settings.VAULT_KEYS_DIR.glob("*.key"))


def newest_key_id() -> str:
    return key_paths()[-1].stem


def key_id(sealed: bytes) -> str:
    """Which key opens it: the name of its file."""
    return sealed[1 : 1 + KEY_ID_BYTES].hex()


@lru_cache(maxsize=32)
def _cipher(path: Path, purpose: str) -> AESGCM:
    """One sub-key a purpose, so that a sealed text is never taken for a file key."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return AESGCM(derive.derive(path.read_bytes()))


def seal(plain: bytes, *, purpose: str, context: bytes = b"") -> bytes:
    """Encrypt under the newest key; `context` must be given again to open."""
    paths = key_paths()
    if not paths:
        raise VaultError("No key in VAULT_KEYS_DIR: run manage.py create_vault_key.")
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(paths[-1], purpose).encrypt(nonce, plain, context)
    return VERSION + bytes.fromhex(paths[-1].stem) + nonce + sealed


def unseal(sealed: bytes, *, purpose: str, context: bytes = b"") -> bytes:
    """Raises VaultError when the key is gone or a single bit differs."""
    nonce = sealed[1 + KEY_ID_BYTES : PREFIX_BYTES]
    path = settings.VAULT_KEYS_DIR / f"{key_id(sealed)}.key"
    if sealed[:1] != VERSION or not path.exists():
        raise VaultError("Unknown version or missing key.")
    try:
        return _cipher(path, purpose).decrypt(nonce, sealed[PREFIX_BYTES:], context)
    except InvalidTag as error:
        raise VaultError("Altered bytes or wrong context.") from error


def seal_text(text: str, *, purpose: str) -> str:
    return base64.b64encode(seal(text.encode(), purpose=purpose)).decode()


def open_text(sealed: str, *, purpose: str) -> str:
    return unseal(base64.b64decode(sealed), purpose=purpose).decode()

"""Who signs what the journal says of itself, and whom to believe.

JOURNAL_SEAL_KEY is the private key: 32 random bytes in base 64, outside the database. A
signature names its purpose, so that no statement is taken for another's."""

import base64
import binascii
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from django.conf import settings
from django.utils.translation import gettext as _

from spip_portal.journal.merkle import canonical
from spip_portal.journal.models import SealKey

SEAL, KEY, RETIREMENT, EXPORT = "seal", "key", "retirement", "export"
KEY_BYTES = 32


class SealKeyError(Exception):
    """There is no key to seal with, or not one that may."""


@dataclass(frozen=True)
class Signer:
    private: Ed25519PrivateKey

    @property
    def public_key(self) -> str:
        return self.private.public_key().public_bytes_raw().hex()

    @property
    def key_id(self) -> str:
        return key_id_of(self.public_key)

    def sign(self, purpose: str, statement: dict[str, object]) -> str:
        return self.private.sign(_message(purpose, statement)).hex()


def current() -> Signer:
    """The key of the settings."""
    if not settings.JOURNAL_SEAL_KEY:
        raise SealKeyError(_("La clef de scellement manque : JOURNAL_SEAL_KEY."))
    return signer_of(settings.JOURNAL_SEAL_KEY)


def signer_of(secret: str) -> Signer:
    try:
        seed = base64.b64decode(secret, validate=True)
        return Signer(Ed25519PrivateKey.from_private_bytes(seed))
    except (binascii.Error, ValueError) as error:
        raise SealKeyError(
            _("La clef de scellement attend 32 octets en base 64.")
        ) from error


def new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def key_id_of(public_key: str) -> str:
    return sha256(bytes.fromhex(public_key)).hexdigest()[:32]


def is_signed(
    public_key: str, signature: str, purpose: str, statement: dict[str, object]
) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), _message(purpose, statement))
    except (InvalidSignature, ValueError):
        return False
    return True


def _message(purpose: str, statement: dict[str, object]) -> bytes:
    return f"spip-portal/journal/{purpose}/v1\n".encode() + canonical(statement)


# -- Keys that followed one another ----------------------------------------------------


def registered(signer: Signer) -> SealKey:
    """The row of the key that signs; the first key of a journal enters by itself. Any
    other must have been brought in by the one before (`create_seal_key --rotate`)."""
    if row := SealKey.objects.filter(key_id=signer.key_id).first():
        return row
    if SealKey.objects.exists():
        raise SealKeyError(
            _(
                "La clef de scellement n’est pas celle du journal : passez par "
                "create_seal_key --rotate, avec l’ancienne clef."
            )
        )
    return introduce(signer)


def introduce(signer: Signer, *, by: Signer | None = None) -> SealKey:
    """Add a public key, signed by the one before it."""
    row = SealKey(
        key_id=signer.key_id,
        public_key=signer.public_key,
        previous=by.key_id if by else "",
    )
    row.acceptance = signer.sign(KEY, row.statement)
    row.endorsement = by.sign(KEY, row.statement) if by else ""
    row.save(force_insert=True)
    return row


def trusted_keys(pinned: Iterable[str] = ()) -> dict[str, str]:
    """Public keys by their id: those that are given, else that of the settings, and
    every other that one of them vouches for, before or after."""
    given = [public.strip().lower() for public in pinned] or [current().public_key]
    trusted = {key_id_of(public): public for public in given}
    rows = list(SealKey.objects.order_by("pk"))
    published = {key_id_of(row.public_key): row.public_key for row in rows}
    found = True
    while found:
        found = False
        for row in rows:
            own, before = key_id_of(row.public_key), row.previous
            if own not in trusted and _vouches(
                trusted.get(before), row.endorsement, row
            ):
                trusted[own] = row.public_key
                found = True
            if (
                before in published
                and before not in trusted
                and _vouches(trusted.get(own), row.acceptance, row)
            ):
                trusted[before] = published[before]
                found = True
    return trusted


def _vouches(public_key: str | None, signature: str, row: SealKey) -> bool:
    return public_key is not None and is_signed(
        public_key, signature, KEY, row.statement
    )

"""Keys around keys."""

import pytest

from spip_portal.vault import envelope


def test_what_is_sealed_opens_with_its_purpose_and_context_only():
    sealed = envelope.seal(b"key", purpose="file-key", context=b"one")
    assert envelope.unseal(sealed, purpose="file-key", context=b"one") == b"key"
    for purpose, context in (("mfa", b"one"), ("file-key", b"two")):
        with pytest.raises(envelope.VaultError):
            envelope.unseal(sealed, purpose=purpose, context=context)


def test_each_altered_byte_is_noticed():
    sealed = envelope.seal(b"key", purpose="file-key")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(envelope.VaultError):
            envelope.unseal(bytes(altered), purpose="file-key")


def test_after_a_rotation_the_new_key_seals_and_the_old_one_still_opens():
    before = envelope.seal(b"key", purpose="file-key")
    new = envelope.create_key()
    after = envelope.seal(b"key", purpose="file-key")
    assert before[1:9] != after[1:9] == bytes.fromhex(new.stem)
    assert envelope.unseal(before, purpose="file-key") == b"key"


def test_without_any_key_nothing_is_sealed(settings, tmp_path):
    settings.VAULT_KEYS_DIR = tmp_path
    with pytest.raises(envelope.VaultError, match="create_vault_key"):
        envelope.seal(b"key", purpose="file-key")

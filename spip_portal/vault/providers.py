"""What the vault keeps sealed in its own rows (spip_portal.vault.rotation)."""

from collections.abc import Iterator

from spip_portal import registry
from spip_portal.vault.models import StoredFile
from spip_portal.vault.rotation import Sealed
from spip_portal.vault.services import KEY_PURPOSE


def sealed(user) -> Iterator[Sealed]:
    """The key of each file; one that was erased has none."""
    yield Sealed(
        rows=StoredFile.objects.all(),
        fields=("wrapped_key",),
        purpose=KEY_PURPOSE,
        read=lambda file: [bytes(file.wrapped_key)] if file.wrapped_key else [],
        write=lambda file, keys: setattr(file, "wrapped_key", keys[0]),
        context=lambda file: file.uuid.bytes,
    )


def register() -> None:
    registry.register("sealed", sealed)

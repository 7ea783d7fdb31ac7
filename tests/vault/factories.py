from django.utils import timezone

from spip_portal.vault import services as vault
from spip_portal.vault.models import StoredFile

# The smallest file that the portal takes for a whole PDF at first sight.
PDF = b"%PDF-1.4\n% a judgment\n%%EOF\n"


def stored_file(content: bytes = PDF, state: str = "available") -> StoredFile:
    """A real file of the vault, inspected without having been looked into."""
    stored = vault.store(content=content)
    StoredFile.objects.filter(pk=stored.pk).update(
        state=state, inspected_at=timezone.now(), pages=1
    )
    stored.refresh_from_db()
    return stored

from io import BytesIO

from django.utils import timezone
from PIL import Image

from spip_portal.vault import services as vault
from spip_portal.vault.models import StoredFile
from tests.vault import papers

PDF = papers.PLAIN


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **saved) -> bytes:
    """A real image file."""
    file = BytesIO()
    Image.new("RGB", size, "navy").save(file, kind, **saved)
    return file.getvalue()


def stored_image(content: bytes | None = None, state: str = "available") -> StoredFile:
    return stored_file(content or picture(), state, StoredFile.MediaType.PNG)


def stored_file(
    content: bytes = PDF,
    state: str = "available",
    media_type: str = StoredFile.MediaType.PDF,
) -> StoredFile:
    """A real file of the vault, inspected without having been looked into."""
    stored = vault.store(content=content, media_type=media_type)
    StoredFile.objects.filter(pk=stored.pk).update(
        state=state, inspected_at=timezone.now(), pages=1
    )
    stored.refresh_from_db()
    return stored

"""What can be done with the vault: store, open, inspect, erase."""

import hashlib
import logging
import secrets
import uuid
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from spip_portal.security.tasks import ring
from spip_portal.vault import antivirus, envelope, files, inspection
from spip_portal.vault.models import StoredFile

logger = logging.getLogger(__name__)
KEY_PURPOSE = "file-key"


def store(*, content: bytes, media_type: str = StoredFile.MediaType.PDF) -> StoredFile:
    """Encrypt `content` into quarantine at once; a worker inspects it after commit."""
    file_uuid, key = uuid.uuid4(), secrets.token_bytes(32)
    files.write(file_uuid, key, content)
    stored = StoredFile.objects.create(
        uuid=file_uuid,
        media_type=media_type,
        wrapped_key=envelope.seal(key, purpose=KEY_PURPOSE, context=file_uuid.bytes),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    ring("vault.inspect_waiting")
    return stored


def open_stream(
    stored: StoredFile, start: int = 0, stop: int | None = None
) -> Iterator[bytes]:
    """The clear bytes, or those from `start` to before `stop`, in chunks of 256 KiB.
    The key is unwrapped now, so that the caller learns of a missing key before it
    promises a file."""
    if stored.wrapped_key is None:
        raise envelope.VaultError("This file was erased.")
    key = envelope.unseal(
        bytes(stored.wrapped_key), purpose=KEY_PURPOSE, context=stored.uuid.bytes
    )
    first = start // files.CHUNK
    chunks = files.read(stored.uuid, key, first_chunk=first)
    if (start, stop) == (0, None):
        return chunks
    skipped = first * files.CHUNK
    end = stored.size if stop is None else stop
    return _cut(chunks, start - skipped, end - skipped)


def _cut(chunks: Iterator[bytes], start: int, stop: int) -> Iterator[bytes]:
    """Bytes `start` to before `stop` of what the chunks make together."""
    place = 0
    for chunk in chunks:
        yield chunk[max(0, start - place) : stop - place]
        place += len(chunk)
        if place >= stop:
            return


def inspect_waiting() -> int:
    """Inspect each quarantined file once, several workers side by side. Returns how
    many were inspected. While clamd is away all of them wait: beat asks again."""
    inspected, began_at = 0, timezone.now()
    while antivirus.answers() and (stored := _inspect_next(began_at)):
        inspected += stored.state != StoredFile.State.QUARANTINED
    return inspected


@transaction.atomic
def _inspect_next(began_at: datetime) -> StoredFile | None:
    """The next one that was not tried since `began_at`."""
    waiting = StoredFile.objects.waiting().select_for_update(
        skip_locked=True, of=("self",)
    )
    untried = Q(tried_at=None) | Q(tried_at__lt=began_at)
    stored = waiting.filter(untried).first()
    if stored is None:
        return None
    stored.tried_at = timezone.now()
    try:
        _settle(stored)
    except antivirus.NoAnswerError:
        logger.warning("clamd did not answer: file %s waits", stored.pk)
    stored.save(update_fields=["tried_at", "pages", "refusal", "inspected_at", "state"])
    return stored


def _settle(stored: StoredFile) -> None:
    try:
        content = b"".join(open_stream(stored))
    except (envelope.VaultError, OSError):
        verdict = inspection.Verdict(
            pages=None,
            refusal=_("Le fichier n’a pas pu être relu : déposez-le de nouveau."),
        )
    else:
        verdict = inspection.inspect(content, stored.media_type)
    stored.pages, stored.refusal = verdict.pages, verdict.refusal
    stored.inspected_at = timezone.now()
    stored.state = (
        StoredFile.State.REFUSED if verdict.refusal else StoredFile.State.AVAILABLE
    )


def erase(*, stored: StoredFile) -> None:
    """Make the file unreadable for ever: its key goes, then its bytes."""
    StoredFile.objects.filter(pk=stored.pk).update(wrapped_key=None)
    transaction.on_commit(lambda: files.path_of(stored.uuid).unlink(missing_ok=True))

"""What every PDF that a page of the network offers has in common."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.vault import services as vault


def read(
    row,
    readable,
    *,
    by: User,
    request: HttpRequest,
    kind: str,
    spip_id: int | None = None,
    is_public: bool = False,
) -> Iterator[bytes]:
    """The clear chunks, which must be sent after the commit only. Who reads what not
    everybody has is written down; what is public is read like any page."""
    if not readable.filter(pk=row.pk).exists():
        raise PermissionDenied
    if not is_public:
        record(
            actor=by,
            verb=Verb.READ,
            spip_id=spip_id,
            object_kind=kind,
            object_uuid=row.uuid,
            request=request,
        )
    return vault.open_stream(row.file)


def take_out(row, editable) -> None:
    """Its file becomes unreadable for ever."""
    if not editable.filter(pk=row.pk).exists():
        raise PermissionDenied
    stored = row.file
    row.delete()
    vault.erase(stored=stored)

"""Open a document and read it: one opening, one line of the journal."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import emails
from cases.models import Case, Document, Opening, ShareRecipient
from partners.models import Membership, Organisation
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.ui.templatetags.portal import long_datetime
from spip_portal.vault import services as vault
from spip_portal.vault.files import CHUNK
from spip_portal.vault.marking import marked


class TooManyOpeningsError(Exception):
    """One account opens more documents than a person reads."""


class NotReadableError(Exception):
    """No right to read this document, now."""


@dataclass(frozen=True)
class Reading:
    """What this reader gets: its size, and `chunks(start, stop)`, the clear bytes,
    which must be sent after the commit only."""

    opening: Opening
    size: int
    chunks: Callable[[int, int | None], Iterator[bytes]]


@transaction.atomic
def read_document(
    *, by: User, document: Document, request: HttpRequest, again: str | None = None
) -> Reading:
    """Settle the right, then the key, then the line: nothing leaves before them. A part
    of the file asked `again` belongs to the opening that is live, and writes no line;
    it bears the `etag` of that opening, or is empty."""
    if not by.has_perm(f"cases.{Document.READ}", document):
        raise NotReadableError
    opening = None if again is None else _live_opening(by, document, again)
    grant = (
        ShareRecipient.objects.filter(user=by, content_object=document)
        .select_related("share", "partnership__organisation")
        .order_by("-pk")
        .first()
    )
    if opening is None:
        opening = _open(by, document, grant, request)
    if grant is None:
        chunks = partial(vault.open_stream, document.file)
        return _checked(Reading(opening, document.file.size, chunks))
    copy = _reading_copy(opening, grant)
    return Reading(opening, len(copy), partial(_slices, copy))


def _live_opening(by: User, document: Document, etag: str) -> Opening | None:
    mine = Opening.objects.of(by).live().filter(document=document)
    opening = mine.order_by("-pk").first()
    return opening if opening and etag in {"", opening.etag} else None


def _open(
    by: User, document: Document, grant: ShareRecipient | None, request: HttpRequest
) -> Opening:
    mine = Opening.objects.of(by)
    if mine.since(Opening.MANY_WITHIN).count() >= Opening.MANY:
        raise TooManyOpeningsError
    mine.spent().delete()
    opening = Opening.objects.create(user=by, document=document)
    opening.refresh_from_db(fields=["opened_at"])
    record(
        actor=by,
        verb=Verb.READ,
        spip_id=document.case.spip_id,
        object_kind="document",
        object_uuid=document.uuid,
        share_uuid=grant.share.uuid if grant else None,
        request=request,
    )
    return opening


def _reading_copy(opening: Opening, grant: ShareRecipient) -> bytes:
    """Who reads by a share never gets the original."""
    organisation = grant.partnership.organisation
    return _marked_for(opening.document, opening.user, organisation, opening.opened_at)


def preview_copy(
    *, by: User, document: Document, membership: Membership, request: HttpRequest
) -> bytes:
    """What this member of a structure would read, before it is shared with them. A
    reading like another, of whoever looks."""
    if not Case.objects.followed_by(by).filter(pk=document.case_id).exists():
        raise NotReadableError
    _open(by, document, None, request)
    return _marked_for(
        document, membership.user, membership.organisation, timezone.now()
    )


def _marked_for(
    document: Document, reader: User, organisation: Organisation, at: datetime
) -> bytes:
    footer = _(
        "Copie de lecture remise à %(reader)s (%(structure)s) le %(day)s. Document "
        "%(reference)s, couvert par le secret : ne pas diffuser."
    ) % {
        "reader": reader,
        "structure": organisation,
        "day": long_datetime(at),
        "reference": document.uuid.hex[:8],
    }
    return marked(b"".join(vault.open_stream(document.file)), footer)


def _slices(copy: bytes, start: int, stop: int | None) -> Iterator[bytes]:
    end = len(copy) if stop is None else stop
    for place in range(start, end, CHUNK):
        yield copy[place : min(place + CHUNK, end)]


def _checked(reading: Reading) -> Reading:
    """A file that is gone or altered is known before an answer is promised."""

    def chunks(start: int, stop: int | None) -> Iterator[bytes]:
        rest = reading.chunks(start, stop)
        return chain([next(rest)], rest)

    return Reading(reading.opening, reading.size, chunks)


def report_many_openings(*, by: User, document: Document) -> None:
    """The direction of the service is told, once an hour. The refusal itself leaves its
    line like any other (journal.middleware)."""
    hour = timezone.now().strftime("%Y%m%d%H")
    emails.send_many_openings(by, document.case.spip_id, once=f"{by.pk}:{hour}")

"""Who read which document and when, from the journal: what the CPIP and the recipient
see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from cases.models import Document, Share, ShareRecipient
from spip_portal.accounts.models import User
from spip_portal.journal.models import Entry, EntryQuerySet, Verb

SHOWN, MOST = 10, 1_000


@dataclass(frozen=True)
class ReadingLine:
    """`reader` is None once their account is gone: the line outlives it."""

    reader: User | None
    at: datetime


@dataclass(frozen=True)
class Readings:
    """The newest first. When there are more than `lines`, a page can be asked for with
    all of them, up to a thousand."""

    lines: list[ReadingLine]
    has_more: bool


def every_recipient() -> Prefetch:
    """The recipients of shares, those of ended shares too."""
    rows = ShareRecipient.history.select_related("user", "membership__organisation")
    return Prefetch("recipients", queryset=rows, to_attr="every_recipient")


def of_document(document: Document, *, all_of_them: bool = False) -> Readings:
    return _lines(Entry.objects.filter(object_uuid=document.uuid), all_of_them)


def of_share(share: Share, *, all_of_them: bool = False) -> Readings:
    return _lines(Entry.objects.filter(share_uuid=share.uuid), all_of_them)


def by_user(user: User, documents: Iterable[Document]) -> set:
    """The uuids, among `documents`, that `user` has read already."""
    return set(
        Entry.objects.filter(
            actor_id=user.pk,
            verb=Verb.READ,
            object_uuid__in=[document.uuid for document in documents],
        ).values_list("object_uuid", flat=True)
    )


def pairs_read(documents: Iterable[Document]) -> set[tuple]:
    """(account, document's uuid) for each that was ever read."""
    read = Entry.objects.filter(
        verb=Verb.READ, object_uuid__in=[document.uuid for document in documents]
    )
    return set(read.values_list("actor_id", "object_uuid").distinct())


def _lines(entries: EntryQuerySet, all_of_them: bool) -> Readings:
    shown = MOST if all_of_them else SHOWN
    of_documents = entries.filter(verb=Verb.READ, object_kind="document")
    read = list(of_documents.newest_first()[: shown + 1])
    readers = User.objects.in_bulk({entry.actor_id for entry in read})
    lines = [
        ReadingLine(readers.get(entry.actor_id), entry.at) for entry in read[:shown]
    ]
    return Readings(lines, has_more=len(read) > shown)

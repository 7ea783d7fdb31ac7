"""Who read what and when, from the journal: what the CPIP and the recipient see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from cases.models import Document, Share, ShareRecipient
from spip_portal.accounts.models import User
from spip_portal.journal.models import Entry, Verb


@dataclass(frozen=True)
class ReadingLine:
    reader: User
    at: datetime


def every_recipient() -> Prefetch:
    """The recipients of shares, those of ended shares too."""
    rows = ShareRecipient.history.select_related("user", "membership__organisation")
    return Prefetch("recipients", queryset=rows, to_attr="every_recipient")


def of_documents(documents: Iterable[Document]) -> list[ReadingLine]:
    return _lines(Entry.objects.filter(object_uuid__in=[d.uuid for d in documents]))


def of_share(share: Share) -> list[ReadingLine]:
    return _lines(Entry.objects.filter(share_uuid=share.uuid))


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


def _lines(entries) -> list[ReadingLine]:
    read = list(entries.filter(verb=Verb.READ).order_by("-pk")[:100])
    readers = User.objects.in_bulk({entry.actor_id for entry in read})
    return [ReadingLine(readers[entry.actor_id], entry.at) for entry in read]

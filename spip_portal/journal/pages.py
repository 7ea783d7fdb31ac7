"""The lines of the journal a page at a time, as a person reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from spip_portal import registry
from spip_portal.accounts.enums import PARTNER, Role
from spip_portal.accounts.models import User
from spip_portal.journal.models import Entry, EntryQuerySet
from spip_portal.ui.counts import Count, count_of

PER_PAGE = 25
SALT = "journal.page"
ROLES = dict(Role.choices) | {PARTNER: gettext_lazy("Partenaire")}


@dataclass(frozen=True)
class Line:
    """`url`: where the object is shown, when the reader may go there. Who acted outside
    of any service is a number: their name belongs to no service's direction."""

    entry: Entry
    person: User | None
    url: str

    @property
    def who(self) -> str:
        if self.person and self.entry.spip_id:
            return str(self.person)
        if self.entry.actor_id:
            return _("Compte n° %(number)s") % {"number": self.entry.actor_id}
        return _("Sans compte")

    @property
    def role(self) -> str:
        return str(ROLES.get(self.entry.role, ""))

    @property
    def reference(self) -> str:
        """As the pages of the objects show it."""
        return self.entry.object_uuid.hex[:8] if self.entry.object_uuid else ""

    @property
    def share_reference(self) -> str:
        return self.entry.share_uuid.hex[:8] if self.entry.share_uuid else ""


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    count: Count
    older: str  # cursor of the page that follows; empty at the end


def page_of(entries: EntryQuerySet, *, reader: User, cursor: str = "") -> Page:
    """`cursor`: as an earlier page gave it; any other begins anew."""
    found = list(_after(entries.newest_first(), cursor)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    people = User.objects.in_bulk({entry.actor_id for entry in shown} - {None})
    urls = _links(shown, reader)
    lines = [
        Line(
            entry,
            people.get(entry.actor_id),
            urls.get((entry.object_kind, entry.object_uuid), ""),
        )
        for entry in shown
    ]
    older = _cursor(shown[-1]) if len(found) > PER_PAGE else ""
    # Without an order PostgreSQL would gather first all that an index holds.
    return Page(lines, count_of(entries.newest_first()), older)


def _cursor(entry: Entry) -> str:
    return signing.dumps([entry.at.isoformat(), entry.pk], salt=SALT)


def _after(entries: QuerySet, cursor: str) -> QuerySet:
    if not cursor:
        return entries
    try:
        at, pk = signing.loads(cursor, salt=SALT)
    except signing.BadSignature:
        return entries
    moment = datetime.fromisoformat(at)
    # Said twice: the first half is what an index answers.
    return entries.filter(Q(at__lt=moment) | Q(at=moment, pk__lt=pk), at__lte=moment)


def _links(entries: Sequence[Entry], reader: User) -> dict[Any, str]:
    """Addresses of the objects, as the apps that hold them give them."""
    objects = {(e.object_kind, e.object_uuid) for e in entries if e.object_uuid}
    return dict(registry.gather("journal_links", reader, objects=objects))

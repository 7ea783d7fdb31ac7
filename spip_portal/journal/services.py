import uuid
from datetime import date

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest

from spip_portal.accounts.models import User
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.dates import today

MONTHS_AHEAD = 3


def record(
    *,
    actor: User | AnonymousUser | None,
    verb: Verb,
    spip_id: int | None = None,
    object_kind: str = "",
    object_uuid: uuid.UUID | None = None,
    share_uuid: uuid.UUID | None = None,
    motive: str = "",
    count: int | None = None,
    request: HttpRequest | None = None,
) -> None:
    """Write one line in the current transaction. An act whose line cannot be written
    does not happen: let the error rise. The service and the role default to those the
    actor acts under."""
    acting = actor if isinstance(actor, User) else None
    posting = acting.posting if acting else None
    Entry.objects.create(
        actor_id=acting.pk if acting else None,
        role=acting.role if acting else "",
        spip_id=spip_id or (posting.spip_id if posting else None),
        verb=verb,
        object_kind=object_kind,
        object_uuid=object_uuid,
        share_uuid=share_uuid,
        motive=motive[:300],
        count=count,
        ip=get_adapter().get_client_ip(request) if request else None,
    )


def add_months(*, since: date | None = None) -> None:
    """Have a place for the lines of the months that come, and of those from `since`
    (the demo's past). A month that is there stays as it is."""
    day, last = (since or today()).replace(day=1), _months_later(today(), MONTHS_AHEAD)
    with connection.cursor() as cursor:
        while day <= last:
            cursor.execute("select app.add_journal_month(%s)", [day])
            day = _months_later(day, 1)


def _months_later(day: date, count: int) -> date:
    years, month = divmod(day.month - 1 + count, 12)
    return date(day.year + years, month + 1, 1)

"""What is told in time of a share: its end, that nobody has read, that a substitute is
wanted. Run by the system; each mail leaves once, by its key in the outbox."""

from datetime import timedelta

from django.db.models.functions import Now

from cases import emails
from cases.models import Share, ShareRecipient
from spip_portal.security.dates import start_of_day, today, working_days_before

SUBSTITUTE_AFTER = 2  # working days
# What was missed for longer than this while no worker ran is on the pages anyway.
LOOKED_AT = timedelta(days=30)


def remind() -> int:
    """Returns how many shares somebody was told of."""
    return _ending() + _unread() + _substitutes()


def _ending() -> int:
    rows = (
        ShareRecipient.objects.filter(share__ends_at__lte=Now() + Share.ENDING_WITHIN)
        .values("share")
        .distinct()
    )
    shares = Share.objects.filter(pk__in=rows).select_related("created_by")
    for share in shares:
        emails.send_share_ending(share)
    return len(shares)


def _unread() -> int:
    told = set()
    for row in _unread_since(Now() - Share.UNREAD_AFTER):
        emails.send_unread(row.share, row.user)
        told.add(row.share_id)
    return len(told)


def _substitutes() -> int:
    """A share with a substitute, when a recipient has not read in two working days."""
    limit = start_of_day(working_days_before(today(), SUBSTITUTE_AFTER))
    unread = _unread_since(limit).values("share")
    rows = (
        ShareRecipient.objects.filter(share__in=unread, is_substitute=True)
        .select_related("share__created_by", "user")
        .distinct()
    )
    for row in rows:
        emails.send_substitute_called(row.share, row.user)
    return len({row.share_id for row in rows})


def _unread_since(moment):
    """Live rows, unread, in effect since before `moment`."""
    return (
        ShareRecipient.objects.unread()
        .filter(effective_at__lt=moment, effective_at__gt=Now() - LOOKED_AT)
        .select_related("share__created_by", "user")
        .order_by("share", "pk")
    )

"""What is told in time of a share: its end, that nobody has read, that a substitute is
wanted. Run by the system; each mail leaves once, by its key in the outbox."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce, Now

from cases import emails
from cases.models import Share, ShareRecipient
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.dates import start_of_day, today, working_days_before

ENDING_WITHIN = timedelta(days=14)
UNREAD_AFTER = timedelta(days=7)
SUBSTITUTE_AFTER = 2  # working days
# What was missed for longer than this while no worker ran is on the pages anyway.
LOOKED_AT = timedelta(days=30)


def remind() -> int:
    """Returns how many shares somebody was told of."""
    return _ending() + _unread() + _substitutes()


def _ending() -> int:
    rows = (
        ShareRecipient.objects.filter(share__ends_at__lte=Now() + ENDING_WITHIN)
        .values("share")
        .distinct()
    )
    shares = Share.objects.filter(pk__in=rows).select_related("created_by")
    for share in shares:
        emails.send_share_ending(share)
    return len(shares)


def _unread() -> int:
    told = set()
    for row in _unread_since(Now() - UNREAD_AFTER).filter(is_substitute=False):
        emails.send_unread(row.share, row.user)
        told.add(row.share_id)
    return len(told)


def _substitutes() -> int:
    """A share with a substitute, when a recipient has not read in two working days."""
    limit = start_of_day(working_days_before(today(), SUBSTITUTE_AFTER))
    unread = _unread_since(limit).filter(is_substitute=False).values("share")
    rows = (
        ShareRecipient.objects.filter(share__in=unread, is_substitute=True)
        .select_related("share__created_by", "user")
        .distinct()
    )
    for row in rows:
        emails.send_substitute_called(row.share, row.user)
    return len({row.share_id for row in rows})


def _unread_since(moment):
    """Live rows in effect since before `moment` whose document the person has not
    opened since."""
    effective = Coalesce("share__countersigned_at", "share__starts_at")
    read = Entry.objects.filter(
        object_uuid=OuterRef("content_object__uuid"),
        actor_id=OuterRef("user"),
        verb=Verb.READ,
        at__gte=OuterRef("effective_at"),
    )
    return (
        ShareRecipient.objects.annotate(effective_at=effective)
        .filter(
            ~Exists(read),
            effective_at__lt=moment,
            effective_at__gt=Now() - LOOKED_AT,
        )
        .select_related("share__created_by", "user")
        .order_by(F("share").asc(), "pk")
    )

"""Sessions that come back every week."""

from datetime import datetime, timedelta

from django.utils import timezone

WEEK = timedelta(days=7)
MOST_WEEKS = 30


def weekly(
    starts_at: datetime, ends_at: datetime, weeks: int
) -> list[tuple[datetime, datetime]]:
    """The session and those of the weeks after, at the same hour by the clock on the
    wall: days of 23 or 25 hours are counted as days."""
    start, end = _on_the_wall(starts_at), _on_the_wall(ends_at)
    return [
        (
            timezone.make_aware(start + number * WEEK),
            timezone.make_aware(end + number * WEEK),
        )
        for number in range(weeks)
    ]


def _on_the_wall(moment: datetime) -> datetime:
    return timezone.make_naive(moment)

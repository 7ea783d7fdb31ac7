"""SECURITY 10: what a day ends is readable at 23:59:59 and not at 00:00:00, in Paris,
by the clock of the database, on days of 23, 24 and 25 hours and the last of a year."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from cases.models import Measure, Share, ShareRecipient
from partners.models import Agreement
from spip_portal.security.dates import end_of_day, start_of_day
from tests.accounts.factories import client_of
from tests.cases.factories import shared
from tests.cases.test_locks import OPEN, SHUT, locks
from tests.conftest import as_owner
from tests.security.clock import at, move_the_clock

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
DAYS = {
    "2026-03-28": 24,
    "2026-03-29": 23,
    "2026-10-24": 24,
    "2026-10-25": 25,
    "2026-12-31": 24,
}


def _the_share(row: ShareRecipient, day: date) -> None:
    Share.objects.filter(pk=row.share_id).update(ends_at=end_of_day(day))


def _the_measure(row: ShareRecipient, day: date) -> None:
    Measure.objects.filter(pk=row.share.measure_id).update(ends_on=day)


def _the_agreement(row: ShareRecipient, day: date) -> None:
    Agreement.objects.filter(pk=row.agreement_id).update(ends_on=day)


def read(row: ShareRecipient) -> tuple[tuple[bool, ...], int, int]:
    """(the three locks, the page, the file)."""
    browser, page = client_of(row.user), f"/documents/{row.content_object.uuid}/"
    return (
        locks(row.user, row.content_object),
        browser.get(page).status_code,
        browser.get(f"{page}fichier").status_code,
    )


@pytest.mark.parametrize("ended", [_the_share, _the_measure, _the_agreement])
def test_it_is_read_to_the_last_second_of_its_last_day(ended: Callable):
    """One case a day: each made a week before, ended on that day."""
    move_the_clock()
    answers = {}
    for day in DAYS:
        last = date.fromisoformat(day)
        midnight = end_of_day(last)
        with at(midnight - 7 * DAY):
            row = shared(starts_at=timezone.now())
            with as_owner():
                ended(row, last)
        with at(midnight - SECOND):
            assert _now_in_the_database() == midnight - SECOND
            before = read(row)
        with at(midnight):
            answers[day] = before, read(row)
    opened, shut = (OPEN, 200, 200), (SHUT, 404, 404)
    assert answers == dict.fromkeys(DAYS, (opened, shut))


def _now_in_the_database() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("select statement_timestamp()")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("day", DAYS)
def test_the_instant_that_is_stored_is_midnight_in_paris(day):
    last = date.fromisoformat(day)
    end = end_of_day(last)
    assert timezone.localtime(end - SECOND).date() == last
    assert timezone.localtime(end).date() == last + DAY
    hours = (end.timestamp() - start_of_day(last).timestamp()) / 3600
    assert hours == DAYS[day]

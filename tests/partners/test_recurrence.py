"""Sessions that come back every week, at the same hour on the wall."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from partners.models import ActionSession, CollectiveAction
from partners.recurrence import weekly
from tests.accounts.factories import client_of
from tests.partners.factories import CollectiveActionFactory
from tests.partners.test_actions import SESSION
from tests.partners.test_actions import form as action_form

ADD = "/actions/ajouter/"


def paris(*when: int) -> datetime:
    return datetime(*when, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize("month", [3, 10])
def test_the_hour_stays_across_the_days_of_23_and_25_hours(month):
    """28 March and 31 October 2027 change the clocks."""
    found = weekly(paris(2027, month, 22, 9, 30), paris(2027, month, 22, 12), 3)
    walls = [[timezone.localtime(each) for each in pair] for pair in found]
    assert [start.strftime("%H:%M") for start, _end in walls] == ["09:30"] * 3
    assert [end.strftime("%H:%M") for _start, end in walls] == ["12:00"] * 3
    starts = [start.astimezone(UTC) for start, _end in found]
    lengths = {after - before for before, after in pairwise(starts)}
    assert len(lengths) == 2  # one of the weeks is an hour longer or shorter


def test_one_row_of_the_form_makes_as_many_sessions(coordinator):
    rows = [SESSION | {"weeks": "8"}, {}]
    client_of(coordinator).post(ADD, action_form(rows))
    starts = [timezone.localtime(s.starts_at) for s in ActionSession.objects.all()]
    assert len(starts) == 8
    assert {(each.weekday(), each.hour, each.minute) for each in starts} == {(3, 9, 30)}
    assert starts[-1] - starts[0] == timedelta(weeks=7)


@pytest.mark.parametrize("weeks", ["0", "31", "-1", "x"])
def test_a_bad_number_of_weeks_is_said_at_its_field(coordinator, weeks):
    response = client_of(coordinator).post(
        ADD, action_form([SESSION | {"weeks": weeks}])
    )
    assert list(response.context["sessions"][0].errors) == ["weeks"]
    assert not CollectiveAction.objects.exists()


def test_a_repeated_session_does_not_overlap_a_later_one(coordinator):
    third_week = {"starts_at": "2027-01-28T10:00", "ends_at": "2027-01-28T11:00"}
    response = client_of(coordinator).post(
        ADD, action_form([SESSION | {"weeks": "3"}, third_week])
    )
    assert list(response.context["sessions"][1].errors) == ["starts_at"]
    assert not CollectiveAction.objects.exists()


def test_sessions_longer_than_a_week_do_not_overlap_themselves(coordinator):
    camp = {"starts_at": "2027-01-14T09:00", "ends_at": "2027-01-22T09:00"}
    response = client_of(coordinator).post(ADD, action_form([camp | {"weeks": "2"}]))
    assert list(response.context["sessions"][0].errors) == ["starts_at"]


def test_what_exists_is_not_repeated(spip, coordinator):
    action = CollectiveActionFactory(spip=spip, draft=True, session=True)
    session = action.sessions.get()
    row = SESSION | {"id": session.pk, "weeks": "5"}
    client_of(coordinator).post(f"/actions/{action.uuid}/modifier/", action_form([row]))
    assert action.sessions.count() == 1

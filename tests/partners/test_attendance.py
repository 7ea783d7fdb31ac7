"""Who came, in figures: counted by session, told for the whole, never under 5."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from partners.models import ActionSession, SessionAttendance
from partners.results import results_of
from partners.services import attendance as services
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.factories import ActionSessionFactory, CollectiveActionFactory

DAY = timedelta(days=1)
FIGURES = {"present": 7, "excused": 5, "unexcused": 6, "cancelled": 5}


@pytest.fixture
def action(spip):
    return CollectiveActionFactory(spip=spip, audience="public")


@pytest.fixture
def session(action):
    return past(action)


def past(action, days: int = 2):
    return ActionSessionFactory(action=action, starts_at=timezone.now() - days * DAY)


def counted(session, **changes) -> SessionAttendance:
    parts = FIGURES | changes
    return SessionAttendance.objects.create(
        session=session, registered=sum(parts.values()), **parts
    )


def url(session) -> str:
    return f"/seances/{session.uuid}/presences/"


# -- Counting ------------------------------------------------------------------------


def test_the_coordination_counts_and_counts_again(session, coordinator, action):
    browser = client_of(coordinator)
    assert browser.get(url(session)).status_code == 200
    response = browser.post(url(session), FIGURES | {"registered": 23})
    assert response.url == f"/actions/{action.uuid}/"
    browser.post(url(session), FIGURES | {"registered": 24, "present": 8})
    attendance = SessionAttendance.objects.get()
    assert (attendance.registered, attendance.present) == (24, 8)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"registered": "22"}, "registered"),
        ({"present": "-1"}, "present"),
        ({"present": ""}, "present"),
        ({"excused": "beaucoup"}, "excused"),
        ({"unexcused": "1000"}, "unexcused"),
    ],
)
def test_bad_figures_are_said_at_their_field(session, coordinator, changes, field):
    figures = FIGURES | {"registered": 23} | changes
    response = client_of(coordinator).post(url(session), figures)
    assert list(response.context["form"].errors) == [field]
    assert not SessionAttendance.objects.exists()


def test_figures_that_do_not_add_up_are_refused_everywhere(session, coordinator):
    wrong = FIGURES | {"registered": 1}
    with pytest.raises(ValidationError):
        services.record_attendance(session=session, by=coordinator, **wrong)
    with pytest.raises(IntegrityError):
        SessionAttendance.objects.create(session=session, **wrong)


def test_only_a_session_begun_and_held_is_counted(action, session, coordinator):
    ActionSessionFactory(action=action)
    off = past(action, 5)
    off.cancelled_at = timezone.now()
    off.save()
    assert list(ActionSession.objects.countable_by(coordinator)) == [session]


def test_only_the_coordination_of_the_service_counts(
    session, cpip, referent, other_coordinator
):
    assert_closed(url(session), cpip, referent, other_coordinator)
    with pytest.raises(PermissionDenied):
        services.record_attendance(
            session=session, by=other_coordinator, registered=23, **FIGURES
        )


# -- Results -------------------------------------------------------------------------


def test_results_add_all_sessions(action, session):
    counted(session)
    counted(past(action, 9), present=3, excused=2, unexcused=0, cancelled=0)
    figures = [figure for _label, figure in results_of(action)]
    assert figures == ["28", "10", "7", "6", "5"]


@pytest.mark.parametrize("few", [0, 1, 4])
def test_a_figure_under_5_is_masked_and_so_is_the_sum(few, action, session):
    """23 - 7 - 5 - 6 would give away the fourth."""
    counted(session, cancelled=few)
    assert results_of(action) == [
        ("Inscrits", "non communiqué"),
        ("Présents", "7"),
        ("Absents excusés", "5"),
        ("Absents non excusés", "6"),
        ("Annulés", "moins de 5"),
    ]
    text = client_of(None).get(f"/actions/{action.uuid}/").content.decode()
    assert "moins de 5" in text
    assert f">{18 + few}<" not in text


def test_nothing_is_told_before_the_last_session(action, session):
    """Two readings with a session between them would tell of that session."""
    counted(session)
    ahead = ActionSessionFactory(action=action)
    assert results_of(action) == []
    ahead.cancelled_at = timezone.now()
    ahead.save()
    assert len(results_of(action)) == 5


def test_an_action_nobody_counted_has_no_results(action, session):
    assert results_of(action) == []
    text = client_of(None).get(f"/actions/{action.uuid}/").content.decode()
    assert "Résultats" not in text

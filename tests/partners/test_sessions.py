"""Sessions of an announced action: moved or cancelled, never without telling."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from partners.models import ActionSession, CollectiveAction
from partners.services import publishing
from partners.services import sessions as services
from spip_portal.ui.templatetags.portal import long_datetime
from tests.accounts.factories import client_of
from tests.partners.closed import assert_closed
from tests.partners.conftest import last_mail, mails
from tests.partners.factories import (
    DAY,
    ActionRequestFactory,
    ActionSessionFactory,
    CollectiveActionFactory,
    MembershipFactory,
)
from tests.partners.test_actions import SESSION
from tests.partners.test_actions import form as action_form

HOUR = timedelta(hours=1)
FEBRUARY = {"starts_at": "2027-02-01T10:00", "ends_at": "2027-02-01T11:00"}


@pytest.fixture
def action(spip):
    return CollectiveActionFactory(spip=spip, title="Boxe", session=True)


@pytest.fixture
def session(action):
    return action.sessions.get()


@pytest.fixture
def concerned(action, organisation, referent, member, outsider):
    """The référent of a contributor, one who holds places, one who waits; not a plain
    member, one who was refused, one whose account is closed."""
    action.contributors.add(organisation)
    ActionRequestFactory(action=action, requested_by=outsider)
    ActionRequestFactory(action=action, requested_by=outsider, waiting=True)
    ActionRequestFactory(action=action, requested_by=referent, waiting=True)
    ActionRequestFactory(action=action, state="refused")
    ActionRequestFactory(action=action, requested_by__is_active=False)
    MembershipFactory(organisation=organisation, referent=True, ended=True)
    return {referent.email, outsider.email}


def url(session, act: str) -> str:
    return f"/seances/{session.uuid}/{act}/"


def test_a_moved_session_is_told_once_to_each_person_concerned(
    session, concerned, coordinator
):
    browser = client_of(coordinator)
    page = browser.get(url(session, "deplacer")).content.decode()
    assert "2 personnes seront prévenues par courriel." in page
    browser.post(url(session, "deplacer"), FEBRUARY)
    session.refresh_from_db()
    assert timezone.localtime(session.starts_at).month == 2
    assert session.sequence == 1
    assert sorted(mails()) == sorted(
        (email, "Une séance change de date") for email in concerned
    )
    assert long_datetime(session.starts_at) in last_mail()


def test_the_same_dates_tell_nobody(session, concerned, coordinator):
    services.move_session(
        session=session,
        by=coordinator,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )
    assert mails() == []


def test_a_cancelled_session_is_told_and_shown_as_such(
    session, concerned, coordinator, action
):
    browser = client_of(coordinator)
    page = browser.get(url(session, "annuler")).content.decode()
    assert "2 personnes seront prévenues par courriel." in page
    browser.post(url(session, "annuler"))
    assert sorted(mails()) == sorted(
        (email, "Une séance est annulée") for email in concerned
    )
    assert browser.post(url(session, "annuler")).status_code == 404
    with pytest.raises(ValidationError):
        services.cancel_session(session=session, by=coordinator)
    assert len(mails()) == 2
    page = browser.get(f"/actions/{action.uuid}/").content.decode()
    assert "annulée" in page
    assert not CollectiveAction.objects.coming().exists()


def test_nobody_to_tell_is_said_so(session, coordinator):
    page = client_of(coordinator).get(url(session, "annuler")).content.decode()
    assert "Personne n’est à prévenir." in page


def test_a_cancelled_action_is_told_with_its_number(action, concerned, coordinator):
    browser = client_of(coordinator)
    page = browser.get(f"/actions/{action.uuid}/annuler/").content.decode()
    assert "2 personnes seront prévenues par courriel." in page
    for _click in range(2):
        browser.post(f"/actions/{action.uuid}/annuler/")
    assert sorted(mails()) == sorted(
        (email, "Une action collective est annulée") for email in concerned
    )


def test_a_cancelled_action_closes_its_requests(action, concerned, coordinator):
    """Those still open; each asker had one mail, which says so."""
    publishing.cancel_action(action=action, by=coordinator)
    states = list(action.requests.order_by("state").values_list("state", flat=True))
    assert states == ["cancelled"] * 4 + ["refused"]
    closed = action.requests.filter(state="cancelled")
    assert set(closed.values_list("decided_by", "reason")) == {
        (coordinator.pk, "L’action est annulée.")
    }
    assert len(mails()) == 2
    assert "Vos demandes de places y sont closes" in last_mail()


def test_who_only_contributes_has_no_request_to_close(
    action, organisation, referent, coordinator
):
    action.contributors.add(organisation)
    publishing.cancel_action(action=action, by=coordinator)
    assert "closes" not in last_mail()


@pytest.fixture
def holder(action, organisation, referent, outsider):
    """One holds every place; another waits, and their structure contributes."""
    action.contributors.add(organisation)
    ActionRequestFactory(action=action, requested_by=outsider, places=action.capacity)
    ActionRequestFactory(action=action, requested_by=referent, waiting=True)
    return outsider


def add_sessions(action, by, *days: int, **row):
    publishing.save_action(
        action=action,
        by=by,
        contributors=action.contributors.all(),
        sessions=[
            {"id": None, "starts_at": start, "ends_at": start + HOUR, **row}
            for day in days
            for start in [timezone.now() + timedelta(days=day)]
        ],
    )


def test_added_sessions_are_told_to_whoever_holds_places(action, holder, coordinator):
    """Once, however many; neither to who waits nor to who contributes."""
    add_sessions(action, coordinator, 20, 30, weeks=2)
    assert mails() == [
        (holder.email, "Des séances s’ajoutent à votre action collective")
    ]
    text = last_mail()
    assert "4 séances" in text
    for session in action.sessions.filter(starts_at__gt=timezone.now() + 15 * DAY):
        assert long_datetime(session.starts_at) in text


def test_one_more_session_is_told_in_the_singular(action, holder, coordinator):
    add_sessions(action, coordinator, 20)
    assert mails()[0][1] == "Une séance s’ajoute à votre action collective"


def test_what_is_past_or_not_announced_is_told_to_nobody(action, holder, coordinator):
    add_sessions(action, coordinator, -20)
    publishing.save_action(
        action=action, by=coordinator, contributors=[], sessions=[], place="Gymnase"
    )
    for state in ("draft", "cancelled"):
        type(action).objects.update(state=state)
        action.refresh_from_db()
        add_sessions(action, coordinator, 40)
    assert mails() == []


def test_a_session_does_not_overlap_another_of_the_same_action(session, coordinator):
    other = ActionSessionFactory(
        action=session.action, starts_at=session.ends_at + HOUR
    )
    ActionSessionFactory(starts_at=session.starts_at)  # of another action
    local = timezone.localtime(other.starts_at)
    bad = {
        "starts_at": f"{local:%Y-%m-%dT%H:%M}",
        "ends_at": f"{local + HOUR:%Y-%m-%dT%H:%M}",
    }
    response = client_of(coordinator).post(url(session, "deplacer"), bad)
    assert list(response.context["form"].errors) == ["starts_at"]
    with pytest.raises(ValidationError) as refused:
        services.move_session(
            session=session,
            by=coordinator,
            starts_at=other.starts_at,
            ends_at=other.ends_at,
        )
    assert list(refused.value.error_dict) == ["starts_at"]
    assert mails() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": "2027-02-01T09:00"}, "ends_at"),
        ({"starts_at": "2020-02-01T09:00"}, "starts_at"),
        ({"starts_at": "bientôt"}, "starts_at"),
    ],
)
def test_bad_dates_are_said_at_their_field(session, coordinator, changes, field):
    response = client_of(coordinator).post(url(session, "deplacer"), FEBRUARY | changes)
    assert list(response.context["form"].errors) == [field]


def test_a_draft_cannot_hold_sessions_that_overlap(coordinator):
    row = {"starts_at": "2027-01-14T11:00", "ends_at": "2027-01-14T13:00"}
    response = client_of(coordinator).post(
        "/actions/ajouter/", action_form([SESSION, row])
    )
    assert list(response.context["sessions"][1].errors) == ["starts_at"]
    assert not CollectiveAction.objects.exists()
    touching = {"starts_at": "2027-01-14T12:00", "ends_at": "2027-01-14T13:00"}
    client_of(coordinator).post("/actions/ajouter/", action_form([SESSION, touching]))
    assert ActionSession.objects.count() == 2


def test_the_form_of_an_announced_action_only_adds_sessions(
    action, session, coordinator
):
    page = f"/actions/{action.uuid}/modifier/"
    browser = client_of(coordinator)
    browser.post(page, action_form([FEBRUARY | {"id": session.pk, "DELETE": "on"}]))
    assert action.sessions.get() == session
    local = timezone.localtime(session.starts_at)
    same = {
        "starts_at": f"{local:%Y-%m-%dT%H:%M}",
        "ends_at": f"{local + HOUR:%Y-%m-%dT%H:%M}",
    }
    response = browser.post(page, action_form([same]))
    assert list(response.context["sessions"][0].errors) == ["starts_at"]
    browser.post(page, action_form([FEBRUARY]))
    assert action.sessions.count() == 2
    assert mails() == []


def test_what_is_past_or_a_draft_is_not_moved(action, session, coordinator):
    past = ActionSessionFactory(action=action, starts_at=timezone.now() - HOUR)
    draft = CollectiveActionFactory(spip=action.spip, draft=True, session=True)
    movable = ActionSession.objects.movable_by(coordinator)
    assert list(movable) == [session]
    for row in (past, draft.sessions.get()):
        assert client_of(coordinator).get(url(row, "annuler")).status_code == 404


def test_only_the_coordination_of_the_service_moves_a_session(
    session, cpip, referent, other_coordinator
):
    for act in ("deplacer", "annuler"):
        assert_closed(url(session, act), cpip, referent, other_coordinator)
    with pytest.raises(PermissionDenied):
        services.cancel_session(session=session, by=other_coordinator)

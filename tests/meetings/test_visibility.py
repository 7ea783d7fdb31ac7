"""Who sees which meeting, and who may change it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from meetings.models import Meeting
from spip_portal.accounts.enums import Role
from tests.accounts.factories import SpipFactory, UserFactory, agent, client_of
from tests.meetings.factories import (
    InvitationFactory,
    MeetingFactory,
    coordinator,
    referent,
)
from tests.partners.factories import MembershipFactory

ROUTES = [
    "meeting_detail",
    "specimen",
    "meeting_calendar",
    "meeting_edit",
    "invitees",
    "meeting_convene",
    "sending",
    "meeting_remind",
    "meeting_cancel",
    "meeting_delete",
]
pytestmark = pytest.mark.django_db


def seen_by(user):
    return set(Meeting.objects.visible_to(user))


@pytest.fixture
def meetings(spip):
    return [
        MeetingFactory(spip=spip),
        MeetingFactory(spip=spip, convened=True),
        MeetingFactory(spip=spip, cancelled=True),
    ]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MANAGER])
def test_the_coordination_and_the_direction_see_all_of_their_service(
    spip, meetings, role
):
    """Drafts included, and nothing of another service."""
    MeetingFactory(convened=True)
    assert seen_by(agent(role, spip)) == set(meetings)


@pytest.mark.parametrize("role", [Role.CPIP, Role.AUDITOR])
def test_other_agents_see_what_was_convened(spip, meetings, role):
    """Never a draft."""
    assert seen_by(agent(role, spip)) == set(meetings[1:])


def test_members_of_an_invited_structure_see_the_meeting(spip, meetings):
    """Whoever of them was written to; a draft's invitation opens nothing."""
    member = MembershipFactory()
    InvitationFactory(meeting=meetings[0], organisation=member.organisation)
    InvitationFactory(meeting=meetings[1], organisation=member.organisation)
    assert seen_by(member.user) == {meetings[1]}


def test_a_former_member_sees_nothing(meetings):
    """The membership must be live."""
    member = MembershipFactory(ended=True)
    InvitationFactory(meeting=meetings[1], organisation=member.organisation)
    assert seen_by(member.user) == set()


def test_whoever_is_invited_in_person_sees_the_meeting(meetings):
    """By the address of the account, whatever its case was."""
    user = UserFactory(email="Paul@asso.example")
    InvitationFactory(meeting=meetings[1], email="paul@asso.example")
    assert seen_by(user) == {meetings[1]}


def test_others_see_nothing(meetings):
    """A partner who was not invited, a closed account, a visitor."""
    partner = referent(meetings[0].spip).user
    closed = agent(Role.COORDINATOR, meetings[0].spip)
    closed.is_active = False
    for user in (partner, closed, AnonymousUser()):
        assert seen_by(user) == set()
        assert not Meeting.objects.editable_by(user).exists()


def test_what_has_begun_or_was_cancelled_is_not_edited(spip, jeanne, meetings):
    """A draft is, even one whose date has gone by."""
    MeetingFactory(spip=spip, past=True)
    assert set(Meeting.objects.editable_by(jeanne)) == set(meetings[:2])


@pytest.mark.parametrize("route", ROUTES)
def test_another_service_gets_the_404_of_a_meeting_that_does_not_exist(route, meetings):
    """Status and body are the same, so nothing tells that the meeting exists."""
    stranger = client_of(coordinator(SpipFactory()))
    unknown = "00000000-0000-4000-8000-000000000000"
    real = stranger.get(reverse(f"meetings:{route}", args=[meetings[1].uuid]))
    fake = stranger.get(reverse(f"meetings:{route}", args=[unknown]))
    assert (real.status_code, fake.status_code) == (404, 404)
    assert real.content == fake.content


@pytest.mark.parametrize(
    "route",
    [name for name in ROUTES if name not in {"meeting_detail", "meeting_calendar"}],
)
def test_an_invitee_manages_nothing(route, meetings):
    """Reading a meeting gives no right to its management pages."""
    user = UserFactory()
    InvitationFactory(meeting=meetings[1], email=user.email)
    client = client_of(user)
    url = reverse(f"meetings:{route}", args=[meetings[1].uuid])
    assert client.get(url).status_code == 404
    if route not in {"specimen", "sending"}:
        assert client.post(url).status_code == 404


def test_a_partner_creates_no_meeting(meetings):
    """The page does not exist for them."""
    client = client_of(referent(meetings[0].spip).user)
    assert client.get(reverse("meetings:meeting_create")).status_code == 404


def test_visitors_are_asked_to_sign_in(meetings):
    """All but the answer pages."""
    url = reverse("meetings:meeting_detail", args=[meetings[1].uuid])
    response = client_of(None).get(url)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_an_invitee_reads_no_other_name(meetings):
    """The page of a participant names no other invitee; the coordination's does."""
    user = UserFactory()
    InvitationFactory(meeting=meetings[1], email=user.email)
    InvitationFactory(meeting=meetings[1], name="Solange Secrète")
    url = reverse("meetings:meeting_detail", args=[meetings[1].uuid])
    assert "Solange Secrète" not in client_of(user).get(url).text
    manager = client_of(agent(Role.MANAGER, meetings[1].spip))
    assert "Solange Secrète" in manager.get(url).text

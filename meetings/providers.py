"""What the meetings offer to pages that do not know them (spip_portal.registry)."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from meetings.enums import MeetingState
from meetings.models import Invitation, Meeting
from meetings.wording import answers_sentence
from spip_portal.registry import CalendarEvent, HomeBlock

SHOWN = 5


def home_blocks(user) -> Iterator[HomeBlock]:
    """Meetings that wait for one's answer; for the coordination, the next one."""
    if not user.is_active:
        return
    waiting = (
        Invitation.objects.answerable()
        .addressed_to(user)
        .waiting()
        .select_related("meeting__spip")
        .order_by("meeting__starts_at")[:SHOWN]
    )
    if invitations := list(waiting):
        yield HomeBlock(
            title=_("Réunions auxquelles répondre"),
            template="meetings/home_to_answer.html",
            context={"invitations": invitations},
            order=30,
        )
    if user.is_coordinator:
        coming = Meeting.objects.managed_by(user).coming()
        coming = coming.exclude(state=MeetingState.CANCELLED).order_by("starts_at")
        meeting = coming.first()
        yield HomeBlock(
            title=_("Prochaine réunion plénière"),
            template="meetings/home_next_meeting.html",
            context={
                "meeting": meeting,
                "answers_sentence": meeting
                and answers_sentence(meeting.invitations.tally()),
            },
            order=40,
        )


def calendar_events(
    user, *, since: datetime, until: datetime
) -> Iterator[CalendarEvent]:
    """Meetings that were convened, the cancelled ones too."""
    meetings = Meeting.objects.visible_to(user).exclude(state=MeetingState.DRAFT)
    for meeting in meetings.filter(starts_at__lt=until, ends_at__gt=since):
        yield CalendarEvent(
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            title=meeting.title,
            place=f"{meeting.place}, {meeting.address}",
            url=reverse("meetings:meeting_detail", args=[meeting.uuid]),
            kind=_("réunion"),
            uid=str(meeting.uuid),
            sequence=meeting.sequence,
            is_cancelled=meeting.is_cancelled,
        )

"""A meeting as calendars read it (RFC 5545, RFC 5546).

The same UID for ever and a SEQUENCE that rises let a calendar move or remove the entry
it holds. Answers are given by the link, so no calendar is asked to send one.
"""

from django.utils.translation import gettext as _
from icalendar import Event

from meetings.enums import Answer
from meetings.models import Invitation, Meeting
from spip_portal.calendar import dated, envelope, own_address

NAME = "Réunions"
FILE_NAME = "reunion.ics"
# How a calendar names the answers we know.
PARTICIPATION = {
    Answer.NONE: "NEEDS-ACTION",
    Answer.YES: "ACCEPTED",
    Answer.REPRESENTED: "DELEGATED",
    Answer.NO: "DECLINED",
}


def published(meeting: Meeting, *, url: str) -> bytes:
    """To be read into one's own calendar: addressed to nobody."""
    event = _event(meeting, url=url)
    return envelope("PUBLISH", [event], name=NAME)


def addressed(invitation: Invitation, *, url: str) -> bytes:
    """The invitation of one person, or its cancellation. It names no other invitee."""
    meeting = invitation.meeting
    event = _event(meeting, url=url)
    parameters = {
        "cn": invitation.name or invitation.email,
        "cutype": "INDIVIDUAL",
        "role": "REQ-PARTICIPANT",
        "partstat": PARTICIPATION[Answer(invitation.answer)],
        "rsvp": "FALSE",
    }
    event.add("attendee", f"mailto:{invitation.email}", parameters=parameters)
    return envelope("CANCEL" if meeting.is_cancelled else "REQUEST", [event], name=NAME)


def _event(meeting: Meeting, *, url: str) -> Event:
    spip = meeting.spip
    event = dated(
        str(meeting.uuid), meeting.sequence, meeting.starts_at, meeting.ends_at
    )
    event.add("summary", meeting.title)
    event.add("location", f"{meeting.place}, {meeting.address}")
    event.add("description", _description(meeting, url))
    event.add("url", url)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    event.add(
        "organizer",
        f"mailto:{spip.email or own_address()}",
        parameters={"cn": spip.name},
    )
    return event


def _description(meeting: Meeting, url: str) -> str:
    points = [
        f"– {item.title} ({item.minutes}\N{NO-BREAK SPACE}min)"
        for item in meeting.agenda.all()
    ]
    return "\n".join([_("Ordre du jour :"), *points, "", _("Détails :"), url])

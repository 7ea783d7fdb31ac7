"""A meeting as calendars read it (RFC 5545, RFC 5546).

The same UID for ever and a SEQUENCE that rises let a calendar move or remove the entry
it holds. Answers are given by the link, so no calendar is asked to send one.
"""

from datetime import datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
)

from meetings.enums import Answer
from meetings.models import Invitation, Meeting

PARIS = ZoneInfo("Europe/Paris")
CONTENT_TYPE = "text/calendar; charset=utf-8"
FILE_NAME = "reunion.ics"
CET, CEST = timedelta(hours=1), timedelta(hours=2)
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
    return _calendar("PUBLISH", event)


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
    return _calendar("CANCEL" if meeting.is_cancelled else "REQUEST", event)


def _event(meeting: Meeting, *, url: str) -> Event:
    spip = meeting.spip
    own_address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    event = Event()
    event.add("uid", f"{meeting.uuid}@{own_address.rpartition('@')[2]}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", timezone.now().astimezone(ZoneInfo("UTC")))
    event.add("dtstart", meeting.starts_at.astimezone(PARIS))
    event.add("dtend", meeting.ends_at.astimezone(PARIS))
    event.add("summary", meeting.title)
    event.add("location", f"{meeting.place}, {meeting.address}")
    event.add("description", _description(meeting, url))
    event.add("url", url)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    event.add(
        "organizer", f"mailto:{spip.email or own_address}", parameters={"cn": spip.name}
    )
    return event


def _description(meeting: Meeting, url: str) -> str:
    points = [
        f"– {item.title} ({item.minutes}\N{NO-BREAK SPACE}min)"
        for item in meeting.agenda.all()
    ]
    return "\n".join([_("Ordre du jour :"), *points, "", _("Détails :"), url])


def _calendar(method: str, event: Event) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Portail partenarial du SPIP//Réunions//FR")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_paris())
    calendar.add_component(event)
    return calendar.to_ical()


def _paris() -> Timezone:
    """The two rules since 1996, written once: the library's own would list hundreds of
    dates."""
    zone = Timezone()
    zone.add("tzid", PARIS.key)
    zone.add_component(
        _rule(TimezoneDaylight(), "CEST", datetime(1996, 3, 31, 2), CET, CEST)  # noqa: DTZ001
    )
    zone.add_component(
        _rule(TimezoneStandard(), "CET", datetime(1996, 10, 27, 3), CEST, CET)  # noqa: DTZ001
    )
    return zone


def _rule(rule, name: str, first: datetime, before: timedelta, after: timedelta):
    """From `first`, in local time, the last Sunday of that month of every year."""
    rule.add("dtstart", first)
    rule.add("tzoffsetfrom", before)
    rule.add("tzoffsetto", after)
    rule.add("tzname", name)
    rule.add("rrule", {"freq": "yearly", "bymonth": first.month, "byday": "-1su"})
    return rule

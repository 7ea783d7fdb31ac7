"""The calendar files, parsed and read."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from meetings import ics
from tests.meetings.factories import (
    AgendaItemFactory,
    InvitationFactory,
    MeetingFactory,
)

PARIS = ZoneInfo("Europe/Paris")
URL = "https://portail.example/reunions/reponse/jeton/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation(spip):
    meeting = MeetingFactory(
        spip=spip,
        convened=True,
        title="Plénière : l’accès aux droits, « où en sommes-nous ? »",
        starts_at=datetime(2027, 1, 14, 9, 30, tzinfo=PARIS),
        ends_at=datetime(2027, 1, 14, 12, 0, tzinfo=PARIS),
    )
    AgendaItemFactory(meeting=meeting, title="Point; avec, des virgules\\")
    return InvitationFactory(
        meeting=meeting, name='Léa "Zoé" Martin;:,', email="lea@asso.example"
    )


def parsed(content):
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_request_says_when_where_and_to_whom(invitation, spip):
    """Read back by a parser, the values are those of the meeting."""
    calendar, event = parsed(ics.addressed(invitation, url=URL))
    meeting = invitation.meeting
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "REQUEST")
    assert event["DTSTART"].dt == meeting.starts_at
    assert event["DTEND"].dt == meeting.ends_at
    assert event["SUMMARY"] == meeting.title
    assert event["LOCATION"] == f"{meeting.place}, {meeting.address}"
    assert event["URL"] == URL
    assert "Point; avec, des virgules\\" in event["DESCRIPTION"]
    assert event["UID"] == f"{meeting.uuid}@spip.example"
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
    assert event["ORGANIZER"] == "mailto:spip@justice.example"
    assert event["ORGANIZER"].params["CN"] == spip.name


def test_a_request_names_its_addressee_alone(invitation):
    """The other invitees stay unknown to them."""
    InvitationFactory(meeting=invitation.meeting, email="autre@asso.example")
    content = ics.addressed(invitation, url=URL)
    _calendar, event = parsed(content)
    assert event["ATTENDEE"] == "mailto:lea@asso.example"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert b"autre@asso.example" not in content


def test_a_service_without_an_address_organises_from_the_portal(invitation, spip):
    """The field is required."""
    spip.email = ""
    _calendar, event = parsed(ics.addressed(invitation, url=URL))
    assert event["ORGANIZER"] == "mailto:portail@spip.example"


def test_lines_are_folded_and_end_as_the_standard_wants(invitation):
    """CRLF, 75 bytes at most, no character cut in two."""
    content = ics.addressed(invitation, url=URL)
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()


def test_the_time_zone_is_two_rules(invitation):
    """Written once, and right on both sides of the changes of hour."""
    content = ics.addressed(invitation, url=URL).decode()
    assert content.count("BEGIN:VTIMEZONE") == 1
    assert content.count("RRULE:") == 2
    assert "RDATE" not in content
    assert "DTSTART;TZID=Europe/Paris:20270114T093000" in content
    zone = Calendar.from_ical(content).walk("VTIMEZONE")[0].to_tz(lookup_tzid=False)
    for moment, hours in [
        ("2027-03-28 01:59", 1),
        ("2027-03-28 03:00", 2),
        ("2027-10-31 01:59", 2),
        ("2027-10-31 03:01", 1),
    ]:
        offset = zone.utcoffset(datetime.fromisoformat(moment))
        assert offset == timedelta(hours=hours), moment


def test_a_published_entry_is_addressed_to_nobody(invitation):
    """As the standard wants for PUBLISH."""
    calendar, event = parsed(ics.published(invitation.meeting, url=URL))
    assert calendar["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event

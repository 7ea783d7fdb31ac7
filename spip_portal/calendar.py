"""Calendar files (RFC 5545), for whatever has a date on the portal.

The same UID for ever and a SEQUENCE that rises let a calendar move or remove the entry
it holds.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from spip_portal.registry import CalendarEvent
from spip_portal.ui.urls import absolute

PARIS = ZoneInfo("Europe/Paris")
CONTENT_TYPE = "text/calendar; charset=utf-8"
CET, CEST = timedelta(hours=1), timedelta(hours=2)


def published(events: Iterable[CalendarEvent], *, name: str) -> bytes:
    """To be read into one's own calendar: addressed to nobody."""
    return envelope("PUBLISH", [_entry(event) for event in events], name=name)


def envelope(method: str, entries: Iterable[Event], *, name: str) -> bytes:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//Portail partenarial du SPIP//{name}//FR")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add("x-wr-calname", name)
    calendar.add_component(_paris())
    for entry in entries:
        calendar.add_component(entry)
    return calendar.to_ical()


def dated(uid: str, sequence: int, starts_at: datetime, ends_at: datetime) -> Event:
    """An entry with what every entry must say."""
    entry = Event()
    entry.add("uid", f"{uid}@{own_address().rpartition('@')[2]}")
    entry.add("sequence", sequence)
    entry.add("dtstamp", timezone.now().astimezone(ZoneInfo("UTC")))
    entry.add("dtstart", starts_at.astimezone(PARIS))
    entry.add("dtend", ends_at.astimezone(PARIS))
    return entry


def _whole_days(entry: Event, starts_at: datetime, ends_at: datetime) -> None:
    """Dates without an hour; the last named is the first that is free again."""
    for name, moment in (("dtstart", starts_at), ("dtend", ends_at)):
        entry.pop(name)
        entry.add(name, moment.astimezone(PARIS).date())


def own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _entry(event: CalendarEvent) -> Event:
    entry = dated(event.uid, event.sequence, event.starts_at, event.ends_at)
    if event.is_all_day:
        _whole_days(entry, event.starts_at, event.ends_at)
    entry.add("summary", event.title)
    entry.add("location", event.place)
    entry.add("url", absolute(event.url))
    entry.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    return entry


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
    """From `first`, which has no zone since it defines one (RFC 5545), the last Sunday
    of that month of every year."""
    rule.add("dtstart", first)
    rule.add("tzoffsetfrom", before)
    rule.add("tzoffsetto", after)
    rule.add("tzname", name)
    rule.add("rrule", {"freq": "yearly", "bymonth": first.month, "byday": "-1su"})
    return rule

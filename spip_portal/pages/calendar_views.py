"""The calendar: what each app dates and the reader may see, month by month."""

import calendar
from collections import defaultdict
from datetime import date, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from spip_portal import registry
from spip_portal.calendar import CONTENT_TYPE, published
from spip_portal.pages import services
from spip_portal.pages.models import CalendarFeed
from spip_portal.registry import CalendarEvent
from spip_portal.security.actor import actor
from spip_portal.security.dates import start_of_day, today
from spip_portal.ui.templatetags.portal import long_time
from spip_portal.ui.urls import absolute

FIRST, LAST = date(2020, 1, 1), date(2099, 12, 1)
FEED_BEFORE, FEED_AFTER = timedelta(days=90), timedelta(days=730)
WEEKS = calendar.Calendar()  # they begin on Monday


@require_safe
@login_not_required
def month(request: HttpRequest) -> HttpResponse:
    """`?mois=2027-01`, as a grid or, with `?vue=liste`, as a list."""
    first = _asked_month(request.GET.get("mois", ""))
    events = _events(request.user, first, _next(first))
    days = _days(first, events)
    context = {
        "first": first,
        "previous": _previous(first),
        "next": _next(first),
        "this_month": today().replace(day=1),
        "today": today(),
        "is_list": request.GET.get("vue") == "liste",
        "events": events,
        "days": sorted(days.items()),
        "weeks": _weeks(first, days),
    }
    return render(request, "pages/calendar.html", context)


def _asked_month(text: str) -> date:
    """This month for an address that names none."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today().replace(day=1)
    return min(max(first, FIRST), LAST)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _previous(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _events(user, first: date, after: date) -> list[CalendarEvent]:
    """Whatever has a part of it between both days, in order."""
    since, until = start_of_day(first), start_of_day(after)
    found = registry.gather("calendar", user, since=since, until=until)
    return sorted(found, key=lambda event: (event.starts_at, event.title))


def _days(first: date, events: list[CalendarEvent]) -> dict[date, list[tuple]]:
    """The days of the month that hold something: (when, event), for each of the days
    that the event lasts."""
    after = _next(first)
    days: dict[date, list[tuple]] = defaultdict(list)
    for event in events:
        begins = timezone.localtime(event.starts_at).date()
        # An instant before: what ends at midnight has nothing of the next day.
        ends = timezone.localtime(event.ends_at - timedelta(microseconds=1)).date()
        day = max(begins, first)
        while day <= ends and day < after:
            days[day].append((_when(event, day, begins, ends), event))
            day += timedelta(days=1)
    return days


def _when(event: CalendarEvent, day: date, begins: date, ends: date) -> str:
    """What stands before its title on that day."""
    if event.is_all_day:
        return _("toute la journée")
    if day == begins:
        return long_time(event.starts_at)
    if day == ends:
        return _("jusqu’à %(time)s") % {"time": long_time(event.ends_at)}
    return _("suite")


def _weeks(first: date, days: dict[date, list[tuple]]) -> list[list[tuple]]:
    """Rows of (day, what it holds); days of other months hold nothing."""
    weeks = WEEKS.monthdatescalendar(first.year, first.month)
    return [
        [(day, days.get(day, []) if day.month == first.month else None) for day in week]
        for week in weeks
    ]


# -- Subscription --------------------------------------------------------------------


@require_safe
@login_not_required
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """For a calendar, which signs in nowhere: whoever has the address reads it. It
    holds what its owner may see at this moment, and nothing once they may not."""
    found = CalendarFeed.objects.opened_by(token).select_related("user")
    user = get_object_or_404(found).user
    with actor(user):
        events = _events(user, today() - FEED_BEFORE, today() + FEED_AFTER)
    content = published(events, name=_("Portail du SPIP"))
    headers = {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
        "Content-Disposition": "inline; filename=calendrier.ics",
    }
    return HttpResponse(content, CONTENT_TYPE, headers=headers)


@require_safe
def feed_settings(request: HttpRequest) -> HttpResponse:
    feed = CalendarFeed.objects.filter(user=request.user).first()
    return render(request, "pages/calendar_feed.html", {"feed": feed, "address": ""})


@require_POST
def feed_renew(request: HttpRequest) -> HttpResponse:
    """The address is shown on this page and never again."""
    token = services.renew_feed(user=request.user)
    context = {
        "feed": CalendarFeed.objects.get(user=request.user),
        "address": absolute(reverse("pages:calendar_feed", args=[token])),
    }
    return render(request, "pages/calendar_feed.html", context)


@require_POST
def feed_revoke(request: HttpRequest) -> HttpResponse:
    services.revoke_feed(user=request.user)
    messages.success(
        request, _("L’abonnement est supprimé : son adresse ne répond plus.")
    )
    return redirect("pages:calendar_feed_settings")

"""Sessions of collective actions and forums, for the calendar of whoever may see
them."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import ActionSession, CollectiveAction, Forum
from spip_portal.registry import CalendarEvent
from spip_portal.security.dates import end_of_day, start_of_day


def calendar_events(
    user, *, since: datetime, until: datetime
) -> Iterator[CalendarEvent]:
    return chain(
        _sessions(user, since=since, until=until),
        _forums(user, since=since, until=until),
    )


def _sessions(user, *, since: datetime, until: datetime) -> Iterator[CalendarEvent]:
    """Of announced actions: a draft has no date that counts."""
    sessions = ActionSession.objects.visible_to(user)
    sessions = sessions.filter(starts_at__lt=until, ends_at__gt=since)
    sessions = sessions.exclude(action__state=CollectiveAction.State.DRAFT)
    return map(session_event, sessions.select_related("action"))


def _forums(user, *, since: datetime, until: datetime) -> Iterator[CalendarEvent]:
    first, after = timezone.localdate(since), timezone.localdate(until)
    forums = Forum.objects.visible_to(user)
    return map(forum_event, forums.filter(starts_on__lt=after, ends_on__gte=first))


def forum_event(forum: Forum) -> CalendarEvent:
    return CalendarEvent(
        starts_at=start_of_day(forum.starts_on),
        ends_at=end_of_day(forum.ends_on),
        title=forum.title,
        place=forum.place,
        url=reverse("partners:forum", args=[forum.uuid]),
        kind=_("forum"),
        uid=f"forum-{forum.uuid}",
        sequence=forum.sequence,
        is_all_day=True,
    )


def session_event(session: ActionSession) -> CalendarEvent:
    action = session.action
    is_off = action.state == CollectiveAction.State.CANCELLED
    return CalendarEvent(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=action.title,
        place=action.place,
        url=reverse("partners:action", args=[action.uuid]),
        kind=_("action collective"),
        uid=f"session-{session.uuid}",
        # The cancellation of the whole action is one change more.
        sequence=session.sequence + is_off,
        is_cancelled=is_off or session.cancelled_at is not None,
    )

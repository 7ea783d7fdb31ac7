"""Sessions of collective actions, for the calendar of whoever may see them."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from partners.models import ActionSession, CollectiveAction
from spip_portal.registry import CalendarEvent


def calendar_events(
    user, *, since: datetime, until: datetime
) -> Iterator[CalendarEvent]:
    """Of announced actions: a draft has no date that counts."""
    sessions = ActionSession.objects.visible_to(user)
    sessions = sessions.filter(starts_at__lt=until, ends_at__gt=since)
    sessions = sessions.exclude(action__state=CollectiveAction.State.DRAFT)
    return map(session_event, sessions.select_related("action"))


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

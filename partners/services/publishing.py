"""What the coordination publishes: collective actions."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import action_emails
from partners.models import (
    ActionSession,
    CollectiveAction,
    Organisation,
)
from partners.recurrence import weekly
from partners.services.requests import close_requests, promote_waiting
from partners.services.sessions import people_concerned, people_with_places
from partners.services.writing import service_of, write
from spip_portal.accounts.models import User


@transaction.atomic
def add_action(*, by: User, **values: Any) -> CollectiveAction:
    """A new action is a draft; `save_action` names the values."""
    action = CollectiveAction(spip=service_of(by))
    return save_action(action=action, by=by, **values)


@transaction.atomic
def save_action(
    *,
    action: CollectiveAction,
    by: User,
    contributors: Iterable[Organisation],
    sessions: Iterable[Mapping[str, Any]],
    **fields: Any,
) -> CollectiveAction:
    """`sessions`: rows of the form, each with `starts_at`, `ends_at`, the session it
    changes as `id` (None for a new one), `DELETE`, and for how many `weeks`."""
    _check_capacity(action, fields.get("capacity"))
    write(action, by, CollectiveAction.objects.editable_by(by), fields)
    promote_waiting(action=action)
    action.contributors.set(contributors)
    known = set(action.sessions.values_list("pk", flat=True))
    for row in sessions:
        session = row["id"] or ActionSession()
        if session.pk and (session.action_id != action.pk or action.is_announced):
            raise PermissionDenied  # an announced one is moved with a mail
        session.action = action
        if row.get("DELETE"):
            if session.pk:
                session.delete()
            continue
        first, *others = weekly(row["starts_at"], row["ends_at"], row.get("weeks") or 1)
        session.starts_at, session.ends_at = first
        session.save()
        for starts_at, ends_at in others:
            action.sessions.create(starts_at=starts_at, ends_at=ends_at)
    _tell_of_new_sessions(action, known)
    return action


def _tell_of_new_sessions(action: CollectiveAction, known: set[int]) -> None:
    """Once an action is published, whoever holds places there learns of more dates: one
    mail each, however many are added."""
    if action.state != CollectiveAction.State.PUBLISHED:
        return
    added = action.sessions.exclude(pk__in=known).filter(starts_at__gt=timezone.now())
    if starts := list(added.values_list("starts_at", flat=True)):
        for user in people_with_places(action=action):
            action_emails.send_sessions_added(action, starts, user)


def _check_capacity(action: CollectiveAction, capacity: int | None) -> None:
    """Never below the places given; the lock holds off whoever asks for one now."""
    if action.pk is None or capacity is None:
        return
    CollectiveAction.objects.select_for_update(of=("self",)).get(pk=action.pk)
    given = action.requests.accepted().count_places()
    if capacity < given:
        sentence = _("%(count)d places sont déjà données.") % {"count": given}
        raise ValidationError({"capacity": sentence})


@transaction.atomic
def publish_action(*, action: CollectiveAction, by: User) -> None:
    """Shown from now on to its audience."""
    _move_action(action, by, CollectiveAction.State.DRAFT, "published")


@transaction.atomic
def cancel_action(*, action: CollectiveAction, by: User) -> None:
    """Still shown, marked as cancelled. The requests for places close with it, and each
    person concerned is told once."""
    if _move_action(action, by, CollectiveAction.State.PUBLISHED, "cancelled"):
        concerned = list(people_concerned(action=action))
        askers = close_requests(action=action, by=by)
        for user in concerned:
            action_emails.send_action_cancelled(
                action, user, had_asked=user.pk in askers
            )


def _move_action(action: CollectiveAction, by: User, source: str, to: str) -> bool:
    """Whether it moved: a second click finds it moved already."""
    editable = CollectiveAction.objects.editable_by(by).filter(pk=action.pk)
    locked = editable.select_for_update(of=("self",)).first()
    if locked is None:
        raise PermissionDenied
    if locked.state != source:
        return False
    locked.state = to
    locked.save(update_fields=["state"])
    return True

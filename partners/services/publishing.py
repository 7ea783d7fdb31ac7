"""What the coordination publishes: missions, collective actions."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from partners.models import (
    ActionSession,
    CollectiveAction,
    Mission,
    Organisation,
)
from partners.services.writing import service_of, write
from spip_portal.accounts.models import User
from spip_portal.ui.slugs import french_slug

RESERVED_SLUGS = frozenset({"ajouter"})  # the address of the page that adds one


# -- Missions ----


@transaction.atomic
def add_mission(*, by: User, title: str, **values: Any) -> Mission:
    """The page's address comes from the first title, and stays."""
    mission = Mission(spip=service_of(by), slug=_free_slug(title))
    return save_mission(mission=mission, by=by, title=title, **values)


@transaction.atomic
def save_mission(
    *, mission: Mission, by: User, is_published: bool, **fields: Any
) -> Mission:
    if not is_published:
        fields["published_at"] = None
    elif mission.published_at is None:
        fields["published_at"] = timezone.now()
    write(mission, by, Mission.objects.editable_by(by), fields)
    return mission


def _free_slug(title: str) -> str:
    base = french_slug(title)[:45] or "mission"
    slug, number = base, 1
    while slug in RESERVED_SLUGS or Mission.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


# -- Collective actions ----


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
    changes as `id` (None for a new one), and `DELETE`."""
    write(action, by, CollectiveAction.objects.editable_by(by), fields)
    action.contributors.set(contributors)
    for row in sessions:
        session = row["id"] or ActionSession()
        if session.pk and session.action_id != action.pk:
            raise PermissionDenied
        session.action = action
        if row.get("DELETE"):
            if session.pk:
                session.delete()
            continue
        session.starts_at, session.ends_at = row["starts_at"], row["ends_at"]
        session.save()
    return action


@transaction.atomic
def publish_action(*, action: CollectiveAction, by: User) -> None:
    """Shown from now on to its audience."""
    _move_action(action, by, CollectiveAction.State.DRAFT, "published")


@transaction.atomic
def cancel_action(*, action: CollectiveAction, by: User) -> None:
    """Still shown, marked as cancelled."""
    _move_action(action, by, CollectiveAction.State.PUBLISHED, "cancelled")


def _move_action(action: CollectiveAction, by: User, source: str, to: str) -> None:
    editable = CollectiveAction.objects.editable_by(by).filter(pk=action.pk)
    locked = editable.select_for_update(of=("self",)).first()
    if locked is None:
        raise PermissionDenied
    if locked.state == source:
        locked.state = to
        locked.save(update_fields=["state"])

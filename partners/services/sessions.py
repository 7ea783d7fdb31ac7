"""Sessions of an announced action: moved or cancelled, and those concerned told."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import action_emails as emails
from partners.models import (
    ActionRequest,
    ActionSession,
    CollectiveAction,
    Membership,
)
from spip_portal.accounts.models import User


def people_concerned(*, action: CollectiveAction) -> QuerySet[User]:
    """The référents of the structures that contribute, and whoever asked for places and
    holds them or waits. Each once."""
    referents = Membership.objects.live().referents()
    referents = referents.filter(organisation__actions=action)
    asked = ActionRequest.objects.open().filter(action=action)
    concerned = Q(pk__in=referents.values("user"))
    concerned |= Q(pk__in=asked.values("requested_by"))
    return User.objects.filter(concerned, is_active=True).order_by("pk")


def people_with_places(*, action: CollectiveAction) -> QuerySet[User]:
    """Whoever holds places there. Each once."""
    accepted = action.requests.accepted()
    holders = User.objects.filter(pk__in=accepted.values("requested_by"))
    return holders.filter(is_active=True).order_by("pk")


@transaction.atomic
def move_session(
    *, session: ActionSession, by: User, starts_at: datetime, ends_at: datetime
) -> None:
    locked = _lock(session, by)
    others = locked.action.sessions.exclude(pk=locked.pk)
    if others.overlapping(starts_at, ends_at).exists():
        sentence = _("Cette séance en chevauche une autre de la même action.")
        raise ValidationError({"starts_at": sentence})
    before = (locked.starts_at, locked.ends_at)
    if before == (starts_at, ends_at):
        return
    locked.starts_at, locked.ends_at = starts_at, ends_at
    locked.sequence += 1
    locked.save(update_fields=["starts_at", "ends_at", "sequence"])
    for user in people_concerned(action=locked.action):
        emails.send_session_moved(locked, before[0], user)


@transaction.atomic
def cancel_session(*, session: ActionSession, by: User) -> None:
    locked = _lock(session, by)
    locked.cancelled_at = timezone.now()
    locked.sequence += 1
    locked.save(update_fields=["cancelled_at", "sequence"])
    for user in people_concerned(action=locked.action):
        emails.send_session_cancelled(locked, user)


def _lock(session: ActionSession, by: User) -> ActionSession:
    """The session as it stands once its action is locked; not one that a click before
    has cancelled."""
    action = CollectiveAction.objects.editable_by(by).filter(pk=session.action_id)
    if action.select_for_update(of=("self",)).first() is None:
        raise PermissionDenied
    movable = ActionSession.objects.movable_by(by).select_related("action")
    locked = movable.filter(pk=session.pk).first()
    if locked is None:
        raise ValidationError(_("Cette séance est passée ou déjà annulée."))
    return locked

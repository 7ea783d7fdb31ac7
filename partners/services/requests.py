"""Places in a collective action: asked, given while there are some, queued, given
back. Each act locks the action first: two at once never give one place twice."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partners import action_emails as emails
from partners.models import ActionRequest, CollectiveAction, Membership
from spip_portal.accounts.models import User

State = ActionRequest.State


# -- Asked ---------------------------------------------------------------------------


@transaction.atomic
def request_places(
    *, action: CollectiveAction, by: User, reference: str, places: int
) -> ActionRequest:
    """All or nothing: the places that are left, or the waiting list."""
    requestable = CollectiveAction.objects.requestable_by(by).filter(pk=action.pk)
    locked = requestable.select_for_update(of=("self",)).first()
    if locked is None:
        raise PermissionDenied
    _check_reference(locked, by, reference)
    if places > locked.capacity:
        raise ValidationError({"places": _too_many(locked)})
    fits = places <= locked.free_places
    request = ActionRequest.objects.create(
        action=locked,
        organisation=_structure_of(by),
        requested_by=by,
        reference=reference,
        places=places,
        state=State.ACCEPTED if fits else State.WAITING,
    )
    if fits:
        emails.send_request_accepted(request)
    else:
        emails.send_request_waiting(request)
    return request


def _check_reference(action: CollectiveAction, by: User, reference: str) -> None:
    """A second click asks nothing more."""
    same = action.requests.open().filter(requested_by=by, reference=reference)
    if same.exists():
        sentence = _("Vous avez déjà une demande sous cette référence.")
        raise ValidationError({"reference": sentence})


def _too_many(action: CollectiveAction) -> str:
    sentence = ngettext(
        "L’action n’a que %(count)d place en tout.",
        "L’action n’a que %(count)d places en tout.",
        action.capacity,
    )
    return sentence % {"count": action.capacity}


def _structure_of(by: User):
    if by.is_agent:
        return None
    memberships = Membership.objects.active_for(by).select_related("organisation")
    return memberships[0].organisation


@transaction.atomic
def withdraw_request(*, request: ActionRequest, by: User) -> None:
    """By whoever asked; the places go to those who wait."""
    if locked := _lock(request, by, ActionRequest.objects.withdrawable_by(by)):
        _close(locked, by, State.WITHDRAWN)


# -- Decided by the coordination -----------------------------------------------------


@transaction.atomic
def refuse_request(*, request: ActionRequest, by: User, reason: str) -> None:
    """With a reason, sent to whoever asked."""
    if locked := _lock(request, by, ActionRequest.objects.decidable_by(by)):
        _close(locked, by, State.REFUSED, reason)
        emails.send_request_refused(locked)


@transaction.atomic
def cancel_request(*, request: ActionRequest, by: User) -> None:
    if locked := _lock(request, by, ActionRequest.objects.decidable_by(by)):
        _close(locked, by, State.CANCELLED)
        emails.send_request_cancelled(locked)


def _lock(request: ActionRequest, by: User, allowed) -> ActionRequest | None:
    """The request as it stands once its action is locked; None once it is closed."""
    if not ActionRequest.objects.visible_to(by).filter(pk=request.pk).exists():
        raise PermissionDenied
    CollectiveAction.objects.select_for_update(of=("self",)).get(pk=request.action_id)
    locked = allowed.select_related("action", "requested_by").filter(pk=request.pk)
    return locked.first()


def _close(request: ActionRequest, by: User, state: str, reason: str = "") -> None:
    request.state, request.reason, request.decided_by = state, reason, by
    request.state_changed_at = timezone.now()
    request.save(update_fields=["state", "reason", "decided_by", "state_changed_at"])
    promote_waiting(action=request.action)


def close_requests(*, action: CollectiveAction, by: User) -> set[int]:
    """Those of an action that is cancelled, all at once; gives who had asked. The
    caller holds the lock, and tells them."""
    requests = action.requests.open()
    askers = set(requests.values_list("requested_by", flat=True))
    requests.update(
        state=State.CANCELLED,
        reason=_("L’action est annulée."),
        decided_by=by,
        state_changed_at=timezone.now(),
    )
    return askers


# -- Places that come free -----------------------------------------------------------


def promote_waiting(*, action: CollectiveAction) -> None:
    """Give what is free to the oldest requests that fit. The caller holds the lock."""
    if action.state != CollectiveAction.State.PUBLISHED:
        return
    free = action.free_places
    for request in action.requests.waiting().select_related("requested_by"):
        if request.places <= free:
            free -= request.places
            request.state, request.state_changed_at = State.ACCEPTED, timezone.now()
            request.save(update_fields=["state", "state_changed_at"])
            emails.send_request_promoted(request)

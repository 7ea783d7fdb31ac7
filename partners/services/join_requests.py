"""Joining a structure that is already registered, without an invitation: asked by
anyone, heard once their address is proven, answered by those who keep the structure."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import joining_emails
from partners.models import Invitation, JoinRequest, Organisation, Partnership
from partners.services.registration import invite_member, invite_referent
from spip_portal.accounts.models import User


@transaction.atomic
def ask_to_join(
    *,
    organisation: Organisation,
    email: str,
    first_name: str,
    last_name: str,
    function: str,
) -> JoinRequest:
    """A link goes to the address, whoever it belongs to. Asked again before it was
    followed, it is the same request, good for another fortnight."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    mine = organisation.join_requests.filter(email__iexact=email, decided_at=None)
    join_request = mine.first() or JoinRequest(
        organisation=organisation, email=email.lower()
    )
    if join_request.confirmed_at is None:
        join_request.first_name = first_name
        join_request.last_name = last_name
        join_request.function = function
        join_request.expires_at = timezone.now() + JoinRequest.CONFIRM_WITHIN
        join_request.save()
        joining_emails.send_join_link(join_request)
    return join_request


@transaction.atomic
def confirm_join_request(*, join_request: JoinRequest) -> None:
    """The address is proven: those who answer are told. A second click tells nobody."""
    unconfirmed = JoinRequest.objects.unconfirmed().filter(pk=join_request.pk)
    locked = unconfirmed.select_for_update(of=("self",)).first()
    if locked is None:
        return
    locked.confirmed_at = timezone.now()
    locked.expires_at = locked.confirmed_at + JoinRequest.KEPT_FOR
    locked.save(update_fields=["confirmed_at", "expires_at"])
    joining_emails.send_join_request(locked)


@transaction.atomic
def accept_join_request(*, join_request: JoinRequest, by: User) -> Invitation:
    """They are invited, by the référent as a colleague, by the coordination to keep
    the structure. Raises ValidationError for who is a member or invited already."""
    locked = _locked(join_request, by)
    _decide(locked, by, is_accepted=True)
    person = {
        "email": locked.email,
        "first_name": locked.first_name,
        "last_name": locked.last_name,
        "function": locked.function,
    }
    organisation = locked.organisation
    if Organisation.objects.staffed_by(by).filter(pk=organisation.pk).exists():
        return invite_member(organisation=organisation, by=by, **person)
    partnership = Partnership.objects.kept_by_nobody(by).get(organisation=organisation)
    return invite_referent(partnership=partnership, by=by, **person)


@transaction.atomic
def refuse_join_request(*, join_request: JoinRequest, by: User) -> None:
    locked = _locked(join_request, by)
    _decide(locked, by, is_accepted=False)
    joining_emails.send_join_refused(locked)


@transaction.atomic
def purge_join_requests() -> int:
    """Unconfirmed after a fortnight, or older than their keeping."""
    over = JoinRequest.objects.exclude(expires_at__gt=timezone.now())
    return over.delete()[0]


def _locked(join_request: JoinRequest, by: User) -> JoinRequest:
    decidable = JoinRequest.objects.decidable_by(by).filter(pk=join_request.pk)
    locked = decidable.select_related("organisation").select_for_update(of=("self",))
    if found := locked.first():
        return found
    if JoinRequest.objects.filter(pk=join_request.pk).exclude(decided_at=None):
        raise ValidationError(_("Quelqu’un a déjà répondu à cette demande."))
    raise PermissionDenied


def _decide(join_request: JoinRequest, by: User, *, is_accepted: bool) -> None:
    join_request.decided_at = timezone.now()
    join_request.decided_by = by
    join_request.is_accepted = is_accepted
    join_request.save(update_fields=["decided_at", "decided_by", "is_accepted"])

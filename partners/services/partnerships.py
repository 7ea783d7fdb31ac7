"""What a service decides about a structure: the partnership, and its category."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import emails
from partners.models import Organisation, Partnership, PartnershipChange
from spip_portal.accounts.models import Spip, User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record

State = Partnership.State


def note_change(partnership: Partnership, by: User | None = None) -> None:
    """One line of the history, as the partnership stands now."""
    PartnershipChange.objects.create(
        partnership=partnership,
        state=partnership.state,
        changed_at=partnership.state_changed_at,
        changed_by=by,
        reason=partnership.reason,
    )


# -- Asked by the structure ----------------------------------------------------------


@transaction.atomic
def submit_drafts(*, organisation: Organisation, by: User) -> None:
    """The contact has proven their address: the service is asked."""
    drafts = organisation.partnerships.select_for_update(of=("self",))
    for partnership in drafts.filter(state=State.DRAFT):
        _submit(partnership, by)


@transaction.atomic
def submit_again(*, partnership: Partnership, by: User) -> None:
    """A référent sends a refused request again, after correcting it."""
    _check_referent(partnership.organisation, by)
    refused = Partnership.objects.filter(pk=partnership.pk, state=State.REFUSED)
    if locked := refused.select_for_update(of=("self",)).first():
        _submit(locked, by)


@transaction.atomic
def request_partnership(*, organisation: Organisation, spip: Spip, by: User) -> None:
    """A structure that works with several services asks one more. Asking twice asks
    once."""
    _check_referent(organisation, by)
    partnership, is_new = Partnership.objects.get_or_create(
        organisation=organisation, spip=spip
    )
    if is_new:
        _submit(partnership, by)


def _check_referent(organisation: Organisation, by: User) -> None:
    if not Organisation.objects.editable_by(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied


def _submit(partnership: Partnership, by: User) -> None:
    """What an earlier refusal said stays in the history."""
    partnership.state = State.SUBMITTED
    partnership.state_changed_at = timezone.now()
    partnership.decided_by = None
    partnership.reason = ""
    partnership.save(
        update_fields=["state", "state_changed_at", "decided_by", "reason"]
    )
    note_change(partnership, by)
    emails.send_partnership_submitted(partnership)


# -- Decided by the service ----------------------------------------------------------


@transaction.atomic
def validate_partnership(*, partnership: Partnership, by: User) -> None:
    """The structure becomes a partner; its référents may invite colleagues."""
    if moved := _move(partnership, by, {State.SUBMITTED}, State.VALIDATED):
        emails.send_partnership_validated(moved)


@transaction.atomic
def refuse_partnership(*, partnership: Partnership, by: User, reason: str) -> None:
    """With a reason; the référent may correct the request and send it again."""
    if moved := _move(partnership, by, {State.SUBMITTED}, State.REFUSED, reason):
        emails.send_partnership_refused(moved)


@transaction.atomic
def suspend_partnership(*, partnership: Partnership, by: User, reason: str) -> None:
    """Every share with the structure stops being readable at once: its liveness rests
    on this state."""
    if moved := _move(partnership, by, {State.VALIDATED}, State.SUSPENDED, reason):
        emails.send_partnership_suspended(moved)


@transaction.atomic
def reactivate_partnership(*, partnership: Partnership, by: User) -> None:
    if moved := _move(partnership, by, {State.SUSPENDED}, State.VALIDATED):
        emails.send_partnership_reactivated(moved)


def _move(
    partnership: Partnership, by: User, sources: set[str], to: State, reason: str = ""
) -> Partnership | None:
    """The partnership in its new state; None when somebody was faster (a second click
    changes and mails nothing)."""
    partnership = _locked(partnership, by)
    if partnership.state not in sources:
        return None
    partnership.state = to
    partnership.state_changed_at = timezone.now()
    partnership.decided_by = by
    partnership.reason = reason
    partnership.save(
        update_fields=["state", "state_changed_at", "decided_by", "reason"]
    )
    note_change(partnership, by)
    _record(partnership, by, f"partenariat : {partnership.get_state_display()}")
    return partnership


def _locked(partnership: Partnership, by: User) -> Partnership:
    managed = Partnership.objects.managed_by(by).filter(pk=partnership.pk)
    managed = managed.select_related("organisation", "spip")
    if locked := managed.select_for_update(of=("self",)).first():
        return locked
    raise PermissionDenied


def _record(partnership: Partnership, by: User, motive: str) -> None:
    record(
        actor=by,
        verb=Verb.CHANGE,
        spip_id=partnership.spip_id,
        object_kind="partenariat",
        object_uuid=partnership.uuid,
        motive=motive,
    )


# -- Category (art. 46) --------------------------------------------------------------


@transaction.atomic
def propose_category(*, partnership: Partnership, category: str, by: User) -> None:
    """What the law lets this structure hold, in the coordination's opinion. Another
    category than the confirmed one waits for the direction anew."""
    partnership = _locked(partnership, by)
    if partnership.art46_category == category:
        return
    partnership.art46_category = category
    partnership.art46_proposed_by = by
    partnership.art46_proposed_at = timezone.now()
    partnership.art46_confirmed_by = None
    partnership.art46_confirmed_at = None
    partnership.save(
        update_fields=[
            "art46_category",
            "art46_proposed_by",
            "art46_proposed_at",
            "art46_confirmed_by",
            "art46_confirmed_at",
        ]
    )
    _record(partnership, by, f"catégorie proposée : {category}")


@transaction.atomic
def confirm_category(*, partnership: Partnership, category: str, by: User) -> None:
    """The direction confirms what another person proposed. `category` is what it read:
    if it changed meanwhile, nothing is confirmed (ValidationError)."""
    waiting = Partnership.objects.confirmable_by(by).filter(pk=partnership.pk)
    locked = waiting.select_for_update(of=("self",)).first()
    if locked is None:
        raise PermissionDenied
    if locked.art46_category != category:
        raise ValidationError(
            _("La proposition a changé pendant votre lecture : relisez-la."),
            code="changed",
        )
    locked.art46_confirmed_by = by
    locked.art46_confirmed_at = timezone.now()
    locked.save(update_fields=["art46_confirmed_by", "art46_confirmed_at"])
    _record(locked, by, f"catégorie confirmée : {category}")

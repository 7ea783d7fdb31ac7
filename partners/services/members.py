"""What a référent, or the service in their stead, decides about a member."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import emails
from partners.models import Charter, Clearance, Membership, Organisation
from spip_portal.accounts.models import FactorReset, User
from spip_portal.accounts.services import (
    choose_posting,
    end_sessions,
    start_factor_reset,
)
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record

# -- Who may receive documents -------------------------------------------------------


@transaction.atomic
def designate_member(*, membership: Membership, by: User) -> None:
    """Name a member who may receive documents; they are asked to accept the charter.
    Nobody designates themself."""
    membership = _locked(Membership.objects.designatable_by(by), membership)
    clearance, _is_new = Clearance.objects.get_or_create(membership=membership)
    if clearance.designated_at is not None:
        return
    clearance.designated_by = by
    clearance.designated_at = timezone.now()
    clearance.save(update_fields=["designated_by", "designated_at"])
    _record(membership, by, "désignation pour recevoir des documents")
    emails.send_member_designated(clearance)


@transaction.atomic
def withdraw_designation(*, membership: Membership, by: User) -> None:
    """The member's shares stop being readable at once; they stay a member."""
    membership = _locked(Membership.objects.managed_by(by), membership)
    clearance = Clearance.objects.filter(
        membership=membership, designated_at__isnull=False
    ).first()
    if clearance is None:
        return
    clearance.designated_by = None
    clearance.designated_at = None
    clearance.save(update_fields=["designated_by", "designated_at"])
    _record(membership, by, "fin de la désignation")
    emails.send_designation_withdrawn(clearance)


@transaction.atomic
def accept_charter(*, membership: Membership, charter: Charter, by: User) -> None:
    """A designated professional accepts the version they read. An older one than the
    current is refused (ValidationError): they must read the new one."""
    own = Membership.objects.live().filter(user=by.pk)
    membership = _locked(own, membership)
    clearance = Clearance.objects.filter(
        membership=membership, designated_at__isnull=False
    ).first()
    if clearance is None:
        raise PermissionDenied
    if charter != Charter.objects.current().get():
        raise ValidationError(
            _("La charte a changé pendant votre lecture : lisez sa nouvelle version."),
            code="changed",
        )
    if clearance.charter_id == charter.pk:
        return
    clearance.charter = charter
    clearance.charter_accepted_at = timezone.now()
    clearance.save(update_fields=["charter", "charter_accepted_at"])
    _record(membership, by, f"acceptation de la charte, {charter}")


@transaction.atomic
def suspend_clearance(*, membership: Membership, by: User) -> None:
    """The service stops one person, whatever their structure thinks."""
    membership = _locked(Membership.objects.supervised_by(by), membership)
    clearance, _is_new = Clearance.objects.get_or_create(membership=membership)
    if clearance.suspended_at is not None:
        return
    clearance.suspended_by = by
    clearance.suspended_at = timezone.now()
    clearance.save(update_fields=["suspended_by", "suspended_at"])
    _record(membership, by, "suspension de l’habilitation")
    emails.send_clearance_suspended(clearance)


@transaction.atomic
def reactivate_clearance(*, membership: Membership, by: User) -> None:
    membership = _locked(Membership.objects.supervised_by(by), membership)
    clearance = Clearance.objects.filter(
        membership=membership, suspended_at__isnull=False
    ).first()
    if clearance is None:
        return
    clearance.suspended_by = None
    clearance.suspended_at = None
    clearance.save(update_fields=["suspended_by", "suspended_at"])
    _record(membership, by, "fin de la suspension de l’habilitation")
    emails.send_clearance_reactivated(clearance)


# -- Membership ----------------------------------------------------------------------


@transaction.atomic
def promote_member(*, membership: Membership, by: User) -> None:
    """A member becomes référent too."""
    membership = _locked(Membership.objects.managed_by(by), membership)
    if membership.is_referent:
        return
    membership.role = Membership.Role.REFERENT
    membership.save(update_fields=["role"])
    _record(membership, by, "nomination comme référent")
    emails.send_member_promoted(membership)


@transaction.atomic
def end_membership(*, membership: Membership, by: User) -> None:
    """A person leaves the structure: their sessions end and their shares stop being
    readable at once. The last référent stays (ValidationError): name another first."""
    Organisation.objects.select_for_update(of=("self",)).get(
        pk=membership.organisation_id
    )
    membership = _locked(Membership.objects.managed_by(by), membership)
    others = membership.organisation.memberships.live().referents()
    if membership.is_referent and not others.exclude(pk=membership.pk).exists():
        raise ValidationError(
            _("C’est le dernier référent de la structure : nommez-en un autre avant."),
            code="last_referent",
        )
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    end_sessions(user=membership.user)
    _record(membership, by, "fin d’appartenance")
    emails.send_membership_ended(membership)


@transaction.atomic
def choose_membership(*, user: User, membership: Membership) -> None:
    """Act for this structure from now on, and under no posting."""
    own = Membership.objects.live().filter(user=user.pk, pk=membership.pk)
    if not own.update(chosen_at=timezone.now()):
        raise PermissionDenied
    choose_posting(user=user, posting=None)


@transaction.atomic
def start_member_reset(*, membership: Membership, by: User, motive: str) -> FactorReset:
    """A référent (or the coordination) starts to erase a member's lost second factor;
    somebody of the service confirms."""
    membership = _locked(Membership.objects.designatable_by(by), membership)
    if membership.user.postings.live().exists():
        raise ValidationError(
            _("Cette personne est aussi agent d’un service : voyez sa direction."),
            code="agent",
        )
    if membership.user.factor_resets.waiting().exists():
        raise ValidationError(
            _("Une demande est déjà en cours : le service doit la confirmer."),
            code="waiting",
        )
    partnerships = membership.organisation.partnerships.validated()
    if by.is_agent:
        partnerships = partnerships.filter(spip=by.spip)
    partnership = partnerships.order_by("state_changed_at", "pk").first()
    return start_factor_reset(
        user=membership.user, by=by, spip=partnership.spip, motive=motive
    )


def _locked(allowed, membership: Membership) -> Membership:
    """The row, locked, if it is among those `allowed`. PermissionDenied otherwise."""
    found = allowed.filter(pk=membership.pk).select_related("user", "organisation")
    if locked := found.select_for_update(of=("self",)).first():
        return locked
    raise PermissionDenied


def _record(membership: Membership, by: User, motive: str) -> None:
    record(
        actor=by,
        verb=Verb.CHANGE,
        object_kind="appartenance",
        object_uuid=membership.uuid,
        motive=motive,
    )

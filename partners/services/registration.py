"""Joining the network: a structure registers, its référent invites, people join."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import emails
from partners.models import (
    Invitation,
    Membership,
    Organisation,
    OrganisationKind,
    Partnership,
    Proof,
    Theme,
)
from partners.models.members import InvitationQuerySet
from partners.services.communes import locate
from partners.services.partnerships import note_change, submit_drafts
from spip_portal.accounts.models import Spip, User
from spip_portal.accounts.services import create_account
from spip_portal.vault import services as vault
from spip_portal.vault.models import StoredFile


def siret_taken() -> ValidationError:
    """Said beside the field, whoever asks; it names nobody."""
    return ValidationError(
        _(
            "Cette structure est déjà inscrite. Demandez à son référent de vous "
            "inviter. Si vous venez de l’inscrire, suivez le lien reçu par courriel."
        ),
        code="siret_taken",
    )


def registered(siret: str) -> Organisation | None:
    """The structure that holds this SIRET, whoever may see it."""
    known = Organisation.objects.filter(siret=siret)
    return known.exclude(pk__in=known.abandoned()).first()


@transaction.atomic
def register_organisation(
    *,
    spip: Spip,
    name: str,
    kind: OrganisationKind,
    siret: str,
    address: str,
    postcode: str,
    city: str,
    phone: str,
    description: str,
    milieu: str,
    publics: str,
    excluded_publics: str,
    themes: Iterable[Theme],
    proof: StoredFile | None = None,
    first_name: str,
    last_name: str,
    function: str,
    email: str,
) -> Invitation:
    """A visitor registers a structure. Nothing is asked of the service before its
    contact follows the link sent to them. Raises ValidationError on a SIRET in use."""
    for abandoned in Organisation.objects.abandoned().filter(siret=siret):
        _forget(abandoned)
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(
                name=name,
                kind=kind,
                siret=siret,
                address=address,
                postcode=postcode,
                city=city,
                phone=phone,
                description=description,
                milieu=milieu,
                publics=publics,
                excluded_publics=excluded_publics,
            )
    except IntegrityError as error:
        raise siret_taken() from error
    organisation.themes.set(themes)
    locate(Organisation.objects.filter(pk=organisation.pk))
    if proof:
        Proof.objects.create(organisation=organisation, file=proof)
    note_change(Partnership.objects.create(organisation=organisation, spip=spip))
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email.lower(),
        first_name=first_name,
        last_name=last_name,
        function=function,
        role=Membership.Role.REFERENT,
        expires_at=timezone.now() + Invitation.VALID_FOR,
    )
    emails.send_registration_link(invitation)
    return invitation


def _forget(organisation: Organisation) -> None:
    files = [proof.file for proof in organisation.proofs.select_related("file")]
    organisation.delete()
    for file in files:
        vault.erase(stored=file)


# -- Invitations ---------------------------------------------------------------------


@transaction.atomic
def invite_member(
    *,
    organisation: Organisation,
    by: User,
    email: str,
    first_name: str = "",
    last_name: str = "",
    function: str = "",
) -> Invitation:
    """A référent invites a colleague, who will join this structure and no other."""
    if not Organisation.objects.staffed_by(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    pending = _pending(organisation, email)
    if pending.open().exists():
        raise ValidationError(
            _("Une invitation est déjà en cours pour cette adresse."), code="pending"
        )
    pending.update(cancelled_at=timezone.now())  # expired: the new one replaces it
    return _invite(
        organisation=organisation,
        email=email.lower(),
        first_name=first_name,
        last_name=last_name,
        function=function,
        invited_by=by,
    )


@transaction.atomic
def invite_referent(
    *,
    partnership: Partnership,
    by: User,
    email: str,
    first_name: str = "",
    last_name: str = "",
    function: str = "",
) -> Invitation:
    """The coordinator asks somebody to keep a structure that nobody keeps: it came from
    a list, or its last référent is gone. A new link replaces the one on its way."""
    if not Partnership.objects.kept_by_nobody(by).filter(pk=partnership.pk).exists():
        raise PermissionDenied
    _pending(partnership.organisation, email).update(cancelled_at=timezone.now())
    return _invite(
        organisation=partnership.organisation,
        email=email.lower(),
        first_name=first_name,
        last_name=last_name,
        function=function,
        invited_by=by,
        role=Membership.Role.REFERENT,
    )


def _pending(organisation: Organisation, email: str) -> InvitationQuerySet:
    """The invitations of an address that nobody has followed; the structure is locked:
    one is invited once. Raises ValidationError for a member."""
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if organisation.memberships.live().filter(user__email__iexact=email).exists():
        raise ValidationError(
            _("Cette personne est déjà membre de la structure."), code="member"
        )
    return organisation.invitations.pending().filter(email__iexact=email)


def _invite(**fields: Any) -> Invitation:
    invitation = Invitation.objects.create(
        expires_at=timezone.now() + Invitation.VALID_FOR, **fields
    )
    emails.send_invitation(invitation)
    return invitation


@transaction.atomic
def resend_invitation(*, invitation: Invitation, by: User) -> None:
    """Send the link again, good for another fortnight."""
    invitation = _managed(invitation, by)
    invitation.expires_at = timezone.now() + Invitation.VALID_FOR
    invitation.save(update_fields=["expires_at"])
    emails.send_invitation(invitation)


@transaction.atomic
def cancel_invitation(*, invitation: Invitation, by: User) -> None:
    """The link is dead at once."""
    invitation = _managed(invitation, by)
    invitation.cancelled_at = timezone.now()
    invitation.save(update_fields=["cancelled_at"])


def _managed(invitation: Invitation, by: User) -> Invitation:
    managed = Invitation.objects.managed_by(by).filter(pk=invitation.pk)
    if locked := managed.select_for_update(of=("self",)).first():
        return locked
    raise PermissionDenied


@transaction.atomic
def join_with_new_account(
    *, invitation: Invitation, first_name: str, last_name: str, password: str
) -> User:
    """The invited person has no account: make one, its address proven by the link."""
    _open(invitation, invitation.email)  # locked first: a second click makes no account
    user = create_account(
        email=invitation.email,
        first_name=first_name,
        last_name=last_name,
        password=password,
    )
    accept_invitation(invitation=invitation, user=user)
    return user


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Join the structure of the invitation, and no other. A self-registered structure
    waited for this first member: it is submitted to its service. Raises
    PermissionDenied when the invitation is no longer good or is somebody else's."""
    invitation = _open(invitation, user.email)
    membership, _is_new = Membership.objects.live().get_or_create(
        user=user,
        organisation_id=invitation.organisation_id,
        defaults={"role": invitation.role, "function": invitation.function},
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    submit_drafts(organisation=membership.organisation, by=user)
    return membership


def _open(invitation: Invitation, email: str) -> Invitation:
    mine = Invitation.objects.open().filter(pk=invitation.pk, email__iexact=email)
    if locked := mine.select_for_update(of=("self",)).first():
        return locked
    raise PermissionDenied

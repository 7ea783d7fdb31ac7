"""The closed list of legal bases that the direction keeps."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from cases.models import (
    LegalBasis,
)
from spip_portal.accounts.models import User


def add_legal_basis(*, by: User, label: str) -> LegalBasis:
    if by.spip is None or not by.is_manager:
        raise PermissionDenied
    if LegalBasis.objects.offered_in(by.spip).filter(label__iexact=label).exists():
        raise ValidationError(_("Cette base légale est déjà proposée."))
    return LegalBasis.objects.create(spip=by.spip, label=label)


def withdraw_legal_basis(*, by: User, basis: LegalBasis) -> None:
    """It is offered no more; shares that stand on it keep it."""
    LegalBasis.objects.editable_by(by).filter(pk=basis.pk).update(is_active=False)

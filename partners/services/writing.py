"""What every text of the coordination has in common."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied

from spip_portal.accounts.models import Spip, User


def service_of(by: User) -> Spip:
    """The service that `by` writes for."""
    if by.spip is None or not (by.is_coordinator or by.is_manager):
        raise PermissionDenied
    return by.spip


def write(row, by: User, editable, fields: Mapping[str, Any]) -> None:
    """Write `fields` on a row of the service of `by`; a new one bears it already."""
    if row.pk and not editable.filter(pk=row.pk).exists():
        raise PermissionDenied
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()

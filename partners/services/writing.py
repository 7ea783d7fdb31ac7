"""What every row that a form writes has in common."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from spip_portal.accounts.models import Spip, User, is_coordination


def row_uuid(key: uuid.UUID | None, parent: Model) -> uuid.UUID:
    """The identifier of what a form adds to `parent`: the same one when it is posted
    twice, and never that of a row elsewhere, whatever key is sent."""
    return uuid.uuid5(key, str(parent.pk)) if key else uuid.uuid4()


def service_of(by: User) -> Spip:
    """The service that `by` writes for."""
    if by.spip is None or not is_coordination(by):
        raise PermissionDenied
    return by.spip


def write(row, by: User, editable, fields: Mapping[str, Any]) -> None:
    """Write `fields` on a row of the service of `by`; a new one bears it already."""
    if row.pk and not editable.filter(pk=row.pk).exists():
        raise PermissionDenied
    for name, value in fields.items():
        setattr(row, name, value)
    row.save()


def write_after(row, by: User, editable, seen: int, fields: Mapping[str, Any]) -> None:
    """The same for a row that several people keep: `seen` is the version that was on
    the page, and whoever writes after somebody else is told."""
    if row.pk:
        check_unchanged(locked(row, editable).version, seen)
        row.version = seen + 1
    write(row, by, editable, fields)


def locked(row, editable):
    """The row as it is now, ours until the end of the transaction."""
    found = editable.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if found is None:
        raise PermissionDenied
    return found


def check_unchanged(version: int | str, seen: int | str) -> None:
    if version != seen:
        raise ValidationError(
            _(
                "Quelqu’un d’autre a enregistré cette page depuis que vous l’avez "
                "ouverte. Rien n’a été écrit : comparez les deux textes, reprenez ce "
                "qui manque au vôtre, puis enregistrez."
            ),
            code="changed",
        )

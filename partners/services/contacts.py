"""Who is in charge of what, and the antennes, as the coordination keeps them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.models import Charge
from partners.services.writing import service_of, write, write_after
from spip_portal.accounts.models import Antenne, User


@transaction.atomic
def save_charge(*, charge: Charge, by: User, seen: int = 0, **fields: Any) -> Charge:
    if not charge.pk:
        charge.spip = service_of(by)
    write_after(charge, by, Charge.objects.editable_by(by), seen, fields)
    return charge


@transaction.atomic
def delete_charge(*, charge: Charge, by: User) -> None:
    if not Charge.objects.editable_by(by).filter(pk=charge.pk).exists():
        raise PermissionDenied
    charge.delete()


@transaction.atomic
def save_antenne(*, antenne: Antenne, by: User, **fields: Any) -> Antenne:
    if not antenne.pk:
        antenne.spip = service_of(by)
    write(antenne, by, Antenne.objects.editable_by(by), fields)
    return antenne

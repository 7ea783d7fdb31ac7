"""Where a structure receives people, and how many: written by its référents."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners.models import DeclaredPlaces, Organisation, ReceptionKind, Site
from partners.services.writing import row_uuid
from spip_portal.accounts.models import User


@transaction.atomic
def add_site(
    *, by: User, organisation: Organisation, key: uuid.UUID, **fields: Any
) -> Site:
    """`key` is the form's own: posted twice, it adds one. Raises ValidationError beyond
    `Site.MOST`."""
    _check_keeps(by, organisation)
    own_uuid = row_uuid(key, organisation)
    if known := organisation.sites.filter(uuid=own_uuid).first():
        return known
    if organisation.sites.count() >= Site.MOST:
        raise ValidationError(
            _("Il y a déjà %(most)s sites : retirez-en un d’abord.")
            % {"most": Site.MOST}
        )
    return organisation.sites.create(uuid=own_uuid, **fields)


@transaction.atomic
def save_site(*, by: User, site: Site, **fields: Any) -> None:
    _check_keeps(by, site.organisation)
    for name, value in fields.items():
        setattr(site, name, value)
    site.save(update_fields=list(fields))


@transaction.atomic
def remove_site(*, by: User, site: Site) -> None:
    _check_keeps(by, site.organisation)
    site.delete()


@dataclass(frozen=True)
class Places:
    """What is declared of one kind."""

    kind: ReceptionKind
    total: int
    free: int
    next_free_on: date | None = None


@transaction.atomic
def declare_places(
    *, by: User, organisation: Organisation, places: Iterable[Places]
) -> None:
    """All kinds at once, as of now, even unchanged: the day is that of the declaration.
    A kind that is not among them is declared no more."""
    _check_keeps(by, organisation)
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    declared = list(places)
    organisation.declared_places.exclude(
        kind__in=[each.kind.pk for each in declared]
    ).delete()
    for each in declared:
        DeclaredPlaces.objects.update_or_create(
            organisation=organisation,
            kind=each.kind,
            defaults={
                "total": each.total,
                "free": each.free,
                "next_free_on": each.next_free_on,
                "declared_at": timezone.now(),
            },
        )


def _check_keeps(user: User, organisation: Organisation) -> None:
    if not Organisation.objects.editable_by(user).filter(pk=organisation.pk).exists():
        raise PermissionDenied

"""What a référent writes about their structure."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from partners.models import Organisation, Theme
from partners.services.communes import locate
from spip_portal.accounts.models import User


@transaction.atomic
def save_organisation(
    *, organisation: Organisation, by: User, themes: Iterable[Theme], **fields: Any
) -> None:
    """Write its page, which is then up to date. Trust is not here: no field of it opens
    a right."""
    _check_keeps(by, organisation)
    fields["reviewed_at"] = timezone.now()
    for name, value in fields.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(fields))
    organisation.themes.set(themes)
    locate(Organisation.objects.filter(pk=organisation.pk))


@transaction.atomic
def review_organisation(*, organisation: Organisation, by: User) -> None:
    """« Tout est à jour »: a référent has read it all again and changes nothing."""
    _check_keeps(by, organisation)
    organisation.reviewed_at = timezone.now()
    organisation.save(update_fields=["reviewed_at"])


def _check_keeps(user: User, organisation: Organisation) -> None:
    if not Organisation.objects.editable_by(user).filter(pk=organisation.pk).exists():
        raise PermissionDenied

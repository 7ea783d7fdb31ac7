"""What a référent writes about their structure."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.models import Organisation, Theme
from spip_portal.accounts.models import User


@transaction.atomic
def save_organisation(
    *, organisation: Organisation, by: User, themes: Iterable[Theme], **fields: Any
) -> None:
    """Write its page. Trust is not here: no field of it opens a right."""
    if not Organisation.objects.editable_by(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    for name, value in fields.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(fields))
    organisation.themes.set(themes)

"""Where a structure of the demo receives people, and how many it says it can."""

from datetime import timedelta

from django.utils import timezone

from partners.models import DeclaredPlaces, Organisation, ReceptionKind, Site
from spip_portal.demo.loading import source


def load(organisation: Organisation, row: dict) -> None:
    """`sites`: tables of fields; `places`: kind, total, free, days since it was
    declared, days until the next free one (or none)."""
    for site in row.get("sites", []):
        Site.objects.create(organisation=organisation, **site)
    for code, total, free, age, *wait in row.get("places", []):
        DeclaredPlaces.objects.create(
            organisation=organisation,
            kind=ReceptionKind.objects.get(code=code),
            total=total,
            free=free,
            next_free_on=source.day(wait[0]) if wait else None,
            declared_at=timezone.now() - timedelta(days=age),
        )

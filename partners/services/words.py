"""The glossary and « qui fait quoi »: kept by the coordination of every service."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from partners.models import Duty, Term
from partners.services.writing import service_of, write_after
from spip_portal.accounts.models import User
from spip_portal.ui.slugs import french_slug


@transaction.atomic
def save_term(*, row: Term, by: User, seen: int = 0, **fields: Any) -> Term:
    """Its anchor comes from the first spelling, and stays: pages lead to it."""
    service_of(by)
    if not row.pk:
        row.slug = _free_slug(fields["term"])
    write_after(row, by, Term.objects.editable_by(by), seen, fields)
    return row


def _free_slug(word: str) -> str:
    base = french_slug(word)[:45] or "terme"
    slug, number = base, 1
    while Term.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


@transaction.atomic
def save_duty(*, row: Duty, by: User, seen: int = 0, **fields: Any) -> Duty:
    service_of(by)
    write_after(row, by, Duty.objects.editable_by(by), seen, fields)
    return row


@transaction.atomic
def delete_word(*, row: Term | Duty, by: User) -> None:
    if not type(row).objects.editable_by(by).filter(pk=row.pk).exists():
        raise PermissionDenied
    row.delete()

"""A registration under way: begun by a visitor, kept as it is typed, found again by its
link, sent once it is whole, forgotten when nobody comes back."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import joining_emails
from partners.models import Invitation, Registration
from partners.services.registration import register_organisation
from spip_portal.vault import services as vault

Typed = dict[str, list[str]]


@transaction.atomic
def start_registration(*, typed: Typed) -> Registration:
    return Registration.objects.create(typed=typed, expires_at=_kept_until())


@transaction.atomic
def save_typed(
    *, registration: Registration, typed: Typed, content: bytes | None = None
) -> Registration | None:
    """Keep what was typed at one step beside the others; `content` replaces the PDF.
    None when it has been sent meanwhile."""
    locked = _locked(registration)
    if locked is None:
        return None
    locked.typed |= typed
    locked.expires_at = _kept_until()
    former = locked.file
    if content is not None:
        locked.file = vault.store(content=content)
    locked.save(update_fields=["typed", "expires_at", "file"])
    if former and content is not None:
        vault.erase(stored=former)
    return locked


@transaction.atomic
def remove_file(*, registration: Registration) -> None:
    locked = _locked(registration)
    if locked and (stored := locked.file):
        locked.file = None
        locked.save(update_fields=["file"])
        vault.erase(stored=stored)


@transaction.atomic
def mail_link(*, registration: Registration, email: str, step: str) -> None:
    """The way back, from another device too; once for each address."""
    locked = _locked(registration)
    if locked is None or locked.linked_email == email.lower():
        return
    locked.linked_email = email.lower()
    locked.save(update_fields=["linked_email"])
    joining_emails.send_resume_link(locked, step)


@transaction.atomic
def send_registration(
    *, registration: Registration, seen: str, **fields: Any
) -> Invitation | None:
    """The structure is registered and its draft forgotten; sent twice, it is sent once
    (None). `seen`: the digest of the summary that was read; whoever holds the link may
    write meanwhile. Raises ValidationError on that, and on a SIRET in use."""
    locked = _locked(registration)
    if locked is None:
        return None
    if seen != locked.digest:
        raise ValidationError(
            _("L’inscription a changé depuis que vous l’avez relue : relisez-la."),
            code="changed",
        )
    invitation = register_organisation(proof=locked.file, **fields)
    locked.delete()
    return invitation


@transaction.atomic
def purge_drafts() -> int:
    """Those nobody came back to, their PDF with them."""
    over = Registration.objects.over().select_for_update(of=("self",))
    rows = list(over.select_related("file"))
    for row in rows:
        stored = row.file
        row.delete()
        if stored:
            vault.erase(stored=stored)
    return len(rows)


def _locked(registration: Registration) -> Registration | None:
    mine = Registration.objects.open().filter(pk=registration.pk)
    return mine.select_related("file").select_for_update(of=("self",)).first()


def _kept_until() -> datetime:
    return timezone.now() + Registration.KEPT_FOR

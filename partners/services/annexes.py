"""The PDFs attached to a convention: put into the vault, read, taken out."""

import uuid
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from partners.models import Agreement, AgreementAnnex
from partners.services.files import read, take_out
from partners.services.writing import row_uuid
from spip_portal.accounts.models import User
from spip_portal.vault import services as vault


@transaction.atomic
def add_annex(
    *,
    by: User,
    agreement: Agreement,
    title: str,
    audience: str,
    content: bytes,
    key: uuid.UUID | None = None,
) -> AgreementAnnex:
    """In quarantine until a worker has inspected it. `key` is the form's own: posted
    twice, it adds one annex."""
    if not Agreement.objects.editable_by(by).filter(pk=agreement.pk).exists():
        raise PermissionDenied
    own_uuid = row_uuid(key, agreement)
    if known := agreement.annexes.filter(uuid=own_uuid).first():
        return known
    return AgreementAnnex.objects.create(
        uuid=own_uuid,
        agreement=agreement,
        title=title,
        audience=audience,
        file=vault.store(content=content),
        added_by=by,
    )


@transaction.atomic
def read_annex(
    *, by: User, annex: AgreementAnnex, request: HttpRequest
) -> Iterator[bytes]:
    return read(
        annex,
        AgreementAnnex.objects.visible_to(by).available(),
        by=by,
        request=request,
        kind="annexe",
        spip_id=annex.agreement.spip_id,
        is_public=annex.is_public,
    )


@transaction.atomic
def remove_annex(*, by: User, annex: AgreementAnnex) -> None:
    take_out(annex, AgreementAnnex.objects.editable_by(by))

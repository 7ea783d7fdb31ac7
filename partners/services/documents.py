"""The PDFs attached to a collective action: put into the vault, read, taken out."""

import uuid
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from partners.models import ActionDocument, CollectiveAction
from partners.services.files import read, take_out
from partners.services.writing import locked, row_uuid
from spip_portal.accounts.models import User
from spip_portal.vault import services as vault


@transaction.atomic
def add_document(
    *,
    by: User,
    action: CollectiveAction,
    title: str,
    content: bytes,
    key: uuid.UUID | None = None,
) -> ActionDocument:
    """In quarantine until a worker has inspected it. `key` is the form's own: posted
    twice, it adds one document. Raises ValidationError beyond `ActionDocument.MOST`,
    for two who add the last at once too."""
    action = locked(action, CollectiveAction.objects.editable_by(by))
    own_uuid = row_uuid(key, action)
    if known := action.documents.filter(uuid=own_uuid).first():
        return known
    if action.documents.count() >= ActionDocument.MOST:
        sentence = _("Il y a déjà %(most)s documents : retirez-en un d’abord.")
        raise ValidationError({"file": sentence % {"most": ActionDocument.MOST}})
    return ActionDocument.objects.create(
        uuid=own_uuid,
        action=action,
        title=title,
        file=vault.store(content=content),
        added_by=by,
    )


@transaction.atomic
def read_document(
    *, by: User, document: ActionDocument, request: HttpRequest
) -> Iterator[bytes]:
    return read(
        document,
        ActionDocument.objects.visible_to(by).available(),
        by=by,
        request=request,
        kind="document d’action",
        spip_id=document.action.spip_id,
        is_public=document.is_public,
    )


@transaction.atomic
def remove_document(*, by: User, document: ActionDocument) -> None:
    take_out(document, ActionDocument.objects.editable_by(by))

"""The PDFs attached to a collective action: put into the vault, read, taken out."""

import uuid
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from partners.models import ActionDocument, CollectiveAction
from partners.services.files import take_out
from partners.services.writing import locked, row_uuid
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
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
    """The clear chunks, which must be sent after the commit only. Who reads one that
    not everybody has is written down; a public one is read like any page."""
    readable = ActionDocument.objects.visible_to(by).available()
    if not readable.filter(pk=document.pk).exists():
        raise PermissionDenied
    if not document.is_public:
        record(
            actor=by,
            verb=Verb.READ,
            spip_id=document.action.spip_id,
            object_kind="document d’action",
            object_uuid=document.uuid,
            request=request,
        )
    return vault.open_stream(document.file)


@transaction.atomic
def remove_document(*, by: User, document: ActionDocument) -> None:
    take_out(document, ActionDocument.objects.editable_by(by))

"""Put a document into a case."""

import uuid
from datetime import date

from django.db import transaction

from cases.enums import DocumentKind
from cases.models import (
    Case,
    Document,
)
from cases.services.cases import lock, uuid_in
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.vault import services as vault


@transaction.atomic
def add_document(
    *,
    by: User,
    case: Case,
    kind: DocumentKind,
    dated_on: date,
    court: str,
    content: bytes,
    key: uuid.UUID | None = None,
) -> Document:
    """Put a PDF into the vault, in quarantine until a worker has inspected it. `key` is
    the form's own: posted twice, it adds one document."""
    lock(by, case)
    own_uuid = uuid_in(case, key)
    if known := Document.objects.filter(uuid=own_uuid).first():
        return known
    document = Document.objects.create(
        uuid=own_uuid,
        case=case,
        kind=kind,
        dated_on=dated_on,
        court=court,
        file=vault.store(content=content),
        added_by=by,
    )
    record(
        actor=by, verb=Verb.CREATE, object_kind="document", object_uuid=document.uuid
    )
    return document

"""Put a document into a case, or make one for it."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from cases.enums import DocumentKind
from cases.models import Case, Document, Measure
from cases.services.cases import lock, uuid_in
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.pdf import render_pdf
from spip_portal.security.dates import today
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


@dataclass(frozen=True)
class Extract:
    """What a host needs of the obligations. Texts may be empty; one line an item."""

    measure: Measure
    starts_on: date
    ends_on: date | None
    hours: str
    places_forbidden: str
    contacts_forbidden: str
    has_care: bool
    other: str
    contacts: str


@transaction.atomic
def add_extract(
    *, by: User, case: Case, extract: Extract, key: uuid.UUID | None = None
) -> Document:
    """Make the one-page « extrait d’obligations » and put it into the vault, like any
    document of the case. What was typed is kept nowhere else."""
    content = render_pdf(
        "pdf/extract.html",
        {"case": case, "extract": extract, "author": by, "day": today()},
    )
    return add_document(
        by=by,
        case=case,
        kind=DocumentKind.OBLIGATIONS,
        dated_on=today(),
        court=case.spip.name[:120],
        content=content,
        key=key,
    )

"""Put a document into a case, or make one for it."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.enums import DocumentKind
from cases.models import Case, Document, Measure, ShareRecipient
from cases.services.cases import lock, uuid_in
from partners.services.writing import check_unchanged
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
    replaces: Document | None = None,
) -> Document:
    """Put a PDF into the vault, in quarantine until a worker has inspected it. `key` is
    the form's own: posted twice, it adds one document. The version that it `replaces`
    is closed: whoever it was shared with keeps it and nothing else, until its share
    ends; the new one is shared with nobody."""
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
        replaces=replaces,
        added_by=by,
    )
    record(
        actor=by, verb=Verb.CREATE, object_kind="document", object_uuid=document.uuid
    )
    return document


@transaction.atomic
def add_documents(
    *,
    by: User,
    case: Case,
    kind: DocumentKind,
    dated_on: date,
    court: str,
    contents: Sequence[bytes],
    key: uuid.UUID,
) -> list[Document]:
    """Several at once, described alike. Posted twice, or the same file twice in one
    form, each is added once."""
    return [
        add_document(
            by=by,
            case=case,
            kind=kind,
            dated_on=dated_on,
            court=court,
            content=content,
            key=uuid.uuid5(key, hashlib.sha256(content).hexdigest()),
        )
        for content in contents
    ]


@transaction.atomic
def replace_document(
    *,
    by: User,
    document: Document,
    dated_on: date,
    court: str,
    content: bytes,
    key: uuid.UUID,
) -> Document:
    """A new version, of the same kind. One version has one successor."""
    lock(by, document.case)
    successor = Document.objects.filter(replaces=document).first()
    if successor and successor.uuid != uuid_in(document.case, key):
        raise ValidationError(_("Ce document a déjà été remplacé."))
    return add_document(
        by=by,
        case=document.case,
        kind=DocumentKind(document.kind),
        dated_on=dated_on,
        court=court,
        content=content,
        key=key,
        replaces=document,
    )


@transaction.atomic
def correct_document(
    *,
    by: User,
    document: Document,
    seen: str,
    kind: DocumentKind,
    dated_on: date,
    court: str,
) -> None:
    """Describe it better, as long as it was shared with nobody: afterwards it is what
    was decided to share. `seen`: as in `correct_case`."""
    lock(by, document.case)
    if ShareRecipient.history.filter(content_object=document).exists():
        raise ValidationError(
            _("Ce document a été partagé : déposez plutôt une nouvelle version.")
        )
    check_unchanged(Document.objects.get(pk=document.pk).version, seen)
    Document.objects.filter(pk=document.pk).update(
        kind=kind, dated_on=dated_on, court=court
    )
    record(
        actor=by, verb=Verb.CHANGE, object_kind="document", object_uuid=document.uuid
    )


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

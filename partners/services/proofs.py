"""The PDFs that show what a structure is: put into the vault, read, taken out."""

import uuid
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest

from partners.models import Organisation, Proof
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.vault import services as vault


@transaction.atomic
def add_proof(
    *, by: User, organisation: Organisation, content: bytes, key: uuid.UUID
) -> Proof:
    """In quarantine until a worker has inspected it. `key` is the form's own: posted
    twice, it adds one."""
    if not Organisation.objects.editable_by(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    if known := organisation.proofs.filter(uuid=key).first():
        return known
    return Proof.objects.create(
        uuid=key,
        organisation=organisation,
        file=vault.store(content=content),
        added_by=by,
    )


@transaction.atomic
def read_proof(*, by: User, proof: Proof, request: HttpRequest) -> Iterator[bytes]:
    """The clear chunks, which must be sent after the commit only. Who reads it is
    written down."""
    readable = Proof.objects.visible_to(by).available()
    if not readable.filter(pk=proof.pk).exists():
        raise PermissionDenied
    record(
        actor=by,
        verb=Verb.READ,
        object_kind="justificatif",
        object_uuid=proof.uuid,
        request=request,
    )
    return vault.open_stream(proof.file)


@transaction.atomic
def remove_proof(*, by: User, proof: Proof) -> None:
    """Its file becomes unreadable for ever."""
    if not Proof.objects.editable_by(by).filter(pk=proof.pk).exists():
        raise PermissionDenied
    stored = proof.file
    proof.delete()
    vault.erase(stored=stored)

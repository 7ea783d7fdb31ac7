"""The PDFs that show what a structure is: put into the vault, read, taken out."""

import uuid
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from partners.models import Organisation, Proof
from partners.services.files import read, take_out
from partners.services.writing import row_uuid
from spip_portal.accounts.models import User
from spip_portal.vault import services as vault


@transaction.atomic
def add_proof(
    *, by: User, organisation: Organisation, content: bytes, key: uuid.UUID
) -> Proof:
    """In quarantine until a worker has inspected it. `key` is the form's own: posted
    twice, it adds one. Raises ValidationError beyond `Proof.MOST`."""
    if not Organisation.objects.editable_by(by).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    own_uuid = row_uuid(key, organisation)
    if known := organisation.proofs.filter(uuid=own_uuid).first():
        return known
    if organisation.proofs.count() >= Proof.MOST:
        raise ValidationError(
            _("Il y a déjà %(most)s justificatifs : retirez-en un d’abord.")
            % {"most": Proof.MOST}
        )
    return Proof.objects.create(
        uuid=own_uuid,
        organisation=organisation,
        file=vault.store(content=content),
        added_by=by,
    )


@transaction.atomic
def read_proof(*, by: User, proof: Proof, request: HttpRequest) -> Iterator[bytes]:
    readable = Proof.objects.visible_to(by).available()
    return read(proof, readable, by=by, request=request, kind="justificatif")


@transaction.atomic
def remove_proof(*, by: User, proof: Proof) -> None:
    take_out(proof, Proof.objects.editable_by(by))

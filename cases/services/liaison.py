"""Write to those who work on the same share, and correct it for a day."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from cases import emails
from cases.models import LiaisonMessage, Share, ShareRecipient
from cases.models.liaison import has_partners, readers_of
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.security.tasks import ring

KIND = "messages de liaison"


@transaction.atomic
def send_message(
    *, by: User, share: Share, text: str, key: uuid.UUID | None = None
) -> LiaisonMessage:
    """`key` is the form's own: posted twice, it is sent once. The readers are told by a
    job: a partner does not know all their addresses. Raises ValidationError when nobody
    outside the service, or nobody else, would read it any more."""
    readers = readers_of(share)
    if not any(reader.user == by for reader in readers):
        raise PermissionDenied
    if not has_partners(readers) or len(readers) == 1:
        raise ValidationError(_("Personne d’autre ne lirait plus ce message."))
    own_uuid = uuid.uuid5(share.uuid, f"{by.pk}/{key or uuid.uuid4()}")
    message, is_new = LiaisonMessage.objects.get_or_create(
        uuid=own_uuid,
        defaults={
            "case_id": share.case_id,
            "share": share,
            "written_by": by,
            "membership_id": _membership_of(by, share),
            "sealed_text": LiaisonMessage.text.sealed(text, own_uuid),
        },
    )
    if is_new:
        _note(by, Verb.CREATE, message)
        ring("cases.tell")
    return message


def _membership_of(user: User, share: Share) -> int | None:
    if user.is_agent:
        return None
    rows = ShareRecipient.objects.filter(user=user, share=share).order_by("pk")
    return rows.values_list("membership_id", flat=True).first()


@transaction.atomic
def change_message(*, by: User, message: LiaisonMessage, text: str) -> None:
    """Raises ValidationError when its day is over: another message corrects it."""
    changeable = LiaisonMessage.objects.changeable_by(by).filter(pk=message.pk)
    if not changeable.update(
        sealed_text=LiaisonMessage.text.sealed(text, message.uuid),
        changed_at=Now(),
    ):
        raise ValidationError(_("Ce message ne se modifie plus : écrivez-en un autre."))
    _note(by, Verb.CHANGE, message)


def _note(by: User, verb: Verb, message: LiaisonMessage) -> None:
    record(
        actor=by,
        verb=verb,
        spip_id=message.case.spip_id,
        object_kind=KIND,
        object_uuid=message.uuid,
        share_uuid=message.share.uuid,
    )


def tell_messages() -> int:
    """Tell each reader of each message of the day, once; returns how many messages
    there are. Runs as the system."""
    recent = LiaisonMessage.objects.sent_lately().select_related("share")
    for message in recent:
        for reader in readers_of(message.share):
            if reader.user.pk != message.written_by_id:
                emails.send_liaison_message(message, reader.user)
    return len(recent)

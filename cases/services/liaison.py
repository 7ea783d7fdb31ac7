"""Write to those who work on the same share, and correct it for a day."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from cases import emails
from cases.models import LiaisonMessage, Share, ShareRecipient
from cases.models.liaison import audience_of, readers_of
from cases.services.cases import uuid_under
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.security.tasks import ring


@transaction.atomic
def send_message(
    *, by: User, share: Share, text: str, key: uuid.UUID
) -> LiaisonMessage:
    """`key` is the form's own: posted twice, it is sent once. The readers are told by a
    job: a partner does not know all their addresses. Nothing is sent that
    nobody else would read."""
    if not audience_of(share, by):  # nor has a stranger any
        raise PermissionDenied
    own_uuid = uuid_under(share, by, key, text)
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
        object_kind=LiaisonMessage.KIND,
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

"""What the service and the structures write to each other under a share, each in their
own name: row-level security applies to the demo too. Older than today, hence written as
rows: a service dates from now and writes to people."""

import uuid

from cases.models import LiaisonMessage, Share, ShareRecipient
from cases.services import liaison
from spip_portal.accounts.models import User
from spip_portal.demo.loading import people, source
from spip_portal.demo.loading.noting import note
from spip_portal.journal.models import Verb
from spip_portal.security.actor import actor

MESSAGES = uuid.UUID("b8f0e1f5-5a51-4f0b-9d0e-2a6d0d0f7c33")


def load(share_uuid: uuid.UUID, row: dict) -> None:
    """`row`: what the data file says of that share."""
    for rank, message in enumerate(row.get("messages", [])):
        _load_message(share_uuid, rank, message)


def _load_message(share_uuid: uuid.UUID, rank: int, row: dict) -> None:
    by, own_uuid = people.named(row["by"]), uuid.uuid5(MESSAGES, f"{share_uuid}/{rank}")
    with actor(by):
        if LiaisonMessage.objects.filter(uuid=own_uuid).exists():
            return
        share = Share.objects.select_related("case").get(uuid=share_uuid)
        message = LiaisonMessage(
            uuid=own_uuid,
            case=share.case,
            share=share,
            written_by=by,
            membership_id=_membership_of(by, share),
            written_at=source.moment(row["on"], row["at"]),
        )
        message.text = row["text"]
        message.save(force_insert=True)
        note(
            by,
            Verb.CREATE,
            message.written_at,
            spip_id=share.case.spip_id,
            kind=liaison.KIND,
            about=message.uuid,
            share=share.uuid,
        )


def _membership_of(user: User, share: Share) -> int | None:
    rows = ShareRecipient.objects.filter(user=user, share=share)
    return rows.values_list("membership_id", flat=True).first()

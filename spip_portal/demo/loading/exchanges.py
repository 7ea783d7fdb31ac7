"""What the service and the structures write to each other under a share, each in their
own name: row-level security applies to the demo too. Older than today, hence written as
rows: a service dates from now and writes to people."""

import uuid
from datetime import timedelta

from django.utils import timezone

from cases.models import Incident, LiaisonMessage, Share, ShareRecipient
from cases.services import incidents
from spip_portal.accounts.models import User
from spip_portal.demo.loading import people, source
from spip_portal.demo.loading.noting import note
from spip_portal.journal.models import Verb
from spip_portal.security.actor import actor

MESSAGES = uuid.UUID("b8f0e1f5-5a51-4f0b-9d0e-2a6d0d0f7c33")
INCIDENTS = uuid.UUID("5d7c1d1e-3b0e-4f53-8b57-94a6f0c7be20")
HOUR = timedelta(hours=1)


def load(share_uuid: uuid.UUID, row: dict) -> None:
    """`row`: what the data file says of that share."""
    for rank, message in enumerate(row.get("messages", [])):
        _load_message(share_uuid, rank, message)
    for rank, incident in enumerate(row.get("incidents", [])):
        _load_incident(share_uuid, rank, incident)


def _load_message(share_uuid: uuid.UUID, rank: int, row: dict) -> None:
    """Whoever answers has read what came before."""
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
        for verb in (Verb.READ, Verb.CREATE) if rank else (Verb.CREATE,):
            note(
                by,
                verb,
                message.written_at,
                spip_id=share.case.spip_id,
                kind=LiaisonMessage.KIND,
                about=message.uuid,
                share=share.uuid,
            )


def _membership_of(user: User, share: Share) -> int | None:
    rows = ShareRecipient.objects.filter(user=user, share=share)
    return rows.values_list("membership_id", flat=True).first()


def _load_incident(share_uuid: uuid.UUID, rank: int, row: dict) -> None:
    by = people.named(row["by"])
    own_uuid = uuid.uuid5(INCIDENTS, f"{share_uuid}/{rank}")
    with actor(by):
        if Incident.objects.filter(uuid=own_uuid).exists():
            return
        share = Share.objects.select_related("case", "created_by").get(uuid=share_uuid)
        reported_at = timezone.now() - row["hours"] * HOUR
        incident = Incident(
            uuid=own_uuid,
            case=share.case,
            share=share,
            spip_id=share.case.spip_id,
            membership_id=_membership_of(by, share),
            reported_by=by,
            reported_at=reported_at,
            kind=row["kind"],
            happened_at=reported_at - HOUR,
            urgency=row["urgency"],
            answer_due_at=Incident.due_for(row["urgency"], reported_at),
        )
        incident.facts = row["text"]
        incident.save(force_insert=True)
        _note(by, Verb.CREATE, incident, share_uuid)
    if "answer" in row:
        _answer(incident, share.created_by, row["answer"])


def _answer(incident: Incident, by: User, words: str) -> None:
    moment = incident.reported_at + HOUR
    incident.received_at = incident.answered_at = moment
    incident.received_by = incident.answered_by = by
    incident.answer = words
    with actor(by):
        incident.save(
            update_fields=[
                "received_at",
                "received_by",
                "answered_at",
                "answered_by",
                "sealed_answer",
            ]
        )
        _note(by, Verb.CHANGE, incident, incident.share.uuid)


def _note(by: User, verb: Verb, incident: Incident, share: uuid.UUID) -> None:
    at = incident.reported_at if verb == Verb.CREATE else incident.answered_at
    note(
        by,
        verb,
        at,
        spip_id=incident.spip_id,
        kind=incidents.KIND,
        about=incident.uuid,
        share=share,
    )

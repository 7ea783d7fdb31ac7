"""Report an incident, say that it is received, answer it."""

import uuid
from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import emails
from cases.models import Incident, ShareRecipient
from cases.models.liaison import followers_of
from cases.services.cases import uuid_under
from cases.services.pace import check_pace
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import User
from spip_portal.journal.models import Entry, Verb
from spip_portal.journal.services import record
from spip_portal.security.tasks import ring

KIND = "signalement"


@transaction.atomic
def report_incident(
    *,
    by: User,
    grant: ShareRecipient,
    kind: str,
    happened_at: datetime,
    urgency: str,
    facts: str,
    key: uuid.UUID,
) -> Incident:
    """`grant`: a live row that ties the author to the case; `key`, the form's own:
    posted twice, it is reported once. The service is told by a job: whoever reports
    does not know who is in it. Raises ValidationError after too many in a day."""
    if grant.user_id != by.pk:
        raise PermissionDenied
    check_pace(
        Incident.objects.filter(reported_by=by),
        at="reported_at",
        most=Incident.MOST_A_DAY,
        refusal=_(
            "Vous avez envoyé vingt signalements depuis hier : appelez le service."
        ),
    )
    own_uuid = uuid_under(grant.share, by, key, facts)
    incident, is_new = Incident.objects.get_or_create(
        uuid=own_uuid,
        defaults={
            "case_id": grant.case_id,
            "share_id": grant.share_id,
            "spip_id": grant.case.spip_id,
            "membership_id": grant.membership_id,
            "reported_by": by,
            "kind": kind,
            "happened_at": happened_at,
            "urgency": urgency,
            "answer_due_at": Incident.due_for(urgency, timezone.now()),
            "sealed_facts": Incident.facts.sealed(facts, own_uuid),
        },
    )
    if is_new:
        note_incident(by, Verb.CREATE, incident, share_uuid=grant.share.uuid)
        emails.send_incident_reported(incident)
        ring("cases.tell")
    return incident


@transaction.atomic
def receive_incident(*, by: User, incident: Incident) -> None:
    """Two at once: the first counts, and the author is told once."""
    receivable = Incident.objects.receivable_by(by).filter(pk=incident.pk)
    if receivable.update(received_at=Now(), received_by=by):
        note_incident(by, Verb.CHANGE, incident)
        emails.send_incident_received(incident)


@transaction.atomic
def answer_incident(*, by: User, incident: Incident, answer: str) -> None:
    """To answer is to have received. Raises ValidationError when somebody else has
    answered first."""
    answerable = Incident.objects.answerable_by(by).filter(pk=incident.pk)
    if not answerable.update(
        received_at=Coalesce(F("received_at"), Now()),
        received_by=Coalesce(F("received_by"), by.pk),
        answered_at=Now(),
        answered_by=by,
        sealed_answer=Incident.answer.sealed(answer, incident.uuid),
    ):
        raise ValidationError(_("Quelqu’un vient de répondre à ce signalement."))
    note_incident(by, Verb.CHANGE, incident)
    emails.send_incident_answered(incident)


def note_incident(
    by: User,
    verb: Verb,
    incident: Incident,
    *,
    share_uuid: uuid.UUID | None = None,
    request: HttpRequest | None = None,
) -> None:
    """Every line says under which share it was reported."""
    record(
        actor=by,
        verb=verb,
        spip_id=incident.spip_id,
        object_kind=KIND,
        object_uuid=incident.uuid,
        share_uuid=share_uuid or _share_of(incident),
        request=request,
    )


def _share_of(incident: Incident) -> uuid.UUID | None:
    """From the line of its report: neither the direction nor its author, once the share
    is over, can read the share itself."""
    report = Entry.objects.filter(object_uuid=incident.uuid, verb=Verb.CREATE)
    return report.values_list("share_uuid", flat=True).first()


def tell_incidents() -> int:
    """Tell the service of each incident that nobody has received, once each; returns
    how many there are. Runs as the system."""
    recent = Incident.objects.to_tell().select_related("case", "share", "spip")
    for incident in recent:
        _tell(incident, emails.send_incident_to_answer)
        if incident.spip.email:
            emails.send_incident_to_service(incident)
    return len(recent)


def remind_late() -> int:
    """Tell the service, once, of each answer that is late; returns how many there are.
    Runs as the system."""
    late = Incident.objects.late().filter(answer_due_at__gt=Now() - Incident.LOOKED_AT)
    late = late.select_related("case", "share", "spip")
    for incident in late:
        _tell(incident, emails.send_incident_late)
    return len(late)


def _tell(incident: Incident, send: Callable[[Incident, User], None]) -> None:
    """When nobody could answer, which a restricted case comes to once those who follow
    it have left, the direction hears that, once, and nothing else."""
    people = _answering(incident)
    for person in people:
        send(incident, person)
    if not people:
        emails.send_incident_to_nobody(incident)


def _answering(incident: Incident) -> set[User]:
    """Whoever follows the case, and the direction where it lists it."""
    people = set(followers_of(incident.share))
    if not incident.case.is_restricted:
        people |= set(User.objects.posted(incident.spip, Role.MANAGER))
    return people

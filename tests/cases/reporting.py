"""What a structure and the service do of an incident, as their tests say it."""

import uuid
from datetime import timedelta

from django.utils import timezone

from cases.models import Incident
from cases.services import incidents
from spip_portal.outbox.models import Message
from spip_portal.security.actor import SystemActor, actor
from tests.accounts.factories import client_of
from tests.conftest import as_owner

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WORDS = "La personne n’est pas rentrée à 19 h."
ANSWER = "Le magistrat est prévenu."


def form(**changes) -> dict:
    moment = timezone.localtime() - HOUR
    return {
        "kind": "absence",
        "happened_at": moment.strftime("%Y-%m-%dT%H:%M"),
        "urgency": "urgent",
        "facts": WORDS,
        "key": uuid.uuid4(),
    } | changes


def report(row, **changes):
    path = f"/partages/{row.share.uuid}/incident/"
    return client_of(row.user).post(path, form(**changes))


def found() -> Incident:
    with as_owner():
        return Incident.objects.select_related("case", "reported_by").get()


def count() -> int:
    with as_owner():
        return Incident.objects.count()


def change(model, **fields) -> None:
    with as_owner():
        model.objects.update(**fields)


def told(subject: str) -> list[str]:
    messages = Message.objects.filter(campaign__subject=subject)
    return sorted(messages.values_list("recipient", flat=True))


def tell() -> None:
    with actor(SystemActor.CASES):
        incidents.tell_incidents()

from celery import shared_task

from meetings import services
from spip_portal.security.tasks import ring


@shared_task(name="meetings.prepare_invitations")
def prepare_invitations() -> None:
    if services.prepare_invitations():  # opens its own actor, a transaction a batch
        ring("meetings.prepare_invitations")

from celery import shared_task

from spip_portal.security.actor import SystemActor, actor
from spip_portal.vault import services


@shared_task(name="vault.inspect_waiting")
def inspect_waiting() -> None:
    with actor(SystemActor.VAULT):
        services.inspect_waiting()

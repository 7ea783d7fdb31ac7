from celery import current_app, shared_task

from spip_portal.outbox import polling, services
from spip_portal.security.actor import SystemActor, actor

polling.install(current_app)


@shared_task(name="outbox.drain")
def drain() -> None:
    if services.drain():  # opens its own actor: each step is a transaction of its own
        services.ring()


@shared_task(name="outbox.purge")
def purge() -> None:
    with actor(SystemActor.OUTBOX):
        while services.purge():
            pass

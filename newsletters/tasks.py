from celery import shared_task

from newsletters import services
from spip_portal.security.actor import SystemActor, actor


@shared_task(name="newsletters.forget_unconfirmed")
def forget_unconfirmed() -> None:
    with actor(SystemActor.NEWSLETTERS):
        services.forget_unconfirmed()

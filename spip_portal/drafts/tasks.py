from celery import shared_task

from spip_portal.drafts import services
from spip_portal.security.actor import SystemActor, actor


@shared_task(name="drafts.purge")
def purge() -> None:
    with actor(SystemActor.DRAFTS):
        services.purge()

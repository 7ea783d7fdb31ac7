from celery import shared_task

from spip_portal.accounts import services
from spip_portal.security.actor import SystemActor, actor


@shared_task(name="accounts.clean_up")
def clean_up() -> None:
    with actor(SystemActor.ACCOUNTS):
        services.clean_up()

from celery import shared_task

from spip_portal.pages import health


@shared_task(name="pages.heartbeat")
def heartbeat() -> None:
    health.beat()

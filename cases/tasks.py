from celery import shared_task

from cases.services import following, reminders
from spip_portal.security.actor import SystemActor, actor


@shared_task(name="cases.remind")
def remind() -> None:
    with actor(SystemActor.CASES):
        reminders.remind()


@shared_task(name="cases.tell_access_requests")
def tell_access_requests() -> None:
    with actor(SystemActor.CASES):
        following.tell_access_requests()

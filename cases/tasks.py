from celery import shared_task

from cases.services import care, following, incidents, liaison, reminders
from spip_portal.security.actor import SystemActor, actor


@shared_task(name="cases.remind")
def remind() -> None:
    with actor(SystemActor.CASES):
        reminders.remind()


@shared_task(name="cases.tell")
def tell() -> None:
    with actor(SystemActor.CASES):
        following.tell_access_requests()
        care.tell_care_reports()
        liaison.tell_messages()
        incidents.tell_incidents()
        incidents.remind_late()

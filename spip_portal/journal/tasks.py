from celery import shared_task

from spip_portal.journal import sealing, services, watch
from spip_portal.security.actor import SystemActor, actor


@shared_task(name="journal.seal")
def seal() -> None:
    with actor(SystemActor.JOURNAL):
        sealing.seal_new_lines()


@shared_task(name="journal.add_months")
def add_months() -> None:
    with actor(SystemActor.JOURNAL):
        services.add_months()


@shared_task(name="journal.anchor")
def anchor() -> None:
    with actor(SystemActor.JOURNAL):
        watch.mail_anchor()


@shared_task(name="journal.verify")
def verify() -> None:
    with actor(SystemActor.JOURNAL):
        watch.verify_whole()

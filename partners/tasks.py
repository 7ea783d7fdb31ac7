from celery import shared_task

from partners.services import alerts, annex_texts, drafts, join_requests
from spip_portal.security.actor import SystemActor, actor


@shared_task(name="partners.warn_ending_agreements")
def warn_ending_agreements() -> None:
    with actor(SystemActor.PARTNERS):
        alerts.warn_ending_agreements()


@shared_task(name="partners.read_annexes")
def read_annexes() -> None:
    with actor(SystemActor.PARTNERS):
        annex_texts.read_annexes()


@shared_task(name="partners.purge_registrations")
def purge_registrations() -> None:
    with actor(SystemActor.PARTNERS):
        drafts.purge_drafts()
        join_requests.purge_join_requests()


@shared_task(name="partners.remind_reviews")
def remind_reviews() -> None:
    with actor(SystemActor.PARTNERS):
        alerts.remind_reviews()

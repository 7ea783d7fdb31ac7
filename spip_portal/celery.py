"""The Celery application and the only list of periodic jobs."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spip_portal.settings")

app = Celery("spip_portal", task_cls="spip_portal.security.tasks:ActorTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    "drain the outbox even if a bell was lost": {
        "task": "outbox.drain",
        "schedule": 30.0,
    },
    "forget what old mails said": {
        "task": "outbox.purge",
        "schedule": crontab(hour=3, minute=40),
    },
    "inspect uploads even if a bell was lost": {
        "task": "vault.inspect_waiting",
        "schedule": 60.0,
    },
    "seal what the journal was told since": {
        "task": "journal.seal",
        "schedule": 60.0,
    },
    "have a place for the journal of the months that come": {
        "task": "journal.add_months",
        "schedule": crontab(hour=2, minute=5),
    },
    "verify the whole journal": {
        "task": "journal.verify",
        "schedule": crontab(hour=4, minute=10),
    },
    "leave a witness of the journal elsewhere": {
        "task": "journal.anchor",
        "schedule": crontab(hour=5, minute=5),
    },
    "make the convocations left to make even if a bell was lost": {
        "task": "meetings.prepare_invitations",
        "schedule": 60.0,
    },
    "tell of conventions that end soon, once each": {
        "task": "partners.warn_ending_agreements",
        "schedule": crontab(hour=6, minute=15),
    },
    "read the public annexes that the vault has inspected": {
        "task": "partners.read_annexes",
        "schedule": 60.0,
    },
    "ask whether a page is still right, once each time": {
        "task": "partners.remind_reviews",
        "schedule": crontab(hour=6, minute=25),
    },
    "forget registrations and requests to join that nobody came back to": {
        "task": "partners.purge_registrations",
        "schedule": crontab(hour=3, minute=50),
    },
    "forget what nobody came back to": {
        "task": "drafts.purge",
        "schedule": crontab(hour=3, minute=15),
    },
    "remind of shares, their end, and of what nobody has read": {
        "task": "cases.remind",
        "schedule": crontab(hour=7, minute=5),
    },
    "tell of what was written in a case, and of answers that are late": {
        "task": "cases.tell",
        "schedule": 300.0,
    },
    "tell the health page that a worker runs": {
        "task": "pages.heartbeat",
        "schedule": 20.0,
    },
    "forget addresses that never confirmed a subscription": {
        "task": "newsletters.forget_unconfirmed",
        "schedule": crontab(hour=3, minute=25),
    },
    "forget old sign-in attempts and sessions": {
        "task": "accounts.clean_up",
        "schedule": crontab(hour=3, minute=10),
    },
}


@worker_init.connect
def refuse_a_role_that_reads_everything(**_signal: object) -> None:
    # Here and not above: it needs the app registry.
    from spip_portal.security.checks import guard_connections  # noqa: PLC0415

    guard_connections()


@worker_ready.connect
def say_that_a_worker_runs(**_signal: object) -> None:
    """At once, through the queue: the health page need not wait for the first beat."""
    app.send_task("pages.heartbeat")

"""Workers look at the table by themselves, so mail leaves while Redis is down.

A worker without a broker runs no task, not even beat's: its main process therefore
keeps one thread that needs PostgreSQL alone. It competes with the tasks on equal terms
(SKIP LOCKED), and finds nothing to do as long as the bell works.
"""

import logging
import threading

from celery import Celery, bootsteps
from django.db import DatabaseError, connection

from spip_portal.outbox import services

logger = logging.getLogger(__name__)

EVERY_SECONDS = 20
STOP_SECONDS = 10


def poll(stop: threading.Event, *, every: float = EVERY_SECONDS) -> None:
    while not stop.wait(every):
        poll_once(stop)


def poll_once(stop: threading.Event) -> None:
    try:
        while services.drain(stop=stop) and not stop.is_set():
            pass
    except DatabaseError:
        logger.warning("the database does not answer; the outbox will be read again")
    except Exception:  # the thread must outlive whatever one round met
        logger.exception("a round of the outbox failed")
    finally:
        connection.close()  # nothing may hold a connection between two looks


class PollStep(bootsteps.StartStopStep):
    """Begins before the worker looks for its broker, and whether it finds it or not;
    after the pool, so that no process of it is forked beside a working thread."""

    requires = ("celery.worker.components:Pool",)

    def start(self, worker) -> None:
        self.stopping = threading.Event()
        self.thread = threading.Thread(
            target=poll, args=[self.stopping], name="outbox", daemon=True
        )
        self.thread.start()

    def stop(self, worker) -> None:
        self.stopping.set()
        self.thread.join(STOP_SECONDS)  # a mail cut in the middle may be sent twice


def install(app: Celery) -> None:
    app.steps["worker"].add(PollStep)

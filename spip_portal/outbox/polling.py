"""Workers look at the table by themselves, so mail leaves while Redis is down.

A worker without a broker runs no task, not even beat's: its main process therefore
keeps one thread that needs PostgreSQL alone. It competes with the tasks on equal terms
(SKIP LOCKED), and finds nothing to do as long as the bell works.
"""

import logging
import threading

from celery.signals import worker_ready, worker_shutting_down
from django.db import DatabaseError, connection

from spip_portal.outbox import services

logger = logging.getLogger(__name__)

EVERY_SECONDS = 20
stopping = threading.Event()


def poll(stop: threading.Event, *, every: float = EVERY_SECONDS) -> None:
    while not stop.wait(every):
        poll_once(stop)


def poll_once(stop: threading.Event) -> None:
    try:
        while services.drain() and not stop.is_set():
            pass
    except DatabaseError:
        logger.warning("the database does not answer; the outbox will be read again")
    except Exception:  # the thread must outlive whatever one round met
        logger.exception("a round of the outbox failed")
    finally:
        connection.close()  # nothing may hold a connection between two looks


def _start(**_signal) -> None:
    stopping.clear()
    threading.Thread(target=poll, args=[stopping], name="outbox", daemon=True).start()


def _stop(**_signal) -> None:
    stopping.set()


def start_with_worker() -> None:
    """A technical signal, not a business one: Celery has no other door for a thread of
    the worker's main process."""
    worker_ready.connect(_start, dispatch_uid="outbox-poll", weak=False)
    worker_shutting_down.connect(_stop, dispatch_uid="outbox-poll-stop", weak=False)

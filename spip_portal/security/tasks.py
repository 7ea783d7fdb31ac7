import logging

from celery import Task, current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from spip_portal.security.actor import refuse_without_actor

logger = logging.getLogger(__name__)


class ActorTask(Task):
    """Base of every task: fails loudly when its body forgets to say who acts."""

    def __call__(self, *args, **kwargs):
        with connection.execute_wrapper(refuse_without_actor):
            return super().__call__(*args, **kwargs)


def ring(task_name: str) -> None:
    """Wake a worker once the current transaction is committed. Only a bell: beat rings
    too, so a broker that does not answer costs a delay and never the request."""
    transaction.on_commit(lambda: _ring_now(task_name))


def _ring_now(task_name: str) -> None:
    try:
        current_app.send_task(task_name, retry=False)
    except (OperationalError, OSError):
        logger.warning("the broker does not answer: %s waits for beat", task_name)

"""The probes: what is broken, told within seconds, without any secret."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from spip_portal.outbox.models import Message
from spip_portal.pages import health
from tests.outbox.factories import single

pytestmark = pytest.mark.django_db


def report(client) -> tuple[int, dict]:
    response = client.get(reverse("pages:health"))
    return response.status_code, response.json()


@pytest.fixture
def _worker():
    health.beat()


def test_liveness_asks_nothing(client, django_assert_num_queries):
    """The process answers even if everything around it is away."""
    with django_assert_num_queries(0):
        response = client.get(reverse("pages:liveness"))
    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.usefixtures("_worker")
def test_all_is_well(client):
    """PostgreSQL, Redis, a worker and the queue of mails."""
    status, body = report(client)
    assert status == 200
    assert body["status"] == "ok"
    assert {name: body[name]["status"] for name in body if name != "status"} == {
        "postgresql": "ok",
        "redis": "ok",
        "worker": "ok",
        "clamd": "ok",
        "mail_queue": "ok",
    }
    assert body["worker"]["seconds_since_heartbeat"] < 5


def test_a_silent_worker_is_told(client):
    """No sign of life for 90 seconds: the watch must know."""
    cache.delete(health.HEARTBEAT_KEY)
    status, body = report(client)
    assert (status, body["status"], body["worker"]["status"]) == (503, "error", "error")


@pytest.mark.usefixtures("_worker")
def test_redis_away_is_told_and_stops_nothing(client, settings):
    """503 with the reason, not 500; the other answers are still there."""
    settings.REDIS_URL = "unix:///nulle/part.sock"
    status, body = report(client)
    assert (status, body["redis"]["status"]) == (503, "error")
    assert body["postgresql"]["status"] == "ok"


@pytest.mark.usefixtures("_worker")
def test_clamd_away_is_told_and_stops_nothing(client, settings):
    """What is deposited waits: somebody must know."""
    settings.CLAMD_SOCKET = "/nulle/part.sock"
    status, body = report(client)
    assert (status, body["clamd"]["status"]) == (503, "error")
    assert body["postgresql"]["status"] == "ok"


@pytest.mark.usefixtures("_worker")
def test_postgresql_away_is_told_and_stops_nothing(client):
    """503 with the reason; neither address nor password of the server."""

    def refuse(execute, sql, params, many, context):
        raise OperationalError("password authentication failed for portal_app")

    with connection.execute_wrapper(refuse):
        status, body = report(client)
    assert (status, body["postgresql"]["status"]) == (503, "error")
    assert body["redis"]["status"] == "ok"
    assert "portal_app" not in str(body)


@pytest.mark.usefixtures("_worker")
def test_mail_that_does_not_leave_is_told(client):
    """One mail waiting for a quarter of an hour is a fault, one of now is not."""
    message = single()
    assert report(client)[1]["mail_queue"]["status"] == "ok"
    Message.objects.filter(pk=message.pk).update(
        due_at=timezone.now() - timedelta(minutes=16)
    )
    status, body = report(client)
    assert status == 503
    assert body["mail_queue"]["waiting"] == 1
    assert body["mail_queue"]["oldest_seconds"] >= 16 * 60

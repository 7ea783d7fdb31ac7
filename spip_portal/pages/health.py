"""Probes for whoever watches the machine. They say what is broken, and no secret."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from spip_portal.outbox.models import Message
from spip_portal.outbox.services import oldest_due_age
from spip_portal.security.actor import SystemActor, actor
from spip_portal.vault import antivirus

HEARTBEAT_KEY = "worker-heartbeat"
HEARTBEAT_SECONDS = 90  # beat asks every 20 seconds: four may be missed
LATE_MAIL_SECONDS = 15 * 60

Check = tuple[bool, dict[str, object]]


def beat() -> None:
    """What a worker writes to say that it works."""
    cache.set(HEARTBEAT_KEY, timezone.now().timestamp(), HEARTBEAT_SECONDS)


@require_safe
@login_not_required
def liveness(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
def report(request: HttpRequest) -> JsonResponse:
    checks: dict[str, Callable[[], Check]] = {
        "postgresql": _postgresql,
        "redis": _redis,
        "worker": _worker,
        "clamd": _clamd,
        "mail_queue": _mail_queue,
    }
    results = {name: check() for name, check in checks.items()}
    is_sound = all(good for good, _detail in results.values())
    body: dict[str, object] = {
        name: {"status": "ok" if good else "error", **detail}
        for name, (good, detail) in results.items()
    }
    body["status"] = "ok" if is_sound else "error"
    return JsonResponse(body, status=200 if is_sound else 503)


def _postgresql() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return False, {"detail": "PostgreSQL ne répond pas."}
    return True, {}


def _redis() -> Check:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1
    )
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return False, {"detail": "Redis ne répond pas."}
    finally:
        client.close()
    return True, {}


def _clamd() -> Check:
    if not antivirus.answers():
        return False, {"detail": "clamd ne répond pas : les dépôts attendent."}
    return True, {}


def _worker() -> Check:
    seen = cache.get(HEARTBEAT_KEY)
    if seen is None:
        return False, {"detail": "Aucun signe de vie d’un worker depuis 90 secondes."}
    return True, {"seconds_since_heartbeat": round(timezone.now().timestamp() - seen)}


def _mail_queue() -> Check:
    try:
        with actor(SystemActor.HEALTH):
            count = Message.objects.overdue(timezone.now()).count()
            late = oldest_due_age()
    except DatabaseError:
        return False, {"detail": "PostgreSQL ne répond pas."}
    age = round(late.total_seconds()) if late else 0
    return age <= LATE_MAIL_SECONDS, {"waiting": count, "oldest_seconds": age}

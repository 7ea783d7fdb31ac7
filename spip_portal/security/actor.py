"""The one door to rows under row-level security (DESIGN, promise 1).

`actor(who)` opens a transaction and tells PostgreSQL who asks; the policies read the
person's role and service from the tables, never from the setting. Without an actor
nothing under row-level security is visible.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

_open = ContextVar("actor_is_open", default=False)


class SystemActor(StrEnum):
    """Jobs that act for nobody. Each may do only what its own policies name: CASES
    reads whom to tell of what, JOURNAL adds seals; the others see no case."""

    ACCOUNTS = "accounts"
    CASES = "cases"
    DEMO = "demo"
    DRAFTS = "drafts"
    HEALTH = "health"
    JOURNAL = "journal"
    MEETINGS = "meetings"
    NEWSLETTERS = "newsletters"
    OUTBOX = "outbox"
    PARTNERS = "partners"
    VAULT = "vault"


class NoActorError(RuntimeError):
    """A job touched the database without saying for whom."""


@contextmanager
def actor(who: AbstractBaseUser | AnonymousUser | SystemActor) -> Iterator[None]:
    """One transaction in which PostgreSQL knows that `who` asks."""
    user_id = "" if isinstance(who, SystemActor) else str(who.pk or "")
    system = str(who) if isinstance(who, SystemActor) else ""
    token = _open.set(True)
    try:
        with transaction.atomic():
            set_actor(user_id=user_id, system=system)
            yield
    finally:
        _open.reset(token)


def set_actor(*, user_id: str, system: str = "") -> None:
    """Name the actor of the current transaction. Only `actor()` and the middleware
    call it: a setting local to the transaction is gone with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('app.user_id', %s, true),"
            " set_config('app.system', %s, true)",
            [user_id, system],
        )


def refuse_without_actor(execute, sql, params, many, context):
    """Query wrapper of every Celery task: no query before `actor()`."""
    if not _open.get():
        raise NoActorError("A task must open actor(SystemActor.…) before any query.")
    return execute(sql, params, many, context)

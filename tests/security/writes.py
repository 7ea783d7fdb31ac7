"""Writes in the case area, each with how many rows PostgreSQL lets it write: one that
passes, and beside it the same with one thing wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.db.models.expressions import DatabaseDefault
from django.utils import timezone

from cases.models import (
    Document,
    ShareRecipient,
)
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import User
from spip_portal.security.actor import actor
from tests.accounts.factories import agent
from tests.cases.factories import (
    CaseFactory,
    DocumentFactory,
    ShareFactory,
    recipient_row,
    shared,
)
from tests.conftest import as_owner

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Write:
    """`before`: what else is then true."""

    expected: int  # rows
    by: User
    sql: str
    values: tuple = ()
    before: Callable[[], object] | None = None

    def count(self) -> int:
        """Of the rows that it writes; none at all when it is refused."""
        with transaction.atomic():
            try:
                return self._play()
            except DatabaseError:
                return 0
            finally:
                transaction.set_rollback(True)

    def _play(self) -> int:
        if self.before:
            with as_owner():
                self.before()
        with actor(self.by), connection.cursor() as cursor:
            cursor.execute(self.sql, self.values)
            return cursor.rowcount


def insert(expected: int, by: User, thing: Model, **more: Any) -> Write:
    """Without `returning`, and so without the right to read the row."""
    given = {
        field.column: field.get_db_prep_save(value, connection)
        for field in thing._meta.concrete_fields
        if not field.primary_key
        and not isinstance(value := getattr(thing, field.attname), DatabaseDefault)
    }
    marks = ", ".join(["%s"] * len(given))
    sql = f"insert into {thing._meta.db_table} ({', '.join(given)}) values ({marks})"
    return Write(expected, by, sql, tuple(given.values()), **more)


def update(expected: int, by: User, table: str, assignments: str, *values) -> Write:
    """Of every row that the reader may change: no condition, and so no reading."""
    return Write(expected, by, f"update cases_{table} set {assignments}", values)


def several(model: type[Model], by: User, right: dict, *wrong: dict) -> Iterator[Write]:
    """It is written, and with any one thing wrong it is not."""
    yield insert(1, by, model(**right))
    for flaw in wrong:
        yield insert(0, by, model(**right | flaw))


class Cast:
    """A CPIP, with what they follow, and who has less to do with it."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.row = shared(starts_at=self.now - DAY)
        self.case, self.share = self.row.case, self.row.share
        self.document, self.spip = self.row.content_object, self.row.case.spip
        self.cpip, self.partner = self.case.referent, self.row.user
        self.away = shared()  # of another service, in which `stranger` received it
        self.stranger = self.away.user
        self.colleague, self.third = (agent(Role.CPIP, self.spip) for _ in range(2))
        self.manager = agent(Role.MANAGER, self.spip)
        self.foreign = CaseFactory(referent=self.colleague)
        # Both over for `partner`: of another case of the CPIP's, and of the same.
        self.over = self._over(DocumentFactory(case__referent=self.cpip))
        self.over_here = self._over(DocumentFactory(case=self.case))

    def _over(self, document: Document) -> ShareRecipient:
        revoked = {"revoked_at": self.now, "revoked_by": self.cpip}
        share = ShareFactory(case=document.case, **revoked)
        return recipient_row(share, document, self.row.membership)

"""What PostgreSQL lets be written in the case area: without any one clause of what
decides on it, a write passes that did not, or fails that passed."""

import re

import pytest
from django.db import connection, transaction

from tests.conftest import as_owner
from tests.security.clauses import Clause, of_writing
from tests.security.writes import Cast, Write
from tests.security.writes_of_partners import PARTNERS
from tests.security.writes_of_service import SERVICE

pytestmark = pytest.mark.django_db


@pytest.fixture
def writes() -> list[Write]:
    with as_owner():
        cast = Cast()
        return [write for kind in PARTNERS + SERVICE for write in kind(cast)]


def test_each_write_passes_or_not_as_it_must(writes):
    wrong = {
        (write.sql, write.by.pk, write.expected, count)
        for write in writes
        if (count := write.count()) != write.expected
    }
    assert wrong == set()


SAID_ELSEWHERE = {
    # A partner reads no other row than those that are live.
    "acknowledgement_give on cases_acknowledgement, INSERT with check:"
    " app.is_live(r.id, ( SELECT app.ties() AS ties))",
    # Nobody has the right to write that column.
    "case_change on cases_case, UPDATE with check: any condition",
    # What the verb does beside, in the cases it moves (tests/cases/test_followers.py).
    "app.hand_over(bigint[],bigint): c.id = any(given)",
    "app.hand_over(bigint[],bigint): app.is_entrusted_with(c.id, acting)"
    " order by c.id for update",
    "app.hand_over(bigint[],bigint): user_id = heir",
    "app.hand_over(bigint[],bigint): ended_at is null",
    "app.hand_over(bigint[],bigint): case_id in (select id from moved)",
}


def test_without_any_one_clause_a_write_ends_otherwise(writes):
    every = list(of_writing())
    assert len(every) > 100
    unnoticed = {str(clause) for clause in every if not is_noticed(clause, writes)}
    assert unnoticed == SAID_ELSEWHERE


def is_noticed(clause: Clause, writes: list[Write]) -> bool:
    name = re.compile(rf"\b{clause.table}\b")
    with transaction.atomic():
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(clause.removal)
        found = any(
            write.count() != write.expected
            for write in writes
            if name.search(write.sql)
        )
        transaction.set_rollback(True)
    return found

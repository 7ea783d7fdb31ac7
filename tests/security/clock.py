"""The clock of the database and that of this process, set to an instant of one's
choice until the transaction is undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import time_machine
from django.db import connection

from tests.conftest import as_owner

CLOCK = """
create schema if not exists clock;
grant usage on schema clock to portal_app;
create or replace function clock.statement_timestamp() returns timestamptz
language sql stable as $$ select current_setting('clock.now')::timestamptz $$;
"""
# What asks for the time by the name of PostgreSQL's own function is written again: the
# views, and the functions that set their own search path.
WRITTEN = """
select 'create or replace view app.' || viewname || ' as ' || definition
  from pg_views where schemaname = 'app'
union all
select pg_get_functiondef(oid) from pg_proc where pronamespace = 'app'::regnamespace
"""
# All others find this clock first.
PATH = "select set_config('search_path', 'clock, pg_catalog, public', true)"
OWN, MOVED = "statement_timestamp()", "clock.statement_timestamp()"


def move_the_clock() -> None:
    """Once in a test; `at` then says what time it is."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(CLOCK)
        cursor.execute(WRITTEN)
        for (statement,) in cursor.fetchall():
            if OWN in statement:
                cursor.execute(statement.replace(OWN, MOVED).replace("%", "%%"))
        cursor.execute(PATH)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('clock.now', %s, true)", [instant.isoformat()]
        )
    with time_machine.travel(instant, tick=False):
        yield

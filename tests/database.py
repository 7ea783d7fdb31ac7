"""The databases that tests and benchmarks make, use and drop."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
from django.db import connection

ONE_MIGRATES = 20_210_601  # an advisory lock: the number means nothing


def use_role(role: str) -> None:
    """Reconnect so that every statement runs as `role` (SET ROLE by the login role)."""
    connection.close()
    connection.settings_dict["OPTIONS"]["options"] = f"-c role={role}"


def use_database(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def clone_database(template: str, name: str) -> None:
    drop_database(name)
    _administer(f'create database "{name}" template "{template}"')


def drop_database(name: str) -> None:
    """Without `force`, which an autovacuum of the cluster makes fail; a plain drop
    waits for it."""
    _administer(f'drop database if exists "{name}"')


def migrated_database(run: str) -> str:
    """The name of a database that the first process of this test run migrates, while
    the others wait, to be cloned by each: that takes a tenth of the time."""
    name = f"test_{connection.settings_dict['NAME']}"
    with _administration() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [ONE_MIGRATES])
        cursor.execute(
            "select shobj_description(oid, 'pg_database') from pg_database"
            " where datname = %s",
            [name],
        )
        if cursor.fetchone() != (run,):
            connection.creation.create_test_db(0, autoclobber=True, serialize=False)
            connection.close()  # nobody clones what somebody is in
            cursor.execute(f'comment on database "{name}" is %s', [run])
    return name


def _administer(statement: str) -> None:
    with _administration() as cursor:
        cursor.execute(statement)


@contextmanager
def _administration() -> Iterator[psycopg2.extensions.cursor]:
    """For statements about databases: outside of them, as their owner."""
    connection.close()
    parameters = {
        **connection.get_connection_params(),
        "dbname": "postgres",
        "options": "-c role=portal_owner",
    }
    parameters.pop("cursor_factory", None)
    outside = psycopg2.connect(**parameters)
    try:
        outside.autocommit = True
        with outside.cursor() as cursor:
            yield cursor
    finally:
        outside.close()

"""The databases that tests and benchmarks make, use and drop."""

import psycopg2
from django.db import connection


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


def _administer(statement: str) -> None:
    """Run a statement about databases from outside of them, as their owner."""
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
            cursor.execute(statement)
    finally:
        outside.close()

"""A journal that is really sealed: rows committed, by processes of their own."""

from contextlib import contextmanager
from unittest.mock import patch

import psycopg2
from django.conf import settings
from django.db import connection

from spip_portal.journal import signing
from spip_portal.journal.models import Seal
from spip_portal.journal.sealing import seal_new_lines
from spip_portal.security.actor import SystemActor, actor
from tests.conftest import as_owner


def seal_all() -> Seal:
    """Seal every line. The tests that run beside this one keep transactions open for
    long in the same cluster, which hold the bound back: here it is set past them, and
    only `test_a_late_commit_is_never_skipped` looks at the true one."""
    with patch("spip_portal.journal.sealing.bound", next_transaction):
        with actor(SystemActor.JOURNAL):
            seal_new_lines()
    return Seal.objects.newest()


def next_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select app.journal_offset()"
            " + pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
        )
        return cursor.fetchone()[0]


@contextmanager
def tampering():
    """What the owner of the tables, or a superuser, can do: switch the triggers off."""
    tables = [
        "journal_entry",
        "journal_seal",
        "journal_sealpart",
        "journal_sealkey",
        "journal_retirement",
    ]
    with as_owner(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"alter table {table} disable trigger user")
        yield cursor
        for table in tables:
            cursor.execute(f"alter table {table} enable trigger user")


@contextmanager
def other_connection():
    """A second process of the portal."""
    parameters = {**connection.get_connection_params(), "options": "-c role=portal_app"}
    parameters.pop("cursor_factory", None)
    parameters["dbname"] = connection.settings_dict["NAME"]
    other = psycopg2.connect(**parameters)
    try:
        yield other
    finally:
        other.close()


def write_by(other, motive: str) -> None:
    """A line in the transaction of that connection."""
    with other.cursor() as cursor:
        cursor.execute(
            "insert into journal_entry (role, verb, object_kind, motive)"
            " values ('', 'read', 'document', %s)",
            [motive],
        )


def public_key_of_settings() -> str:
    return signing.signer_of(settings.JOURNAL_SEAL_KEY).public_key

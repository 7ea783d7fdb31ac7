"""A journal that is really sealed: rows committed, by processes of their own."""

import time
from contextlib import contextmanager

import psycopg2
from django.conf import settings
from django.db import connection

from spip_portal.journal import signing
from spip_portal.journal.models import Entry, Seal
from spip_portal.journal.sealing import seal_new_lines
from spip_portal.security.actor import SystemActor, actor
from tests.conftest import as_owner

PATIENCE = 60


def seal_all() -> Seal:
    """Seal until no line is left. Another test's open transaction, in the same
    cluster, may hold the bound back for a moment."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with actor(SystemActor.JOURNAL):
            seal_new_lines()
        last = Seal.objects.newest()
        newest = Entry.objects.order_by("-xact_id").first()
        if last and newest.xact_id < last.below_xact:
            return last
        assert time.monotonic() < deadline, "a transaction stays open elsewhere"


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

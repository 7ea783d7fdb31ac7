"""The journal only grows, and speaks by ids."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction

from spip_portal.accounts.enums import Role
from spip_portal.journal.models import Entry, Verb
from spip_portal.journal.services import record
from tests.accounts.factories import agent
from tests.conftest import as_owner

pytestmark = pytest.mark.django_db


def test_a_line_says_who_under_which_role_and_in_which_transaction():
    user, about = agent(Role.CPIP), uuid.uuid4()
    record(actor=user, verb=Verb.READ, object_kind="document", object_uuid=about)
    line = Entry.objects.get()
    assert (line.actor_id, line.role, line.spip_id) == (user.pk, "cpip", user.spip.pk)
    assert line.object_uuid == about
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id()::text::bigint")
        assert line.xact_id == cursor.fetchone()[0]


def test_a_line_may_have_no_author():
    record(actor=None, verb=Verb.SECURITY, motive="première direction")
    assert Entry.objects.get().actor_id is None


@pytest.mark.parametrize(
    "statement",
    [
        "update journal_entry set verb = 'list'",
        "delete from journal_entry",
        "truncate journal_entry",
    ],
)
def test_even_the_owner_of_the_tables_cannot_rewrite_a_line(statement):
    record(actor=None, verb=Verb.SECURITY)
    with as_owner(), connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert Entry.objects.get().verb == Verb.SECURITY

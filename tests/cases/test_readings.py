"""« Qui a lu » is whole, of the newest first, and never longer than a page asks for."""

import re

import pytest
from django.db import connection

from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from tests.accounts.factories import client_of
from tests.cases.factories import shared

pytestmark = pytest.mark.django_db

LINE = re.compile(r"<li>Lu (?:par|le)")


def read(user, document, count: int) -> None:
    for _time in range(count):
        record(
            actor=user,
            verb=Verb.READ,
            object_kind="document",
            object_uuid=document.uuid,
        )


def lines_of(row, **asked) -> tuple[int, bool]:
    """How many the CPIP sees, and whether there is more to see."""
    path = f"/documents/{row.content_object.uuid}/"
    text = client_of(row.case.referent).get(path, asked).text
    return len(LINE.findall(text)), "Voir toutes les lectures" in text


@pytest.mark.parametrize("count", [0, 10])
def test_a_few_are_all_there(count):
    row = shared()
    read(row.user, row.content_object, count)
    assert lines_of(row) == (count, False)


def test_of_many_the_newest_are_there_and_the_others_a_link_away():
    row = shared()
    read(row.case.referent, row.content_object, 3)  # an agent's reading is one too
    read(row.user, row.content_object, 9)
    record(actor=row.user, verb=Verb.LIST, object_uuid=row.content_object.uuid)
    assert lines_of(row) == (10, True)
    assert lines_of(row, lectures="toutes") == (12, False)


def test_a_reader_whose_account_is_gone_is_still_counted():
    row = shared()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into journal_entry"
            " (actor_id, role, verb, object_kind, object_uuid, motive)"
            " values (987654321, '', 'read', 'document', %s, '')",
            [row.content_object.uuid],
        )
    assert lines_of(row) == (1, False)

"""SECURITY 28: nobody rewrites the journal by the portal, and whoever does it past the
portal is found by `verify_journal`."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from spip_portal.journal.models import Entry, Seal, Verb
from spip_portal.journal.services import record
from tests.journal.sealed import seal_all, tampering

pytestmark = [pytest.mark.usefixtures("committed_database")]

FORGED = """
insert into journal_entry (at, actor_id, role, verb, object_kind, motive, xact_id)
select at, actor_id, role, verb, object_kind, 'forgée', xact_id
  from journal_entry where id = {line}
"""


@pytest.fixture(autouse=True)
def _sealed(django_db_blocker):
    """Three seals of two lines; the second holds the one that is touched."""
    with django_db_blocker.unblock():
        for motive in ("avant", "touchée", "après"):
            for _time in range(2):
                with transaction.atomic():
                    record(actor=None, verb=Verb.READ, motive=motive)
            seal_all()
        yield


def said() -> str:
    """What the command says of a journal that does not verify; empty when it does."""
    wrong, right = io.StringIO(), io.StringIO()
    ended_well = True
    try:
        call_command("verify_journal", stdout=right, stderr=wrong)
    except CommandError as error:
        ended_well = error.returncode != 1
    assert ended_well == ("répond à tous ses sceaux" in right.getvalue())
    return wrong.getvalue()


@pytest.mark.parametrize(
    "statement",
    [
        "update journal_entry set motive = ''",
        "delete from journal_entry",
        "truncate journal_entry",
        "alter table journal_entry disable trigger all",
        "drop table journal_entry",
        "insert into journal_retirement (month) values ('2020-01')",
    ],
)
def test_the_application_can_do_none_of_it(statement):
    before = Entry.objects.count()
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Entry.objects.count() == before


def test_not_even_through_the_table_of_one_month():
    with connection.cursor() as cursor:
        cursor.execute("select tableoid::regclass::text from journal_entry limit 1")
        month = cursor.fetchone()[0]
    for statement in ("update {} set motive = ''", "delete from {}", "truncate {}"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement.format(month))


@pytest.mark.parametrize(
    ("tampered", "undone", "found"),
    [
        pytest.param(
            [f"update journal_entry {change} where id = {{line}}"],
            [f"update journal_entry {back} where id = {{line}}"],
            "Une ligne au moins a été changée",
            id=change,
        )
        for change, back in [
            ("set actor_id = 1", "set actor_id = null"),
            ("set verb = 'list'", "set verb = 'read'"),
            ("set at = at + '1 us'::interval", "set at = at - '1 us'::interval"),
            ("set ip = '192.0.2.1'", "set ip = null"),
            ("set count = 1", "set count = null"),
        ]
    ]
    + [
        pytest.param(
            [
                "create table kept as select * from journal_entry where id = {line}",
                "delete from journal_entry where id = {line}",
            ],
            ["insert into journal_entry select * from kept", "drop table kept"],
            "1 ligne manque",
            id="delete",
        ),
        pytest.param(
            [FORGED],
            ["delete from journal_entry where motive = 'forgée'"],
            "1 ligne a été ajoutée",
            id="insert",
        ),
        pytest.param(
            ["update journal_seal set count = count + 1 where id = {seal}"],
            ["update journal_seal set count = count - 1 where id = {seal}"],
            "Sceau falsifié, sa signature ne vaut rien",
            id="seal",
        ),
        pytest.param(
            ["update journal_sealpart set count = count + 1 where seal_id = {seal}"],
            ["update journal_sealpart set count = count - 1 where seal_id = {seal}"],
            "Sceau falsifié, ses parts ne sont pas les siennes",
            id="part of a seal",
        ),
        pytest.param(
            ["update journal_seal set previous = root where id = {seal}"],
            ["update journal_seal set previous = {previous} where id = {seal}"],
            "Chaîne coupée",
            id="link of the chain",
        ),
        pytest.param(
            ["update journal_seal set number = number + 1000000 where id = {seal}"],
            ["update journal_seal set number = number - 1000000 where id = {seal}"],
            "manque",
            id="seal taken out of the chain",
        ),
        pytest.param(
            ["update journal_seal set key_id = repeat('0', 32) where id = {seal}"],
            ["update journal_seal set key_id = {key} where id = {seal}"],
            "clef inconnue",
            id="seal of another key",
        ),
    ],
)
def test_whoever_owns_the_tables_is_found_out(tampered, undone, found):
    """The triggers switched off, as a superuser may: what was done is said, with the
    seal it is under; undone to the last bit, the journal verifies again."""
    line = Entry.objects.filter(motive="touchée").order_by("pk").first()
    seal = Seal.objects.get(from_xact__lte=line.xact_id, below_xact__gt=line.xact_id)
    names = {
        "line": line.pk,
        "seal": seal.pk,
        "previous": f"'{seal.previous}'",
        "key": f"'{seal.key_id}'",
    }
    assert said() == ""
    with tampering() as cursor:
        for statement in tampered:
            cursor.execute(statement.format(**names))
    told = said()
    assert found in told
    assert f"n°\N{NO-BREAK SPACE}{seal.number}" in told
    with tampering() as cursor:
        for statement in undone:
            cursor.execute(statement.format(**names))
    assert said() == ""

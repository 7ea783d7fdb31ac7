"""A month goes when its time is over, and the seals that covered it still hold."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError

from spip_portal.journal.models import Entry, Retirement, Verb
from spip_portal.journal.retirement import RetirementError, months, retire
from spip_portal.journal.services import add_months
from spip_portal.journal.verification import verify
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import start_of_day, today
from tests.conftest import as_owner
from tests.journal.sealed import seal_all, tampering

pytestmark = [pytest.mark.usefixtures("committed_database")]


def months_ago(count: int) -> date:
    index = today().year * 12 + today().month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def write_in(day: date, count: int = 3) -> None:
    with actor(SystemActor.JOURNAL):
        add_months(since=day)
        for _time in range(count):
            Entry.objects.create(verb=Verb.READ, at=start_of_day(day))


def problems() -> list[str]:
    with actor(SystemActor.JOURNAL):
        return verify().problems


def retired(month: date, **more) -> Retirement:
    with as_owner(), actor(SystemActor.JOURNAL):
        return retire(month=f"{month:%Y-%m}", **more)


def refused(month: date, why: str, **more) -> None:
    with as_owner(), pytest.raises(RetirementError, match=why):
        with actor(SystemActor.JOURNAL):
            retire(month=f"{month:%Y-%m}", **more)


@pytest.fixture(autouse=True)
def _database(django_db_blocker):
    with django_db_blocker.unblock():
        yield


def test_a_month_past_its_time_is_dropped_and_its_seals_still_verify():
    """Its lines share a seal with others; the line that says so is sealed too."""
    old = months_ago(13)
    write_in(old)
    write_in(today(), 2)
    seal_all()
    gone = retired(old)
    assert gone.count == 3
    assert f"{old:%Y-%m}" not in months()
    line = Entry.objects.get(verb=Verb.ERASE, motive__startswith=f"{old:%Y-%m}")
    assert (line.count, gone.root in line.motive) == (3, True)
    seal_all()
    assert problems() == []
    with tampering() as cursor:  # no other count passes for it
        cursor.execute("update journal_retirement set count = count - 1")
    assert "Retrait falsifié" in problems()[0]
    with tampering() as cursor:
        cursor.execute("update journal_retirement set count = count + 1")
    assert problems() == []


def test_a_month_that_is_dropped_in_another_way_is_missed():
    old = months_ago(14)
    write_in(old)
    seal_all()
    with tampering() as cursor:
        cursor.execute("create table kept as select * from journal_entry")
        cursor.execute(f"drop table journal_entry_{old:%Y_%m}")
    assert "3 lignes manquent" in " ".join(problems())
    with actor(SystemActor.JOURNAL):
        add_months(since=old)
    with tampering() as cursor:
        cursor.execute(
            "insert into journal_entry select * from kept where at < %s",
            [start_of_day(months_ago(13))],
        )
        cursor.execute("drop table kept")
    assert problems() == []


def test_a_month_stays_until_its_time_and_longer_for_a_written_reason():
    old = months_ago(15)
    write_in(old)
    seal_all()
    for asked, why in (
        ({"month": months_ago(12)}, "terme"),
        ({"month": old, "kept_months": 11}, "12 à 36"),
        ({"month": old, "kept_months": 37, "reason": "enquête"}, "12 à 36"),
        ({"month": old, "kept_months": 15}, "motif"),
        ({"month": old, "kept_months": 15, "reason": "enquête"}, "terme"),
    ):
        refused(why=why, **asked)
    assert retired(old, kept_months=14, reason="enquête").reason == "enquête"


def test_a_month_that_is_not_all_sealed_or_not_as_sealed_stays():
    old = months_ago(16)
    write_in(old)
    refused(old, "pas scellées")
    seal_all()
    with tampering() as cursor:
        cursor.execute(
            "update journal_entry set motive = 'x' where at = %s", [start_of_day(old)]
        )
    refused(old, "ne répond pas")
    with tampering() as cursor:
        cursor.execute("update journal_entry set motive = '' where motive = 'x'")
    retired(old)
    assert problems() == []


def test_the_application_retires_nothing():
    old = months_ago(17)
    write_in(old)
    seal_all()
    with pytest.raises(ProgrammingError), actor(SystemActor.JOURNAL):
        retire(month=f"{old:%Y-%m}")
    assert f"{old:%Y-%m}" in months()
    retired(old)


def test_the_command_says_what_goes():
    old = months_ago(18)
    write_in(old)
    seal_all()
    said = io.StringIO()
    call_command(
        "journal_retire",
        "--months",
        "17",
        "--reason",
        "enquête",
        "--dry-run",
        stdout=said,
    )
    assert said.getvalue() == f"{old:%Y-%m} serait retiré.\n"
    with as_owner(), pytest.raises(CommandError, match="motif"):
        call_command("journal_retire", "--months", "17", stdout=said)
    with as_owner():
        call_command(
            "journal_retire", "--months", "17", "--reason", "enquête", stdout=said
        )
    assert f"{old:%Y-%m} retiré : 3 lignes" in said.getvalue().replace(
        "\N{NO-BREAK SPACE}", " "
    )

"""A structure reports an incident, and nobody reads it but who must."""

import uuid
from datetime import date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from cases.models import Incident, Share
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Spip
from spip_portal.security.actor import actor
from spip_portal.security.dates import working_days_after
from tests.accounts.factories import agent, client_of
from tests.cases.factories import incident_of, shared
from tests.cases.reporting import (
    ANSWER,
    DAY,
    HOUR,
    WORDS,
    change,
    count,
    form,
    found,
    report,
    told,
)
from tests.partners.factories import MembershipFactory

pytestmark = pytest.mark.django_db


# -- To report -------------------------------------------------------------------------


def test_the_page_says_whom_to_call_first():
    row = shared()
    change(Spip, phone="03 53 01 10 00")
    page = client_of(row.user).get(f"/partages/{row.share.uuid}/incident/").text
    for words in ('href="tel:17"', 'href="tel:112"', "03 53 01 10 00"):
        assert words in page


def test_the_author_gets_a_receipt_with_its_number_and_when_the_answer_is_due():
    row = shared()
    page = report(row).url
    incident = found()
    assert page == f"/partages/incidents/{incident.uuid}/"
    receipt = client_of(row.user).get(page).text
    for words in (str(incident.uuid), WORDS, "avant le", "pas encore reçu"):
        assert words in receipt
    assert "Accuser réception" not in receipt
    pdf = client_of(row.user).get(f"{page}recepisse.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert told("Votre signalement est enregistré") == [row.user.email]
    assert page in client_of(row.user).get("/partages/").text


def test_the_receipt_outlives_the_share_and_names_the_case_no_more():
    row = shared()
    page = report(row).url
    change(Share, revoked_at=timezone.now(), revoked_by=row.case.referent)
    receipt = client_of(row.user).get(page)
    assert WORDS in receipt.text
    assert row.case.reference not in receipt.text
    pdf = client_of(row.user).get(f"{page}recepisse.pdf")
    assert pdf.content.startswith(b"%PDF-")


def test_posted_twice_it_is_reported_once():
    row, key, sent = shared(), uuid.uuid4(), form()
    assert (
        report(row, **sent | {"key": key}).url == report(row, **sent | {"key": key}).url
    )
    assert count() == 1


def test_other_words_under_the_same_form_are_another_report():
    row, key = shared(), uuid.uuid4()
    report(row, key=key)
    report(row, key=key, facts="Elle est revenue.")
    assert count() == 2


def test_after_twenty_in_a_day_the_page_says_to_call():
    row = shared()
    for _number in range(Incident.MOST_A_DAY):
        incident_of(row)
    answer = report(row)
    assert "appelez le service" in answer.text
    assert WORDS in answer.text
    assert count() == Incident.MOST_A_DAY


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"happened_at": "2999-01-01T10:00"}, "happened_at"),
        ({"happened_at": "0001-01-01T00:00"}, "happened_at"),
        ({"happened_at": "1999-01-01T10:00"}, "happened_at"),
        ({"happened_at": ""}, "happened_at"),
        ({"facts": ""}, "facts"),
        ({"facts": "x" * 3001}, "facts"),
        ({"kind": "vol"}, "kind"),
        ({"urgency": "demain"}, "urgency"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(wrong, field):
    answer = report(shared(), **wrong)
    assert set(answer.context["form"].errors) == {field}
    assert count() == 0


@pytest.mark.parametrize(
    ("day", "count", "after"),
    [
        (date(2027, 1, 11), 5, date(2027, 1, 18)),  # a Monday
        (date(2027, 1, 16), 5, date(2027, 1, 22)),  # a Saturday
        (date(2027, 7, 13), 1, date(2027, 7, 15)),  # the 14th is a holiday
    ],
)
def test_working_days_to_come_leave_out_weekends_and_legal_holidays(day, count, after):
    assert working_days_after(day, count) == after


def test_an_urgent_answer_is_due_in_a_day_and_another_in_five_working_days():
    paris = timezone.get_default_timezone()
    monday = datetime(2027, 1, 11, 10, 30, tzinfo=paris)
    assert Incident.due_for("urgent", monday) == monday + DAY
    due = Incident.due_for("normal", monday)
    assert due == datetime(2027, 1, 19, tzinfo=paris)
    assert Incident(answer_due_at=due).answer_due_on == date(2027, 1, 18)


def test_its_words_and_the_answer_are_sealed():
    row = shared()
    client_of(row.case.referent).post(f"{report(row).url}repondre/", {"answer": ANSWER})
    incident = found()
    assert (incident.facts, incident.answer) == (WORDS, ANSWER)
    kept = bytes(incident.sealed_facts) + bytes(incident.sealed_answer)
    assert b"19" not in kept
    assert b"magistrat" not in kept


# -- Nobody else -----------------------------------------------------------------------


def test_nobody_else_reads_it():
    row = shared()
    page = report(row).url
    colleague = MembershipFactory(
        organisation=row.membership.organisation, cleared=True
    )
    for user in (
        colleague.user,
        agent(Role.CPIP, row.case.spip),
        agent(Role.COORDINATOR, row.case.spip),
        agent(Role.MANAGER),
    ):
        for path in (page, f"{page}recepisse.pdf", f"{page}repondre/"):
            assert client_of(user).get(path).status_code == 404
    assert client_of(row.user).get(f"{page}repondre/").status_code == 404


@pytest.mark.parametrize("forged", ["stranger", "ended", "received", "future", "spip"])
def test_nobody_reports_past_the_view(forged):
    row, stranger = shared(), MembershipFactory(cleared=True)
    incident = Incident(
        case=row.case,
        share=row.share,
        spip=row.case.spip,
        membership=row.membership,
        reported_by=row.user,
        kind="other",
        happened_at=timezone.now() - HOUR,
        urgency="normal",
        answer_due_at=timezone.now() + 9 * DAY,
    )
    incident.facts = "x"
    if forged == "stranger":
        incident.reported_by, incident.membership = stranger.user, stranger
    elif forged == "ended":
        change(Share, revoked_at=timezone.now(), revoked_by=row.case.referent)
    elif forged == "received":
        incident.received_by, incident.received_at = row.user, timezone.now()
    elif forged == "future":
        incident.reported_at = timezone.now() + DAY
    elif forged == "spip":
        incident.spip = agent(Role.CPIP).spip
    with (
        actor(incident.reported_by),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        incident.save(force_insert=True)


def refused(user, sql: str, *values) -> bool:
    """Refused outright, or done to no row."""
    with actor(user), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(sql, values)
                return cursor.rowcount == 0
        except (ProgrammingError, IntegrityError):
            return True


RECEIVE = (
    "update cases_incident set received_at = statement_timestamp(), received_by_id = %s"
)
REPLY = (
    "update cases_incident set answered_at = statement_timestamp(),"
    " answered_by_id = %s, sealed_answer = ''"
)


def test_the_database_keeps_what_was_said_and_by_whom():
    row = shared()
    report(row)
    cpip, manager = row.case.referent, agent(Role.MANAGER, row.case.spip)
    assert refused(row.user, RECEIVE, row.user_id)
    assert refused(cpip, RECEIVE, manager.pk)
    assert refused(cpip, REPLY, cpip.pk)  # not received yet
    assert refused(cpip, "update cases_incident set sealed_facts = ''")
    assert not refused(cpip, RECEIVE, cpip.pk)
    assert refused(manager, RECEIVE, manager.pk)
    assert refused(manager, REPLY, cpip.pk)
    assert not refused(manager, REPLY, manager.pk)
    assert refused(manager, REPLY, manager.pk)


# -- Pages -----------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_the_case_costs_the_same_whatever_was_reported(
    number, django_assert_num_queries
):
    row = shared()
    for _ in range(number):
        incident_of(row)
    browser, path = client_of(row.case.referent), f"/dossiers/{row.case.uuid}/"
    browser.get(path)
    with django_assert_num_queries(20):
        page = browser.get(path)
    assert len(page.context["incidents"]) == number

"""Whoever keeps a convention hears of its end 180, 90 and 30 days before, once each."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners import tasks
from partners.models import AgreementAlert
from partners.services import alerts
from partners.services.agreements import amend_agreement, denounce_agreement
from spip_portal.celery import app
from spip_portal.security.dates import today
from tests.days import from_today
from tests.partners.conftest import last_mail, mails
from tests.partners.factories import AgreementFactory, MembershipFactory, partner

DAY = timedelta(days=1)


@pytest.fixture
def agreement(spip, organisation, coordinator, referent):
    return AgreementFactory(
        spip=spip,
        title="Convention du Pont",
        parties=[organisation],
        starts_on=today() - 400 * DAY,
        signed_on=today() - 400 * DAY,
        ends_on=today() + 300 * DAY,
    )


def thresholds_told(agreement) -> list[int]:
    rows = agreement.alerts.order_by("pk")
    return list(rows.values_list("days", flat=True))


def run_when_left(agreement, days: int) -> int:
    """How many are told of by a run at noon, so many days before the end."""
    day = agreement.ends_on - days * DAY
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    with time_machine.travel(noon, tick=False):
        return alerts.warn_ending_agreements()


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (181, []),
        (180, [180]),
        (91, [180]),
        (90, [90]),
        (31, [90]),
        (30, [30]),
        (0, [30]),
        (-1, []),
    ],
)
def test_the_nearest_threshold_is_told_of(agreement, left, told):
    """After an outage too: one mail each, not one a threshold."""
    run_when_left(agreement, left)
    assert thresholds_told(agreement) == told
    assert len(mails()) == 2 * len(told)


def test_each_threshold_is_told_of_once_day_after_day(agreement):
    for left in (181, 180, 179, 91, 90, 89, 31, 30, 29, 1, 0, -1):
        run_when_left(agreement, left)
        run_when_left(agreement, left)
    assert thresholds_told(agreement) == [180, 90, 30]
    assert len(mails()) == 6


def test_the_coordination_and_the_referents_are_told(
    agreement, spip, coordinator, referent, member, outsider, manager
):
    MembershipFactory(organisation=partner(spip), referent=True)
    ended = {"organisation": agreement.organisations.get(), "ended": True}
    MembershipFactory(referent=True, **ended)
    run_when_left(agreement, 90)
    subject = "Une convention finit bientôt"
    assert sorted(mails()) == sorted(
        [(coordinator.email, subject), (referent.email, subject)]
    )
    assert "Convention du Pont" in last_mail()
    assert "dans 90 jours" in last_mail()


def test_without_a_coordination_the_direction_is_told(spip, manager):
    agreement = AgreementFactory(spip=spip, starts_on=today() - 200 * DAY)
    run_when_left(agreement, 30)
    assert [address for address, _subject in mails()] == [manager.email]


def test_another_end_is_told_of_anew(agreement, coordinator):
    run_when_left(agreement, 30)
    amend_agreement(
        agreement=agreement,
        by=coordinator,
        signed_on=today(),
        changes="Un an de plus.",
        ends_on=agreement.ends_on + 365 * DAY,
    )
    agreement.refresh_from_db()
    run_when_left(agreement, 30)
    assert thresholds_told(agreement) == [30, 30]
    assert len(mails()) == 4


@pytest.mark.parametrize(("days", "said"), [(60, "60 jours"), (1, "1 jour\u00a0:")])
def test_a_tacit_renewal_is_said(days, said, agreement):
    type(agreement).objects.update(renewal="tacit", notice_days=days)
    run_when_left(agreement, 90)
    assert f"reconduction tacite, avec un préavis de {said}" in last_mail()


@pytest.mark.parametrize(
    "changes",
    [{"signed_on": None}, {"denounced_on": 0 * DAY}],
    ids=["not signed", "denounced"],
)
def test_what_is_not_signed_or_denounced_is_not_told_of(agreement, changes):
    type(agreement).objects.update(**from_today(changes))
    assert run_when_left(agreement, 30) == 0


def test_a_short_convention_is_not_told_of_before_it_begins(spip, coordinator):
    """One of sixty days has only the last threshold."""
    agreement = AgreementFactory(
        spip=spip, starts_on=today(), ends_on=today() + 60 * DAY
    )
    for left in (60, 31, 30):
        run_when_left(agreement, left)
    assert thresholds_told(agreement) == [30]


def test_denounced_by_its_page_it_is_told_of_no_more(agreement, coordinator):
    on = today() + 10 * DAY
    denounce_agreement(agreement=agreement, by=coordinator, on=on)
    assert run_when_left(agreement, 90) == 0


def test_the_database_holds_one_row(agreement):
    row = {"days": 30, "ends_on": agreement.ends_on}
    AgreementAlert.objects.create(agreement=agreement, **row)
    with pytest.raises(IntegrityError, match="alert_once"), transaction.atomic():
        AgreementAlert.objects.create(agreement=agreement, **row)


def test_the_daily_job_runs_it(agreement):
    type(agreement).objects.update(ends_on=today() + 30 * DAY)
    planned = {job["task"] for job in app.conf.beat_schedule.values()}
    assert tasks.warn_ending_agreements.name in planned
    tasks.warn_ending_agreements()
    assert len(mails()) == 2

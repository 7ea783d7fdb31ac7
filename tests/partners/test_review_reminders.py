"""Whoever keeps a page that nobody confirms hears of it at six, eight and nine months,
once each; at nine the coordination hears of it too."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from partners import tasks
from partners.models import Organisation, ReviewReminder
from partners.services import alerts
from partners.services.organisations import review_organisation
from spip_portal.celery import app
from spip_portal.ui.templatetags.portal import long_date
from tests.accounts.factories import client_of
from tests.partners.conftest import last_mail, mails
from tests.partners.factories import MembershipFactory, PartnershipFactory, partner

SUBJECTS = {
    6: "La page de votre structure est-elle à jour\N{NO-BREAK SPACE}?",
    8: "Confirmez la page de votre structure avant l’arrêt des accès",
    9: "L’accès aux documents est arrêté pour votre structure",
}
CLOSED = "Une structure n’a pas répondu depuis neuf mois"


def run_after(organisation, days: int) -> int:
    """How many structures a run tells, so many days after the last confirmation."""
    with time_machine.travel(organisation.reviewed_at + timedelta(days=days)):
        return alerts.remind_reviews()


def months_told(organisation) -> list[int]:
    rows = organisation.review_reminders.order_by("pk")
    return list(rows.values_list("months", flat=True))


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (182, []),
        (184, [6]),
        (243, [6]),
        (245, [8]),
        (273, [8]),
        (275, [9]),
        (900, [9]),
    ],
)
def test_the_last_threshold_is_told_of(organisation, referent, days, told):
    """After an outage too: one mail, not one a threshold."""
    run_after(organisation, days)
    assert months_told(organisation) == told
    assert mails() == [(referent.email, SUBJECTS[months]) for months in told]


def test_each_threshold_is_told_of_once_day_after_day(
    organisation, referent, coordinator
):
    for days in (182, 184, 185, 245, 246, 275, 276, 400):
        run_after(organisation, days)
        run_after(organisation, days)
    assert mails() == [
        (referent.email, SUBJECTS[6]),
        (referent.email, SUBJECTS[8]),
        (referent.email, SUBJECTS[9]),
        (coordinator.email, CLOSED),
    ]


def test_what_is_at_stake_is_said(organisation, referent, coordinator):
    run_after(organisation, 245)
    due = organisation.reviewed_at + Organisation.ANSWER_WITHIN
    assert long_date(due) in last_mail()
    run_after(organisation, 275)
    assert "n’ont plus accès aux documents" in last_mail()
    assert str(organisation.partnerships.get().uuid) in last_mail()


def test_once_confirmed_it_begins_anew(organisation, referent):
    run_after(organisation, 275)
    with time_machine.travel(organisation.reviewed_at + timedelta(days=280)):
        review_organisation(organisation=organisation, by=referent)
    organisation.refresh_from_db()
    assert run_after(organisation, 1) == 0
    assert run_after(organisation, 184) == 1
    assert months_told(organisation) == [9, 6]


def test_only_its_own_referents_are_told(organisation, referent, member, outsider):
    MembershipFactory(organisation=organisation, referent=True, ended=True)
    Organisation.objects.exclude(pk=organisation.pk).update(
        reviewed_at=timezone.now() + timedelta(days=300)
    )
    run_after(organisation, 184)
    assert mails() == [(referent.email, SUBJECTS[6])]


def test_who_is_not_a_partner_is_not_told(spip):
    for state in ("draft", "submitted", "refused", "suspended"):
        partnership = PartnershipFactory(spip=spip, state=state)
        MembershipFactory(organisation=partnership.organisation, referent=True)
    assert run_after(partnership.organisation, 300) == 0


def test_where_nobody_keeps_it_the_coordination_hears_at_the_end(spip, coordinator):
    organisation = partner(spip)
    organisation.refresh_from_db()
    run_after(organisation, 245)
    assert mails() == []
    run_after(organisation, 275)
    assert mails() == [(coordinator.email, CLOSED)]


def test_the_database_holds_one_row(organisation):
    row = {"months": 6, "reviewed_at": organisation.reviewed_at}
    ReviewReminder.objects.create(organisation=organisation, **row)
    with pytest.raises(IntegrityError, match="review_reminder"), transaction.atomic():
        ReviewReminder.objects.create(organisation=organisation, **row)


def test_the_daily_job_runs_it(organisation, referent):
    Organisation.objects.update(reviewed_at=timezone.now() - timedelta(days=184))
    planned = {job["task"] for job in app.conf.beat_schedule.values()}
    assert tasks.remind_reviews.name in planned
    tasks.remind_reviews()
    assert len(mails()) == 1


@pytest.mark.parametrize(
    ("days", "said"),
    [(200, "Sans réponse avant le"), (300, "est arrêté")],
)
def test_the_page_says_until_when(organisation, referent, days, said):
    Organisation.objects.update(reviewed_at=timezone.now() - timedelta(days=days))
    assert said in client_of(referent).get("/ma-structure/").content.decode()

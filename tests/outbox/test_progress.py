from datetime import timedelta

import pytest
from django.utils import timezone

from spip_portal.outbox import services
from spip_portal.outbox.models import Campaign, CampaignAttachment, Message
from tests.outbox import factories

pytestmark = pytest.mark.django_db

State = Message.State


def mark(campaign, state, count, **fields):
    rows = campaign.messages.filter(state=State.DUE)[:count].values("pk")
    campaign.messages.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
        state=state, **fields
    )


def test_progress_counts_by_state_in_one_query(django_assert_num_queries):
    """What the page of a sending shows: bar, numbers, errors so far, copies."""
    campaign = factories.campaign(factories.addresses(10))
    mark(campaign, State.FAILED, 2, last_error="550")
    mark(campaign, State.SENDING, 1, copies=1)
    mark(campaign, State.SENT, 4, sent_at=timezone.now())
    with django_assert_num_queries(1):
        progress = campaign.progress()
    assert (progress.total, progress.sent, progress.failed, progress.due) == (
        10,
        4,
        2,
        4,
    )
    assert progress.possible_copies == 1
    assert progress.percent == 60
    assert not progress.is_finished


def test_remaining_time_follows_the_pace():
    """Known from the second mail on; never while the campaign is paused."""
    campaign = factories.campaign(factories.addresses(12))
    assert campaign.progress().remaining_seconds is None
    now = timezone.now()
    mark(campaign, State.SENT, 1, sent_at=now)
    assert campaign.progress().remaining_seconds is None
    mark(campaign, State.SENT, 1, sent_at=now + timedelta(seconds=3))
    assert campaign.progress().remaining_seconds == 30
    campaign.pause(reason="Le serveur ne répond pas.", now=now)
    assert campaign.progress().remaining_seconds is None
    assert campaign.progress().paused_reason == "Le serveur ne répond pas."


def test_a_finished_campaign_has_nothing_left():
    """The bar is full whether sent or given up, and for no recipient at all."""
    campaign = factories.campaign(factories.addresses(2))
    mark(campaign, State.FAILED, 1, last_error="550")
    mark(campaign, State.SENT, 1, sent_at=timezone.now())
    progress = campaign.progress()
    assert progress.is_finished
    assert (progress.percent, progress.remaining_seconds) == (100, 0)
    assert factories.campaign([]).progress().percent == 100


def test_the_age_of_the_queue_is_that_of_its_most_delayed_mail():
    """What the health page watches; a mail for later is not late."""
    assert services.oldest_due_age() is None
    late, later = factories.single(), factories.single()
    now = timezone.now()
    Message.objects.filter(pk=later.pk).update(due_at=now + timedelta(hours=1))
    Message.objects.filter(pk=late.pk).update(due_at=now - timedelta(hours=2))
    age = services.oldest_due_age()
    assert timedelta(hours=2) <= age < timedelta(hours=2, minutes=1)


def test_old_content_is_forgotten_but_not_to_whom_it_went():
    """After 90 days, only what is finished; a second run finds nothing."""
    done, waiting, recent = (
        services.queue_campaign(
            key=key,
            kind="invitation",
            label="",
            created_by=None,
            content=factories.content(attachments=[factories.CALENDAR]),
            recipients=[factories.recipient("lea@asso.example")],
        )
        for key in ("done", "waiting", "recent")
    )
    for campaign in (done, recent):
        mark(campaign, State.SENT, 1, sent_at=timezone.now())
    for campaign in (done, waiting):
        campaign.created_at = timezone.now() - timedelta(days=91)
        campaign.save()
    assert services.purge() == 1
    done.refresh_from_db()
    assert (done.text, done.html, done.headers) == ("", "", {})
    message = done.messages.get()
    assert (message.recipient, message.merge) == ("lea@asso.example", {})
    assert set(CampaignAttachment.objects.values_list("campaign", flat=True)) == {
        waiting.pk,
        recent.pk,
    }
    waiting.refresh_from_db()
    assert waiting.text
    assert services.purge() == 0


@pytest.mark.django_db
def test_a_mail_to_one_person_is_forgotten_after_a_day():
    """It may hold a link that opens an account."""
    for key, hours in (("old", 25), ("recent", 23)):
        message = services.queue_mail(
            key=key, to="lea@asso.example", subject="S", text="lien", html=""
        )
        campaign = message.campaign
        mark(campaign, State.SENT, 1, sent_at=timezone.now())
        campaign.created_at = timezone.now() - timedelta(hours=hours)
        campaign.save()
    assert services.purge() == 1
    texts = dict(Campaign.objects.values_list("key", "text"))
    assert texts == {"old": "", "recent": "lien"}

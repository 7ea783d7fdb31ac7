from contextlib import contextmanager

import pytest
from celery import Celery
from django.db import IntegrityError, transaction

from spip_portal.celery import app as portal_app
from spip_portal.outbox import services
from spip_portal.outbox.content import Recipient
from spip_portal.outbox.models import Campaign, CampaignAttachment, Message
from tests.outbox import factories

pytestmark = pytest.mark.django_db


def test_a_mail_is_a_row_before_it_is_a_mail():
    """One concept only: a single mail is a campaign of one."""
    message = factories.single(key="a", reply_to="Zoé <zoe@spip.example>")
    assert message.state == Message.State.DUE
    assert message.recipient == "lea@asso.example"
    assert message.campaign.kind == "single"
    assert message.campaign.headers == {
        "Reply-To": "=?utf-8?q?Zo=C3=A9?= <zoe@spip.example>"
    }
    assert message.message_id.endswith("@spip.example>")
    assert not message.is_bulk


def test_the_same_key_sends_one_mail():
    """A second click adds nothing and changes nothing of the first."""
    first = factories.single(key="a", subject="Premier")
    second = factories.single(key="a", subject="Second")
    assert second == first
    assert Campaign.objects.get().subject == "Premier"
    assert Message.objects.count() == 1


def test_a_campaign_has_one_row_per_address():
    """SECURITY 30: capital letters and repeats make no second mail."""
    to = [
        "lea@asso.example",
        "Lea@Asso.example",
        "lea@asso.example",
        "tom@asso.example",
    ]
    campaign = factories.campaign(to)
    assert campaign.messages.count() == 2


def test_a_second_click_adds_no_row():
    """SECURITY 30: double click, two coordinators; newcomers only are added."""
    factories.campaign(factories.addresses(3), key="lettre:1")
    again = factories.campaign(factories.addresses(3), key="lettre:1")
    assert again.messages.count() == 3
    assert factories.campaign(factories.addresses(4), key="lettre:1") == again
    assert again.messages.count() == 4


def test_files_go_with_the_campaign_or_with_one_message():
    """A convocation: the same calendar for all, one's own letter; never twice."""
    for _click in range(2):
        campaign = services.queue_campaign(
            key="convocations",
            kind="invitation",
            label="",
            created_by=None,
            content=factories.content(attachments=[factories.CALENDAR]),
            recipients=[
                factories.recipient("lea@asso.example", attachments=[factories.LETTER]),
                factories.recipient("tom@asso.example"),
            ],
        )
    assert campaign.attachments.get(message=None).filename == "invitation.ics"
    own = campaign.attachments.get(message__recipient="lea@asso.example")
    assert bytes(own.content) == factories.LETTER.content
    assert CampaignAttachment.objects.count() == 2


def test_a_sentinel_without_value_stops_the_whole_campaign():
    """Told while queueing, to whoever sends, not found out in somebody's mail."""
    recipients = [
        factories.recipient("lea@asso.example"),
        Recipient("tom@asso.example", {"name": "Tom"}),
    ]
    with pytest.raises(ValueError, match="no value for link"):
        services.queue_campaign(
            key="a",
            kind="invitation",
            label="",
            created_by=None,
            content=factories.content(),
            recipients=recipients,
        )
    assert not Campaign.objects.exists()


def test_rows_live_and_die_with_the_callers_transaction():
    """What was not committed is not mailed."""
    with transaction.atomic():
        factories.single()
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_a_campaign_costs_a_handful_of_queries(django_assert_num_queries):
    """Never one query per recipient (savepoints: the service and the two creations)."""
    what = factories.content()
    recipients = [factories.recipient(each) for each in factories.addresses(300)]
    with django_assert_num_queries(7):
        services.queue_campaign(
            key="a",
            kind="newsletter",
            label="",
            created_by=None,
            content=what,
            recipients=recipients,
        )


BROKEN_ROWS = [
    {"state": "posted"},
    {"state": "sent"},
    {"state": "failed"},
    {"recipient": "lea@asso.example\r\nBcc: vole@mal.example"},
    {"recipient": ""},
    {
        "state": "sent",
        "sent_at": "2027-01-14T09:00Z",
        "leased_until": "2027-01-14T09:00Z",
    },
    {"attempts": -1},
    {"copies": -1},
]


@pytest.mark.parametrize("change", BROKEN_ROWS)
def test_the_database_refuses_a_row_that_makes_no_sense(change):
    """The invariants hold whoever writes."""
    message = factories.single()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "a\nb"},
        {"subject": ""},
        {"paused_at": "2027-01-14T09:00Z"},
        {"pause_reason": "sans date"},
    ],
)
def test_the_database_refuses_a_campaign_that_makes_no_sense(change):
    """The invariants hold whoever writes."""
    campaign = factories.campaign()
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(**change)


def test_the_bell_rings_once_after_the_commit(django_capture_on_commit_callbacks):
    """However many mails a request queues, one task is enough."""
    with django_capture_on_commit_callbacks() as callbacks:
        factories.single()
        factories.single()
        factories.campaign()
    assert len(callbacks) == 1


def test_a_dead_broker_fails_no_request(
    tmp_path, django_capture_on_commit_callbacks, caplog
):
    """SECURITY 34: Redis stopped; the row is there, the workers' own poll sends it."""
    with (
        broker_at(f"redis+socket://{tmp_path}/nobody-listens.sock"),
        django_capture_on_commit_callbacks(execute=True) as callbacks,
    ):
        message = factories.single()
    assert len(callbacks) == 1
    assert "the broker does not answer" in caplog.text
    assert message.state == Message.State.DUE


@contextmanager
def broker_at(url: str):
    """The portal's settings, another broker."""
    app = Celery("elsewhere", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = url
    app.set_current()
    try:
        yield
    finally:
        portal_app.set_current()

"""The main job to its end: a button, rows, a worker's round, a mail server."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from newsletters.models import Subscriber
from spip_portal.outbox.services import drain
from tests.accounts.factories import client_of
from tests.newsletters.factories import (
    IssueFactory,
    IssueItemFactory,
    SubscriberFactory,
)
from tests.outbox.conftest import use
from tests.outbox.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings):
    with Sink() as server:
        use(server, settings)
        yield server


def test_the_letter_arrives_and_can_be_left(sink, letter, author, guards):
    """One mail each, in two readable versions, with a link that unsubscribes its own
    reader in one click; the progress page ends, and the archive shows the issue."""
    readers = SubscriberFactory.create_batch(30, newsletter=letter)
    issue = IssueFactory(newsletter=letter, created_by=author)
    IssueItemFactory(issue=issue, title="Convention avec Le Relais")
    client = client_of(author)
    send = reverse("newsletters:issue_send", args=[issue.uuid])
    for _click in range(2):
        client.post(send, {"version": issue.version})
    drain()
    assert sink.received_by == dict.fromkeys([each.email for each in readers], 1)
    received = sink.mail()
    reader = Subscriber.objects.get(email=received["To"])
    link = received["List-Unsubscribe"].strip("<>")
    assert str(reader.uuid) in link
    assert received["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for kind in ("plain", "html"):
        body = received.get_body([kind]).get_content()
        assert "Convention avec Le Relais" in body
        assert link in body
        assert "[[" not in body
    one_click = Client(enforce_csrf_checks=True).post(
        urlsplit(link).path,
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert one_click.status_code == 200
    assert letter.subscribers.live().count() == 29
    progress = client.get(reverse("newsletters:issue_progress", args=[issue.uuid]))
    assert progress.context["progress"].is_finished
    issue.refresh_from_db()
    assert Client().get(issue.get_absolute_url()).status_code == 200


def test_a_refused_address_is_shown_and_stops_nobody(sink, letter, author, guards):
    """A 550 is final for that reader alone."""
    readers = SubscriberFactory.create_batch(3, newsletter=letter)
    sink.refused_recipients[readers[0].email] = "550 5.1.1 inconnu"
    issue = IssueFactory(newsletter=letter, created_by=author, sent=True)
    drain()
    progress = client_of(author).get(
        reverse("newsletters:issue_progress", args=[issue.uuid])
    )
    [failure] = progress.context["failures"]
    assert failure.recipient == readers[0].email
    assert "2 courriels partis sur 3." in progress.context["progress"].label


def test_a_mute_server_pauses_the_letter_and_says_so(settings, letter, author, guards):
    """Nothing is lost: rows stay due, the page says why."""
    with Sink() as server:
        use(server, settings)
    issue = IssueFactory(newsletter=letter, created_by=author, sent=True)
    drain()
    page = client_of(author).get(
        reverse("newsletters:issue_progress", args=[issue.uuid])
    )
    assert "Envoi suspendu" in page.context["progress"].note
    assert issue.campaign.progress().due == 1

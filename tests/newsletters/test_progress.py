"""The page of a sending: numbers, failures, what holds it up; left and found again."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from spip_portal.outbox.models import Campaign, Message
from tests.accounts.factories import client_of
from tests.newsletters.factories import IssueFactory, SubscriberFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(letter, author, guards):
    SubscriberFactory.create_batch(4, newsletter=letter)
    return IssueFactory(newsletter=letter, created_by=author, sent=True)


def url(issue, page="issue_progress") -> str:
    return reverse(f"newsletters:{page}", args=[issue.uuid])


def settle(issue, count: int, **fields) -> None:
    due = issue.campaign.messages.filter(state=Message.State.DUE)
    chosen = list(due.values_list("pk", flat=True)[:count])
    Message.objects.filter(pk__in=chosen).update(**fields)


def sent(issue, count: int, **fields) -> None:
    settle(issue, count, state="sent", sent_at=timezone.now(), **fields)


def bar(client, issue) -> str:
    return " ".join(
        client.get(url(issue, "issue_progress_bar")).content.decode().split()
    )


def test_the_bar_counts(author, issue):
    """Sent, failed, possible copies, and where the fresh copy is."""
    sent(issue, 1)
    sent(issue, 1, copies=1)
    settle(issue, 1, state="failed", last_error="550 inconnu")
    page = bar(client_of(author), issue)
    assert "2 courriels partis sur 4." in page
    assert "1 adresse en échec." in page
    assert "1 courriel a pu partir deux fois, après une coupure." in page
    assert 'value="75"' in page
    assert f'data-progress-url="{url(issue, "issue_progress_bar")}"' in page


def test_zero_is_singular(author, issue):
    """As in French."""
    assert "0 courriel parti sur 4." in bar(client_of(author), issue)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "Il reste moins d’une minute."),
        (30, "Il reste environ 1 minute."),
        (60, "Il reste environ 2 minutes."),
        (61, "Il reste environ 3 minutes."),
    ],
)
def test_the_remaining_time_is_told_in_words(author, issue, seconds, words):
    """By the pace so far: two are left, one left every so many seconds."""
    now = timezone.now()
    settle(issue, 1, state="sent", sent_at=now)
    settle(issue, 1, state="sent", sent_at=now + timedelta(seconds=seconds))
    assert words in bar(client_of(author), issue)


def test_the_end_stops_the_bar(author, issue):
    """No address for a fresh copy: the page asks no more."""
    sent(issue, 3)
    settle(issue, 1, state="failed", last_error="550 inconnu")
    page = bar(client_of(author), issue)
    assert "Envoi terminé : 3 courriels partis sur 4." in page
    assert "data-progress-url" not in page


def test_a_paused_sending_says_why(author, issue):
    """The mail server does not answer: the coordinator is told, nothing is lost."""
    now = timezone.now()
    Campaign.objects.filter(pk=issue.campaign_id).update(
        paused_at=now, resume_at=now, pause_reason="Le serveur ne répond pas"
    )
    page = bar(client_of(author), issue)
    assert "Le serveur ne répond pas. Il reprendra de lui-même." in page


def test_the_page_lists_the_failures(author, issue):
    """Address and answer of the server; the archive and the mail are one click away."""
    settle(issue, 2, state="failed", last_error="550 inconnu")
    response = client_of(author).get(url(issue))
    page = response.content.decode()
    failed = issue.campaign.messages.filter(state="failed")
    for message in failed:
        assert message.recipient in page
    assert page.count("550 inconnu") == 2
    assert issue.get_absolute_url() in page


def test_what_is_left_is_found_again(author, issue):
    """While rows are due the issue stands among those in progress, then no more."""
    client, archive = client_of(author), reverse("newsletters:archive")
    assert [each.state for each in client.get(archive).context["in_progress"]] == [
        "sending"
    ]
    sent(issue, 4)
    assert not client.get(archive).context["in_progress"]
    assert url(issue) in client.get(archive).content.decode()


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_pages_cost_the_same_whatever_failed(
    author, issue, item_count, django_assert_num_queries
):
    """A fixed number of queries."""
    settle(issue, item_count, state="failed", last_error="550 inconnu")
    client = client_of(author)
    with django_assert_num_queries(9):
        client.get(url(issue))
    with django_assert_num_queries(7):
        client.get(url(issue, "issue_progress_bar"))

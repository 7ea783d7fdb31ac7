"""What the letter puts on the first page."""

import pytest
from django.urls import reverse

from tests.accounts.factories import UserFactory, client_of
from tests.newsletters.factories import IssueFactory

pytestmark = pytest.mark.django_db

HOME = reverse("pages:home")


def blocks(client) -> dict[str, dict]:
    """Ours, by title."""
    found = client.get(HOME).context["blocks"]
    return {
        block.title: block.context
        for block in found
        if block.template.startswith("newsletters/")
    }


def test_a_visitor_reads_the_last_issue_and_may_subscribe(client, letter):
    """The last one sent, of any service; never a draft."""
    IssueFactory(newsletter=letter, sent=True)
    last = IssueFactory(newsletter=letter, sent=True)
    IssueFactory(newsletter=letter)
    assert blocks(client) == {"Lettre d’information": {"issue": last}}
    page = client.get(HOME).content.decode()
    assert last.get_absolute_url() in page
    assert reverse("newsletters:subscribe") in page


def test_a_partner_reads_the_last_issue(letter):
    """What is new, and the way to their subscription."""
    last = IssueFactory(newsletter=letter, sent=True)
    client = client_of(UserFactory())
    assert blocks(client) == {"Lettre d’information": {"issue": last}}
    assert reverse("newsletters:archive") in client.get(HOME).content.decode()


def test_nothing_is_shown_before_the_first_issue(client, letter):
    """A block is there when it has something to say."""
    IssueFactory(newsletter=letter)
    assert blocks(client) == {}


def test_those_who_write_see_what_is_in_progress(letter, author):
    """Drafts and sendings of their own service, three at most."""
    draft = IssueFactory(newsletter=letter)
    sending = IssueFactory(newsletter=letter, sent=True)
    IssueFactory()
    done = IssueFactory(newsletter=letter, sent=True)
    done.campaign.messages.update(state="failed", last_error="550")
    client = client_of(author)
    shown = blocks(client)
    assert shown == {"Lettre d’information en cours": {"issues": [draft, sending]}}
    page = client.get(HOME).content.decode()
    assert reverse("newsletters:issue_preview", args=[draft.uuid]) in page
    assert reverse("newsletters:issue_progress", args=[sending.uuid]) in page


def test_those_who_write_are_offered_a_first_issue(letter, author):
    """Empty: one sentence and the next thing to do."""
    page = client_of(author).get(HOME).content.decode()
    assert reverse("newsletters:issue_create") in page

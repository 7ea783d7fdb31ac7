"""SECURITY 30: two coordinators press « Envoyer » at the same moment."""

import pytest
from django.core.exceptions import ValidationError

from newsletters import services
from newsletters.models import Issue
from spip_portal.outbox.models import Campaign, Message
from tests.newsletters.factories import IssueFactory, NewsletterFactory, coordinator
from tests.outbox.test_concurrency import in_threads

pytestmark = pytest.mark.usefixtures("committed_database")


@pytest.fixture
def issue() -> Issue:
    return IssueFactory(newsletter=NewsletterFactory(readers=20))


def test_two_at_once_send_one_letter(issue):
    """One of them sends, the other is told that it has left."""
    answers = []

    def press(by):
        answers.append(services.send_issue(issue=issue, by=by, version=1))

    both = [issue.created_by, coordinator(issue.newsletter)]
    in_threads(*(lambda by=by: press(by) for by in both))
    assert sorted(answers) == [False, True]
    campaign = Campaign.objects.get(key=f"newsletter-issue:{issue.uuid}")
    assert Message.objects.filter(campaign=campaign).count() == 20


def test_what_is_sent_while_it_is_edited_is_one_or_the_other(issue):
    """SECURITY 36: the edit comes first and the sending is refused, or the reverse."""
    refused = []

    def attempt(act, **values):
        try:
            act(issue=issue, by=issue.created_by, version=1, **values)
        except ValidationError as error:
            refused.append(error)

    in_threads(
        lambda: attempt(services.send_issue),
        lambda: attempt(
            services.edit_issue, title="Autre titre", introduction="x", items=[]
        ),
    )
    assert len(refused) == 1
    issue.refresh_from_db()
    if issue.is_sent:
        assert issue.title != "Autre titre"
        assert issue.campaign.label == issue.title
    else:
        assert issue.title == "Autre titre"
        assert not Campaign.objects.filter(key=f"newsletter-issue:{issue.uuid}")

"""What everybody reads."""

import pytest
from django.urls import reverse

from newsletters import services
from tests.accounts.factories import UserFactory, client_of
from tests.newsletters.factories import (
    IssueFactory,
    IssueItemFactory,
    NewsletterFactory,
    SubscriberFactory,
)

pytestmark = pytest.mark.django_db

ARCHIVE = reverse("newsletters:archive")


def test_a_visitor_reads_the_sent_issues(client, letter):
    """Latest first; no draft, of any service."""
    IssueFactory(newsletter=letter)
    first = IssueFactory(newsletter=letter, sent=True)
    second = IssueFactory(newsletter=NewsletterFactory(), sent=True)
    response = client.get(ARCHIVE)
    assert list(response.context["page"]) == [second, first]
    assert "in_progress" not in response.context


def test_an_empty_archive_says_what_to_do(client):
    """One sentence and the next action."""
    page = client.get(ARCHIVE).content.decode()
    assert "Aucun numéro n’est encore paru" in page
    assert reverse("newsletters:subscribe") in page


def test_an_issue_has_a_page(client, letter):
    """Title, paragraphs, rubrics, items, legal sender; what is typed is text."""
    issue = IssueFactory(
        newsletter=letter,
        title="Le réseau <grandit>",
        introduction="Un.\n \nDeux <b>gras</b>,\nà la ligne.",
    )
    IssueItemFactory(issue=issue, title="Convention", url="/conventions/x/")
    SubscriberFactory(newsletter=letter)
    services.send_issue(issue=issue, by=issue.created_by, version=1)
    issue.refresh_from_db()
    page = client.get(issue.get_absolute_url()).content.decode()
    assert "Le réseau &lt;grandit&gt;</h1>" in page
    assert "<p>Un.</p><p>Deux &lt;b&gt;gras&lt;/b&gt;,<br>à la ligne.</p>" in page
    assert "Conventions et protocoles signés</h2>" in page
    assert '<a href="/conventions/x/">Convention</a>' in page
    assert "SPIP de la Fictive<br>1 rue" in page


def test_a_draft_has_no_public_page(client, letter, author):
    """Its id is no address of the archive, not even for those who write it."""
    issue = IssueFactory(newsletter=letter)
    for visitor in (client, client_of(author)):
        page = reverse("newsletters:issue", args=[str(issue.uuid)])
        assert visitor.get(page).status_code == 404
    unknown = client.get(reverse("newsletters:issue", args=["2027-01-rien"]))
    assert unknown.status_code == 404


def test_the_pages_are_read_only(client, letter):
    """Nothing can be posted to them."""
    issue = IssueFactory(newsletter=letter, sent=True)
    for page in (ARCHIVE, issue.get_absolute_url()):
        assert client.post(page).status_code == 405


def test_those_who_write_find_their_drafts(letter, author):
    """Above the archive, with how many receive the letter."""
    SubscriberFactory.create_batch(2, newsletter=letter)
    SubscriberFactory(newsletter=letter, unconfirmed=True)
    draft = IssueFactory(newsletter=letter)
    IssueFactory()
    response = client_of(author).get(ARCHIVE)
    page = response.content.decode()
    assert list(response.context["in_progress"]) == [draft]
    assert "est reçue par 2 personnes." in page
    assert reverse("newsletters:issue_create") in page


def test_others_are_not_offered_to_write(letter, outsiders):
    """No button that would lead to a 404."""
    IssueFactory(newsletter=letter)
    for name in ("partner", "cpip", "auditor", "administrator"):
        page = client_of(outsiders[name]).get(ARCHIVE).content.decode()
        assert reverse("newsletters:issue_create") not in page, name
        assert reverse("newsletters:settings") not in page, name


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_pages_cost_the_same_whatever_they_hold(
    client, letter, author, item_count, django_assert_num_queries
):
    """For a visitor, a partner, and those who write."""
    for _number in range(item_count):
        IssueFactory(newsletter=letter, sent=True)
        issue = IssueFactory(newsletter=NewsletterFactory(), sent=True)
        IssueItemFactory.create_batch(item_count, issue=issue)
        IssueFactory(newsletter=letter)
    partner, writer = client_of(UserFactory()), client_of(author)
    with django_assert_num_queries(5):
        client.get(ARCHIVE)
    with django_assert_num_queries(5):
        client.get(issue.get_absolute_url())
    with django_assert_num_queries(9):
        partner.get(ARCHIVE)
    with django_assert_num_queries(13):
        writer.get(ARCHIVE)

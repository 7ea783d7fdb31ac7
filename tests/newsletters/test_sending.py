"""SECURITY 30, 31, 33, and the main job: one mail per subscriber, once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from newsletters import services
from newsletters.models import Issue
from spip_portal.outbox.models import Campaign, Message
from tests.newsletters.factories import (
    IssueFactory,
    IssueItemFactory,
    NewsletterFactory,
    SubscriberFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def issue(letter, author, guards):
    SubscriberFactory.create_batch(3, newsletter=letter)
    return IssueFactory(newsletter=letter, created_by=author, title="Le réseau grandit")


def send(issue, **changes):
    return services.send_issue(
        **{"issue": issue, "by": issue.created_by, "version": issue.version} | changes
    )


def test_each_confirmed_subscriber_gets_one_row(letter, issue):
    """Neither those who only asked, nor those who left, nor another letter's."""
    expected = set(letter.subscribers.values_list("email", flat=True))
    SubscriberFactory(newsletter=letter, unconfirmed=True)
    SubscriberFactory(newsletter=letter, gone=True)
    NewsletterFactory(readers=1)
    assert send(issue) is True
    issue.refresh_from_db()
    rows = issue.campaign.messages
    assert set(rows.values_list("recipient", flat=True)) == expected
    assert set(rows.values_list("state", flat=True)) == {Message.State.DUE}
    assert issue.campaign.kind == "newsletter"
    assert issue.campaign.created_by == issue.created_by


def test_each_row_holds_its_own_unsubscription(letter, issue):
    """RFC 8058: one address per subscriber, in the headers and in both bodies."""
    send(issue)
    issue.refresh_from_db()
    reader = letter.subscribers.first()
    row = issue.campaign.messages.get(recipient=reader.email)
    path = reverse("newsletters:unsubscribe", args=[reader.uuid])
    assert row.merge == {"unsubscribe_url": f"http://localhost:8000{path}"}
    assert issue.campaign.headers == {
        "List-Unsubscribe": "<[[unsubscribe_url]]>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert "[[unsubscribe_url]]" in issue.campaign.text
    assert 'href="[[unsubscribe_url]]"' in issue.campaign.html


def test_the_mail_says_what_the_issue_says(letter, issue):
    """Title, paragraphs, rubrics, absolute links, legal sender; readable as text."""
    IssueItemFactory(issue=issue, title="Convention <Relais>", url="/conventions/x/")
    send(issue)
    issue.refresh_from_db()
    campaign = issue.campaign
    assert campaign.subject == f"{letter.name}\N{NO-BREAK SPACE}: Le réseau grandit"
    online = f"http://localhost:8000{issue.get_absolute_url()}"
    for text in (campaign.text, campaign.html):
        assert "Premier paragraphe." in text
        assert "Second paragraphe." in text
        assert "Conventions et protocoles signés" in text
        assert "http://localhost:8000/conventions/x/" in text
        assert "jeudi 14 janvier 2027" in text.replace("\N{NO-BREAK SPACE}", " ")
        assert "SPIP de la Fictive" in text
        assert online in text
    assert "Convention <Relais>" in campaign.text
    assert "Convention &lt;Relais&gt;" in campaign.html


def test_the_issue_is_public_at_once(issue):
    """Its mail links to its page in the archive, so the page is there first."""
    send(issue)
    issue.refresh_from_db()
    assert issue.sent_by == issue.created_by
    assert issue.slug == f"{issue.sent_at:%Y-%m}-le-reseau-grandit"
    assert issue in Issue.objects.sent()


def test_two_issues_of_one_title_have_two_addresses(letter, author, issue):
    """An address is never taken over."""
    twin = IssueFactory(newsletter=letter, created_by=author, title="Le réseau grandit")
    send(issue)
    send(twin)
    issue.refresh_from_db()
    twin.refresh_from_db()
    assert twin.slug == f"{issue.slug}-{twin.uuid.hex[:6]}"


def test_a_title_without_a_letter_has_an_address_too(letter, author, issue):
    """« !!! » is a title; its month is its address."""
    odd = IssueFactory(newsletter=letter, created_by=author, title="!!!")
    send(odd)
    odd.refresh_from_db()
    assert odd.slug == f"{odd.sent_at:%Y-%m}"


def test_a_second_click_sends_nothing(letter, issue):
    """SECURITY 30: not even to whoever subscribed in between."""
    send(issue)
    SubscriberFactory(newsletter=letter)
    assert send(issue) is False
    assert Campaign.objects.get().messages.count() == 3


def test_an_issue_that_changed_since_it_was_read_does_not_leave(issue):
    """Whoever sends has seen what leaves."""
    with pytest.raises(ValidationError, match="modifié ailleurs"):
        send(issue, version=issue.version + 1)
    assert not Campaign.objects.exists()


def test_nobody_else_sends_it(issue, outsiders):
    """The service checks its own right, whatever the view did."""
    for name, user in outsiders.items():
        with pytest.raises(PermissionDenied):
            send(issue, by=user)
        assert not Campaign.objects.exists(), name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": " "}, "Donnez un titre"),
        ({"introduction": " \n "}, "Le numéro est vide"),
        ({"title": "Bonjour [[nom]]"}, "[[nom]]"),
        ({"introduction": "Cliquez : [[unsubscribe_url]]"}, "[[unsubscribe_url]]"),
    ],
)
def test_what_cannot_be_sent_is_told_and_not_sent(issue, change, message):
    """In French, and nothing leaves."""
    Issue.objects.filter(pk=issue.pk).update(**change)
    with pytest.raises(ValidationError) as refused:
        send(issue)
    assert message in refused.value.messages[0]
    assert len(refused.value.messages) == 1
    assert not Campaign.objects.exists()
    issue.refresh_from_db()
    assert not issue.is_sent


def test_an_item_alone_is_content(issue):
    """No introduction is needed when something is announced."""
    IssueItemFactory(issue=issue)
    Issue.objects.filter(pk=issue.pk).update(introduction="")
    assert send(issue) is True


def test_a_letter_without_readers_does_not_leave(letter, issue):
    """Told before anything is written."""
    letter.subscribers.update(confirmed_at=None)
    with pytest.raises(ValidationError, match="personne à qui"):
        send(issue)
    assert not Campaign.objects.exists()


def test_a_guard_reads_every_text_before_it_leaves(issue, guards):
    """Another app may refuse a text; its sentence is shown, nothing leaves."""
    IssueItemFactory(issue=issue, title="Un article", summary="Un résumé")
    seen = []

    def refuse(text: str) -> list[str]:
        seen.append(text)
        return ["Retirez cette référence."]

    guards.append(refuse)
    with pytest.raises(ValidationError, match="Retirez cette référence"):
        send(issue)
    for part in (issue.title, "Second paragraphe.", "Un article", "Un résumé"):
        assert part in seen[0]
    assert not Campaign.objects.exists()


def test_the_cost_does_not_grow_with_the_readers(
    letter, issue, django_assert_num_queries
):
    """Laid out once; rows are written by thousands."""
    SubscriberFactory.create_batch(50, newsletter=letter)
    with django_assert_num_queries(16):
        send(issue)


def test_a_sent_issue_is_sent_whole(issue):
    """The database refuses a date without a campaign, and a slug without a date."""
    for change in ({"slug": "2027-01-x"}, {"sent_by": issue.created_by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Issue.objects.filter(pk=issue.pk).update(**change)


def test_a_proof_reader_gets_a_copy_of_their_own(author, issue):
    """To the author alone, marked, without a subscriber's link; nothing is sent yet."""
    first = services.send_test(issue=issue, by=author)
    assert services.send_test(issue=issue, by=author) == first
    assert first.recipient == author.email
    assert first.campaign.subject.startswith("[Essai] ")
    assert "/lettres/" in first.campaign.text
    assert "[[" not in first.campaign.text + first.campaign.html
    issue.refresh_from_db()
    assert not issue.is_sent

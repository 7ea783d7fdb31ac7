"""« Envoyer »: one page says what will happen, the button does it once."""

import uuid

import pytest
from django.urls import reverse

from spip_portal.outbox.models import Campaign, Message
from tests.accounts.factories import client_of
from tests.newsletters.factories import IssueFactory, SubscriberFactory

pytestmark = pytest.mark.django_db


def url(issue, page="issue_send") -> str:
    return reverse(f"newsletters:{page}", args=[issue.uuid])


@pytest.fixture
def issue(letter, author, guards):
    return IssueFactory(newsletter=letter, created_by=author)


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_the_page_says_to_how_many(letter, author, issue):
    """The button repeats it; opening the page sends nothing."""
    SubscriberFactory.create_batch(3, newsletter=letter)
    page = client_of(author).get(url(issue)).content.decode()
    assert "partira à 3 abonnés" in page
    assert "Envoyer à 3 abonnés</button>" in page
    assert not Campaign.objects.exists()


def test_one_reader_is_not_several(letter, author, issue):
    """Singular where it is one."""
    SubscriberFactory(newsletter=letter)
    page = client_of(author).get(url(issue)).content.decode()
    assert "Envoyer à 1 abonné</button>" in page


def test_the_button_sends_and_leads_to_the_progress(letter, author, issue):
    """Rows are there, the archive too."""
    SubscriberFactory.create_batch(3, newsletter=letter)
    client = client_of(author)
    response = client.post(url(issue), {"version": issue.version}, follow=True)
    assert response.redirect_chain == [(url(issue, "issue_progress"), 302)]
    assert Message.objects.count() == 3
    issue.refresh_from_db()
    assert client.get(issue.get_absolute_url()).status_code == 200


def test_a_second_click_says_that_it_has_left(letter, author, issue):
    """SECURITY 30: two requests, three rows."""
    SubscriberFactory.create_batch(3, newsletter=letter)
    client = client_of(author)
    client.post(url(issue), {"version": issue.version})
    response = client.post(url(issue), {"version": issue.version}, follow=True)
    assert "rien n’a été envoyé une seconde fois" in messages_of(response)[-1]
    assert response.redirect_chain == [(url(issue, "issue_progress"), 302)]
    assert Message.objects.count() == 3
    assert Campaign.objects.count() == 1


def test_the_page_of_a_sent_issue_leads_to_its_progress(letter, author):
    """Nothing to confirm any more."""
    sent = IssueFactory(newsletter=letter, created_by=author, sent=True)
    response = client_of(author).get(url(sent))
    assert response.url == url(sent, "issue_progress")


def test_without_readers_it_does_not_leave(author, issue):
    """Said on top, with no button; posting all the same sends nothing."""
    client = client_of(author)
    page = client.get(url(issue)).content.decode()
    assert "encore personne à qui être envoyée" in page
    assert '<button type="submit" class="fr-btn">' not in page
    response = client.post(url(issue), {"version": issue.version})
    assert "personne à qui" in response.context["form"].non_field_errors()[0]
    assert not Campaign.objects.exists()


def test_a_guarded_text_does_not_leave(letter, author, issue, guards):
    """The sentence of the app that refuses is shown."""
    SubscriberFactory(newsletter=letter)
    guards.append(lambda _text: ["Retirez cette référence."])
    client = client_of(author)
    assert "Retirez cette référence." in client.get(url(issue)).content.decode()
    response = client.post(url(issue), {"version": issue.version})
    assert response.context["form"].non_field_errors() == ["Retirez cette référence."]
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("version", ["", "0", "x", "2"])
def test_what_leaves_is_what_was_read(letter, author, issue, version):
    """A version that is not the one shown, or none: told, nothing leaves."""
    SubscriberFactory(newsletter=letter)
    response = client_of(author).post(url(issue), {"version": version})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Campaign.objects.exists()


def test_others_neither_send_nor_watch(letter, outsiders, issue):
    """SECURITY 2: the same 404 as for an id that does not exist."""
    SubscriberFactory(newsletter=letter)
    sent = IssueFactory(newsletter=letter, sent=True)
    count = Campaign.objects.count()
    for name, user in outsiders.items():
        client = client_of(user)
        posted = client.post(url(issue), {"version": issue.version})
        unknown = client.post(reverse("newsletters:issue_send", args=[uuid.uuid4()]))
        assert posted.status_code == unknown.status_code == 404, name
        assert posted.content == unknown.content, name
        for page in ("issue_progress", "issue_progress_bar"):
            assert client.get(url(sent, page)).status_code == 404, (name, page)
    assert Campaign.objects.count() == count


def test_a_draft_has_no_progress(author, issue):
    """There is nothing to watch yet."""
    for page in ("issue_progress", "issue_progress_bar"):
        assert client_of(author).get(url(issue, page)).status_code == 404


def test_visitors_are_sent_to_the_sign_in_page(client, letter):
    """Failures are addresses: they are not public."""
    sent = IssueFactory(newsletter=letter, sent=True)
    for page in ("issue_progress", "issue_progress_bar"):
        assert client.get(url(sent, page)).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("item_count", [1, 3])
def test_the_page_costs_the_same_whatever_the_readers(
    letter, author, issue, item_count, django_assert_num_queries
):
    """A fixed number of queries."""
    SubscriberFactory.create_batch(item_count, newsletter=letter)
    client = client_of(author)
    with django_assert_num_queries(10):
        client.get(url(issue))

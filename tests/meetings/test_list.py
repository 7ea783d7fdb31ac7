"""The list of meetings, and the list of invitees on a meeting's page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.views import lists
from tests.accounts.factories import UserFactory, client_of
from tests.meetings.factories import DAY, InvitationFactory, MeetingFactory

LIST = "/reunions/"
pytestmark = pytest.mark.django_db


def titles(response):
    return [meeting.title for meeting in response.context["page"]]


def test_the_nearest_to_come_is_first_and_the_past_below(browser, spip):
    """Two tables; the last one held is the first of the past."""
    now = timezone.now()
    for title, days in [("Dans un an", 365), ("Demain", 1), ("An passé", -365)]:
        MeetingFactory(
            spip=spip, convened=True, title=title, starts_at=now + days * DAY
        )
    MeetingFactory(spip=spip, past=True, title="Mois passé")
    response = browser.get(LIST)
    assert titles(response) == ["Demain", "Dans un an", "Mois passé", "An passé"]
    assert response.text.index("Réunions à venir") < response.text.index("passées</c")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=budget", {"Budget"}),
        ("q=préfecture", {"Bilan"}),
        ("when=past", {"Ancienne"}),
        ("when=coming", {"Budget", "Bilan"}),
        ("state=draft", {"Budget"}),
        ("when=n-importe-quoi&page=zéro", {"Budget", "Bilan", "Ancienne"}),
    ],
)
def test_filters_stand_in_the_address(browser, spip, query, expected):
    """One that means nothing filters nothing."""
    MeetingFactory(spip=spip, title="Budget")
    MeetingFactory(spip=spip, convened=True, title="Bilan", place="Préfecture")
    MeetingFactory(spip=spip, past=True, title="Ancienne")
    assert set(titles(browser.get(f"{LIST}?{query}"))) == expected


def test_an_empty_list_says_what_to_do_next(browser):
    """For the coordination: organise one. With a filter: see all."""
    assert "La première peut être la plénière" in browser.get(LIST).text
    page = browser.get(f"{LIST}?q=rien").text
    assert "Aucune réunion ne correspond" in page
    assert "Voir toutes les réunions" in page
    partner = client_of(UserFactory()).get(LIST).text
    assert "Aucune réunion ne vous concerne" in partner
    assert "Organiser" not in partner


def test_a_participant_reads_their_own_answer(spip):
    """Not the counts, nor the filter on states."""
    user = UserFactory()
    meeting = MeetingFactory(spip=spip, convened=True)
    InvitationFactory(meeting=meeting, email=user.email, accepted=True)
    InvitationFactory.create_batch(2, meeting=meeting)
    response = client_of(user).get(LIST)
    assert "participe" in response.text
    assert "sur 3" not in response.text
    assert "state" not in response.context["form"].fields


def test_the_coordination_reads_the_counts(browser, spip):
    """Those who come over those invited."""
    meeting = MeetingFactory(spip=spip, convened=True)
    InvitationFactory(meeting=meeting, accepted=True)
    InvitationFactory.create_batch(2, meeting=meeting)
    assert "1 oui sur 3" in browser.get(LIST).text


def test_the_counts_of_another_service_stay_there(browser, jeanne):
    """Invited by a neighbour, the coordination reads its own answer."""
    meeting = MeetingFactory(convened=True)
    InvitationFactory(meeting=meeting, email=jeanne.email, accepted=True)
    InvitationFactory.create_batch(2, meeting=meeting)
    page = browser.get(LIST).text
    assert meeting.title in page
    assert "oui sur" not in page
    assert "participe" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    browser, spip, count, django_assert_num_queries
):
    """The user, the posting, the other postings, the count, the rows; the rest opens
    and closes the transaction."""
    for meeting in MeetingFactory.create_batch(count, spip=spip, convened=True):
        InvitationFactory.create_batch(count, meeting=meeting)
    browser.get(LIST)
    with django_assert_num_queries(8):
        assert len(titles(browser.get(LIST))) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_meeting_costs_the_same_for_one_and_for_three(
    browser, spip, count, django_assert_num_queries
):
    """No query an invitee."""
    meeting = MeetingFactory(spip=spip, convened=True)
    InvitationFactory.create_batch(count, meeting=meeting)
    url = reverse("meetings:meeting_detail", args=[meeting.uuid])
    browser.get(url)
    with django_assert_num_queries(15):
        assert len(browser.get(url).context["page"]) == count


def test_invitees_are_searched_filtered_and_paged(browser, spip, monkeypatch):
    """By name, address or answer."""
    monkeypatch.setattr(lists, "INVITEES_PAGE_SIZE", 2)
    meeting = MeetingFactory(spip=spip, convened=True)
    InvitationFactory(meeting=meeting, name="Léa Martin", accepted=True)
    InvitationFactory.create_batch(2, meeting=meeting)
    url = reverse("meetings:meeting_detail", args=[meeting.uuid])
    page = browser.get(url).context["page"]
    assert (len(page), page.paginator.count) == (2, 3)
    for query, count in [("q=martin", 1), ("answer=none", 2), ("answer=yes&q=x@", 0)]:
        response = browser.get(f"{url}?{query}")
        assert response.context["page"].paginator.count == count
    assert "Personne ne correspond à ces filtres." in response.text

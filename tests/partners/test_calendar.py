"""The calendar: each sees their dates, in the portal and in their own application."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from partners.services.forums import save_forum
from partners.services.sessions import cancel_session
from spip_portal.pages.models import CalendarFeed
from spip_portal.pages.services import renew_feed
from tests.accounts.factories import client_of
from tests.meetings.factories import InvitationFactory, MeetingFactory
from tests.partners.closed import assert_closed
from tests.partners.factories import (
    ActionSessionFactory,
    CollectiveActionFactory,
    ForumFactory,
)

SETTINGS = "/calendrier/abonnement/"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def at(month: int, day: int, hour: int = 9):
    return datetime(2027, month, day, hour, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def action(spip):
    """In January 2027, with a session on each side of the month."""
    action = CollectiveActionFactory(spip=spip, title="Boxe")
    for month, day in ((1, 1), (1, 31), (2, 1)):
        ActionSessionFactory(action=action, starts_at=at(month, day))
    return action


@pytest.fixture
def meeting(spip, organisation):
    meeting = MeetingFactory(
        spip=spip,
        convened=True,
        title="Plénière",
        starts_at=at(1, 14),
        ends_at=at(1, 14, 12),
    )
    InvitationFactory(meeting=meeting, organisation=organisation)
    return meeting


def shown(user, query: str = "?mois=2027-01") -> list[str]:
    context = client_of(user).get(f"/calendrier/{query}").context
    return [event.title for event in context["events"]]


def entries(content: bytes) -> list:
    return list(Calendar.from_ical(content).walk("VEVENT"))


# -- The page ------------------------------------------------------------------------


def test_a_month_holds_the_actions_and_meetings_one_may_see(
    action, meeting, referent, outsider, cpip
):
    assert shown(referent) == ["Boxe", "Plénière", "Boxe"]
    assert shown(cpip) == ["Boxe", "Plénière", "Boxe"]
    assert shown(outsider) == ["Boxe", "Boxe"]
    assert shown(None) == []
    assert shown(referent, "?mois=2027-02") == ["Boxe"]


def test_drafts_have_no_date_that_counts(spip, coordinator):
    draft = CollectiveActionFactory(spip=spip, draft=True)
    ActionSessionFactory(action=draft, starts_at=at(1, 14))
    MeetingFactory(spip=spip, starts_at=at(1, 14), ends_at=at(1, 14, 12))
    assert shown(coordinator) == []


def test_links_lead_to_the_months_on_both_sides(action, referent):
    page = client_of(referent).get("/calendrier/?mois=2027-01&vue=liste")
    text = page.content.decode()
    assert 'href="?mois=2026-12&amp;vue=liste"' in text
    assert 'href="?mois=2027-02&amp;vue=liste"' in text
    assert "vendredi 1er\N{NO-BREAK SPACE}janvier 2027" in text


@pytest.mark.parametrize("bad", ["", "?mois=", "?mois=2027-13", "?mois=x", "?mois=0"])
def test_an_address_without_a_month_shows_this_one(db, bad):
    context = client_of(None).get(f"/calendrier/{bad}").context
    assert context["first"] == timezone.localdate().replace(day=1)


def test_what_is_cancelled_is_shown_as_such(spip, referent):
    action = CollectiveActionFactory(spip=spip, cancelled=True)
    ActionSessionFactory(action=action, starts_at=at(1, 14))
    page = client_of(referent).get("/calendrier/?mois=2027-01").content.decode()
    assert "annulé" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_costs_the_same_for_any_number(
    count, spip, referent, django_assert_num_queries
):
    action = CollectiveActionFactory(spip=spip)
    for day in range(1, count + 1):
        ActionSessionFactory(action=action, starts_at=at(1, day))
    reader = client_of(referent)
    with django_assert_num_queries(9):
        response = reader.get("/calendrier/?mois=2027-01")
    assert len(response.context["events"]) == count


# -- Events of several days ----------------------------------------------------------


def by_day(user, query: str = "?mois=2027-01") -> dict[int, list]:
    """What each day of the grid holds; the list must hold the same."""
    browser = client_of(user)
    weeks = browser.get(f"/calendrier/{query}").context["weeks"]
    grid = {
        day.day: [(when, event.title) for when, event in held]
        for week in weeks
        for day, held in week
        if held
    }
    listed = browser.get(f"/calendrier/{query}&vue=liste").context["days"]
    assert grid == {
        day.day: [(when, event.title) for when, event in held] for day, held in listed
    }
    return grid


def test_an_event_is_on_each_of_its_days(spip, referent):
    action = CollectiveActionFactory(spip=spip, title="Stage")
    ActionSessionFactory(action=action, starts_at=at(1, 14, 9), ends_at=at(1, 16, 17))
    assert by_day(referent) == {
        14: [("9\N{NO-BREAK SPACE}h", "Stage")],
        15: [("suite", "Stage")],
        16: [("jusqu’à 17\N{NO-BREAK SPACE}h", "Stage")],
    }


def test_what_ends_at_midnight_has_nothing_of_the_next_day(spip, referent):
    action = CollectiveActionFactory(spip=spip)
    ActionSessionFactory(action=action, starts_at=at(1, 14, 20), ends_at=at(1, 15, 0))
    assert list(by_day(referent)) == [14]


def test_an_event_across_two_months_is_in_both(spip, referent):
    ForumFactory(spip=spip, starts_on=date(2027, 1, 30), ends_on=date(2027, 2, 2))
    assert list(by_day(referent)) == [30, 31]
    assert list(by_day(referent, "?mois=2027-02")) == [1, 2]
    assert by_day(referent, "?mois=2027-03") == by_day(referent, "?mois=2026-12") == {}


# -- Forums --------------------------------------------------------------------------


@pytest.fixture
def forum(spip):
    first, last = date(2027, 3, 27), date(2027, 3, 28)  # the second has 23 hours
    return ForumFactory(spip=spip, title="Métiers", starts_on=first, ends_on=last)


def test_a_forum_lasts_whole_days_for_whoever_may_see_it(
    forum, referent, outsider, cpip
):
    for reader in (referent, outsider, cpip):
        assert by_day(reader, "?mois=2027-03") == {
            27: [("toute la journée", "Métiers")],
            28: [("toute la journée", "Métiers")],
        }
    assert by_day(None, "?mois=2027-03") == {}
    type(forum).objects.update(audience="parties")
    assert by_day(referent, "?mois=2027-03") == {}


def test_the_feed_holds_forums_as_whole_days(spip, referent, coordinator):
    forum = ForumFactory(spip=spip, title="Métiers", place="Halle")
    (entry,) = entries(fetch(renew_feed(user=referent)).content)
    assert entry["DTSTART"].dt == forum.starts_on
    assert entry["DTEND"].dt == forum.ends_on + timedelta(days=1)
    assert (str(entry["SUMMARY"]), entry["SEQUENCE"]) == ("Métiers", 0)
    save_forum(forum=forum, by=coordinator, agents=[], organisations=[], place="Gare")
    (moved,) = entries(fetch(renew_feed(user=referent)).content)
    assert moved["UID"] == entry["UID"]
    assert (str(moved["LOCATION"]), moved["SEQUENCE"]) == ("Gare", 1)


# -- One action ----------------------------------------------------------------------


def test_an_action_gives_its_sessions_as_a_file(action, referent, coordinator):
    url = f"/actions/{action.uuid}/agenda.ics"
    response = client_of(referent).get(url)
    assert response["Content-Type"].startswith("text/calendar")
    found = entries(response.content)
    assert [entry["DTSTART"].dt for entry in found] == [at(1, 1), at(1, 31), at(2, 1)]
    assert {str(entry["STATUS"]) for entry in found} == {"CONFIRMED"}
    assert len({str(entry["UID"]) for entry in found}) == 3
    first = action.sessions.first()
    cancel_session(session=first, by=coordinator)
    after = entries(client_of(referent).get(url).content)[0]
    assert after["UID"] == found[0]["UID"]
    assert (str(after["STATUS"]), after["SEQUENCE"]) == ("CANCELLED", 1)
    assert client_of(None).get(url).status_code == 404
    assert client_of(None).get(url.replace(str(action.uuid), UNKNOWN)).status_code == (
        404
    )


# -- The subscription ----------------------------------------------------------------


@pytest.fixture
def week(spip):
    """A session next week."""
    return CollectiveActionFactory(spip=spip, title="Boxe", session=True)


def fetch(token: str):
    return client_of(None).get(f"/calendrier/{token}.ics")


def test_the_address_is_shown_once_and_its_hash_alone_is_kept(week, referent):
    browser = client_of(referent)
    assert "Aucun abonnement" in browser.get(SETTINGS).content.decode()
    address = browser.post(f"{SETTINGS}renouveler/").context["address"]
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert len(token) >= 43
    feed = CalendarFeed.objects.get()
    assert token not in (feed.token_hash, browser.get(SETTINGS).content.decode())
    assert token not in browser.get(SETTINGS).content.decode()
    response = fetch(token)
    assert [str(entry["SUMMARY"]) for entry in entries(response.content)] == ["Boxe"]
    assert response["Cache-Control"] == "no-store"


def test_the_feed_holds_what_one_may_see_now(week, referent):
    token = renew_feed(user=referent)
    assert len(entries(fetch(token).content)) == 1
    referent.memberships.update(ended_at=timezone.now())
    assert entries(fetch(token).content) == []


def test_the_feed_of_another_holds_their_dates_only(week, referent, outsider):
    type(week).objects.update(audience="parties")
    week.contributors.add(outsider.memberships.get().organisation)
    assert entries(fetch(renew_feed(user=referent)).content) == []
    assert len(entries(fetch(renew_feed(user=outsider)).content)) == 1


def test_renewing_closes_the_address_before(week, referent):
    first = renew_feed(user=referent)
    second = renew_feed(user=referent)
    assert fetch(first).status_code == 404
    assert fetch(second).status_code == 200


def test_revoking_closes_the_address(week, referent):
    token = renew_feed(user=referent)
    client_of(referent).post(f"{SETTINGS}supprimer/")
    assert fetch(token).status_code == 404


def test_a_deactivated_user_has_no_feed(week, referent):
    token = renew_feed(user=referent)
    type(referent).objects.update(is_active=False)
    assert fetch(token).status_code == fetch("personne").status_code == 404


def test_old_dates_leave_the_feed(spip, referent):
    action = CollectiveActionFactory(spip=spip)
    ActionSessionFactory(action=action, starts_at=timezone.now() - timedelta(days=100))
    assert entries(fetch(renew_feed(user=referent)).content) == []


def test_the_subscription_is_ones_own(db):
    assert_closed(SETTINGS, methods=("get",))
    assert_closed(f"{SETTINGS}renouveler/", methods=("post",))
    assert_closed(f"{SETTINGS}supprimer/", methods=("post",))

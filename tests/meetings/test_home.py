"""What the first page says of meetings."""

import pytest

from tests.accounts.factories import UserFactory, client_of
from tests.meetings.factories import DAY, InvitationFactory, MeetingFactory

pytestmark = pytest.mark.django_db


def blocks(client):
    """The blocks of this app, by title."""
    found = client.get("/").context["blocks"]
    return {
        block.title: block for block in found if block.template.startswith("meetings/")
    }


def test_the_coordination_sees_the_next_meeting_with_its_answers(browser, spip):
    """Cancelled and past ones aside."""
    MeetingFactory(spip=spip, past=True)
    MeetingFactory(spip=spip, cancelled=True)
    meeting = MeetingFactory(spip=spip, convened=True, title="La prochaine")
    InvitationFactory(meeting=meeting, accepted=True)
    page = browser.get("/").text
    assert "La prochaine" in page
    assert "1 personne invitée\xa0: 1 participe." in page


def test_silence_is_said_in_words(browser, spip):
    """Of one person, then of all."""
    meeting = MeetingFactory(spip=spip, convened=True)
    InvitationFactory(meeting=meeting)
    page = browser.get("/").text
    assert "1 personne invitée\xa0: 1 n’a pas encore répondu." in page
    InvitationFactory(meeting=meeting)
    page = browser.get("/").text
    assert "2 personnes invitées\xa0: aucune n’a encore répondu." in page


def test_the_coordination_without_a_meeting_is_led_to_the_form(browser):
    """The next thing to do."""
    assert "/reunions/nouvelle/" in browser.get("/").text


def test_an_invitee_sees_what_waits_for_an_answer(spip):
    """Until it is given, or too late."""
    user = UserFactory()
    client = client_of(user)
    for fields in ({"past": True}, {"cancelled": True}):
        InvitationFactory(meeting=MeetingFactory(**fields), email=user.email)
    assert blocks(client) == {}
    meeting = MeetingFactory(convened=True, title="À répondre")
    invitation = InvitationFactory(meeting=meeting, email=user.email)
    assert blocks(client).keys() == {"Réunions auxquelles répondre"}
    assert "À répondre" in client.get("/").text
    meeting.reply_by = meeting.convened_at.date() - DAY
    meeting.save()
    assert blocks(client) == {}
    invitation.delete()


def test_a_visitor_sees_none_of_it(client):
    """Nor does it cost an error."""
    assert blocks(client_of(None)) == {}

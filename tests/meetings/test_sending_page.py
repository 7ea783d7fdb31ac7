"""How far the mails are, from the letters to the last address."""

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings import services
from meetings.progress import sending_of
from spip_portal.outbox.models import Campaign, Message
from tests.meetings.factories import InvitationFactory, MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(spip):
    meeting = MeetingFactory(spip=spip, convened=True)
    InvitationFactory.create_batch(3, meeting=meeting)
    return meeting


@pytest.fixture
def url(meeting):
    return reverse("meetings:sending", args=[meeting.uuid])


def deliver(count, **changes):
    """As the outbox would."""
    changes = changes or {"state": "sent", "sent_at": timezone.now()}
    rows = Message.objects.filter(state="due").values("pk")[:count]
    Message.objects.filter(pk__in=rows).update(**changes)


def test_letters_and_mails_count_as_much(browser, meeting, url):
    """The bar moves from the first letter on, and the sentence gives the numbers."""
    assert sending_of(meeting).percent == 0
    services.prepare_invitations()
    assert sending_of(meeting).percent == 50
    deliver(2)
    page = browser.get(url).text
    assert "Messages préparés : 3 sur 3 ; envoyés : 2." in page
    assert f'data-progress-url="{url}"' in page
    deliver(1)
    page = browser.get(url).text
    assert "Terminé." in page
    assert "data-progress-url" not in page


def test_the_script_gets_the_bar_alone(browser, url):
    """What portal.js asks for every two seconds."""
    page = browser.get(url, headers={"X-Requested-With": "XMLHttpRequest"}).text
    assert "portal-progress" in page
    assert "<html" not in page


def test_a_refused_address_is_named(browser, meeting, url):
    """And counts as over."""
    services.prepare_invitations()
    deliver(1, state="failed", last_error="550 inconnue")
    deliver(2)
    page = browser.get(url).text
    assert "1 adresse a refusé le message" in page
    assert Message.objects.get(state="failed").recipient in page
    assert sending_of(meeting).is_finished


def test_a_pause_is_said(browser, url):
    """The server's trouble, not the invitees'."""
    services.prepare_invitations()
    campaign = Campaign.objects.get()
    campaign.pause(reason="Connexion refusée", now=timezone.now())
    campaign.save()
    assert "L’envoi est suspendu" in browser.get(url).text


def test_a_reminder_is_not_counted(jeanne, meeting):
    """It has no letter."""
    services.prepare_invitations()
    deliver(3)
    services.remind_invitees(meeting=meeting, by=jeanne)
    assert sending_of(meeting).is_finished


def test_after_a_change_the_page_starts_anew(meeting):
    """For the mails of the last change only."""
    services.prepare_invitations()
    deliver(3)
    meeting.sequence = 1
    meeting.save()
    assert (sending_of(meeting).prepared, sending_of(meeting).sent) == (0, 0)


def test_a_draft_has_no_sending_page(browser, spip):
    """It leads back to the meeting."""
    draft = MeetingFactory(spip=spip)
    response = browser.get(reverse("meetings:sending", args=[draft.uuid]))
    assert response.url == reverse("meetings:meeting_detail", args=[draft.uuid])

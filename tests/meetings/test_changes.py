"""After the convocation: changing, cancelling, reminding, and who is told."""

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from meetings import services
from meetings.enums import Answer, MeetingState
from spip_portal.outbox.models import Campaign, Message
from tests.meetings.factories import (
    DAY,
    InvitationFactory,
    MeetingFactory,
    form_data,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(spip):
    """Convened for the day and hours of `form_data`, with one answer."""
    meeting = MeetingFactory(
        spip=spip,
        convened=True,
        title="Plénière annuelle",
        address="1 place de l’Exemple, 55000 Fictive-sur-Meuse",
        **{
            name: (timezone.localtime() + 30 * DAY).replace(
                hour=hour, minute=minute, second=0, microsecond=0
            )
            for name, hour, minute in [("starts_at", 9, 30), ("ends_at", 12, 0)]
        },
    )
    InvitationFactory(meeting=meeting, accepted=True, email="oui@asso.example")
    InvitationFactory(meeting=meeting, told=True, email="silence@asso.example")
    return meeting


@pytest.fixture
def edit_url(meeting):
    return reverse("meetings:meeting_edit", args=[meeting.uuid])


@pytest.fixture
def cancel_url(meeting):
    return reverse("meetings:meeting_cancel", args=[meeting.uuid])


@pytest.fixture
def remind_url(meeting):
    return reverse("meetings:meeting_remind", args=[meeting.uuid])


def recipients():
    return sorted(Message.objects.values_list("recipient", flat=True))


def calendar_of(message):
    content = bytes(message.attachments.get(filename="reunion.ics").content)
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def test_a_change_nobody_needs_to_know_of_sends_nothing(browser, meeting, edit_url):
    """The agenda, the message: saved at once."""
    response = browser.post(edit_url, form_data(("Nouveau point", "", "30")))
    assert response.url == reverse("meetings:meeting_detail", args=[meeting.uuid])
    assert services.prepare_batch() == 0
    meeting.refresh_from_db()
    assert meeting.sequence == 0
    assert meeting.agenda.get().title == "Nouveau point"


def test_a_new_place_is_confirmed_first(browser, meeting, edit_url):
    """The page says to how many, and carries the typed text both ways."""
    data = form_data(place="Préfecture")
    response = browser.post(edit_url, data)
    assert "2 personnes invitées recevront chacune" in response.text
    assert "les réponses déjà reçues sont effacées" not in response.text
    meeting.refresh_from_db()
    assert meeting.place == "Salle du conseil"
    typed = dict(response.context["typed"])
    assert typed == data
    back = browser.post(edit_url, typed | {"back": "1"})
    assert back.context["editor"].form["place"].value() == "Préfecture"


def test_a_new_place_is_told_to_everyone(browser, meeting, edit_url):
    """Same calendar entry, next number; the answers stand."""
    data = form_data(place="Préfecture", confirmed="1")
    response = browser.post(edit_url, data)
    assert response.url == reverse("meetings:sending", args=[meeting.uuid])
    services.prepare_invitations()
    services.prepare_invitations()
    assert recipients() == ["oui@asso.example", "silence@asso.example"]
    message = Message.objects.get(recipient="oui@asso.example")
    assert message.attachments.filter(filename="convocation.pdf").exists()
    calendar, event = calendar_of(message)
    assert calendar["METHOD"] == "REQUEST"
    assert (event["SEQUENCE"], event["UID"]) == (1, f"{meeting.uuid}@spip.example")
    assert "Préfecture" in event["LOCATION"]
    assert meeting.invitations.filter(answer=Answer.YES).count() == 1


def test_a_new_date_asks_everyone_again(browser, meeting, edit_url):
    """An answer was given for the former date; the page says that it is dropped."""
    changes = {"day": (timezone.localdate() + 40 * DAY).isoformat()}
    page = browser.post(edit_url, form_data(**changes)).text
    assert "les réponses déjà reçues sont effacées" in page
    browser.post(edit_url, form_data(**changes, confirmed="1"))
    assert not meeting.invitations.exclude(answer=Answer.NONE).exists()


def test_the_same_change_sent_twice_tells_once(browser, meeting, edit_url):
    """The second click holds a version that is no longer the current one."""
    data = form_data(place="Préfecture", confirmed="1")
    browser.post(edit_url, data)
    browser.post(edit_url, data)
    services.prepare_invitations()
    assert len(recipients()) == 2
    meeting.refresh_from_db()
    assert meeting.sequence == 1


def test_cancelling_is_confirmed_then_told(browser, meeting, cancel_url):
    """METHOD:CANCEL removes the entry from calendars; a second click does nothing."""
    assert "2 personnes invitées recevront" in browser.get(cancel_url).text
    for _click in range(2):
        browser.post(cancel_url, {"reason": "Salle inondée"})
        services.prepare_invitations()
    assert recipients() == ["oui@asso.example", "silence@asso.example"]
    campaign = Campaign.objects.get()
    assert "annulée" in campaign.subject
    assert "Salle inondée" in campaign.text
    assert "[[link]]" not in campaign.text
    message = Message.objects.first()
    calendar, event = calendar_of(message)
    assert calendar["METHOD"] == "CANCEL"
    assert (event["SEQUENCE"], event["STATUS"]) == (1, "CANCELLED")
    assert message.attachments.count() == 1
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED


def test_whoever_was_not_told_yet_is_told_of_no_cancellation(
    jeanne, meeting, cancel_url
):
    """Nothing to call off for them."""
    InvitationFactory(meeting=meeting, email="jamais@asso.example")
    services.cancel_meeting(meeting=meeting, by=jeanne, reason="")
    services.prepare_invitations()
    assert recipients() == ["oui@asso.example", "silence@asso.example"]


def test_a_reason_keeps_its_brackets_out(browser, meeting, cancel_url):
    """They would be filled in."""
    response = browser.post(cancel_url, {"reason": "voir [[link]]"})
    assert "reason" in response.context["form"].errors
    assert recipients() == []


def test_what_has_begun_is_not_cancelled(browser, spip):
    """Neither by the page nor by the service."""
    meeting = MeetingFactory(spip=spip, past=True)
    browser.post(reverse("meetings:meeting_cancel", args=[meeting.uuid]))
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CONVENED


def test_only_the_silent_are_reminded(browser, meeting, remind_url):
    """Once a day, however often one clicks; a GET sends nothing."""
    InvitationFactory(meeting=meeting, email="pas-encore@asso.example")
    assert "1 personne qui n’a pas répondu" in browser.get(remind_url).text
    assert recipients() == []
    for _click in range(2):
        browser.post(remind_url)
    assert recipients() == ["silence@asso.example"]
    assert "votre réponse est attendue" in Campaign.objects.get().subject
    page = browser.get(reverse("meetings:meeting_detail", args=[meeting.uuid])).text
    assert "Dernière relance" in page
    assert "Relancer" not in page


def test_reminding_twice_the_same_day_adds_no_mail(jeanne, meeting):
    """Even if two coordinators press at once."""
    assert services.remind_invitees(meeting=meeting, by=jeanne) == 1
    assert services.remind_invitees(meeting=meeting, by=jeanne) == 0
    meeting.reminded_at = None
    meeting.save()
    services.remind_invitees(meeting=meeting, by=jeanne)
    assert recipients() == ["silence@asso.example"]


def test_nobody_is_reminded_once_it_is_too_late(jeanne, meeting):
    """They could not answer any more."""
    meeting.reply_by = timezone.localdate() - DAY
    meeting.save()
    assert services.remind_invitees(meeting=meeting, by=jeanne) == 0

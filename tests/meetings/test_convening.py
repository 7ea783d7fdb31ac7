"""From the button to the outbox: one mail a person, with a letter and a calendar."""

import subprocess
from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse
from icalendar import Calendar

from meetings import services, tasks
from meetings.enums import MeetingState
from meetings.links import reply_url
from meetings.models import Invitation, Meeting
from spip_portal.outbox.content import fill
from spip_portal.outbox.models import Campaign, CampaignAttachment, Message
from tests.meetings.factories import (
    AgendaItemFactory,
    InvitationFactory,
    MeetingFactory,
)
from tests.partners.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(spip):
    return MeetingFactory(spip=spip, title="Plénière du réseau")


@pytest.fixture
def url(meeting):
    return reverse("meetings:meeting_convene", args=[meeting.uuid])


def recipients():
    return sorted(Message.objects.values_list("recipient", flat=True))


def test_the_page_says_to_how_many_and_the_button_repeats_the_verb(
    browser, meeting, url
):
    """A GET sends nothing."""
    InvitationFactory.create_batch(2, meeting=meeting)
    page = browser.get(url).text
    assert "2 personnes recevront chacune un message" in page
    assert "Envoyer 2 convocations" in page
    meeting.refresh_from_db()
    assert meeting.is_draft


def test_without_invitee_the_page_leads_to_the_list(browser, meeting, url):
    """Nothing can be sent to nobody."""
    response = browser.post(url)
    assert response.url == reverse("meetings:invitees", args=[meeting.uuid])


def test_convening_wakes_the_worker_once_committed(
    browser, meeting, url, django_capture_on_commit_callbacks, monkeypatch
):
    """The page itself makes no letter: 300 would not fit in a request."""
    InvitationFactory(meeting=meeting)
    rung = []
    monkeypatch.setattr("spip_portal.security.tasks._ring_now", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        response = browser.post(url)
    assert response.url == reverse("meetings:sending", args=[meeting.uuid])
    assert rung == ["meetings.prepare_invitations"]
    assert recipients() == []


def test_each_invitee_gets_one_mail(browser, meeting, url):
    """A second click, a second run of the task: nothing more."""
    invitees = InvitationFactory.create_batch(2, meeting=meeting)
    for _click in range(2):
        browser.post(url)
        services.prepare_invitations()
    assert recipients() == sorted(each.email for each in invitees)
    campaign = Campaign.objects.get()
    assert campaign.key.startswith(f"meeting:{meeting.uuid}:0:")
    assert set(meeting.invitations.values_list("told_sequence", flat=True)) == {0}


def test_a_task_killed_halfway_misses_nobody(jeanne, meeting, monkeypatch):
    """The rows of a batch are marked in the transaction that queues their mails."""
    InvitationFactory.create_batch(5, meeting=meeting)
    services.convene_meeting(meeting=meeting, by=jeanne)
    monkeypatch.setattr(services, "BATCH", 2)
    assert services.prepare_batch() == 2
    made = services.emails.attachments
    monkeypatch.setattr(services.emails, "attachments", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.prepare_batch()
    monkeypatch.setattr(services.emails, "attachments", made)
    assert (Message.objects.count(), Invitation.objects.told().count()) == (2, 2)
    assert services.prepare_invitations() is False
    assert (Message.objects.count(), Invitation.objects.told().count()) == (5, 5)


def test_a_round_stops_in_time_and_asks_for_another(jeanne, meeting, monkeypatch):
    """So that a worker's other tasks have a turn."""
    InvitationFactory.create_batch(2, meeting=meeting)
    services.convene_meeting(meeting=meeting, by=jeanne)
    monkeypatch.setattr(services, "BATCH", 1)
    assert services.prepare_invitations(seconds=0) is True
    rung = []
    monkeypatch.setattr(tasks, "ring", rung.append)
    monkeypatch.setattr(services, "ROUND_SECONDS", 0)
    tasks.prepare_invitations()
    tasks.prepare_invitations()
    assert Message.objects.count() == 2
    assert rung in ([], ["meetings.prepare_invitations"])


def test_drafts_are_left_alone(meeting):
    """Their invitees are told nothing."""
    InvitationFactory(meeting=meeting)
    assert services.prepare_batch() == 0
    assert recipients() == []


def test_the_mail_says_all_and_carries_both_files(jeanne, meeting):
    """Readable as plain text; the link is personal."""
    AgendaItemFactory(meeting=meeting, title="Accès aux droits")
    invitation = InvitationFactory(meeting=meeting, name="Léa <Martin>")
    services.convene_meeting(meeting=meeting, by=jeanne)
    services.prepare_invitations()
    campaign, message = Campaign.objects.get(), Message.objects.get()
    text = fill(campaign.text, message.merge)
    html = fill(campaign.html, message.merge, is_html=True)
    assert campaign.subject.startswith("Plénière du réseau, le ")
    assert "Bonjour Léa <Martin>," in text
    assert "Bonjour Léa &lt;Martin&gt;," in html
    for body in (text, html):
        assert reply_url(invitation) in body
        assert "Accès aux droits" in body
        assert "Salle du conseil" in body
    assert campaign.headers == {"Reply-To": "spip@justice.example"}
    files = message.attachments.values_list("filename", "content_type")
    assert list(files) == [
        ("convocation.pdf", "application/pdf"),
        ("reunion.ics", "text/calendar; method=REQUEST; charset=utf-8"),
    ]


def test_the_letter_is_one_tagged_page_with_the_facts(jeanne, meeting, tmp_path):
    """PDF/UA, in French, addressed to the person and the structure."""
    meeting.message = "Un café vous attend."
    meeting.save()
    for title in ("Bilan", "Conventions", "Accès aux droits", "Questions"):
        AgendaItemFactory(meeting=meeting, title=title)
    invitation = InvitationFactory(
        meeting=meeting, organisation=OrganisationFactory(name="Le Relais des Côtes")
    )
    services.convene_meeting(meeting=meeting, by=jeanne)
    services.prepare_invitations()
    content = bytes(CampaignAttachment.objects.get(filename="convocation.pdf").content)
    with pikepdf.open(BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.Root.Lang == "fr"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.docinfo["/Title"] == "Convocation – Plénière du réseau"
        links = {str(each.A.URI) for each in pdf.pages[0].Annots}
        assert links == {reply_url(invitation)}
    path = tmp_path / "letter.pdf"
    path.write_bytes(content)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    for said in (
        "RÉPUBLIQUE",
        meeting.spip.name,
        "Le Relais des Côtes",
        invitation.name,
        "Salle du conseil",
        "Un café vous attend.",
        "Accès aux droits",
        "la direction du service",
    ):
        assert said in text


def test_the_specimen_can_be_read_before_sending(browser, meeting):
    """The same letter, addressed to nobody."""
    response = browser.get(reverse("meetings:specimen", args=[meeting.uuid]))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="convocation.pdf"'
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert len(pdf.pages) == 1


def test_whoever_is_added_later_is_convened_alone(jeanne, meeting):
    """The others get nothing more."""
    InvitationFactory(meeting=meeting)
    services.convene_meeting(meeting=meeting, by=jeanne)
    services.prepare_invitations()
    invitee = services.Invitee("tard@asso.example")
    services.choose_invitees(meeting=meeting, by=jeanne, invitees=[invitee])
    services.prepare_invitations()
    assert Message.objects.count() == 2
    late = Message.objects.get(recipient="tard@asso.example")
    calendar = bytes(late.attachments.get(filename="reunion.ics").content)
    assert Calendar.from_ical(calendar)["METHOD"] == "REQUEST"


def test_convening_twice_changes_nothing(jeanne, meeting):
    """Neither the date of the first time nor the version an editor holds."""
    InvitationFactory(meeting=meeting)
    services.convene_meeting(meeting=meeting, by=jeanne)
    first = Meeting.objects.values().get()
    assert first["state"] == MeetingState.CONVENED
    assert first["convened_at"]
    services.convene_meeting(meeting=meeting, by=jeanne)
    assert Meeting.objects.values().get() == first

"""SECURITY 30: double clicks, two coordinators, two workers at the same moment."""

import pytest

from meetings import services
from meetings.models import Invitation
from spip_portal.outbox.models import CampaignAttachment, Message
from tests.accounts.factories import SpipFactory
from tests.meetings.factories import InvitationFactory, MeetingFactory, coordinator
from tests.outbox.test_concurrency import in_threads

pytestmark = pytest.mark.usefixtures("committed_database")


@pytest.fixture
def meeting():
    meeting = MeetingFactory(spip=SpipFactory())
    InvitationFactory.create_batch(6, meeting=meeting)
    return meeting


def mails_of(meeting):
    return Message.objects.filter(campaign__key__contains=str(meeting.uuid))


def test_two_coordinators_and_two_workers_send_one_mail_each(meeting, monkeypatch):
    """Each invitee gets one mail with its two files, and no letter is made twice."""
    monkeypatch.setattr(services, "BATCH", 2)
    made, attachments = [], services.emails.attachments
    monkeypatch.setattr(
        services.emails,
        "attachments",
        lambda invited: made.append(invited.pk) or attachments(invited),
    )
    both = [coordinator(meeting.spip), coordinator(meeting.spip)]
    in_threads(
        *(lambda by=by: services.convene_meeting(meeting=meeting, by=by) for by in both)
    )
    in_threads(services.prepare_invitations, services.prepare_invitations)
    assert not Invitation.objects.to_tell().exists()
    mails = mails_of(meeting)
    recipients = sorted(mails.values_list("recipient", flat=True))
    assert recipients == sorted(meeting.invitations.values_list("email", flat=True))
    assert CampaignAttachment.objects.filter(message__in=mails).count() == 12
    assert len(made) == 6


def test_two_reminders_at_once_are_one(meeting):
    """The second finds the day's reminder gone."""
    meeting = MeetingFactory(spip=meeting.spip, convened=True)
    InvitationFactory.create_batch(2, meeting=meeting, told=True)
    both = [coordinator(meeting.spip), coordinator(meeting.spip)]
    counts = []
    in_threads(
        *(
            lambda by=by: counts.append(
                services.remind_invitees(meeting=meeting, by=by)
            )
            for by in both
        )
    )
    assert sorted(counts) == [0, 2]
    assert mails_of(meeting).count() == 2

"""A plenary held and a plenary to come, with their answers. Those who are said to have
been invited long ago were told then; the last to be invited get their convocation."""

from datetime import timedelta

from meetings import emails, services
from meetings.enums import Answer, MeetingState, Purpose
from meetings.models import AgendaItem, Invitation, Meeting
from meetings.services import Invitee, Plan, referents_of
from spip_portal.accounts.models import User
from spip_portal.demo.loading import people, source
from spip_portal.outbox.models import Message
from spip_portal.outbox.services import queue_campaign

CONVENED_DAYS_BEFORE = 45
REPRESENTED_BY = "une personne de l’équipe"


def load() -> None:
    for row in source.read("meetings")["meeting"]:
        by = people.named(row["by"])
        if not Meeting.objects.managed_by(by).filter(title=row["title"]).exists():
            _load_meeting(by, row)


def _load_meeting(by: User, row: dict) -> None:
    meeting = services.create_meeting(by=by, plan=_plan(row))
    invitees = [
        Invitee(str(m.user.email), str(m.user), m.organisation)
        for m in referents_of(by.spip)
    ]
    services.choose_invitees(meeting=meeting, by=by, invitees=invitees)
    # Row by row: the service refuses to convene a meeting of the past.
    meeting.state = MeetingState.CONVENED
    meeting.version += 1
    meeting.convened_at = min(
        meeting.starts_at - timedelta(days=CONVENED_DAYS_BEFORE), source.moment(-6)
    )
    meeting.save(update_fields=["state", "version", "convened_at"])
    _mark_told(meeting)
    _answer(meeting, row["answers"])
    if "invited_last" in row:
        late = [Invitee(email) for email in row["invited_last"]]
        services.choose_invitees(meeting=meeting, by=by, invitees=late)


def _plan(row: dict) -> Plan:
    days = row.get("days", 0)
    if "months" in row:
        days = (source.month_start(row["months"]) - source.day(0)).days + 13
    starts_at = source.moment(days, row["hour"])
    return Plan(
        title=row["title"],
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=row["hours"]),
        place=row["place"],
        address=row["address"],
        message=row["message"],
        reply_by=source.moment(days - row["reply_days_before"]).date(),
        agenda=[AgendaItem(**item) for item in row["agenda"]],
    )


def _mark_told(meeting: Meeting) -> None:
    """Everybody was written to on that day; the letters of then are not made again."""
    invited = list(meeting.invitations.select_related("meeting", "organisation"))
    purpose = Purpose.INVITATION
    campaign = queue_campaign(
        key=f"{services.campaign_prefix(meeting)}{meeting.version}:{purpose}",
        kind=services.CAMPAIGN_KIND,
        label=f"{purpose.label.capitalize()}{source.NBSP}: {meeting.title}",
        created_by=meeting.created_by,
        content=emails.invitation(meeting),
        recipients=[emails.recipient(each, []) for each in invited],
    )
    campaign.messages.update(
        state=Message.State.SENT,
        attempts=1,
        due_at=meeting.convened_at,
        sent_at=meeting.convened_at + timedelta(minutes=2),
    )
    meeting.invitations.update(told_sequence=meeting.sequence)


def _answer(meeting: Meeting, counts: dict[str, int]) -> None:
    """So many of each, mixed over the list; the others stay silent."""
    answers = [Answer(name) for name, count in counts.items() for _ in range(count)]
    invitations = sorted(meeting.invitations.all(), key=lambda each: each.uuid)
    for days, (invitation, answer) in enumerate(
        zip(invitations, answers, strict=False), 1
    ):
        invitation.answer = answer
        invitation.answered_at = meeting.convened_at + timedelta(hours=4 * days)
        if answer == Answer.REPRESENTED:
            invitation.represented_by = REPRESENTED_BY
    Invitation.objects.bulk_update(
        invitations, ["answer", "answered_at", "represented_by"]
    )

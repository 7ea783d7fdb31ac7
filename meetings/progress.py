"""How far the mails of a meeting's last change are: letters made, mails sent."""

import math
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q

from meetings.models import Meeting
from meetings.services import campaign_prefix
from spip_portal.outbox.models import Campaign, Message


@dataclass(frozen=True)
class Sending:
    total: int
    prepared: int
    sent: int
    failed: int
    pause_reason: str
    remaining_minutes: int | None  # None: unknown yet, or paused

    @property
    def percent(self) -> int:
        """Making a letter and sending it count as much."""
        done = self.prepared + self.sent + self.failed
        return done * 50 // self.total if self.total else 100

    @property
    def is_finished(self) -> bool:
        return self.sent + self.failed >= self.total

    @property
    def waiting(self) -> int:
        return self.total - self.sent - self.failed


def sending_of(meeting: Meeting) -> Sending:
    """Three queries, whatever the number of invitees."""
    concerned = meeting.invitations.all()
    if meeting.is_cancelled:  # whoever was never invited is told nothing
        concerned = concerned.told()
    counts = concerned.aggregate(
        total=Count("pk"),
        prepared=Count("pk", filter=Q(told_sequence=meeting.sequence)),
    )
    mails = _mails(meeting).aggregate(
        sent=Count("pk", filter=Q(state=Message.State.SENT)),
        failed=Count("pk", filter=Q(state=Message.State.FAILED)),
        first=Min("due_at"),
        last=Max("sent_at"),
    )
    pause_reason = (
        _campaigns(meeting)
        .exclude(pause_reason="")
        .values_list("pause_reason", flat=True)
        .first()
    )
    remaining = None
    if mails["sent"] and not pause_reason:
        pace = (mails["last"] - mails["first"]).total_seconds() / mails["sent"]
        waiting = counts["total"] - mails["sent"] - mails["failed"]
        remaining = math.ceil(pace * waiting / 60)
    return Sending(
        **counts,
        sent=mails["sent"],
        failed=mails["failed"],
        pause_reason=pause_reason or "",
        remaining_minutes=remaining,
    )


def refused_addresses(meeting: Meeting) -> list[str]:
    """Those whose server refused the mail for good."""
    refused = _mails(meeting).filter(state=Message.State.FAILED)
    return list(refused.order_by("recipient").values_list("recipient", flat=True)[:50])


def _campaigns(meeting: Meeting):
    begins = campaign_prefix(meeting)
    return Campaign.objects.filter(key__startswith=begins).exclude(
        key__startswith=f"{begins}reminder:"
    )


def _mails(meeting: Meeting):
    return Message.objects.filter(campaign__in=_campaigns(meeting))

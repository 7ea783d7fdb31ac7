"""What people can do with meetings: plan, convene, change, cancel, remind, answer."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings import emails
from meetings.enums import Answer, MeetingKind, MeetingState, Purpose
from meetings.models import AgendaItem, Invitation, Meeting
from partners.models import Membership, Organisation, Partnership
from spip_portal.accounts.models import Posting, Spip, User
from spip_portal.outbox.content import mail_address
from spip_portal.outbox.services import queue_campaign
from spip_portal.security.actor import SystemActor, actor
from spip_portal.security.dates import today
from spip_portal.security.tasks import ring

CAMPAIGN_KIND = "meeting"
# A letter takes 100 to 200 ms: an invitee who answers meanwhile waits for one batch.
BATCH = 10
# A round inside a task ends after this, so that a worker's other tasks have a turn.
ROUND_SECONDS = 20


@dataclass(frozen=True)
class Plan:
    """What a meeting is about; what the form of a meeting returns."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    address: str
    message: str
    reply_by: date | None
    agenda: Sequence[AgendaItem]

    # A change of one of these is told to everyone who was invited.
    TOLD = ("title", "starts_at", "ends_at", "place", "address")
    FACTS = (*TOLD, "message", "reply_by")

    def changes(self, meeting: Meeting) -> list[str]:
        """The told facts that would differ from the meeting as it stands."""
        return [
            name for name in self.TOLD if getattr(self, name) != getattr(meeting, name)
        ]


@dataclass(frozen=True)
class Invitee:
    email: str
    name: str = ""
    organisation: Organisation | None = None


def referents_of(spip: Spip) -> QuerySet[Membership]:
    """Whom a service may invite from its network, by kind of organisation."""
    partners = Partnership.objects.validated().filter(spip=spip)
    return (
        Membership.objects.live()
        .filter(
            role=Membership.Role.REFERENT,
            user__is_active=True,
            organisation__in=partners.values("organisation"),
        )
        .select_related("user", "organisation__kind")
        .order_by(
            "organisation__kind__position",
            "organisation__kind__label",
            "organisation__name",
            "user__last_name",
        )
    )


def agents_of(spip: Spip) -> QuerySet[User]:
    """The agents on duty of a service."""
    postings = Posting.objects.live().filter(spip=spip)
    return User.objects.filter(is_active=True, pk__in=postings.values("user")).order_by(
        "last_name", "first_name"
    )


# -- Planning -----------------------------------------------------------------------


@transaction.atomic
def create_meeting(*, by: User, plan: Plan) -> Meeting:
    """A draft, which only the coordination and the direction of the service see."""
    if by.spip is None or not (by.is_coordinator or by.is_manager):
        raise PermissionDenied
    meeting = Meeting.objects.create(
        spip=by.spip, created_by=by, kind=MeetingKind.PLENARY, **_facts(plan)
    )
    _write_agenda(meeting, plan.agenda)
    return meeting


@transaction.atomic
def edit_meeting(*, meeting: Meeting, by: User, plan: Plan, version: int) -> bool:
    """Change it as of `version`; True when the invitees will be told. A new day or hour
    asks everyone again: an answer was given for the former."""
    meeting = _locked(Meeting.objects.editable_by(by), meeting)
    if meeting.version != version:
        raise ValidationError(
            _(
                "Quelqu’un d’autre a modifié cette réunion depuis que vous l’avez "
                "ouverte. Ouvrez-la dans un autre onglet, puis reprenez votre texte."
            ),
            code="conflict",
        )
    changes = plan.changes(meeting)
    must_tell = bool(changes) and not meeting.is_draft
    if must_tell and "starts_at" in changes:
        meeting.invitations.update(
            answer=Answer.NONE, represented_by="", comment="", answered_at=None
        )
    for name, value in _facts(plan).items():
        setattr(meeting, name, value)
    meeting.version += 1
    meeting.sequence += must_tell
    meeting.save()
    _write_agenda(meeting, plan.agenda)
    if must_tell:
        ring("meetings.prepare_invitations")
    return must_tell


@transaction.atomic
def delete_draft(*, meeting: Meeting, by: User) -> None:
    meeting = _locked(Meeting.objects.managed_by(by), meeting)
    if not meeting.is_draft:
        raise PermissionDenied
    meeting.delete()


@transaction.atomic
def choose_invitees(*, meeting: Meeting, by: User, invitees: Iterable[Invitee]) -> int:
    """Make these the invitees of a draft. Once convened, invitees are only added and
    written to at once. Returns how many were added."""
    meeting = _locked(Meeting.objects.editable_by(by), meeting)
    wanted = {_address(invitee): invitee for invitee in reversed([*invitees])}
    if meeting.is_draft:
        meeting.invitations.all().delete()
    known = set(meeting.invitations.values_list("email", flat=True))
    added = Invitation.objects.bulk_create(
        Invitation(
            meeting=meeting,
            email=email,
            name=" ".join(invitee.name.split()),
            organisation=invitee.organisation,
        )
        for email, invitee in wanted.items()
        if email not in known
    )
    if added and not meeting.is_draft:
        ring("meetings.prepare_invitations")
    return len(added)


# -- Convening, cancelling, reminding ------------------------------------------------


@transaction.atomic
def convene_meeting(*, meeting: Meeting, by: User) -> None:
    """Send the convocations. A second click finds it done and does nothing."""
    meeting = _locked(Meeting.objects.managed_by(by), meeting)
    if not meeting.is_draft:
        return
    if meeting.has_begun:
        raise ValidationError(_("La date de cette réunion est passée : changez-la."))
    if meeting.answers_close_at <= timezone.now():
        raise ValidationError(
            _("Le dernier jour pour répondre est passé : changez-le.")
        )
    if not meeting.agenda.exists():
        raise ValidationError(_("L’ordre du jour compte au moins un point."))
    if not meeting.invitations.exists():
        raise ValidationError(_("Choisissez au moins une personne à inviter."))
    meeting.state = MeetingState.CONVENED
    meeting.convened_at = timezone.now()
    meeting.version += 1
    meeting.save()
    ring("meetings.prepare_invitations")


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, by: User, reason: str) -> None:
    """Tell everyone who was invited that it will not take place."""
    meeting = _locked(Meeting.objects.managed_by(by), meeting)
    if meeting.is_cancelled:
        return
    if meeting.is_draft or meeting.has_begun:
        raise PermissionDenied
    meeting.state = MeetingState.CANCELLED
    meeting.cancelled_at = timezone.now()
    meeting.cancellation_reason = reason
    meeting.sequence += 1
    meeting.version += 1
    meeting.save()
    ring("meetings.prepare_invitations")


@transaction.atomic
def remind_invitees(*, meeting: Meeting, by: User) -> int:
    """Write again to those who have not answered, at most once a day. Returns to how
    many."""
    meeting = _locked(Meeting.objects.editable_by(by), meeting)
    waiting = [] if meeting.was_reminded_today else list(remindable(meeting))
    if not waiting:
        return 0
    queue_campaign(
        key=f"{campaign_prefix(meeting)}reminder:{today()}",
        kind=CAMPAIGN_KIND,
        label=_("Relance : %(title)s") % {"title": meeting.title},
        created_by=by,
        content=emails.reminder(meeting),
        recipients=[emails.recipient(each, []) for each in waiting],
    )
    meeting.reminded_at = timezone.now()
    meeting.save(update_fields=["reminded_at"])
    return len(waiting)


def remindable(meeting: Meeting) -> QuerySet[Invitation]:
    """Invited, silent, and still in time to answer."""
    return meeting.invitations.answerable().told().waiting()


# -- Answering -------------------------------------------------------------------------


@transaction.atomic
def record_answer(
    *,
    invitation: Invitation,
    answer: Answer,
    represented_by: str = "",
    comment: str = "",
) -> None:
    """Whoever holds the link may answer, and change the answer until it closes."""
    open_ones = Invitation.objects.answerable().select_for_update(of=("self",))
    invitation = open_ones.filter(pk=invitation.pk).first()
    if invitation is None:
        raise PermissionDenied
    is_represented = answer == Answer.REPRESENTED
    invitation.answer = answer
    invitation.represented_by = represented_by if is_represented else ""
    invitation.comment = comment
    invitation.answered_at = timezone.now()
    invitation.save(
        update_fields=["answer", "represented_by", "comment", "answered_at"]
    )


# -- Preparing the mails, in a worker ------------------------------------------------


def prepare_invitations(*, seconds: float = ROUND_SECONDS) -> bool:
    """Make the letters still to make and hand them to the outbox. True when time ran
    out first: call again. May be killed anywhere and run twice at once: a row is marked
    in the transaction that queues its mail."""
    end = time.monotonic() + seconds
    while True:
        with actor(SystemActor.MEETINGS):
            if not prepare_batch():
                return False
        if time.monotonic() > end:
            return True


@transaction.atomic
def prepare_batch() -> int:
    rows = (
        Invitation.objects.to_tell()
        .select_related("meeting__spip", "organisation")
        .prefetch_related("meeting__agenda")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("meeting_id", "pk")[:BATCH]
    )
    groups = defaultdict(list)
    for invitation in rows:
        groups[invitation.meeting, invitation.purpose].append(invitation)
    for (meeting, purpose), invitations in groups.items():
        _queue(meeting, purpose, invitations)
    return sum(map(len, groups.values()))


def _queue(meeting: Meeting, purpose: Purpose, invitations: list[Invitation]) -> None:
    queue_campaign(
        # The version too: whoever is added after an edit reads the edited text.
        key=f"{campaign_prefix(meeting)}{meeting.version}:{purpose}",
        kind=CAMPAIGN_KIND,
        label=f"{purpose.label.capitalize()} : {meeting.title}",
        created_by=meeting.created_by,
        content=emails.CONTENTS[purpose](meeting),
        recipients=[
            emails.recipient(each, emails.attachments(each)) for each in invitations
        ],
    )
    Invitation.objects.filter(pk__in=[each.pk for each in invitations]).update(
        told_sequence=meeting.sequence
    )


def campaign_prefix(meeting: Meeting) -> str:
    """How the keys of the outbox campaigns of the last change begin."""
    return f"meeting:{meeting.uuid}:{meeting.sequence}:"


def _address(invitee: Invitee) -> str:
    """In lower case; refused now if the outbox would refuse it when mails are made."""
    try:
        mail_address(invitee.email)
    except ValueError:
        message = _("L’adresse « %(address)s » ne peut pas recevoir de message.")
        raise ValidationError(message % {"address": invitee.email}) from None
    return invitee.email.lower()


def _locked(allowed: QuerySet[Meeting], meeting: Meeting) -> Meeting:
    """The row as it is now, held until the end; refused if `allowed` lacks it."""
    try:
        return allowed.select_for_update(of=("self",)).get(pk=meeting.pk)
    except Meeting.DoesNotExist:
        raise PermissionDenied from None


def _facts(plan: Plan) -> dict:
    return {name: getattr(plan, name) for name in Plan.FACTS}


def _write_agenda(meeting: Meeting, agenda: Sequence[AgendaItem]) -> None:
    meeting.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        AgendaItem(
            meeting=meeting,
            position=position,
            title=item.title,
            speaker=item.speaker,
            minutes=item.minutes,
        )
        for position, item in enumerate(agenda, start=1)
    )

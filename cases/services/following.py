"""Acknowledge a reading; ask for access by a reference, and answer."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import emails, readings
from cases.models import AccessRequest, Acknowledgement, ShareRecipient
from cases.services.pace import check_pace
from partners.models import Membership
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.security.tasks import ring


@transaction.atomic
def acknowledge(*, by: User, grant: ShareRecipient) -> None:
    """`grant`: the live row under which they read. Said twice, it is kept once.
    Raises ValidationError before a first reading."""
    if grant.user_id != by.pk:
        raise PermissionDenied
    if not readings.by_user(by, [grant.content_object]):
        raise ValidationError(_("Ouvrez d’abord le document, puis accusez lecture."))
    Acknowledgement.objects.get_or_create(
        share_id=grant.share_id,
        document_id=grant.content_object_id,
        user=by,
        defaults={
            "case_id": grant.case_id,
            "commitment": str(Acknowledgement.COMMITMENT),
        },
    )
    record(
        actor=by,
        verb=Verb.CHANGE,
        object_kind="accusé de lecture",
        object_uuid=grant.content_object.uuid,
        share_uuid=grant.share.uuid,
    )


@transaction.atomic
def ask_access(*, by: User, membership: Membership, reference, reason: str) -> None:
    """The same for a reference of something and of nothing: whoever asks learns
    nothing. Raises ValidationError after too many in a day."""
    if membership.user_id != by.pk:
        raise PermissionDenied
    check_pace(
        AccessRequest.objects.filter(asked_by=by),
        at="asked_at",
        most=AccessRequest.MOST_A_DAY,
        refusal=_("Vous avez fait dix demandes depuis hier : attendez les réponses."),
    )
    made = AccessRequest.objects.create(
        reference=reference, reason=reason, asked_by=by, membership=membership
    )
    record(
        actor=by,
        verb=Verb.CREATE,
        object_kind="demande d’accès",
        object_uuid=made.uuid,
        motive=reason,
    )
    ring("cases.tell")


@transaction.atomic
def answer_access(
    *, by: User, request: AccessRequest, is_granted: bool, answer: str
) -> None:
    """The decision is kept with its reason; what is granted is then shared by a
    decision of its own. Two at once: the first counts."""
    answerable = AccessRequest.objects.answerable_by(by).filter(pk=request.pk)
    if not answerable.update(
        answered_by=by, answered_at=timezone.now(), is_granted=is_granted, answer=answer
    ):
        return
    record(
        actor=by,
        verb=Verb.CHANGE,
        object_kind="demande d’accès",
        object_uuid=request.uuid,
        motive=answer,
    )
    emails.send_access_answered(request)


def tell_access_requests() -> int:
    """Tell the referent of each case of what was asked since yesterday, once each;
    returns how many there were. Runs as the system: whoever asks does not know them."""
    waiting = AccessRequest.objects.waiting_lately().select_related("case__referent")
    for request in waiting:
        emails.send_access_asked(request, request.case.referent)
    return len(waiting)

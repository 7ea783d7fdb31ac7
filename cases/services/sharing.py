"""Share documents with named professionals, and end a share."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import emails
from cases.enums import InformedHow
from cases.models import (
    Case,
    Document,
    LegalBasis,
    Measure,
    Share,
    ShareRecipient,
)
from cases.services.cases import lock, uuid_in
from partners.clearance import Candidate
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.security.dates import end_of_day, today

BLOCKED = gettext_lazy(
    "Ce dossier concerne un mineur : ses documents ne se partagent pas."
)


@dataclass(frozen=True)
class Limit:
    """The last day a share may run to, and what sets it, in words."""

    day: date
    reason: str


def latest_end(measure: Measure, candidates: Sequence[Candidate]) -> Limit:
    """The earliest of: twelve months, the measure's end if known, the end of each
    recipient's convention (MISSION, law)."""
    limits = [Limit(twelve_months_from(today()), _("douze mois au plus"))]
    if measure.ends_on:
        limits.append(Limit(measure.ends_on, _("fin de la mesure")))
    limits += [
        Limit(
            candidate.agreement.ends_on,
            _("fin de la convention avec %(name)s")
            % {"name": candidate.partnership.organisation},
        )
        for candidate in candidates
        if candidate.agreement
    ]
    return min(limits, key=lambda limit: limit.day)


def twelve_months_from(day: date) -> date:
    """The same day a year later, 28 February for a 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


@transaction.atomic
def share_documents(
    *,
    by: User,
    case: Case,
    documents: Sequence[Document],
    candidates: Sequence[Candidate],
    measure: Measure,
    purpose: str,
    legal_basis: LegalBasis,
    ends_on: date,
    informed_on: date,
    informed_how: InformedHow,
    key: uuid.UUID | None = None,
) -> Share:
    """Let named, cleared professionals read documents of one case until the end of a
    day. `key` is the form's own: posted twice, it shares and mails once. Raises
    ValidationError with the reason when a rule is not met."""
    lock(by, case)
    own_uuid = uuid_in(case, key)
    if known := Share.objects.filter(uuid=own_uuid).first():
        return known
    check_shareable(case, documents, candidates, measure, ends_on)
    share = Share.objects.create(
        uuid=own_uuid,
        case=case,
        measure=measure,
        purpose=purpose,
        legal_basis=legal_basis,
        informed_on=informed_on,
        informed_how=informed_how,
        created_by=by,
        ends_at=end_of_day(ends_on),
    )
    _name_recipients(share, documents, candidates)
    _record_share(by, share, documents, Verb.SHARE)
    for candidate in candidates:
        emails.send_document_waiting(share, candidate.membership.user)
    return share


def check_shareable(
    case: Case,
    documents: Sequence[Document],
    candidates: Sequence[Candidate],
    measure: Measure,
    ends_on: date,
) -> None:
    """The rules of a share, said to whoever breaks one."""
    if case.is_blocked:
        raise ValidationError(BLOCKED)
    if any(not d.file.is_available or d.case_id != case.pk for d in documents):
        raise ValidationError(_("Un des documents n’est pas disponible."))
    if measure.case_id != case.pk or measure.is_over:
        raise ValidationError({"measure": _("Cette mesure est terminée.")})
    for candidate in candidates:
        if candidate.reason:
            raise ValidationError(
                {
                    "recipients": _(
                        "%(name)s ne peut pas recevoir de document : %(why)s."
                    )
                    % {"name": candidate.membership.user, "why": candidate.reason}
                }
            )
    if ends_on < today():
        raise ValidationError({"ends_on": _("Cette date est déjà passée.")})
    limit = latest_end(measure, candidates)
    if ends_on > limit.day:
        raise ValidationError(
            {
                "ends_on": _("Le partage peut aller jusqu’au %(day)s (%(reason)s).")
                % {"day": limit.day.strftime("%d/%m/%Y"), "reason": limit.reason}
            }
        )


def _name_recipients(
    share: Share, documents: Sequence[Document], candidates: Sequence[Candidate]
) -> None:
    permission = Permission.objects.get(
        content_type__app_label="cases", codename=Document.READ
    )
    ShareRecipient.history.bulk_create(
        ShareRecipient(
            share=share,
            case_id=share.case_id,
            content_object=document,
            permission=permission,
            user=candidate.membership.user,
            membership=candidate.membership,
            partnership=candidate.partnership,
            agreement=candidate.agreement,
        )
        for candidate in candidates
        for document in documents
    )


@transaction.atomic
def revoke_share(*, share: Share, by: User, reason: str) -> None:
    """End a share now: the next request for its documents is a 404."""
    revocable = Share.objects.revocable_by(by).filter(pk=share.pk)
    if not revocable.update(
        revoked_at=timezone.now(), revoked_by=by, revocation_reason=reason
    ):
        return  # somebody was quicker: ended once, told once
    rows = ShareRecipient.history.filter(share=share).select_related("user")
    _record_share(by, share, [], Verb.REVOKE, motive=reason)
    for user in {row.user for row in rows}:
        emails.send_share_ended(share, user)


def _record_share(
    by: User, share: Share, documents: Sequence[Document], verb: Verb, motive: str = ""
) -> None:
    about: Sequence[Document | None] = documents or [None]
    for document in about:
        record(
            actor=by,
            verb=verb,
            object_kind="document" if document else "partage",
            object_uuid=document.uuid if document else share.uuid,
            share_uuid=share.uuid,
            motive=motive or share.purpose,
        )

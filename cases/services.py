"""What people can do with cases: open one, add a measure or a document, share, revoke,
read. Each function checks its own right and writes its line in the journal."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import emails
from cases.enums import DocumentKind, InformedHow, Sensitivity
from cases.models import (
    Case,
    Document,
    LegalBasis,
    Measure,
    Share,
    ShareRecipient,
)
from partners.clearance import Candidate
from spip_portal.accounts.models import Antenne, User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.security.dates import end_of_day, today
from spip_portal.vault import services as vault

KNOWN_REFERENCE = gettext_lazy("Vous suivez déjà un dossier de ce numéro.")
BLOCKED = gettext_lazy(
    "Ce dossier concerne un mineur : ses documents ne se partagent pas."
)


# -- Cases and measures --------------------------------------------------------------


def may_hold_cases() -> bool:
    """Fictional cases in the demo; real ones only once the regulatory act that allows
    them is recorded (MISSION, law). Nothing else holds a case."""
    return settings.DEMO or bool(settings.REAL_DATA_ACT)


@transaction.atomic
def open_case(
    *,
    by: User,
    reference: str,
    antenne: Antenne | None = None,
    sensitivity: Sensitivity = Sensitivity.NORMAL,
    measure: Measure,
) -> Case:
    """A case followed by `by`, with its first measure (unsaved, without a case)."""
    if by.spip is None or not by.is_cpip or not may_hold_cases():
        raise PermissionDenied
    try:
        with transaction.atomic():
            case = Case.objects.create(
                spip=by.spip,
                antenne=antenne,
                reference=reference,
                sensitivity=sensitivity,
                referent=by,
            )
    except IntegrityError as error:  # two clicks at once
        raise ValidationError({"reference": KNOWN_REFERENCE}) from error
    _save_measure(case, measure)
    record(actor=by, verb=Verb.CREATE, object_kind="dossier", object_uuid=case.uuid)
    return case


@transaction.atomic
def add_measure(*, by: User, case: Case, measure: Measure) -> None:
    _lock(by, case)
    same = case.measures.filter(
        kind=measure.kind, starts_on=measure.starts_on, court=measure.court
    )
    if same.exists():
        raise ValidationError(_("Cette mesure est déjà dans le dossier."))
    _save_measure(case, measure)
    record(actor=by, verb=Verb.CHANGE, object_kind="dossier", object_uuid=case.uuid)


def _save_measure(case: Case, measure: Measure) -> None:
    measure.case = case
    measure.save(force_insert=True)


def _lock(user: User, case: Case) -> None:
    """Only whoever follows the case writes in it, one at a time: a second click waits
    here, then finds what the first has done."""
    followed = Case.objects.filter(pk__in=Case.objects.followed_by(user).values("pk"))
    if not followed.filter(pk=case.pk).select_for_update(of=("self",)).exists():
        raise PermissionDenied


def _uuid_in(case: Case, key: uuid.UUID | None) -> uuid.UUID:
    """The identifier that a form's own key gives in this case, whatever the key."""
    return uuid.uuid5(case.uuid, str(key)) if key else uuid.uuid4()


# -- Documents -----------------------------------------------------------------------


@transaction.atomic
def add_document(
    *,
    by: User,
    case: Case,
    kind: DocumentKind,
    dated_on: date,
    court: str,
    content: bytes,
    key: uuid.UUID | None = None,
) -> Document:
    """Put a PDF into the vault, in quarantine until a worker has inspected it. `key` is
    the form's own: posted twice, it adds one document."""
    _lock(by, case)
    own_uuid = _uuid_in(case, key)
    if known := Document.objects.filter(uuid=own_uuid).first():
        return known
    document = Document.objects.create(
        uuid=own_uuid,
        case=case,
        kind=kind,
        dated_on=dated_on,
        court=court,
        file=vault.store(content=content),
        added_by=by,
    )
    record(
        actor=by, verb=Verb.CREATE, object_kind="document", object_uuid=document.uuid
    )
    return document


@dataclass(frozen=True)
class Reading:
    """A document about to be read: its size in bytes, and the clear chunks, which must
    be sent after the commit only."""

    size: int
    chunks: Iterator[bytes]


@transaction.atomic
def read_document(*, by: User, document: Document, request: HttpRequest) -> Reading:
    """Settle the right and the key, write the line; nothing is decrypted yet. A line
    that cannot be written stops the reading."""
    if not by.has_perm(f"cases.{Document.READ}", document):
        raise PermissionDenied
    grant = (
        ShareRecipient.objects.filter(user=by, content_object=document)
        .select_related("share")
        .order_by("-pk")
        .first()
    )
    record(
        actor=by,
        verb=Verb.READ,
        spip_id=document.case.spip_id,
        object_kind="document",
        object_uuid=document.uuid,
        share_uuid=grant.share.uuid if grant else None,
        request=request,
    )
    return Reading(document.file.size, vault.open_stream(document.file))


# -- Sharing -------------------------------------------------------------------------


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
    _lock(by, case)
    own_uuid = _uuid_in(case, key)
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


def add_legal_basis(*, by: User, label: str) -> LegalBasis:
    if by.spip is None or not by.is_manager:
        raise PermissionDenied
    if LegalBasis.objects.offered_in(by.spip).filter(label__iexact=label).exists():
        raise ValidationError(_("Cette base légale est déjà proposée."))
    return LegalBasis.objects.create(spip=by.spip, label=label)


def withdraw_legal_basis(*, by: User, basis: LegalBasis) -> None:
    """It is offered no more; shares that stand on it keep it."""
    LegalBasis.objects.editable_by(by).filter(pk=basis.pk).update(is_active=False)

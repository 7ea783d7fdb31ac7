"""Share documents with named professionals, and end a share."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import emails
from cases.enums import InformedHow, Outcome
from cases.models import (
    Case,
    Document,
    LegalBasis,
    Measure,
    Rules,
    Share,
    ShareRecipient,
)
from cases.services.cases import lock, uuid_in
from cases.services.rules import ruling
from partners.clearance import Candidate
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record
from spip_portal.security.dates import end_of_day, today

NO_MORE_REASON = "Sans effet : ce sur quoi le partage reposait a pris fin"
NEEDS_AUTHORISATION = gettext_lazy(
    "Les règles de votre service demandent ici l’autorisation d’un magistrat : qui, "
    "quel numéro, quelle date."
)
NOBODY_COUNTERSIGNS = gettext_lazy(
    "Ce document demande la contresignature de la direction, qui ne voit pas un "
    "dossier restreint : partagez un extrait d’obligations."
)
BLOCKED = gettext_lazy(
    "Ce dossier concerne un mineur : ses documents ne se partagent pas."
)


AUTHORISED_DAYS = 30  # an expert report is lent, not given (FEATURES, story 9)


@dataclass(frozen=True)
class Authorisation:
    """A judge's, recorded for what the rules let pass under one only."""

    authority: str
    number: str
    day: date


@dataclass(frozen=True)
class Limit:
    """The last day a share may run to, and what sets it, in words."""

    day: date
    reason: str


def latest_end(
    measure: Measure,
    candidates: Sequence[Candidate],
    *,
    outcome: Outcome = Outcome.ALLOWED,
    days_after: int = 0,
) -> Limit:
    """The earliest of: twelve months, the measure's end if known (and the days after it
    that the direction allows), the end of each recipient's convention; thirty days
    under an authorisation (MISSION, law)."""
    limits = [Limit(twelve_months_from(today()), _("douze mois au plus"))]
    if outcome == Outcome.AUTHORISATION:
        limits.append(
            Limit(
                today() + timedelta(days=AUTHORISED_DAYS),
                _("trente jours sous autorisation"),
            )
        )
    if measure.ends_on:
        last_day = measure.ends_on + timedelta(days=days_after)
        limits.append(Limit(last_day, _("fin de la mesure")))
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
    person_limits: str = "",
    substitute: Candidate | None = None,
    authorisation: Authorisation | None = None,
    goes_past_measure: bool = False,
    renews: Share | None = None,
    key: uuid.UUID | None = None,
) -> Share:
    """Let named, cleared professionals read documents of one case until the end of a
    day; without effect before the direction countersigns, where the rules ask for it.
    `goes_past_measure`: for the purpose and the days that the direction allows.
    `key` is the form's own: posted twice, it shares and mails once. Raises
    ValidationError with the reason when a rule is not met."""
    lock(by, case)
    own_uuid = uuid_in(case, key)
    if known := Share.objects.filter(uuid=own_uuid).first():
        return known
    named = [*candidates, *filter(None, [substitute])]
    rules = Rules.of(case.spip)
    days_after = rules.days_after_measure if goes_past_measure else 0
    outcome = check_shareable(
        case,
        documents,
        named,
        measure,
        ends_on,
        rules=rules,
        authorisation=authorisation,
        days_after=days_after,
    )
    share = Share.objects.create(
        uuid=own_uuid,
        case=case,
        measure=measure,
        purpose=purpose,
        legal_basis=legal_basis,
        informed_on=informed_on,
        informed_how=informed_how,
        person_limits=person_limits,
        rules_version=rules.version,
        days_after_measure=days_after,
        needs_countersignature=outcome == Outcome.COUNTERSIGNATURE,
        authorisation_authority=authorisation.authority if authorisation else "",
        authorisation_number=authorisation.number if authorisation else "",
        authorised_on=authorisation.day if authorisation else None,
        renews=renews,
        created_by=by,
        ends_at=end_of_day(ends_on),
    )
    name_recipients(share, documents, candidates)
    if substitute:
        name_recipients(share, documents, [substitute], is_substitute=True)
    _record_share(by, share, documents, Verb.SHARE)
    if share.needs_countersignature:
        emails.send_share_to_countersign(share)
    else:
        _tell_recipients(share)
    return share


def check_shareable(
    case: Case,
    documents: Sequence[Document],
    candidates: Sequence[Candidate],
    measure: Measure,
    ends_on: date,
    *,
    rules: Rules,
    authorisation: Authorisation | None = None,
    days_after: int = 0,
) -> Outcome:
    """What a share must respect, said to whoever breaks it; and the outcome of `rules`
    under which it passes."""
    if case.is_blocked:
        raise ValidationError(BLOCKED)
    if any(not d.file.is_available or d.case_id != case.pk for d in documents):
        raise ValidationError(_("Un des documents n’est pas disponible."))
    if Document.objects.filter(replaces__in=documents).exists():
        raise ValidationError(
            _("Un des documents a été remplacé : partagez sa nouvelle version.")
        )
    _check_measure(case, measure, days_after)
    _check_recipients(candidates)
    found = ruling(rules, documents, candidates, measure)
    if found.outcome == Outcome.FORBIDDEN:
        raise ValidationError({"documents": found.reason})
    if found.outcome == Outcome.AUTHORISATION and authorisation is None:
        raise ValidationError({"authorisation_number": NEEDS_AUTHORISATION})
    if found.outcome == Outcome.COUNTERSIGNATURE and case.is_restricted:
        raise ValidationError({"documents": NOBODY_COUNTERSIGNS})
    if ends_on < today():
        raise ValidationError({"ends_on": _("Cette date est déjà passée.")})
    limit = latest_end(
        measure, candidates, outcome=found.outcome, days_after=days_after
    )
    if ends_on > limit.day:
        raise ValidationError(
            {
                "ends_on": _("Le partage peut aller jusqu’au %(day)s (%(reason)s).")
                % {"day": limit.day.strftime("%d/%m/%Y"), "reason": limit.reason}
            }
        )
    return found.outcome


def _check_measure(case: Case, measure: Measure, days_after: int) -> None:
    ended = measure.ends_on
    if measure.case_id != case.pk or (
        ended and ended + timedelta(days=days_after) < today()
    ):
        raise ValidationError({"measure": _("Cette mesure est terminée.")})


def _check_recipients(candidates: Sequence[Candidate]) -> None:
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


def name_recipients(
    share: Share,
    documents: Sequence[Document],
    candidates: Sequence[Candidate],
    *,
    is_substitute: bool = False,
) -> None:
    """The rows that give the right to read; the database refuses whoever may not have
    it on the day the share begins."""
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
            is_substitute=is_substitute,
        )
        for candidate in candidates
        for document in documents
    )


def _tell_recipients(share: Share) -> None:
    """The substitute is told later, and only if a recipient has not read in time."""
    for user in _people(share, is_substitute=False):
        emails.send_document_waiting(share, user)


def _people(share: Share, **only) -> set[User]:
    rows = ShareRecipient.history.filter(share=share, **only).select_related("user")
    return {row.user for row in rows}


@transaction.atomic
def countersign_share(*, share: Share, by: User) -> None:
    """The direction lets a share take effect, and its recipients are told."""
    waiting = Share.objects.countersignable_by(by).filter(pk=share.pk)
    if not waiting.update(countersigned_at=timezone.now(), countersigned_by=by):
        return  # somebody was quicker
    _record_share(by, share, [], Verb.COUNTERSIGN)
    _tell_recipients(share)
    emails.send_share_decided(share, is_countersigned=True)


@transaction.atomic
def decline_share(*, share: Share, by: User, reason: str) -> None:
    """The direction refuses to countersign: the share ends before it took effect."""
    waiting = Share.objects.countersignable_by(by).filter(pk=share.pk)
    if not waiting.update(
        revoked_at=timezone.now(), revoked_by=by, revocation_reason=reason
    ):
        return
    _record_share(by, share, [], Verb.REVOKE, motive=reason)
    emails.send_share_decided(share, is_countersigned=False)


@transaction.atomic
def revoke_share(*, share: Share, by: User, reason: str) -> None:
    """End a share now: the next request for its documents is a 404."""
    revocable = Share.objects.revocable_by(by).filter(pk=share.pk)
    if not revocable.update(
        revoked_at=timezone.now(), revoked_by=by, revocation_reason=reason
    ):
        return  # somebody was quicker: ended once, told once
    _record_share(by, share, [], Verb.REVOKE, motive=reason)
    if share.needs_countersignature and share.countersigned_at is None:
        return  # nobody was ever told
    for user in _people(share):
        emails.send_share_ended(share, user)


@transaction.atomic
def clean_up(*, case: Case, by: User) -> int:
    """End every share of the case that has no more reason; returns how many. Nobody is
    told: nobody could read anything under them."""
    lock(by, case)
    ended = list(Share.objects.revocable_by(by).filter(case=case).without_reason())
    for share in ended:
        Share.objects.filter(pk=share.pk).update(
            revoked_at=timezone.now(), revoked_by=by, revocation_reason=NO_MORE_REASON
        )
        _record_share(by, share, [], Verb.REVOKE, motive=NO_MORE_REASON)
    return len(ended)


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

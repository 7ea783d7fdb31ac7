"""Open a case, and write in it."""

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.enums import Sensitivity
from cases.models import Case, Measure, Share
from partners.services.writing import check_unchanged
from spip_portal.accounts.models import Antenne, User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record

KNOWN_REFERENCE = gettext_lazy("Vous suivez déjà un dossier de ce numéro.")


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
    **situation: Any,
) -> Case:
    """A case followed by `by`, with its first measure (unsaved, without a case).
    `situation`: where the person is, and until when."""
    if by.spip is None or not by.is_cpip or not may_hold_cases():
        raise PermissionDenied
    _check_reference(by, reference)
    case = Case.objects.create(
        spip=by.spip,
        antenne=antenne,
        reference=reference,
        sensitivity=sensitivity,
        referent=by,
        **situation,
    )
    _save_measure(case, measure)
    record(actor=by, verb=Verb.CREATE, object_kind="dossier", object_uuid=case.uuid)
    return case


def _check_reference(by: User, reference: str) -> None:
    """Nobody follows two cases of one number by mistake. Who writes does so one click
    at a time: the second waits here for the first."""
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if Case.objects.followed_by(by).filter(reference=reference).exists():
        raise ValidationError({"reference": KNOWN_REFERENCE})


@transaction.atomic
def add_measure(*, by: User, case: Case, measure: Measure) -> None:
    lock(by, case)
    same = case.measures.filter(
        kind=measure.kind, starts_on=measure.starts_on, court=measure.court
    )
    if same.exists():
        raise ValidationError(_("Cette mesure est déjà dans le dossier."))
    _save_measure(case, measure)
    record(actor=by, verb=Verb.CHANGE, object_kind="dossier", object_uuid=case.uuid)


@transaction.atomic
def correct_case(*, by: User, case: Case, seen: int, **fields: Any) -> None:
    """`seen`: the version that was on the page. ValidationError, code "changed", when
    somebody else wrote since: nothing is overwritten unseen."""
    current = lock(by, case)
    check_unchanged(current.version, seen)
    if fields["reference"] != current.reference:
        _check_reference(by, fields["reference"])
    _write(current, seen, fields)
    record(actor=by, verb=Verb.CHANGE, object_kind="dossier", object_uuid=case.uuid)


@transaction.atomic
def correct_measure(*, by: User, measure: Measure, seen: int, **fields: Any) -> None:
    """As `correct_case`. Shares that stand on the measure end with it, at once."""
    case = lock(by, measure.case)
    current = case.measures.get(pk=measure.pk)
    check_unchanged(current.version, seen)
    _write(current, seen, fields)
    record(actor=by, verb=Verb.CHANGE, object_kind="dossier", object_uuid=case.uuid)


def _write(row: Case | Measure, seen: int, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(row, name, value)
    row.version = seen + 1
    row.save(update_fields=[*fields, "version"])


def _save_measure(case: Case, measure: Measure) -> None:
    measure.case = case
    measure.save(force_insert=True)


def lock(user: User, case: Case) -> Case:
    """The case as it is now. Only whoever follows it writes in it, one at a time: a
    second click waits here, then finds what the first has done."""
    followed = Case.objects.filter(pk__in=Case.objects.followed_by(user).values("pk"))
    found = followed.filter(pk=case.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise PermissionDenied
    return found


def uuid_in(case: Case, key: uuid.UUID | None) -> uuid.UUID:
    """The identifier that a form's own key gives in this case, whatever the key."""
    return uuid.uuid5(case.uuid, str(key)) if key else uuid.uuid4()


def uuid_under(share: Share, by: User, key: uuid.UUID, words: str) -> uuid.UUID:
    """The identifier that a form's own key gives under this share to what `by` writes,
    whatever the key: posted twice it is one, with other words another."""
    return uuid.uuid5(share.uuid, f"{by.pk}/{key}/{words}")

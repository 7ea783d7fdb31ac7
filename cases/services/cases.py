"""Open a case, and write in it."""

import uuid

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.enums import Sensitivity
from cases.models import (
    Case,
    Measure,
)
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
    lock(by, case)
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


def lock(user: User, case: Case) -> None:
    """Only whoever follows the case writes in it, one at a time: a second click waits
    here, then finds what the first has done."""
    followed = Case.objects.filter(pk__in=Case.objects.followed_by(user).values("pk"))
    if not followed.filter(pk=case.pk).select_for_update(of=("self",)).exists():
        raise PermissionDenied


def uuid_in(case: Case, key: uuid.UUID | None) -> uuid.UUID:
    """The identifier that a form's own key gives in this case, whatever the key."""
    return uuid.uuid5(case.uuid, str(key)) if key else uuid.uuid4()

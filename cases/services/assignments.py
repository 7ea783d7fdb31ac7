"""Who follows a case: its referent, the substitutes, and how it changes hands."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Assignment, Case
from cases.models.cases import cpips_of
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record


@transaction.atomic
def name_substitute(*, by: User, case: Case, user: User) -> None:
    _check_entrusted(by, [case])
    if user.pk == case.referent_id or not cpips_of(case.spip_id).contains(user):
        raise ValidationError(
            {"user": _("Cette personne ne peut pas être suppléante.")}
        )
    try:
        with transaction.atomic():
            Assignment.objects.create(case=case, user=user, added_by=by)
    except IntegrityError as error:
        raise ValidationError(
            {"user": _("Cette personne suit déjà ce dossier.")}
        ) from error
    _record(by, case)


@transaction.atomic
def end_substitution(*, by: User, assignment: Assignment) -> None:
    """They read nothing more of the case, from the next request on."""
    endable = Assignment.objects.endable_by(by).filter(pk=assignment.pk)
    # The line is written first: whoever ends their own sees the case no more after.
    if endable.exists():
        _record(by, assignment.case)
        endable.update(ended_at=timezone.now(), ended_by=by)


@transaction.atomic
def hand_over(*, by: User, cases: Sequence[Case], to: User) -> int:
    """All of them or none. The database changes the referents, dates it and notes who
    decided: the former one may see the case no more, and could not write it."""
    _check_entrusted(by, cases)
    if not cpips_of(by.spip).contains(to):
        raise ValidationError({"to": _("Cette personne n’est pas CPIP du service.")})
    moving = [case for case in cases if case.referent_id != to.pk]
    for case in moving:
        _record(by, case)
    with connection.cursor() as cursor:
        cursor.execute(
            "select app.hand_over(%s::bigint[], %s)",
            [[case.pk for case in moving], to.pk],
        )
        if cursor.fetchone()[0] != len(moving):
            raise PermissionDenied
    if len(cases) > 1:
        record(
            actor=by,
            verb=Verb.CHANGE,
            object_kind="dossiers transférés",
            object_uuid=to.uuid,
            count=len(moving),
        )
    return len(moving)


def _check_entrusted(by: User, cases: Sequence[Case]) -> None:
    known = Case.objects.entrusted_to(by).filter(pk__in=[case.pk for case in cases])
    if known.count() != len(cases):
        raise PermissionDenied


def _record(by: User, case: Case) -> None:
    record(actor=by, verb=Verb.CHANGE, object_kind="suivi", object_uuid=case.uuid)

"""Write who a person is, and find their case again."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest

from cases.identity import Identity
from cases.models import Case, Person
from cases.services.cases import lock, open_case
from partners.services.writing import check_unchanged
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record


@transaction.atomic
def open_case_of(*, by: User, identity: Identity | None, **values: Any) -> Case:
    """A case that bears from the start who it is about, when that was given."""
    case = open_case(by=by, **values)
    if identity:
        write_identity(by=by, case=case, identity=identity)
    return case


@transaction.atomic
def write_identity(
    *, by: User, case: Case, identity: Identity | None, seen: str = ""
) -> None:
    """None forgets it: the block and its hash are gone. `seen`: the version that was on
    the page, empty when there was none; as in `correct_case`."""
    case = lock(by, case)
    written = Person.objects.filter(case=case).first()
    check_unchanged(written.version if written else "", seen)
    if identity is None:
        if written is None:
            return
        written.delete()
        verb = Verb.ERASE
    else:
        Person.objects.update_or_create(
            case=case,
            defaults={
                "sealed": identity.seal(case.uuid.bytes),
                "digest": identity.digest(case.spip_id),
                "written_by": by,
                "written_at": Now(),
            },
        )
        verb = Verb.CHANGE
    record(actor=by, verb=verb, object_kind="identité", object_uuid=case.uuid)


def search_person(
    *, by: User, identity: Identity, request: HttpRequest | None = None
) -> QuerySet[Case]:
    """The cases of this very person among those that `by` follows, and no other. The
    journal keeps how many were found, never who was looked for."""
    known = Person.objects.visible_to(by)
    if by.spip is not None:
        known = known.who_are(identity, by.spip.pk)
    found = Case.objects.filter(pk__in=list(known.values_list("case", flat=True)))
    record(
        actor=by,
        verb=Verb.SEARCH,
        object_kind="dossier",
        count=len(found),
        request=request,
    )
    return found

"""Open for some hours a case that one does not follow, for a reason that is kept."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import emails
from cases.models import BrokenGlass
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import User
from spip_portal.journal.models import Verb
from spip_portal.journal.services import record

UNKNOWN = gettext_lazy("Aucun dossier de cette référence ne peut vous être ouvert.")


@transaction.atomic
def break_glass(
    *,
    by: User,
    reference: str,
    motive: str,
    hours: int,
    request: HttpRequest | None = None,
) -> list[BrokenGlass]:
    """The cases of the service that bear this number (a number is not unique), opened
    to be read. Unknown, restricted and followed already answer alike. Another manager
    is told at once; where there is none, nothing is opened."""
    if by.spip is None or not (by.is_cpip or by.is_manager):
        raise PermissionDenied
    told = list(User.objects.posted(by.spip, Role.MANAGER).exclude(pk=by.pk))
    if not told:
        raise ValidationError(
            _("Personne d’autre à la direction ne peut en être informé : impossible.")
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "select app.break_glass(%s, %s, make_interval(hours => %s))",
            [reference, motive, hours],
        )
        opened = [row[0] for row in cursor.fetchall()]
    if not opened:
        raise ValidationError({"reference": UNKNOWN})
    found = list(BrokenGlass.objects.select_related("case").filter(pk__in=opened))
    for glass in found:
        record(
            actor=by,
            verb=Verb.OPEN,
            object_kind="accès motivé",
            object_uuid=glass.case.uuid,
            motive=motive,
            request=request,
        )
        for manager in told:
            emails.send_glass_broken(glass, manager)
    return found

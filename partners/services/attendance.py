"""How many came to a session, as the coordination counts them."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from partners.models import ActionSession, SessionAttendance
from spip_portal.accounts.models import User


@transaction.atomic
def record_attendance(
    *,
    session: ActionSession,
    by: User,
    registered: int,
    present: int,
    excused: int,
    unexcused: int,
    cancelled: int,
) -> SessionAttendance:
    """Once the session has begun; counting again replaces the figures."""
    if not ActionSession.objects.countable_by(by).filter(pk=session.pk).exists():
        raise PermissionDenied
    parts = {
        "present": present,
        "excused": excused,
        "unexcused": unexcused,
        "cancelled": cancelled,
    }
    if sum(parts.values()) != registered:
        sentence = _("Les quatre autres nombres doivent faire celui des inscrits.")
        raise ValidationError({"registered": sentence})
    attendance, _is_new = SessionAttendance.objects.update_or_create(
        session=session, defaults={"registered": registered, **parts}
    )
    return attendance

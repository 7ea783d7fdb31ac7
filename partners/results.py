"""What is told of a past action: figures that point at nobody.

A figure under 5 is masked, zero with it. The sum of the parts is told only when no part
is masked: it would give away the one that is. For the same reason nothing is told
session by session, nor before the last session is over."""

from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import CollectiveAction, SessionAttendance
from partners.models.attendance import PARTS

SMALLEST = 5
LABELS = {
    "registered": _("Inscrits"),
    "present": _("Présents"),
    "excused": _("Absents excusés"),
    "unexcused": _("Absents non excusés"),
    "cancelled": _("Annulés"),
}


def results_of(action: CollectiveAction) -> list[tuple[str | Promise, str]]:
    """(label, figure) of the five states over all sessions; nothing before the end.
    Two queries at most."""
    if action.sessions.held().filter(ends_at__gt=timezone.now()).exists():
        return []
    counted = SessionAttendance.objects.filter(session__action=action)
    totals = counted.aggregate(**{name: Sum(name) for name in ("registered", *PARTS)})
    if totals["registered"] is None:
        return []
    is_masked = any(totals[name] < SMALLEST for name in PARTS)
    rows = [(LABELS["registered"], _whole(totals["registered"], is_masked))]
    return rows + [(LABELS[name], _figure(totals[name])) for name in PARTS]


def _figure(count: int) -> str:
    return str(count) if count >= SMALLEST else str(_("moins de 5"))


def _whole(count: int, is_masked: bool) -> str:
    return str(_("non communiqué")) if is_masked else str(count)

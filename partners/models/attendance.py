from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models.actions import ActionSession

PARTS = ("present", "excused", "unexcused", "cancelled")


class SessionAttendance(models.Model):
    """How many came to a session: figures, and nobody's name."""

    session = models.OneToOneField(
        ActionSession,
        models.CASCADE,
        related_name="attendance",
        verbose_name=_("séance"),
    )
    registered = models.PositiveSmallIntegerField(_("inscrits"))
    present = models.PositiveSmallIntegerField(_("présents"))
    excused = models.PositiveSmallIntegerField(_("absents excusés"))
    unexcused = models.PositiveSmallIntegerField(_("absents non excusés"))
    cancelled = models.PositiveSmallIntegerField(_("annulés"))

    class Meta:
        verbose_name = _("présences d’une séance")
        verbose_name_plural = _("présences des séances")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    registered=F("present")
                    + F("excused")
                    + F("unexcused")
                    + F("cancelled")
                ),
                name="attendance_adds_up",
                violation_error_message=_(
                    "Les quatre autres nombres doivent faire celui des inscrits."
                ),
            )
        ]

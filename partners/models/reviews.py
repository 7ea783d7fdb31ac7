from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation


class ReviewReminderQuerySet(models.QuerySet):
    def due(self, months):
        """Partners whose page nobody has confirmed for so many months, not yet for as
        many as the next threshold, and whose keepers were not told."""
        thresholds = ReviewReminder.THRESHOLDS
        now = timezone.now()
        told = self.filter(
            organisation=OuterRef("pk"),
            months=months,
            reviewed_at=OuterRef("reviewed_at"),
        )
        late = Organisation.objects.validated().filter(
            ~Exists(told), reviewed_at__lte=now - thresholds[months]
        )
        for further, delay in thresholds.items():
            if further > months:
                late = late.filter(reviewed_at__gt=now - delay)
        return late


class ReviewReminder(models.Model):
    """That those who keep a structure were told, at so many months, that nobody had
    confirmed its page since `reviewed_at`: once each, whatever happens to a worker."""

    # By months without a word; at the last, documents are closed to the members.
    THRESHOLDS = {
        6: Organisation.FRESH_FOR,
        8: timedelta(days=244),
        9: Organisation.ANSWER_WITHIN,
    }

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="review_reminders",
        verbose_name=_("structure"),
    )
    months = models.PositiveSmallIntegerField(_("mois sans vérification"))
    reviewed_at = models.DateTimeField(_("vérifiée pour la dernière fois le"))
    reminded_at = models.DateTimeField(_("rappelé le"), db_default=Now())

    objects = ReviewReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("rappel de vérification")
        verbose_name_plural = _("rappels de vérification")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "months", "reviewed_at"],
                name="review_reminder_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} – {self.months} mois"

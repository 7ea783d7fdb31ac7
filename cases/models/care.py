"""What a structure writes back to the service at the end of its work."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.models.cases import TOLD_FOR, Case
from cases.models.sealing import SealedWords
from cases.models.shares import Share
from partners.models import Membership
from spip_portal.accounts.models import Spip, User


class CareReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever follows the case, and whoever wrote it."""
        if user.is_agent:  # one stream each: an OR of both reads the whole table
            return self.filter(case__in=Case.objects.followed_by(user))
        return self.filter(written_by=user)

    def sent_lately(self):
        """What the referent's mail is for."""
        return self.filter(written_at__gt=Now() - TOLD_FOR)


class CareReport(models.Model):
    """« Bilan de fin de prise en charge »: written once, sent, never rewritten; another
    one corrects it. Its words are sealed."""

    class Outcome(models.TextChoices):
        COMPLETED = "completed", _("menée à son terme")
        MOVED_ON = "moved_on", _("orientée vers une autre structure")
        LEFT = "left", _("interrompue par la personne")
        ENDED_BY_HOST = "ended_by_host", _("interrompue par la structure")
        ENDED_BY_JUDGE = "ended_by_judge", _("interrompue par une décision de justice")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="care_reports")
    share = models.ForeignKey(Share, models.PROTECT, related_name="+")
    # Whoever wrote keeps their report when the share is over, and the case is shut.
    spip = models.ForeignKey(Spip, models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    written_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("rédigé par")
    )
    written_at = models.DateTimeField(_("envoyé le"), db_default=Now())
    starts_on = models.DateField(_("prise en charge du"))
    ends_on = models.DateField(_("au"))
    outcome = models.CharField(_("issue"), max_length=15, choices=Outcome)
    sealed_text = models.BinaryField(_("bilan scellé"))
    text = SealedWords("sealed_text", purpose="end-of-care")

    objects = CareReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("bilan de fin de prise en charge")
        verbose_name_plural = _("bilans de fin de prise en charge")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["case", "-id"], name="care_report_case"),
            models.Index(fields=["written_by", "-id"], name="care_report_author"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="care_report_dates"
            )
        ]

    def __str__(self) -> str:
        return f"bilan {self.uuid}"

"""« Signalement d’incident »: what a structure tells the service, and the answer that
it is owed by a known time."""

import uuid
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models.cases import Case
from cases.models.sealing import SealedWords
from cases.models.shares import Share
from partners.models import Membership
from spip_portal.accounts.models import Spip, User
from spip_portal.security.dates import end_of_day, working_days_after

LONG_AGO = timedelta(days=367)  # what happened then is no incident


class IncidentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever reported it, whoever follows the case, and the direction: what is
        urgent cannot wait for a referent who is away."""
        if not user.is_active or user.are_cases_closed:
            return self.none()
        if user.is_agent:  # one stream each: an OR of both reads the whole table
            return self.filter(case__in=Case.objects.listed_to(user))
        return self.filter(reported_by=user)

    def answerable_by(self, user):
        if not user.is_agent:
            return self.none()
        return self.visible_to(user).filter(answered_at=None)

    def receivable_by(self, user):
        return self.answerable_by(user).filter(received_at=None)

    def to_tell(self):
        """Of which the service may know nothing yet: what the mail to it is for."""
        lately = Now() - Incident.LOOKED_AT
        return self.filter(received_at=None, reported_at__gt=lately)

    def soonest_first(self):
        """What is urgent, then the one due first."""
        return self.order_by("-urgency", "answer_due_at", "pk")

    def unanswered_first(self):
        return self.order_by(F("answered_at").desc(nulls_first=True), "-pk")

    def late(self):
        return self.filter(answered_at=None, answer_due_at__lte=Now())


class Incident(models.Model):
    """Written once. Received by one click and answered once, each in the name of
    whoever does it. Its words are sealed."""

    class Kind(models.TextChoices):
        ABSENCE = "absence", _("fugue ou absence non justifiée")
        VIOLENCE = "violence", _("violence ou menace")
        DAMAGE = "damage", _("dégradation")
        HEALTH = "health", _("état de santé préoccupant")
        BREACH = "breach", _("non-respect d’une obligation")
        OTHER = "other", _("autre")

    class Urgency(models.TextChoices):
        URGENT = "urgent", _("urgent : réponse sous 24 heures")
        NORMAL = "normal", _("à traiter : réponse sous cinq jours ouvrés")

    MOST_A_DAY = 20  # of one person
    LOOKED_AT = timedelta(days=30)  # what is older is on the pages anyway
    URGENT_WITHIN = timedelta(hours=24)
    NORMAL_WITHIN = 5  # working days

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="incidents", db_index=False
    )
    share = models.ForeignKey(Share, models.PROTECT, related_name="+")
    # Whoever reported keeps their receipt when the share is over, and the case is shut.
    spip = models.ForeignKey(Spip, models.PROTECT, related_name="+")
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    reported_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("signalé par"),
    )
    reported_at = models.DateTimeField(_("signalé le"), db_default=Now())
    kind = models.CharField(_("nature"), max_length=10, choices=Kind)
    happened_at = models.DateTimeField(_("quand"))
    urgency = models.CharField(_("urgence"), max_length=10, choices=Urgency)
    answer_due_at = models.DateTimeField(_("réponse attendue avant"))
    sealed_facts = models.BinaryField(_("faits scellés"))
    facts = SealedWords("sealed_facts", purpose="incident-facts")
    received_at = models.DateTimeField(_("reçu le"), null=True)
    received_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("reçu par")
    )
    answered_at = models.DateTimeField(_("répondu le"), null=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("répondu par")
    )
    sealed_answer = models.BinaryField(_("réponse scellée"), null=True)
    answer = SealedWords("sealed_answer", purpose="incident-answer")

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("signalement d’incident")
        verbose_name_plural = _("signalements d’incidents")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["case", "-id"], name="incident_case"),
            models.Index(fields=["reported_by", "-id"], name="incident_author"),
            models.Index(
                fields=["case", "answer_due_at"],
                condition=Q(answered_at=None),
                name="incident_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("reported_at"))
                & Q(happened_at__gt=F("reported_at") - LONG_AGO),
                name="incident_happened_lately",
            ),
            models.CheckConstraint(
                condition=Q(answer_due_at__gt=F("reported_at")),
                name="incident_due_after",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None, received_by=None)
                | Q(received_at__isnull=False, received_by__isnull=False),
                name="incident_received_whole",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, sealed_answer=None)
                | Q(
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    sealed_answer__isnull=False,
                    received_at__isnull=False,
                ),
                name="incident_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"signalement {self.uuid}"

    @property
    def is_urgent(self) -> bool:
        return self.urgency == self.Urgency.URGENT

    @property
    def is_late(self) -> bool:
        return self.answered_at is None and self.answer_due_at <= timezone.now()

    @property
    def answer_due_on(self) -> date:
        """The last day on which the answer is in time."""
        return timezone.localtime(self.answer_due_at - timedelta(seconds=1)).date()

    @classmethod
    def due_for(cls, urgency: str, reported_at: datetime) -> datetime:
        """By when an answer is due to what is reported then."""
        if urgency == cls.Urgency.URGENT:
            return reported_at + cls.URGENT_WITHIN
        day = timezone.localtime(reported_at).date()
        return end_of_day(working_days_after(day, cls.NORMAL_WITHIN))

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.enums import MeasureKind, OrderedBy, Sensitivity
from spip_portal.accounts.models import Antenne, Spip, User
from spip_portal.security.dates import ParisToday, today


class CaseQuerySet(models.QuerySet):
    def followed_by(self, user):
        """Cases of their service that a CPIP is the referent of, or assigned to."""
        if not user.is_active or not user.is_cpip or user.are_cases_closed:
            return self.none()
        assigned = Assignment.objects.filter(user=user, ended_at=None)
        return self.filter(
            Q(referent=user) | Q(pk__in=assigned.values("case")), spip=user.spip
        )

    def visible_to(self, user):
        """CPIP: the cases they follow. Direction: reference, measure and referent of
        its service's cases, restricted ones excepted. Nobody else."""
        if not user.is_active or user.are_cases_closed:
            return self.none()
        if user.is_manager:
            return self.filter(spip=user.spip, sensitivity__lt=Sensitivity.RESTRICTED)
        return self.followed_by(user)

    def by_next_end(self):
        """The case whose measure ends first comes first; no known end comes last."""
        current = Q(measures__ends_on__gte=ParisToday())
        next_end = models.Min("measures__ends_on", filter=current)
        return self.annotate(next_end=next_end).order_by(
            F("next_end").asc(nulls_last=True), "-pk"
        )


class Case(models.Model):
    """One person followed by one service, known here by a reference only."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="+", verbose_name=_("service")
    )
    antenne = models.ForeignKey(
        Antenne,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("antenne"),
    )
    reference = models.CharField(
        _("référence du dossier"),
        max_length=30,
        help_text=_("Le numéro du dossier dans votre logiciel métier. Jamais un nom."),
    )
    referent = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("CPIP référent")
    )
    sensitivity = models.PositiveSmallIntegerField(
        _("sensibilité"), choices=Sensitivity, default=Sensitivity.NORMAL
    )
    opened_at = models.DateTimeField(_("ouvert le"), db_default=Now())

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["referent", "-id"], name="case_referent"),
            models.Index(fields=["spip", "-id"], name="case_spip"),
        ]
        constraints = [
            # Per referent: a constraint over the whole service would tell a colleague
            # that a case exists which they may not know of.
            models.UniqueConstraint(
                fields=["spip", "reference", "referent"],
                name="case_reference_once",
                violation_error_message=_("Vous suivez déjà un dossier de ce numéro."),
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_blocked(self) -> bool:
        """Documents that concern a minor are shared with nobody (MISSION, law)."""
        return self.sensitivity == Sensitivity.MINOR

    @property
    def is_restricted(self) -> bool:
        return self.sensitivity == Sensitivity.RESTRICTED


class Assignment(models.Model):
    """Another CPIP who follows the case beside its referent, for a time."""

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="assignments", verbose_name=_("dossier")
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("CPIP")
    )
    started_at = models.DateTimeField(_("depuis le"), db_default=Now())
    ended_at = models.DateTimeField(_("jusqu’au"), null=True)

    class Meta:
        verbose_name = _("attribution")
        verbose_name_plural = _("attributions")
        indexes = [
            models.Index(
                fields=["user", "-case"],
                condition=Q(ended_at=None),
                name="assignment_live",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "user"],
                condition=Q(ended_at=None),
                name="assignment_once",
            )
        ]


class Measure(models.Model):
    """A court measure: what the service is mandated for, and from when to when."""

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="measures", verbose_name=_("dossier")
    )
    kind = models.CharField(_("mesure"), max_length=15, choices=MeasureKind)
    ordered_by = models.CharField(_("prononcée par"), max_length=10, choices=OrderedBy)
    court = models.CharField(_("juridiction"), max_length=120)
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(
        _("fin prévue"),
        null=True,
        blank=True,
        help_text=_("Laissez vide si elle n’est pas connue."),
    )

    class Meta:
        verbose_name = _("mesure")
        verbose_name_plural = _("mesures")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="measure_dates",
                violation_error_message=_("La fin précède le début."),
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < today()

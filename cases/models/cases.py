import uuid
from datetime import timedelta

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.enums import (
    CONSTRAINT_ENDED_ON,
    MeasureKind,
    Milieu,
    Obligation,
    OrderedBy,
    ReleaseUnknown,
    Sensitivity,
)
from spip_portal.accounts.enums import Role
from spip_portal.accounts.models import Antenne, Posting, Spip, User
from spip_portal.security.dates import today

# What a job still tells, for a week-end without a worker; each mail leaves once.
TOLD_FOR = timedelta(days=4)


class CaseQuerySet(models.QuerySet):
    def followed_by(self, user, *, newest: int | None = None):
        """Cases of their service that a CPIP is the referent of, or assigned to. Two
        streams, and not one OR: that one would read the whole service (ACCESS). With
        `newest`, so many of each stream: the newest are among them, no other is read.
        """
        if not user.is_active or not user.is_cpip or user.are_cases_closed:
            return self.none()
        own = Case.objects.filter(referent=user, spip=user.spip).order_by().values("pk")
        assigned = Assignment.objects.filter(
            user=user, ended_at=None, case__spip=user.spip
        ).values("case")
        if newest is not None:
            own = own.order_by("-pk")[:newest]
            assigned = assigned.order_by("-case")[:newest]
        return self.filter(pk__in=own.union(assigned, all=True))

    def readable_by(self, user):
        """Those whose documents `user` may open: followed, or by broken glass. To read
        only."""
        # Broken glass names cases, so its class is defined after this one.
        glass = apps.get_model("cases", "BrokenGlass").objects.live_of(user)
        followed = Case.objects.followed_by(user).order_by().values("pk")
        return self.filter(
            pk__in=followed.union(glass.order_by().values("case"), all=True)
        )

    def entrusted_to(self, user):
        """Those whose followers `user` decides on: its referent, the direction, and a
        substitute once the referent is in office no more."""
        if user.is_active and user.is_manager:
            return self.listed_to(user)
        return self.followed_by(user).filter(Q(referent=user) | ~has_referent())

    def listed_to(self, user):
        """CPIP: the cases they follow. Direction: reference, measure and referent of
        its service's cases, restricted ones excepted. Nobody else."""
        if not user.is_active or user.are_cases_closed:
            return self.none()
        if user.is_manager:
            return self.filter(spip=user.spip, sensitivity__lt=Sensitivity.RESTRICTED)
        return self.followed_by(user)

    def visible_to(self, user):
        """Whose page `user` may open: those of their lists, and by broken glass."""
        if user.is_active and user.is_manager:
            return self.listed_to(user)
        return self.readable_by(user)


def has_referent() -> models.Exists:
    """Whether the referent still is a CPIP of the service."""
    postings = Posting.objects.live().filter(role=Role.CPIP, user__is_active=True)
    return models.Exists(
        postings.filter(spip=models.OuterRef("spip"), user=models.OuterRef("referent"))
    )


def cpips_of(spip) -> models.QuerySet[User]:
    """Who may follow a case of this service."""
    cpips = User.objects.posted(spip, Role.CPIP)
    return cpips.order_by("last_name", "first_name", "pk")


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
    milieu = models.CharField(
        _("milieu"), max_length=10, choices=Milieu, default=Milieu.OPEN
    )
    prison = models.CharField(
        _("établissement pénitentiaire"),
        max_length=120,
        blank=True,
        help_text=_("En milieu fermé seulement."),
    )
    release_on = models.DateField(
        _("date de libération prévue"),
        null=True,
        blank=True,
        help_text=_("En milieu fermé : la date, ou le motif qui suit."),
    )
    release_unknown = models.CharField(
        _("motif si cette date n’est pas connue"),
        max_length=15,
        choices=ReleaseUnknown,
        blank=True,
    )
    opened_at = models.DateTimeField(_("ouvert le"), db_default=Now())
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["referent", "-id"], name="case_referent"),
            models.Index(fields=["spip", "-id"], name="case_spip"),
            models.Index(fields=["spip", "reference"], name="case_reference"),
        ]
        constraints = [
            # A number is not unique: a constraint would tell who opens, corrects or
            # receives a case that another exists which they may not know of. Each is
            # asked about their own (`services.cases`).
            # Whoever is inside comes out on a day, or it is said why none is known.
            models.CheckConstraint(
                condition=Q(
                    Q(release_on__isnull=False, release_unknown="")
                    | Q(
                        release_on__isnull=True,
                        release_unknown__in=ReleaseUnknown.values,
                    ),
                    milieu=Milieu.CLOSED,
                )
                & ~Q(prison="")
                | Q(
                    milieu=Milieu.OPEN,
                    prison="",
                    release_on__isnull=True,
                    release_unknown="",
                ),
                name="case_release_known_or_why",
                violation_error_message=_(
                    "En milieu fermé, il faut l’établissement, et la date de "
                    "libération prévue ou le motif qui l’empêche d’être connue."
                ),
            ),
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


class AssignmentQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)

    def endable_by(self, user):
        """By who decides on the case, and by the substitute."""
        if not user.is_active:
            return self.none()
        cases = Case.objects.entrusted_to(user)
        followed = Case.objects.followed_by(user)
        return self.live().filter(
            Q(case__in=cases.values("pk"))
            | Q(user=user, case__in=followed.values("pk"))
        )


class Assignment(models.Model):
    """Another CPIP who follows the case beside its referent, for a time."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="assignments", verbose_name=_("dossier")
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("CPIP")
    )
    started_at = models.DateTimeField(_("depuis le"), db_default=Now())
    added_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("désigné par")
    )
    ended_at = models.DateTimeField(_("jusqu’au"), null=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("retiré par")
    )

    objects = AssignmentQuerySet.as_manager()

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


class Transfer(models.Model):
    """The case went from one referent to another: who decided, and when. Written by the
    function of the database that changes the referent, and by nothing else."""

    case = models.ForeignKey(
        Case, models.CASCADE, related_name="transfers", verbose_name=_("dossier")
    )
    previous = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("référent précédent")
    )
    referent = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("nouveau référent")
    )
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("décidé par")
    )
    decided_at = models.DateTimeField(_("décidé le"), db_default=Now())

    class Meta:
        verbose_name = _("changement de référent")
        verbose_name_plural = _("changements de référent")
        ordering = ["-pk"]


class MeasureQuerySet(models.QuerySet):
    def editable_by(self, user):
        return self.filter(case__in=Case.objects.followed_by(user))

    def not_over(self):
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=today()))


class Measure(models.Model):
    """A court measure: what the service is mandated for, and from when to when."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
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
    obligations = ArrayField(
        models.CharField(max_length=15, choices=Obligation),
        verbose_name=_("obligations"),
        default=list,
        blank=True,
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("mesure")
        verbose_name_plural = _("mesures")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="measure_dates",
                violation_error_message=_("La fin précède le début."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=MeasureKind.CONSTRAINT)
                | Q(starts_on__lt=CONSTRAINT_ENDED_ON),
                name="measure_constraint_is_past",
                violation_error_message=_(
                    "La contrainte pénale n’existe plus depuis le 24 mars 2020."
                ),
            ),
            models.CheckConstraint(
                condition=Q(obligations__contained_by=Obligation.values),
                name="measure_obligations_known",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < today()

    @property
    def obligation_labels(self) -> list[str]:
        """In the order of the law."""
        return [each.label for each in Obligation if each in self.obligations]

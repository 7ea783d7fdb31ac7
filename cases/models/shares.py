import uuid
from datetime import date, timedelta

from django.contrib.auth.models import Permission
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.managers import UserObjectPermissionManager
from guardian.models import UserObjectPermissionBase

from cases.enums import InformedHow, Sensitivity
from cases.models.cases import Case, Measure
from cases.models.documents import Document
from cases.models.rules import RulesVersion
from partners.models import Agreement, Membership, Partnership
from spip_portal.accounts.models import Spip, User
from spip_portal.journal.models import Entry, Verb
from spip_portal.security.dates import ParisToday

# Of templates/pdf/share_notice.html: raised when its words change.
NOTICE_VERSION = "2026-2"


class LegalBasisQuerySet(models.QuerySet):
    def offered_in(self, spip):
        return self.filter(spip=spip, is_active=True)

    def editable_by(self, user):
        """The direction keeps the list of its service."""
        if not user.is_active or not user.is_manager:
            return self.none()
        return self.filter(spip=user.spip)


class LegalBasis(models.Model):
    """The closed list of legal bases that a service keeps; no basis, no share."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spip = models.ForeignKey(
        Spip, models.CASCADE, related_name="legal_bases", verbose_name=_("service")
    )
    label = models.CharField(_("base légale"), max_length=200)
    is_active = models.BooleanField(_("proposée"), default=True)

    objects = LegalBasisQuerySet.as_manager()

    class Meta:
        verbose_name = _("base légale")
        verbose_name_plural = _("bases légales")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label


def _today_less_days_after() -> ExpressionWrapper:
    """A measure that ended on this day or later still carries the share."""
    return ExpressionWrapper(
        ParisToday() - F("days_after_measure"), output_field=models.DateField()
    )


class ShareQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever follows the case, and the direction those that it countersigns. A
        recipient reads what concerns them on the page of each document."""
        if user.is_active and user.is_manager:
            cases = Case.objects.visible_to(user)
            return self.filter(case__in=cases, needs_countersignature=True)
        return self.filter(case__in=Case.objects.followed_by(user))

    def discussed_by(self, user):
        """Under which `user` reads and writes messages: whoever follows the case, and
        whom it names while it is live."""
        if not user.is_active or user.are_cases_closed:
            return self.none()
        if user.is_agent:  # one stream each: an OR of both reads the whole table
            return self.filter(case__in=Case.objects.followed_by(user))
        named = ShareRecipient.objects.filter(user=user)
        return self.filter(pk__in=named.values("share"))

    def revocable_by(self, user):
        followed = Case.objects.followed_by(user)
        return self.filter(case__in=followed, revoked_at=None)

    def waiting(self):
        """Decided by a CPIP, without effect until the direction has countersigned."""
        return self.filter(
            needs_countersignature=True,
            countersigned_at=None,
            revoked_at=None,
            ends_at__gt=Now(),
        )

    def countersignable_by(self, user):
        """What the direction of the service may countersign: never its own decision,
        nor a share of a restricted case, which it cannot see, nor of one that the
        person opened by broken glass."""
        if not user.is_active or not user.is_manager:
            return self.none()
        waiting = self.waiting().filter(case__in=Case.objects.listed_to(user))
        return waiting.exclude(created_by=user).exclude(case__broken_glass__user=user)

    def in_effect(self):
        """Begun, not ended nor revoked, countersigned where it must be, and carried by
        its measure, or by the days that the direction allows after it."""
        return self.filter(
            Q(measure__ends_on=None)
            | Q(measure__ends_on__gte=_today_less_days_after()),
            Q(needs_countersignature=False) | Q(countersigned_at__isnull=False),
            revoked_at=None,
            starts_at__lte=Now(),
            ends_at__gt=Now(),
        )

    def without_reason(self):
        """Neither ended nor waiting, and nobody can read anything under it any more:
        what it rested on has ended."""
        shares = self.with_effect().filter(
            is_live=False, revoked_at=None, ends_at__gt=Now()
        )
        return shares.exclude(pk__in=self.waiting().values("pk"))

    def with_effect(self):
        """`is_live`: someone may still read something under it. A share lapses by
        itself when what it rests on ends, before its own last day."""
        rows = ShareRecipient.objects.filter(share=models.OuterRef("pk"))
        return self.annotate(is_live=models.Exists(rows))


class Share(models.Model):
    """The decision to let named professionals read documents of one case: why, on what
    basis, since when and until when, and how the person was told."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="shares", verbose_name=_("dossier")
    )
    measure = models.ForeignKey(
        Measure,
        models.PROTECT,
        related_name="+",
        verbose_name=_("mesure dans laquelle le partage s’inscrit"),
    )
    purpose = models.CharField(_("finalité"), max_length=300)
    legal_basis = models.ForeignKey(
        LegalBasis, models.PROTECT, related_name="+", verbose_name=_("base légale")
    )
    informed_on = models.DateField(_("personne informée le"))
    informed_how = models.CharField(
        _("personne informée"), max_length=12, choices=InformedHow
    )
    notice_version = models.CharField(
        _("version de la notice"), max_length=20, default=NOTICE_VERSION
    )
    person_limits = models.CharField(
        _("opposition ou limites exprimées"), max_length=500, blank=True
    )
    rules_version = models.ForeignKey(
        RulesVersion,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("règles appliquées"),
    )
    days_after_measure = models.PositiveSmallIntegerField(
        _("jours après la fin de la mesure"), default=0
    )
    # A judge's, for what the rules let pass under one only.
    authorisation_authority = models.CharField(
        _("magistrat qui autorise"), max_length=120, blank=True
    )
    authorisation_number = models.CharField(
        _("numéro de l’autorisation"), max_length=60, blank=True
    )
    authorised_on = models.DateField(_("date de l’autorisation"), null=True, blank=True)
    renews = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="renewals",
        verbose_name=_("renouvelle"),
    )
    # An internal control, not a legal basis (MISSION, law).
    needs_countersignature = models.BooleanField(_("à contresigner"), default=False)
    countersigned_at = models.DateTimeField(_("contresigné le"), null=True)
    countersigned_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("contresigné par"),
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("partagé par")
    )
    created_at = models.DateTimeField(_("partagé le"), db_default=Now())
    starts_at = models.DateTimeField(_("depuis"), db_default=Now())
    ends_at = models.DateTimeField(_("jusqu’à"))
    revoked_at = models.DateTimeField(_("terminé le"), null=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("terminé par")
    )
    revocation_reason = models.CharField(_("motif de fin"), max_length=300, blank=True)

    LONGEST = timedelta(days=368)  # twelve months (MISSION, law), over a 29 February
    ENDING_WITHIN = timedelta(days=14)  # its CPIP is told, and it is among what is due
    UNREAD_AFTER = timedelta(days=7)

    objects = ShareQuerySet.as_manager()

    class Meta:
        verbose_name = _("partage")
        verbose_name_plural = _("partages")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["created_by", "-id"], name="share_creator"),
            models.Index(
                fields=["case"],
                condition=Q(
                    needs_countersignature=True, countersigned_at=None, revoked_at=None
                ),
                name="share_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["id", "case"], name="share_of_case"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="share_dates",
                violation_error_message=_("La fin du partage est déjà passée."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="share_revoked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(countersigned_at=None, countersigned_by=None)
                | Q(
                    needs_countersignature=True,
                    countersigned_at__isnull=False,
                    countersigned_by__isnull=False,
                )
                & ~Q(countersigned_by=F("created_by")),
                name="share_countersigned_by_another",
            ),
            models.CheckConstraint(
                condition=Q(days_after_measure__lte=RulesVersion.MOST_DAYS_AFTER),
                name="share_days_after_measure",
            ),
        ]

    def __str__(self) -> str:
        return f"partage {self.uuid}"

    @property
    def is_over(self) -> bool:
        return self.revoked_at is not None or self.ends_at <= timezone.now()

    @property
    def took_effect(self) -> bool:
        """It had no need of a countersignature, or got it."""
        return not self.needs_countersignature or self.countersigned_at is not None

    @property
    def is_waiting(self) -> bool:
        return not self.took_effect and not self.is_over

    @property
    def is_refused(self) -> bool:
        """Ended by the direction before it took effect, not withdrawn by a CPIP."""
        by = self.revoked_by
        return not self.took_effect and by is not None and by.is_manager

    @property
    def ends_on(self) -> date:
        """The last day on which the share may be read."""
        return timezone.localtime(self.ends_at).date() - timedelta(days=1)


def live() -> Q:
    """When a recipient's row gives the right to read: everything it rests on holds now.
    Written a second time in SQL (`app.is_live`); an oracle compares both. One
    probe a thing, each planned alone: one join of twelve tables takes longer to plan
    than the row to read."""
    agreement = models.OuterRef(models.OuterRef("agreement"))
    return Q(
        _holds(Share.objects.in_effect(), "share"),
        _holds(Case.objects.exclude(sensitivity=Sensitivity.MINOR), "case"),
        _holds(Membership.objects.designated(), "membership"),
        _holds(Partnership.objects.entitled_by(agreement), "partnership"),
    )


def _holds(things: models.QuerySet, field: str) -> models.Subquery:
    """`(select true … limit 1)`: a probe by key, whatever the planner thinks."""
    named = things.order_by().filter(pk=models.OuterRef(field))
    return models.Subquery(named.annotate(holds=models.Value(True)).values("holds")[:1])


class RecipientQuerySet(models.QuerySet):
    def unread(self):
        """Of a recipient who has not opened the document since `effective_at`, when it
        became theirs to read. A substitute is waited for by nobody. The journal lies in
        months: those in which no live share was open are not looked into."""
        read = Entry.objects.filter(
            object_uuid=models.OuterRef("content_object__uuid"),
            actor_id=models.OuterRef("user"),
            verb=Verb.READ,
            at__gte=models.OuterRef("effective_at"),
            at__range=(timezone.now() - Share.LONGEST, timezone.now()),
        )
        effective = Coalesce("share__countersigned_at", "share__starts_at")
        return self.annotate(effective_at=effective).filter(
            ~models.Exists(read), is_substitute=False
        )


class LiveManager(UserObjectPermissionManager.from_queryset(RecipientQuerySet)):
    """Live rows only, because guardian reads through it; `history` has them all."""

    def get_queryset(self):
        return super().get_queryset().filter(live())


class ShareRecipient(UserObjectPermissionBase):
    """One named professional, one document, one share: guardian's permission row *is*
    the recipient's row (ACCESS). Rows are never deleted; a share is revoked."""

    content_object = models.ForeignKey(
        Document, models.CASCADE, related_name="recipients", verbose_name=_("document")
    )
    share = models.ForeignKey(
        Share, models.CASCADE, related_name="recipients", verbose_name=_("partage")
    )
    # Copied here to give lists their order; kept true by composite foreign keys.
    case = models.ForeignKey(
        Case,
        models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("dossier"),
    )
    user = models.ForeignKey(
        User,
        models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("destinataire"),
    )
    permission = models.ForeignKey(
        Permission, models.PROTECT, verbose_name=_("permission")
    )
    # What the right rests on: when one of them ends, so does the right, by itself.
    membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name=_("appartenance")
    )
    partnership = models.ForeignKey(
        Partnership, models.PROTECT, related_name="+", verbose_name=_("partenariat")
    )
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="+", verbose_name=_("convention")
    )

    # Named by the CPIP at sharing, told when a recipient has not read in time.
    is_substitute = models.BooleanField(_("suppléant"), default=False)

    objects = LiveManager()
    history = UserObjectPermissionManager()

    class Meta:
        verbose_name = _("destinataire d’un partage")
        verbose_name_plural = _("destinataires de partages")
        base_manager_name = "history"
        # The base forbids a second share to the same person after a revocation.
        unique_together = []
        constraints = [
            models.UniqueConstraint(
                fields=["share", "user", "permission", "content_object"],
                name="recipient_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["user", "-case", "-content_object"], name="recipient_user"
            ),
            models.Index(fields=["user", "-id"], name="recipient_newest"),
            models.Index(fields=["case"], name="recipient_case"),
        ]

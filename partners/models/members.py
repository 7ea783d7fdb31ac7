import uuid
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation
from partners.models.partnerships import Partnership
from spip_portal.accounts.models import User, is_coordination


class MembershipQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)

    def referents(self):
        return self.filter(role=Membership.Role.REFERENT)

    def active_for(self, user):
        """The membership `user` acts under: the one chosen last."""
        return self.live().filter(user=user).order_by("-chosen_at", "-pk")

    def managed_by(self, user):
        """Members that a référent of the same organisation administers, or that the
        coordination of a partner service designates in their stead."""
        if not user.is_active:
            return self.none()
        if user.is_coordinator:
            return self.live().filter(
                organisation__partnerships__in=Partnership.objects.validated().filter(
                    spip=user.spip
                )
            )
        if user.is_agent:
            return self.none()
        return self.live().filter(
            organisation__in=Organisation.objects.validated(),
            organisation__memberships__in=user.memberships.live().filter(
                role=Membership.Role.REFERENT
            ),
        )

    def designatable_by(self, user):
        """Nobody designates themself: a sole référent asks the coordination."""
        return self.managed_by(user).exclude(user=user.pk)

    def visible_to(self, user):
        """One's colleagues; for the coordination and the direction, those of the
        structures they handle."""
        if not user.is_active:
            return self.none()
        if user.is_agent:
            return self.supervised_by(user)
        own = Organisation.objects.joined_by(user)
        return self.live().filter(organisation__in=own)

    def supervised_by(self, user):
        """Members whose clearance the service may suspend or restore."""
        if not is_coordination(user):
            return self.none()
        known = Partnership.objects.managed_by(user)
        return self.live().filter(organisation__partnerships__in=known)

    def with_clearance(self):
        """What `clearance.reason_not_cleared` needs of each, in one query."""
        return self.select_related("user", "organisation", "clearance").annotate(
            has_second_factor=Exists(_second_factors()),
            current_charter_id=Subquery(Charter.objects.current().values("pk")),
        )

    def designated(self):
        """In the structure, designated by it and not suspended by the service."""
        return self.live().filter(
            clearance__suspended_at=None, clearance__designated_at__isnull=False
        )

    def cleared(self):
        """May receive a document: designated, current charter accepted, second factor,
        account active."""
        return self.designated().filter(
            Exists(_second_factors()),
            user__is_active=True,
            clearance__charter=Subquery(Charter.objects.current().values("pk")),
        )

    def with_named_data(self):
        """Whether each may receive a document of one service at least."""
        entitled = Partnership.objects.entitled().values("organisation")
        cleared = Membership.objects.cleared().filter(
            pk=OuterRef("pk"), organisation__in=entitled
        )
        return self.annotate(receives_documents=Exists(cleared))


def _second_factors():
    return Authenticator.objects.filter(
        user=OuterRef("user"), type=Authenticator.Type.TOTP
    )


class Membership(models.Model):
    """A person in an organisation, from a day to a day."""

    class Role(models.TextChoices):
        REFERENT = "referent", _("référent de structure")
        MEMBER = "member", _("professionnel partenaire")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, models.PROTECT, related_name="memberships", verbose_name=_("personne")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("structure"),
    )
    role = models.CharField(
        _("fonction"), max_length=10, choices=Role, default=Role.MEMBER
    )
    function = models.CharField(_("métier"), max_length=80, blank=True)
    started_at = models.DateTimeField(_("depuis le"), db_default=Now())
    chosen_at = models.DateTimeField(_("choisie le"), db_default=Now(), editable=False)
    ended_at = models.DateTimeField(_("terminée le"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("appartenance")
        verbose_name_plural = _("appartenances")
        ordering = ["user__last_name", "user__first_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ended_at=None),
                name="membership_once",
                violation_error_message=_(
                    "Cette personne est déjà membre de la structure."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"

    @property
    def is_referent(self) -> bool:
        return self.role == self.Role.REFERENT


class CharterQuerySet(models.QuerySet):
    def current(self):
        """The last version published, as a queryset of one."""
        return self.filter(published_at__lte=Now()).order_by("-version")[:1]


class Charter(models.Model):
    """One version of the confidentiality charter; a new one must be accepted anew."""

    version = models.PositiveIntegerField(_("version"), unique=True)
    text = models.TextField(_("texte"))
    published_at = models.DateTimeField(_("publiée le"))

    objects = CharterQuerySet.as_manager()

    class Meta:
        verbose_name = _("charte de confidentialité")
        verbose_name_plural = _("chartes de confidentialité")
        ordering = ["-version"]

    def __str__(self) -> str:
        return f"version {self.version}"

    @property
    def articles(self) -> list[tuple[str, str]]:
        """(heading, text): blocks apart by a blank line, whose first line is the
        heading when more follows."""
        blocks = [block.strip() for block in self.text.split("\n\n") if block.strip()]
        parts = [block.partition("\n") for block in blocks]
        return [(first, rest) if rest else ("", first) for first, _, rest in parts]


class Clearance(models.Model):
    """A professional's right to receive documents (habilitation): designated by the
    référent, charter accepted, second factor; the service can suspend it."""

    membership = models.OneToOneField(
        Membership,
        models.CASCADE,
        related_name="clearance",
        verbose_name=_("appartenance"),
    )
    designated_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("désignée par"),
    )
    designated_at = models.DateTimeField(_("désignée le"), null=True)
    charter = models.ForeignKey(
        Charter, models.PROTECT, null=True, verbose_name=_("charte acceptée")
    )
    charter_accepted_at = models.DateTimeField(_("charte acceptée le"), null=True)
    suspended_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("suspendue par"),
    )
    suspended_at = models.DateTimeField(_("suspendue le"), null=True)

    class Meta:
        verbose_name = _("habilitation")
        verbose_name_plural = _("habilitations")
        constraints = [
            models.CheckConstraint(
                condition=Q(charter__isnull=True)
                | Q(charter_accepted_at__isnull=False),
                name="clearance_charter_dated",
            )
        ]

    def __str__(self) -> str:
        return f"habilitation {self.pk}"


class InvitationQuerySet(models.QuerySet):
    def open(self):
        return self.pending().filter(expires_at__gt=Now())

    def pending(self):
        """Neither followed nor called back, perhaps expired."""
        return self.filter(accepted_at=None, cancelled_at=None)

    def managed_by(self, user):
        """What a référent sent, or another of the same structure."""
        return self.pending().filter(
            organisation__in=Organisation.objects.staffed_by(user)
        )


class Invitation(models.Model):
    """A link sent to one address, good once and for a fortnight, that joins one
    organisation. Self-registration is the case where nobody invited: following the link
    proves the contact's address."""

    VALID_FOR = timedelta(days=14)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="invitations",
        verbose_name=_("structure"),
    )
    email = models.EmailField(_("adresse électronique"))
    first_name = models.CharField(_("prénom"), max_length=100, blank=True)
    last_name = models.CharField(_("nom"), max_length=100, blank=True)
    function = models.CharField(_("métier"), max_length=80, blank=True)
    role = models.CharField(
        _("fonction"),
        max_length=10,
        choices=Membership.Role,
        default=Membership.Role.MEMBER,
    )
    invited_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("invitée par")
    )
    invited_at = models.DateTimeField(_("invitée le"), db_default=Now())
    expires_at = models.DateTimeField(_("valable jusqu’au"))
    accepted_at = models.DateTimeField(_("acceptée le"), null=True)
    cancelled_at = models.DateTimeField(_("annulée le"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=Q(accepted_at=None, cancelled_at=None),
                name="invitation_once",
                violation_error_message=_(
                    "Une invitation est déjà en cours pour cette adresse."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"invitation {self.uuid}"

    @property
    def is_open(self) -> bool:
        return (
            self.accepted_at is None
            and self.cancelled_at is None
            and self.expires_at > timezone.now()
        )

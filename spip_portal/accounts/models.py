import uuid
from datetime import timedelta
from typing import ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from spip_portal import registry
from spip_portal.accounts.enums import PARTNER, Role
from spip_portal.registry import RoleChoice
from spip_portal.security.dates import begun, not_over


class Spip(models.Model):
    """A service: one installation serves any number of them."""

    name = models.CharField(_("nom"), max_length=150, unique=True)
    short_name = models.CharField(_("nom court"), max_length=40)
    slug = models.SlugField(_("identifiant"), unique=True)
    departement = models.CharField(_("département"), max_length=3)
    address = models.TextField(_("adresse"), blank=True)
    phone = models.CharField(_("téléphone du standard"), max_length=20, blank=True)
    email = models.EmailField(_("adresse électronique du service"), blank=True)

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AntenneQuerySet(models.QuerySet):
    def editable_by(self, user):
        if not user.is_active or not (user.is_coordinator or user.is_manager):
            return self.none()
        return self.filter(spip=user.spip)


class Antenne(models.Model):
    class Kind(models.TextChoices):
        OPEN = "open", _("milieu ouvert")
        PRISON = "prison", _("établissement pénitentiaire")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="antennes", verbose_name=_("service")
    )
    name = models.CharField(_("nom"), max_length=120)
    kind = models.CharField(_("milieu"), max_length=10, choices=Kind, default=Kind.OPEN)
    address = models.TextField(_("adresse"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    opening_hours = models.CharField(_("horaires"), max_length=300, blank=True)
    territory = models.TextField(_("communes couvertes"), blank=True)

    objects = AntenneQuerySet.as_manager()

    class Meta:
        verbose_name = _("antenne")
        verbose_name_plural = _("antennes")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["spip", "name"],
                name="antenne_once",
                violation_error_message=_("Ce service a déjà une antenne de ce nom."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet):
    def resettable_by(self, user):
        """Agents of the service whose second factor the direction may help reset."""
        if not user.is_active or not user.is_manager:
            return self.none()
        colleagues = Posting.objects.live().filter(spip=user.spip)
        return (
            self.filter(postings__in=colleagues, is_active=True)
            .exclude(pk=user.pk)
            .distinct()
        )

    def posted(self, spip, role: str):
        """Active accounts in that role of that service today."""
        postings = Posting.objects.live().filter(spip=spip, role=role)
        return self.filter(pk__in=postings.values("user"), is_active=True)


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def posted(self, spip, role: str) -> UserQuerySet:
        return self.get_queryset().posted(spip, role)

    def resettable_by(self, user) -> UserQuerySet:
        return self.get_queryset().resettable_by(user)

    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields):
        return self.create_user(
            email, password, is_staff=True, is_superuser=True, **fields
        )

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """A person; the e-mail is the login. What they may do hangs on their posting
    (agents) or their memberships (partners), never on this row."""

    username = None  # type: ignore[assignment]  # Django's own way to drop the field
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("adresse électronique"), unique=True)
    first_name = models.CharField(_("prénom"), max_length=100)
    last_name = models.CharField(_("nom"), max_length=100)
    active_posting = models.ForeignKey(
        "Posting",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("affectation active"),
    )
    cases_closed_until = models.DateTimeField(
        _("dossiers fermés jusqu’à"), null=True, blank=True, editable=False
    )
    # Part of what a session must match: raising it ends every session at once.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    # AbstractUser names its own manager class, which wants a username.
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("Un compte existe déjà à cette adresse."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @cached_property
    def posting(self) -> "Posting | None":
        """The posting this person acts under now; None for a partner."""
        if self.active_posting_id is None:
            return None
        return (
            Posting.objects.live()
            .select_related("spip")
            .filter(pk=self.active_posting_id, user_id=self.pk)
            .first()
        )

    @property
    def role(self) -> str:
        return self.posting.role if self.posting else PARTNER

    @cached_property
    def roles(self) -> list[RoleChoice]:
        """Who else than an agent this person acts as, or may."""
        return registry.gather("roles", self)

    @property
    def spip(self) -> Spip | None:
        return self.posting.spip if self.posting else None

    @property
    def is_agent(self) -> bool:
        return self.posting is not None

    @property
    def is_manager(self) -> bool:
        return self.role == Role.MANAGER

    @property
    def is_coordinator(self) -> bool:
        return self.role == Role.COORDINATOR

    @property
    def is_cpip(self) -> bool:
        return self.role == Role.CPIP

    @property
    def are_cases_closed(self) -> bool:
        """After a reset of the second factor, documents stay shut for a day."""
        return bool(
            self.cases_closed_until and self.cases_closed_until > timezone.now()
        )

    def get_session_auth_hash(self) -> str:
        return salted_hmac(
            "accounts.session",
            f"{self.password}{self.session_epoch}",
            algorithm="sha256",
        ).hexdigest()

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Ask the backends. A superuser has no short cut to an object: the technical
        administrator reads no document (SECURITY 7)."""
        if obj is not None:
            backends = (b for b in get_backends() if hasattr(b, "has_perm"))
            return self.is_active and any(b.has_perm(self, perm, obj) for b in backends)
        return super().has_perm(perm)


class PostingQuerySet(models.QuerySet):
    def live(self):
        """Confirmed by the direction, begun and not ended, today in Paris."""
        return self.filter(
            not_over("ends_on"), begun("starts_on"), confirmed_at__isnull=False
        )

    def confirmable_by(self, user):
        """What a manager may confirm: postings of the service, never their own."""
        if not user.is_authenticated or not user.is_manager:
            return self.none()
        return self.filter(
            not_over("ends_on"), spip=user.spip, confirmed_at=None
        ).exclude(user=user)


class Posting(models.Model):
    """An agent in a service, in one role, for a time (affectation)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, models.PROTECT, related_name="postings", verbose_name=_("agent")
    )
    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="postings", verbose_name=_("service")
    )
    antenne = models.ForeignKey(
        Antenne,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name=_("antenne"),
    )
    role = models.CharField(_("fonction"), max_length=15, choices=Role)
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True, editable=False)
    confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmée par"),
    )

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("affectation")
        verbose_name_plural = _("affectations")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="posting_dates",
                violation_error_message=_("La fin précède le début."),
            ),
            models.UniqueConstraint(
                fields=["user", "spip", "role"],
                condition=Q(ends_on__isnull=True),
                name="posting_once",
                violation_error_message=_(
                    "Cette personne a déjà cette fonction dans ce service."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} – {self.spip.short_name}"


class FactorResetQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(confirmed_at=None, cancelled_at=None)

    def confirmable_by(self, user):
        """The second person: direction or coordination of the service, and neither
        who started it nor whom it is about."""
        if not user.is_active or not (user.is_manager or user.is_coordinator):
            return self.none()
        return (
            self.waiting()
            .filter(spip=user.spip)
            .exclude(started_by=user)
            .exclude(user=user)
        )


class FactorReset(models.Model):
    """A lost second factor, erased by two people: one starts it after a call, another
    confirms. The account is told, and cases stay shut to it for 24 hours (SECURITY)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User, models.CASCADE, related_name="factor_resets", verbose_name=_("compte")
    )
    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="+", verbose_name=_("service")
    )
    motive = models.CharField(_("motif et vérification faite"), max_length=300)
    started_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("demandée par")
    )
    started_at = models.DateTimeField(_("demandée le"), db_default=Now())
    confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("confirmée par"),
    )
    confirmed_at = models.DateTimeField(_("confirmée le"), null=True)
    cancelled_at = models.DateTimeField(_("annulée le"), null=True)

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = _("réinitialisation du second facteur")
        verbose_name_plural = _("réinitialisations du second facteur")
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | ~Q(confirmed_by=F("started_by")),
                name="reset_by_two_people",
                violation_error_message=_("Une autre personne doit confirmer."),
            ),
            models.CheckConstraint(
                condition=~Q(user=F("started_by")),
                name="reset_not_own",
                violation_error_message=_("On ne réinitialise pas son propre compte."),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(confirmed_at=None, cancelled_at=None),
                name="reset_one_waiting",
                violation_error_message=_("Une demande est déjà en cours."),
            ),
        ]


class SignInFailureQuerySet(models.QuerySet):
    def recent(self, identifier: str):
        return self.filter(
            identifier=identifier, failed_at__gt=timezone.now() - SignInFailure.WINDOW
        )


class SignInFailure(models.Model):
    """One wrong password or code. Counted here and not in the cache, so that losing
    Redis unlocks nobody. `identifier` is a keyed hash: unknown addresses count too."""

    WINDOW = timedelta(hours=1)
    LIMIT = 10

    identifier = models.CharField(max_length=64)
    failed_at = models.DateTimeField(db_default=Now())

    objects = SignInFailureQuerySet.as_manager()

    class Meta:
        verbose_name = _("échec de connexion")
        verbose_name_plural = _("échecs de connexion")
        indexes = [
            models.Index(fields=["identifier", "failed_at"], name="failure_recent")
        ]


def is_coordination(user) -> bool:
    """Whether `user`, who may be a visitor, writes what a service says to its partners:
    the coordination, or the direction in its stead."""
    return user.is_active and (user.is_coordinator or user.is_manager)

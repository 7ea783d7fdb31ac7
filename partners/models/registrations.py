import hashlib
import json
import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.attached import AttachedQuerySet
from partners.models.organisations import Organisation
from partners.models.partnerships import Partnership
from spip_portal.accounts.models import User
from spip_portal.vault.models import StoredFile


class RegistrationQuerySet(models.QuerySet):
    def open(self):
        return self.filter(expires_at__gt=Now())

    def over(self):
        return self.exclude(expires_at__gt=Now())


class Registration(models.Model):
    """What a visitor has typed so far about a structure, step after step. Kept as it
    was typed, right or wrong, so that nothing is ever lost; the forms read it again.
    Whoever holds its link writes it: nobody has an account yet."""

    KEPT_FOR = timedelta(days=30)  # after the last word

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    typed = models.JSONField(_("saisie"), default=dict)
    file = models.OneToOneField(
        StoredFile,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("justificatif"),
    )
    linked_email = models.EmailField(_("lien de reprise envoyé à"), blank=True)
    started_at = models.DateTimeField(_("commencée le"), db_default=Now())
    expires_at = models.DateTimeField(_("gardée jusqu’au"))

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscription en cours")
        verbose_name_plural = _("inscriptions en cours")
        ordering = ["started_at"]

    def __str__(self) -> str:
        return f"inscription {self.uuid}"

    @property
    def digest(self) -> str:
        """Of all that would be sent: what is read in the summary is what leaves."""
        content = json.dumps([self.typed, self.file_id], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


class ProofQuerySet(AttachedQuerySet):
    def visible_to(self, user):
        """The coordination and the direction of a service that was asked, and the
        référents of the structure; never the network."""
        asked = Partnership.objects.managed_by(user)
        return self.filter(
            Q(organisation__in=asked.values("organisation"))
            | Q(organisation__in=Organisation.objects.editable_by(user).values("pk"))
        )

    def editable_by(self, user):
        return self.filter(organisation__in=Organisation.objects.editable_by(user))


class Proof(models.Model):
    """A PDF that shows what the structure is: its statutes, its declaration."""

    MOST = 10  # of one structure, which nobody may have validated yet

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="proofs", verbose_name=_("structure")
    )
    file = models.OneToOneField(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("fichier")
    )
    added_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("déposé par")
    )
    added_at = models.DateTimeField(_("déposé le"), db_default=Now())

    objects = ProofQuerySet.as_manager()

    class Meta:
        verbose_name = _("justificatif")
        verbose_name_plural = _("justificatifs")
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return f"justificatif {self.uuid}"


class PartnershipChange(models.Model):
    """One change of state of a partnership: when, by whom (nobody: the visitor who
    registered it), and why. A line is never rewritten."""

    partnership = models.ForeignKey(
        Partnership,
        models.CASCADE,
        related_name="changes",
        verbose_name=_("partenariat"),
    )
    state = models.CharField(_("état"), max_length=10, choices=Partnership.State)
    changed_at = models.DateTimeField(_("le"), default=timezone.now)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("par")
    )
    reason = models.CharField(_("motif"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("changement d’état")
        verbose_name_plural = _("changements d’état")
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_state_display()} – {self.changed_at}"


class JoinRequestQuerySet(models.QuerySet):
    def waiting(self):
        """Not answered, and still kept."""
        return self.filter(decided_at=None, expires_at__gt=Now())

    def unconfirmed(self):
        return self.waiting().filter(confirmed_at=None)

    def decidable_by(self, user):
        """By a référent of the structure, or by the coordination of a service where
        nobody keeps it."""
        confirmed = self.waiting().filter(confirmed_at__isnull=False)
        staffed = Organisation.objects.staffed_by(user)
        unkept = Partnership.objects.kept_by_nobody(user)
        return confirmed.filter(
            Q(organisation__in=staffed.values("pk"))
            | Q(organisation__in=unkept.values("organisation"))
        )


class JoinRequest(models.Model):
    """Somebody found their structure already registered and asks to join it. Heard of
    by those who answer only once the address is proven."""

    CONFIRM_WITHIN = timedelta(days=14)
    KEPT_FOR = timedelta(days=90)  # once confirmed, answered or not

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="join_requests",
        verbose_name=_("structure"),
    )
    email = models.EmailField(_("adresse électronique"))
    first_name = models.CharField(_("prénom"), max_length=100)
    last_name = models.CharField(_("nom"), max_length=100)
    function = models.CharField(_("métier"), max_length=80)
    asked_at = models.DateTimeField(_("demandée le"), db_default=Now())
    confirmed_at = models.DateTimeField(_("adresse confirmée le"), null=True)
    expires_at = models.DateTimeField(_("gardée jusqu’au"))
    decided_at = models.DateTimeField(_("décidée le"), null=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("par")
    )
    is_accepted = models.BooleanField(_("acceptée"), null=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande à rejoindre")
        verbose_name_plural = _("demandes à rejoindre")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organisation",
                condition=Q(decided_at=None),
                name="join_request_once",
                violation_error_message=_(
                    "Une demande est déjà en cours pour cette adresse."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"demande à rejoindre {self.uuid}"

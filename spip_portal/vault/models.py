import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class StoredFileQuerySet(models.QuerySet):
    def waiting(self):
        """Those never tried first: one that cannot be checked holds up nobody."""
        waiting = self.filter(state=StoredFile.State.QUARANTINED)
        return waiting.order_by(F("tried_at").asc(nulls_first=True), "pk")


class StoredFile(models.Model):
    """One encrypted file. Who may read it is the business of whoever points at it;
    without this row's key the bytes on the disk mean nothing."""

    class State(models.TextChoices):
        QUARANTINED = "quarantined", _("en cours de vérification")
        AVAILABLE = "available", _("disponible")
        REFUSED = "refused", _("refusé")

    class MediaType(models.TextChoices):
        """What it was said to be when it came; the inspection verifies it."""

        PDF = "application/pdf", _("PDF")
        PNG = "image/png", _("image PNG")
        JPEG = "image/jpeg", _("image JPEG")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    media_type = models.CharField(
        _("nature"), max_length=15, choices=MediaType, default=MediaType.PDF
    )
    wrapped_key = models.BinaryField(_("clef enveloppée"), null=True)
    size = models.PositiveIntegerField(_("taille en octets"))
    sha256 = models.CharField(_("empreinte"), max_length=64)
    state = models.CharField(
        _("état"), max_length=12, choices=State, default=State.QUARANTINED
    )
    refusal = models.CharField(_("motif du refus"), max_length=300, blank=True)
    pages = models.PositiveIntegerField(_("nombre de pages"), null=True)
    stored_at = models.DateTimeField(_("déposé le"), db_default=Now())
    tried_at = models.DateTimeField(_("dernier essai de vérification"), null=True)
    inspected_at = models.DateTimeField(_("vérifié le"), null=True)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("fichier du coffre")
        verbose_name_plural = _("fichiers du coffre")
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state="quarantined"), name="file_waiting"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="quarantined") | Q(inspected_at__isnull=False),
                name="file_inspected_before_use",
            )
        ]

    @property
    def is_available(self) -> bool:
        return self.state == self.State.AVAILABLE

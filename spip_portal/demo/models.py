import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReceivedMailQuerySet(models.QuerySet):
    def matching(self, words: str):
        """Mails whose recipient or subject holds `words`; all of them without words."""
        if not words:
            return self
        return self.filter(Q(recipients__icontains=words) | Q(subject__icontains=words))

    def without_bytes(self):
        """For lists: attachments may weigh megabytes."""
        return self.defer("raw")


class ReceivedMail(models.Model):
    """A mail that the demo's own server received; nothing leaves the demo."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    received_at = models.DateTimeField(_("reçu le"), default=timezone.now)
    sender = models.CharField(_("expéditeur"), max_length=320, blank=True)
    recipients = models.TextField(_("destinataires"))
    subject = models.TextField(_("objet"), blank=True)
    raw = models.BinaryField(_("contenu"))

    objects = ReceivedMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("courriel reçu")
        verbose_name_plural = _("courriels reçus")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.subject

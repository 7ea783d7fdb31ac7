"""The files of the vault that a page of the network offers."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from spip_portal.accounts.models import User
from spip_portal.vault.models import StoredFile


class AttachedQuerySet(models.QuerySet):
    def available(self):
        """Inspected and sound: nothing else is ever served."""
        return self.filter(file__state=StoredFile.State.AVAILABLE)


class AttachedPdf(models.Model):
    """A PDF under a title, which whoever keeps the page has put there."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("intitulé"), max_length=120)
    file = models.OneToOneField(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("fichier")
    )
    added_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("auteur du dépôt")
    )
    added_at = models.DateTimeField(_("date du dépôt"), db_default=Now())

    class Meta:
        abstract = True
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return self.title

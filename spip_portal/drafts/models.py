from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from spip_portal.accounts.models import User


class DraftQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(user=user) if user.is_active else self.none()

    def forgotten(self, now):
        return self.filter(saved_at__lt=now - Draft.KEPT_FOR)


class Draft(models.Model):
    """What one person has typed into the form of one page and not sent yet. Sealed:
    whoever holds a dump reads neither the words nor which page they are for."""

    KEPT_FOR = timedelta(days=30)
    MOST_CHARACTERS = 100_000

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    page_hash = models.CharField(_("empreinte de la page"), max_length=64)
    sealed = models.BinaryField(_("saisie scellée"))
    saved_at = models.DateTimeField(_("enregistré le"), auto_now=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("brouillon")
        verbose_name_plural = _("brouillons")
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "page_hash"], name="draft_once")
        ]

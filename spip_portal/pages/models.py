import hashlib

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class CalendarFeedQuerySet(models.QuerySet):
    def opened_by(self, token: str):
        """The feed of this address, as long as the account is active."""
        digest = hashlib.sha256(token.encode()).hexdigest()
        return self.filter(token_hash=digest, user__is_active=True)


class CalendarFeed(models.Model):
    """The private address at which a calendar fetches what its owner may see. Only the
    hash is kept: a copy of the database opens no feed."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("personne"),
    )
    token_hash = models.CharField(_("empreinte"), max_length=64, unique=True)
    created_at = models.DateTimeField(_("créé le"), db_default=Now())

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("abonnement au calendrier")
        verbose_name_plural = _("abonnements au calendrier")

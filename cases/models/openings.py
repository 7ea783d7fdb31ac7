import uuid
from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.models.documents import Document
from spip_portal.accounts.models import User


class OpeningQuerySet(models.QuerySet):
    def of(self, user):
        return self.filter(user=user)

    def live(self):
        return self.since(Opening.LIFE)

    def since(self, ago: timedelta):
        return self.filter(opened_at__gt=Now() - ago)

    def spent(self):
        """Past any use: neither a reading nor a limit looks at them."""
        return self.filter(opened_at__lt=Now() - Opening.KEPT)


class Opening(models.Model):
    """One reading of one document by one person, one line of the journal. The parts of
    the file that a browser asks for afterwards belong to it, for a quarter of an hour;
    the right is asked again each time."""

    LIFE = timedelta(minutes=15)
    # One account, in so long; one more is refused and the direction told (SECURITY 20).
    MANY, MANY_WITHIN = 60, timedelta(minutes=10)
    KEPT = timedelta(days=1)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        User,
        models.CASCADE,
        related_name="+",
        db_index=False,
        verbose_name=_("lecteur"),
    )
    document = models.ForeignKey(
        Document, models.CASCADE, related_name="openings", verbose_name=_("document")
    )
    opened_at = models.DateTimeField(_("ouvert le"), db_default=Now())

    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("ouverture")
        verbose_name_plural = _("ouvertures")
        indexes = [models.Index(fields=["user", "-opened_at"], name="opening_user")]

    @property
    def etag(self) -> str:
        return f'"{self.uuid}"'

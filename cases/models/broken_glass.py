import uuid
from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Now, Trim
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.enums import Sensitivity
from cases.models.cases import Case
from spip_portal.accounts.models import User

LONGEST = timedelta(hours=24)
SHORTEST_MOTIVE = 10


class BrokenGlassQuerySet(models.QuerySet):
    def live_of(self, user):
        """What `user` may still read by it: never a restricted case, and only in the
        service they are a CPIP or a manager of now."""
        if not user.is_active or user.are_cases_closed:
            return self.none()
        if not (user.is_cpip or user.is_manager):
            return self.none()
        return self.filter(
            user=user,
            ends_at__gt=Now(),
            case__spip=user.spip,
            case__sensitivity__lt=Sensitivity.RESTRICTED,
        )

    def visible_to(self, user):
        """One's own, those on the cases that one follows, and for the direction all
        those of its service."""
        if not user.is_active or user.are_cases_closed:
            return self.none()
        if user.is_manager:
            return self.filter(case__in=Case.objects.listed_to(user).values("pk"))
        own = self.live_of(user).values("pk")
        followed = Case.objects.followed_by(user).values("pk")
        return self.filter(Q(pk__in=own) | Q(case__in=followed))


class BrokenGlass(models.Model):
    """Accès motivé: a case read without following it, for some hours and a reason that
    stay on the case for good. To read only: nothing that writes looks here. Rows are
    written by a function of the database, and never changed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="broken_glass", verbose_name=_("dossier")
    )
    user = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("agent")
    )
    motive = models.CharField(_("motif"), max_length=300)
    starts_at = models.DateTimeField(_("depuis"), db_default=Now())
    ends_at = models.DateTimeField(_("jusqu’à"))

    objects = BrokenGlassQuerySet.as_manager()

    class Meta:
        verbose_name = _("accès motivé")
        verbose_name_plural = _("accès motivés")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "-ends_at"], name="glass_of_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at"))
                & Q(ends_at__lte=F("starts_at") + LONGEST),
                name="glass_at_most_24_hours",
            ),
            models.CheckConstraint(
                condition=GreaterThanOrEqual(Length(Trim("motive")), SHORTEST_MOTIVE),
                name="glass_has_a_motive",
            ),
        ]

    @property
    def is_live(self) -> bool:
        return self.ends_at > timezone.now()

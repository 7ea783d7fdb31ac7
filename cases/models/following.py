"""What follows a share: the reader's acknowledgement, and the requests of those who
were told of a paper by its reference."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.models.cases import TOLD_FOR, Case
from cases.models.documents import Document
from cases.models.shares import Share
from partners.models import Membership
from spip_portal.accounts.models import User


class Acknowledgement(models.Model):
    """A recipient says that they have read, and what they commit to."""

    COMMITMENT = _(
        "J’ai lu ce document. Je ne le transmets à personne et je n’en garde aucune "
        "copie au-delà du partage."
    )

    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    share = models.ForeignKey(Share, models.CASCADE, related_name="acknowledgements")
    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    user = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("lecteur")
    )
    commitment = models.CharField(_("engagement"), max_length=200)
    at = models.DateTimeField(_("le"), db_default=Now())

    class Meta:
        verbose_name = _("accusé de lecture")
        verbose_name_plural = _("accusés de lecture")
        constraints = [
            models.UniqueConstraint(
                fields=["share", "document", "user"], name="acknowledged_once"
            )
        ]


class AccessRequestQuerySet(models.QuerySet):
    def answerable_by(self, user):
        """Whoever follows the case decides."""
        followed = Case.objects.followed_by(user)
        return self.filter(case__in=followed, answered_at=None)

    def waiting_lately(self):
        """Asked these days and not answered: what the referent's mail is for. One of a
        reference of nothing has no case, hence nobody to tell."""
        lately = Now() - TOLD_FOR
        return self.filter(answered_at=None, case__isnull=False, asked_at__gt=lately)

    def visible_to(self, user):
        if user.is_agent:
            return self.filter(case__in=Case.objects.followed_by(user))
        return self.filter(asked_by=user)


class AccessRequest(models.Model):
    """A professional asks for a document or a case that they know by its opaque
    reference only. Which case it is, the database finds by a trigger, and whoever asks
    is never told; a reference of nothing is kept too, and answered by nobody."""

    MOST_A_DAY = 10

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.UUIDField(
        _("référence"),
        help_text=_("Celle qui vous a été donnée, par exemple 1b4e28ba-2fa1-…"),
    )
    reason = models.CharField(
        _("pourquoi en avez-vous besoin ?"),
        max_length=300,
        help_text=_("Aucun nom de personne suivie."),
    )
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("demandé par")
    )
    membership = models.ForeignKey(
        Membership, models.PROTECT, related_name="+", verbose_name=_("appartenance")
    )
    asked_at = models.DateTimeField(_("demandé le"), db_default=Now())
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+")
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("répondu par")
    )
    answered_at = models.DateTimeField(_("répondu le"), null=True)
    is_granted = models.BooleanField(_("acceptée"), null=True)
    answer = models.CharField(_("réponse"), max_length=300, blank=True)

    objects = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande d’accès")
        verbose_name_plural = _("demandes d’accès")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="access_request_by"),
            models.Index(fields=["case", "-id"], name="access_request_case"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, is_granted=None)
                | Q(
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                    is_granted__isnull=False,
                ),
                name="access_request_answered_whole",
            )
        ]

    def __str__(self) -> str:
        return f"demande {self.uuid}"

import math
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, Min, Q, Sum
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Progress:
    """Where a campaign stands; what a progress bar needs."""

    total: int
    sent: int
    failed: int
    possible_copies: int
    paused_reason: str
    remaining_seconds: int | None  # None: unknown yet, or paused

    @property
    def due(self) -> int:
        return self.total - self.sent - self.failed

    @property
    def percent(self) -> int:
        return (self.sent + self.failed) * 100 // self.total if self.total else 100

    @property
    def is_finished(self) -> bool:
        return self.due == 0


class CampaignQuerySet(models.QuerySet):
    def purgeable(self, *, before: datetime, single_before: datetime):
        """Begun before `before` (a single mail: `single_before`), nothing left to send,
        content still kept."""
        old = Q(created_at__lt=before)
        old |= Q(kind=Campaign.SINGLE, created_at__lt=single_before)
        return self.filter(old, purged_at=None).exclude(
            pk__in=Message.objects.waiting().values("campaign")
        )


class Campaign(models.Model):
    """One content for one or many recipients. A single mail is a campaign of one."""

    SINGLE = "single"
    FIRST_PAUSE = timedelta(seconds=30)
    LONGEST_PAUSE = timedelta(minutes=15)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(
        _("clef d’unicité"),
        max_length=200,
        unique=True,
        help_text=_("Une seconde demande de même clef n’ajoute rien."),
    )
    kind = models.SlugField(_("nature"), max_length=30)
    label = models.CharField(_("libellé"), max_length=200, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("demandée par"),
    )
    created_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    subject = models.TextField(_("objet"))
    text = models.TextField(_("texte"), blank=True)
    html = models.TextField(_("mise en forme"), blank=True)
    headers = models.JSONField(_("en-têtes"), default=dict, blank=True)
    paused_at = models.DateTimeField(_("suspendue depuis"), null=True, blank=True)
    pause_reason = models.TextField(_("motif de suspension"), blank=True)
    resume_at = models.DateTimeField(_("prochain essai"), null=True, blank=True)
    purged_at = models.DateTimeField(_("contenu effacé le"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("envoi")
        verbose_name_plural = _("envois")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(subject__regex=r"[\r\n]") & ~Q(subject=""),
                name="campaign_subject_line",
                violation_error_message=_("L’objet tient sur une ligne."),
            ),
            models.CheckConstraint(
                condition=Q(paused_at=None, resume_at=None, pause_reason="")
                | (
                    Q(paused_at__isnull=False, resume_at__isnull=False)
                    & ~Q(pause_reason="")
                ),
                name="campaign_pause_whole",
                violation_error_message=_("Une suspension a une date et un motif."),
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.key

    def pause(self, *, reason: str, now: datetime) -> None:
        """Try again later by itself: as long again as it has been paused already."""
        self.paused_at = self.paused_at or now
        self.pause_reason = reason
        wait = max(now - self.paused_at, self.FIRST_PAUSE)
        self.resume_at = now + min(wait, self.LONGEST_PAUSE)

    def progress(self) -> Progress:
        """Counted in one query."""
        sent = Q(state=Message.State.SENT)
        counts = self.messages.aggregate(
            total=Count("pk"),
            sent=Count("pk", filter=sent),
            failed=Count("pk", filter=Q(state=Message.State.FAILED)),
            copies=Sum("copies", default=0),
            first=Min("sent_at"),
            last=Max("sent_at"),
        )
        due = counts["total"] - counts["sent"] - counts["failed"]
        remaining = None
        if not due:
            remaining = 0
        elif counts["sent"] > 1 and not self.paused_at:
            pace = (counts["last"] - counts["first"]) / (counts["sent"] - 1)
            remaining = math.ceil(pace.total_seconds() * due)
        return Progress(
            total=counts["total"],
            sent=counts["sent"],
            failed=counts["failed"],
            possible_copies=counts["copies"],
            paused_reason=self.pause_reason,
            remaining_seconds=remaining,
        )


class MessageQuerySet(models.QuerySet):
    def waiting(self):
        """Neither sent nor given up."""
        return self.filter(state__in=[Message.State.DUE, Message.State.SENDING])

    def overdue(self, now: datetime):
        """Waiting past their moment, whoever holds them."""
        return self.waiting().filter(due_at__lte=now)

    def claimable(self, now: datetime):
        """What a worker may take now, single mails before bulk."""
        is_free = Q(leased_until=None) | Q(leased_until__lte=now)
        may_try = Q(campaign__resume_at=None) | Q(campaign__resume_at__lte=now)
        return (
            self.overdue(now)
            .filter(is_free, may_try)
            .order_by("is_bulk", "due_at", "pk")
        )


class Message(models.Model):
    """One mail to one recipient; the row is the truth, the broker only a bell.

    SENDING means « may have left »: the row was handed to the server and the answer is
    not known. Whoever starts such a row again counts a possible copy.
    """

    class State(models.TextChoices):
        DUE = "due", _("à envoyer")
        SENDING = "sending", _("en cours d’envoi")
        SENT = "sent", _("envoyé")
        FAILED = "failed", _("en échec")

    MAX_ATTEMPTS = 8
    FIRST_DELAY = timedelta(minutes=1)
    LONGEST_DELAY = timedelta(hours=6)

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="messages", verbose_name=_("envoi")
    )
    recipient = models.EmailField(_("adresse"), max_length=254)
    merge = models.JSONField(_("valeurs propres"), default=dict, blank=True)
    message_id = models.CharField(
        _("identifiant du message"), max_length=300, unique=True
    )
    is_bulk = models.BooleanField(_("envoi groupé"), default=False)
    state = models.CharField(_("état"), max_length=7, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    copies = models.PositiveSmallIntegerField(_("doubles possibles"), default=0)
    due_at = models.DateTimeField(_("à envoyer le"), default=timezone.now)
    leased_until = models.DateTimeField(_("pris jusqu’à"), null=True, blank=True)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    last_error = models.CharField(_("dernière erreur"), max_length=500, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "campaign",
                Lower("recipient"),
                name="message_once",
                violation_error_message=_("Cette adresse est déjà dans l’envoi."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["due", "sending", "sent", "failed"]),
                name="message_state",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="message_sent_dated",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["due", "sending"]) | Q(leased_until=None),
                name="message_done_free",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(last_error=""),
                name="message_failure_told",
            ),
            models.CheckConstraint(
                condition=~Q(recipient__regex=r"[[:cntrl:]]") & ~Q(recipient=""),
                name="message_recipient_line",
            ),
        ]
        indexes = [
            models.Index(
                fields=["is_bulk", "due_at"],
                condition=Q(state__in=["due", "sending"]),
                name="message_due",
            ),
            models.Index(fields=["campaign", "state"], name="message_progress"),
        ]

    def __str__(self) -> str:
        return self.message_id

    def delay(self) -> timedelta:
        """How long to wait after a temporary refusal: ×4 each time, capped."""
        return min(self.FIRST_DELAY * 4 ** (self.attempts - 1), self.LONGEST_DELAY)


class CampaignAttachment(models.Model):
    """A file of the whole campaign, or of one of its messages."""

    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="attachments", verbose_name=_("envoi")
    )
    message = models.ForeignKey(
        Message,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("message"),
    )
    filename = models.CharField(_("nom du fichier"), max_length=200)
    content_type = models.CharField(_("type"), max_length=150)
    content = models.BinaryField(_("contenu"))

    class Meta:
        verbose_name = _("pièce jointe")
        verbose_name_plural = _("pièces jointes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.filename

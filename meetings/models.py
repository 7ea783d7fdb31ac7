import uuid
from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.enums import Answer, MeetingKind, MeetingState, Purpose
from partners.models import Organisation
from spip_portal.accounts.models import Spip, User, is_coordination
from spip_portal.security.dates import end_of_day, not_over, today


class MeetingQuerySet(models.QuerySet):
    def managed_by(self, user):
        """Every meeting of the service, for its coordination and its direction."""
        if not is_coordination(user):
            return self.none()
        return self.filter(spip=user.spip)

    def visible_to(self, user):
        """Whoever manages them sees all; the agents of the service, the members of an
        invited organisation and whoever is invited see those that were convened."""
        if not user.is_active:
            return self.none()
        mine = Invitation.objects.concerning(user).filter(meeting=OuterRef("pk"))
        shown = Q(Exists(mine))
        if user.is_agent:
            shown |= Q(spip=user.spip)
        shown &= ~Q(state=MeetingState.DRAFT)
        if user.is_coordinator or user.is_manager:
            shown |= Q(spip=user.spip)
        return self.filter(shown)

    def editable_by(self, user):
        """Drafts, and what was convened and has not begun."""
        return self.managed_by(user).filter(
            Q(state=MeetingState.DRAFT)
            | Q(state=MeetingState.CONVENED, starts_at__gt=Now())
        )

    def coming(self):
        return self.filter(ends_at__gt=Now())

    def past(self):
        return self.filter(ends_at__lte=Now())

    def matching(self, words: str):
        if not words:
            return self
        return self.filter(Q(title__icontains=words) | Q(place__icontains=words))

    def coming_first(self):
        """The nearest of those to come, then the past ones, the last held first."""
        is_past = Case(When(ends_at__lte=Now(), then=True), default=False)
        ahead = Case(When(ends_at__gt=Now(), then=F("starts_at")))
        return self.annotate(is_past=is_past).order_by("is_past", ahead, "-starts_at")

    def with_answers(self):
        """`invited`, and one count an answer: `yes`, `no`, `represented`, `none`."""
        counts = {
            answer.value: Count("invitations", filter=Q(invitations__answer=answer))
            for answer in Answer
        }
        return self.annotate(invited=Count("invitations"), **counts)

    def with_answer_of(self, user):
        """`own_answer`: what `user` answered; None without an invitation."""
        own = Invitation.objects.addressed_to(user).filter(meeting=OuterRef("pk"))
        return self.annotate(own_answer=Subquery(own.values("answer")[:1]))


class Meeting(models.Model):
    """A meeting that a service convenes. `sequence` rises each time the invitees must
    be told anew: calendars rely on it, and the mails' unicity too."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="meetings", verbose_name=_("service")
    )
    kind = models.CharField(
        _("nature"), max_length=10, choices=MeetingKind, default=MeetingKind.PLENARY
    )
    title = models.CharField(_("intitulé"), max_length=150)
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))
    place = models.CharField(_("lieu"), max_length=150)
    address = models.CharField(_("adresse"), max_length=250)
    message = models.TextField(_("message aux personnes invitées"), blank=True)
    reply_by = models.DateField(_("réponse attendue jusqu’au"), null=True, blank=True)
    state = models.CharField(
        _("état"), max_length=10, choices=MeetingState, default=MeetingState.DRAFT
    )
    sequence = models.PositiveIntegerField(_("numéro d’envoi"), default=0)
    # Rises with each edit: a second editor is told instead of overwriting.
    version = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("créée par")
    )
    created_at = models.DateTimeField(_("créée le"), db_default=Now())
    convened_at = models.DateTimeField(_("convoquée le"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("dernière relance"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("annulée le"), null=True, blank=True)
    cancellation_reason = models.CharField(
        _("motif de l’annulation"), max_length=300, blank=True
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("réunion")
        verbose_name_plural = _("réunions")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="meeting_times",
                violation_error_message=_("La réunion finit avant d’avoir commencé."),
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.DRAFT, convened_at=None)
                | (~Q(state=MeetingState.DRAFT) & Q(convened_at__isnull=False)),
                name="meeting_convened_dated",
                violation_error_message=_("Une réunion convoquée l’est à une date."),
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=MeetingState.CANCELLED) & Q(cancelled_at=None)),
                name="meeting_cancelled_dated",
                violation_error_message=_("Une réunion annulée l’est à une date."),
            ),
        ]
        indexes = [models.Index(fields=["spip", "starts_at"], name="meeting_agenda")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_draft(self) -> bool:
        return self.state == MeetingState.DRAFT

    @property
    def is_cancelled(self) -> bool:
        return self.state == MeetingState.CANCELLED

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def own_answer_label(self) -> str:
        """In words, on rows of `with_answer_of()`."""
        own = getattr(self, "own_answer", None)
        return str(Answer(own).label) if own else "–"

    @property
    def was_reminded_today(self) -> bool:
        return bool(
            self.reminded_at and timezone.localdate(self.reminded_at) == today()
        )

    @property
    def answers_close_at(self) -> datetime:
        """The end of the reply day, or the meeting's beginning if that comes first."""
        if self.reply_by is None:
            return self.starts_at
        return min(end_of_day(self.reply_by), self.starts_at)

    @property
    def schedule(self) -> list[tuple[datetime, "AgendaItem"]]:
        """Each point of the agenda with the moment it begins."""
        moment, schedule = self.starts_at, []
        for item in self.agenda.all():
            schedule.append((moment, item))
            moment += timedelta(minutes=item.minutes)
        return schedule


class AgendaItem(models.Model):
    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="agenda", verbose_name=_("réunion")
    )
    position = models.PositiveSmallIntegerField(_("ordre"))
    title = models.CharField(_("intitulé"), max_length=200)
    speaker = models.CharField(
        _("présenté par"),
        max_length=120,
        blank=True,
        help_text=_("Une fonction plutôt qu’un nom."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("durée en minutes"), validators=[MinValueValidator(1), MaxValueValidator(480)]
    )

    class Meta:
        verbose_name = _("point de l’ordre du jour")
        verbose_name_plural = _("points de l’ordre du jour")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="agenda_position_once",
                violation_error_message=_("Deux points ont le même rang."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class InviteeQuerySet(models.QuerySet):
    def addressed_to(self, user):
        """Personally, whichever organisation it was sent through."""
        return self.filter(email=user.email.lower())

    def concerning(self, user):
        """Addressed to `user`, or to an organisation they are a member of today."""
        return self.filter(
            Q(email=user.email.lower())
            | Q(organisation__in=Organisation.objects.joined_by(user))
        )

    def answerable(self):
        """The meeting is convened, has not begun, and its reply day is not over."""
        return self.filter(
            not_over("meeting__reply_by"),
            meeting__state=MeetingState.CONVENED,
            meeting__starts_at__gt=Now(),
        )

    def waiting(self):
        """Without an answer yet."""
        return self.filter(answer=Answer.NONE)

    def reachable(self):
        """Of meetings that were convened: a link of a draft opens nothing."""
        return self.exclude(meeting__state=MeetingState.DRAFT)

    def told(self):
        """A mail was queued for them at least once."""
        return self.filter(told_sequence__isnull=False)

    def to_tell(self):
        """The queue of `services.prepare_invitations`: those whose last mail is older
        than the meeting's last change. Whoever was never invited is told of no
        cancellation."""
        is_outdated = Q(told_sequence__lt=F("meeting__sequence"))
        return self.filter(
            Q(meeting__state=MeetingState.CONVENED, told_sequence=None)
            | (is_outdated & ~Q(meeting__state=MeetingState.DRAFT))
        )

    def tally(self) -> dict[str, int]:
        """How many gave each answer, and `total`; one query."""
        counts = {
            answer.value: Count("pk", filter=Q(answer=answer)) for answer in Answer
        }
        return self.aggregate(total=Count("pk"), **counts)

    def matching(self, words: str):
        if not words:
            return self
        return self.filter(
            Q(name__icontains=words)
            | Q(email__icontains=words)
            | Q(organisation__name__icontains=words)
        )


class Invitation(models.Model):
    """A person invited to a meeting, with or without an account. Whoever holds the
    signed link of the mail may answer."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="invitations", verbose_name=_("réunion")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="meeting_invitations",
        verbose_name=_("structure"),
    )
    email = models.EmailField(_("adresse électronique"))
    name = models.CharField(_("nom"), max_length=200, blank=True)
    answer = models.CharField(
        _("réponse"), max_length=11, choices=Answer, default=Answer.NONE
    )
    represented_by = models.CharField(
        _("nom de la personne qui vous représente"), max_length=150, blank=True
    )
    comment = models.CharField(_("message"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    told_sequence = models.PositiveIntegerField(
        _("numéro du dernier envoi préparé"), null=True, blank=True
    )

    objects = InviteeQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["organisation__name", "name", "email"]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                Lower("email"),
                name="meeting_invitation_once",
                violation_error_message=_("Cette adresse est déjà invitée."),
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="meeting_invitation_lower_case",
                violation_error_message=_("L’adresse s’écrit en minuscules."),
            ),
            models.CheckConstraint(
                condition=Q(answer=Answer.NONE, answered_at=None)
                | (~Q(answer=Answer.NONE) & Q(answered_at__isnull=False)),
                name="meeting_invitation_answer_dated",
                violation_error_message=_("Une réponse a une date."),
            ),
            models.CheckConstraint(
                condition=(Q(answer=Answer.REPRESENTED) & ~Q(represented_by=""))
                | (~Q(answer=Answer.REPRESENTED) & Q(represented_by="")),
                name="meeting_invitation_represented_by",
                violation_error_message=_("Indiquez qui vous représente."),
            ),
        ]
        indexes = [models.Index(fields=["email"], name="meeting_invitation_email")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def purpose(self) -> Purpose:
        """What the next mail is about."""
        if self.meeting.is_cancelled:
            return Purpose.CANCELLATION
        return Purpose.INVITATION if self.told_sequence is None else Purpose.UPDATE

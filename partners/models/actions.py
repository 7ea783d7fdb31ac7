import uuid

from django.apps import apps
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from partners.enums import Audience, Milieu
from partners.models.attached import AttachedPdf, AttachedQuerySet
from partners.models.organisations import Organisation, Theme
from partners.models.partnerships import validated_by_its_service
from spip_portal.accounts.models import Spip, is_coordination
from spip_portal.search.text import SearchableManager, SearchableQuerySet
from spip_portal.ui.validators import in_our_times


class CollectiveActionQuerySet(SearchableQuerySet):
    name_field, text_fields = "title", ("objective", "target_public", "place")

    def visible_to(self, user):
        """Visitors read public actions; a validated partner also those for the network
        of its services and those it contributes to; agents all of their service."""
        shown = self.exclude(state=CollectiveAction.State.DRAFT)
        readable = Q(audience=Audience.PUBLIC)
        if not user.is_active:
            return shown.filter(readable)
        if user.is_agent:
            return self.filter(
                Q(spip=user.spip)
                | (
                    ~Q(state=CollectiveAction.State.DRAFT)
                    & Q(audience__in=[Audience.PUBLIC, Audience.NETWORK])
                )
            )
        own = Organisation.objects.partners_of(user)
        contributed = CollectiveAction.contributors.through.objects.filter(
            organisation__in=own
        )
        return shown.filter(
            readable
            | Q(validated_by_its_service(own), audience=Audience.NETWORK)
            | Exists(contributed.filter(collectiveaction=OuterRef("pk")))
        )

    def editable_by(self, user):
        if not is_coordination(user):
            return self.none()
        return self.filter(spip=user.spip)

    def requestable_by(self, user):
        """Where `user` may ask for places: a CPIP in their service, a member for the
        structure they act under, once the service of the action has validated it.
        What is over takes nobody any more; dates not fixed yet do not forbid to ask."""
        if not user.is_active:
            return self.none()
        if user.is_agent:
            theirs = Q(spip=user.spip) if user.is_cpip else Q(pk__in=[])
        else:
            acting = _acting_for(user)
            theirs = Q(validated_by_its_service(acting.validated()))
        sessions = ActionSession.objects.held().filter(action=OuterRef("pk"))
        return self.visible_to(user).filter(
            theirs,
            Exists(sessions.filter(starts_at__gt=Now())) | ~Exists(sessions),
            state=CollectiveAction.State.PUBLISHED,
        )

    def with_next_session(self):
        """With `next_at`, which is none once nothing is ahead. Few have one beside all
        that is past, and they come first: the rest is not looked up."""
        soonest = _sessions_ahead().order_by("starts_at").values("starts_at")[:1]
        return self.annotate(
            next_at=Case(When(pk__in=_with_sessions_ahead(), then=Subquery(soonest)))
        )

    def soonest_first(self):
        """With `next_at`; what has none ahead comes last."""
        return self.with_next_session().order_by(*CollectiveAction.SOONEST_FIRST)

    def holding_first(self, count: int):
        """Few rows, the `count` first among them, soonest first or by title: those with
        a session ahead, and so many by title. Indexes give both; to put all in order,
        all would be read."""
        titled = self.order_by("title", "pk").values("pk")[:count]
        return self.filter(pk__in=_with_sessions_ahead().union(titled))

    def in_stage(self, stage: str):
        """One of `STAGES`: where the action stands today."""
        states = CollectiveAction.State
        published = self.filter(state=states.PUBLISHED)
        held = ActionSession.objects.held().filter(action=OuterRef("pk"))
        ahead = Exists(_sessions_ahead())
        return {
            "coming": published.filter(ahead),
            "undated": published.filter(~Exists(held)),
            "over": published.filter(Exists(held), ~ahead),
            "cancelled": self.filter(state=states.CANCELLED),
            "draft": self.filter(state=states.DRAFT),
        }[stage]

    def coming(self):
        """Published, with a session still ahead; soonest first."""
        return self.in_stage("coming").soonest_first()


def _sessions_ahead():
    """Of the action of the outer query."""
    return ActionSession.objects.ahead().filter(action=OuterRef("pk"))


def _with_sessions_ahead():
    """Keys of actions."""
    return ActionSession.objects.ahead().order_by().values("action")


def _acting_for(user):
    """The structure of the membership chosen last, as a queryset of one at most."""
    memberships = apps.get_model("partners", "Membership").objects
    chosen = memberships.active_for(user).values("organisation")[:1]
    return Organisation.objects.filter(pk__in=chosen)


class CollectiveAction(models.Model):
    """A group programme with sessions: stage de citoyenneté, atelier emploi, sport…"""

    class State(models.TextChoices):
        DRAFT = "draft", _("brouillon")
        PUBLISHED = "published", _("publiée")
        CANCELLED = "cancelled", _("annulée")

    ANNOUNCED = (State.PUBLISHED, State.CANCELLED)
    STAGES = [
        ("coming", _("à venir")),
        ("undated", _("dates à fixer")),
        ("over", _("passée")),
        ("cancelled", _("annulée")),
        ("draft", _("brouillon")),
    ]
    SOONEST_FIRST = (F("next_at").asc(nulls_last=True), "title", "pk")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="actions", verbose_name=_("service")
    )
    title = models.CharField(_("intitulé"), max_length=150)
    theme = models.ForeignKey(
        Theme, models.PROTECT, related_name="actions", verbose_name=_("thématique")
    )
    objective = models.TextField(_("objectif"))
    target_public = models.CharField(_("public"), max_length=200, blank=True)
    milieu = models.CharField(
        _("milieu"), max_length=10, choices=Milieu, default=Milieu.OPEN
    )
    place = models.CharField(_("lieu"), max_length=150)
    capacity = models.PositiveSmallIntegerField(_("nombre de places"))
    contributors = models.ManyToManyField(
        Organisation, blank=True, related_name="actions", verbose_name=_("intervenants")
    )
    audience = models.CharField(
        _("visible par"), max_length=10, choices=Audience, default=Audience.NETWORK
    )
    state = models.CharField(
        _("état"), max_length=10, choices=State, default=State.DRAFT
    )
    words = CollectiveActionQuerySet.words_field()

    objects = SearchableManager.from_queryset(CollectiveActionQuerySet)()

    class Meta:
        verbose_name = _("action collective")
        verbose_name_plural = _("actions collectives")
        ordering = ["title", "pk"]
        indexes = [
            *CollectiveActionQuerySet.search_indexes("action", "audience"),
            # With what says who may read a row: the order of all is found in it alone.
            models.Index(
                fields=["title", "id"],
                include=["audience", "state", "spip"],
                name="action_by_title",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__gt=0),
                name="action_capacity",
                violation_error_message=_("Il faut au moins une place."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_announced(self) -> bool:
        """Read outside the service: from then on a change is told."""
        return self.state in self.ANNOUNCED

    @property
    def free_places(self) -> int:
        return max(0, self.capacity - self.requests.accepted().count_places())


class ActionSessionQuerySet(models.QuerySet):
    def held(self):
        return self.filter(cancelled_at=None)

    def ahead(self):
        return self.held().filter(starts_at__gt=Now())

    def visible_to(self, user):
        """As far as their action is, the cancelled ones too."""
        return self.filter(action__in=CollectiveAction.objects.visible_to(user))

    def movable_by(self, user):
        """Announced and still ahead: to move or cancel one is to tell people."""
        return self.held().filter(
            action__in=CollectiveAction.objects.editable_by(user),
            action__state=CollectiveAction.State.PUBLISHED,
            starts_at__gt=Now(),
        )

    def countable_by(self, user):
        """Begun, so that who came can be counted."""
        return self.held().filter(
            action__in=CollectiveAction.objects.editable_by(user),
            action__state__in=CollectiveAction.ANNOUNCED,
            starts_at__lte=Now(),
        )

    def overlapping(self, starts_at, ends_at):
        return self.held().filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class ActionSession(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(
        CollectiveAction,
        models.CASCADE,
        related_name="sessions",
        verbose_name=_("action collective"),
    )
    starts_at = models.DateTimeField(_("début"), validators=[in_our_times])
    ends_at = models.DateTimeField(_("fin"), validators=[in_our_times])
    cancelled_at = models.DateTimeField(_("annulée le"), null=True, editable=False)
    # Rises with each change: calendars then move the entry they hold.
    sequence = models.PositiveIntegerField(_("révision"), default=0, editable=False)

    objects = ActionSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("séance")
        verbose_name_plural = _("séances")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["action", "starts_at"], name="session_of_action"),
            # What is to come, and what is not over since the first day of a month: the
            # past, which grows, is read by neither.
            models.Index(fields=["starts_at"], name="session_by_start"),
            models.Index(fields=["ends_at"], name="session_by_end"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_dates",
                violation_error_message=_("La fin précède le début."),
            )
        ]


class ActionDocumentQuerySet(AttachedQuerySet):
    def visible_to(self, user):
        """As far as their action is."""
        return self.filter(action__in=CollectiveAction.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(action__in=CollectiveAction.objects.editable_by(user))


class ActionDocument(AttachedPdf):
    """A PDF that goes with an action: its programme, its poster."""

    MOST = 10  # of one action

    action = models.ForeignKey(
        CollectiveAction,
        models.CASCADE,
        related_name="documents",
        verbose_name=_("action collective"),
    )

    objects = ActionDocumentQuerySet.as_manager()

    class Meta(AttachedPdf.Meta):
        verbose_name = _("document d’action")
        verbose_name_plural = _("documents d’action")

    @property
    def is_public(self) -> bool:
        return self.action.audience == Audience.PUBLIC

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.enums import Audience
from partners.models.organisations import Organisation
from partners.models.partnerships import validated_by_its_service
from spip_portal.accounts.models import Spip, User, is_coordination
from spip_portal.search.text import SearchableManager, SearchableQuerySet
from spip_portal.security.dates import ParisToday, today
from spip_portal.ui.validators import in_our_times


class ForumQuerySet(SearchableQuerySet):
    name_field, text_fields = "title", ("place",)

    def visible_to(self, user):
        """Visitors read public forums; a validated partner also those of the network
        of its services and those it goes to; agents all of their service."""
        public = Q(audience=Audience.PUBLIC)
        if not user.is_active:
            return self.filter(public)
        if user.is_agent:
            return self.filter(
                public | Q(audience=Audience.NETWORK) | Q(spip=user.spip)
            )
        own = Organisation.objects.partners_of(user)
        return self.filter(
            public
            | Q(validated_by_its_service(own), audience=Audience.NETWORK)
            | Q(pk__in=_attended_by(own))
        )

    def naming_to(self, user):
        """Whose people and material one may read: those who organise it or go."""
        if not user.is_active:
            return self.none()
        if user.is_agent:
            return self.filter(spip=user.spip)
        own = Organisation.objects.joined_by(user).validated()
        return self.filter(pk__in=_attended_by(own))

    def editable_by(self, user):
        if not is_coordination(user):
            return self.none()
        return self.filter(spip=user.spip)

    def of_year(self, year: int):
        return self.filter(starts_on__year=year)

    def in_state(self, state: str):
        """The same words as the property `state`, asked of the database."""
        if state == Forum.State.TO_COME:
            return self.filter(ends_on__gte=ParisToday())
        is_covered = state == Forum.State.COVERED
        return self.filter(ends_on__lt=ParisToday(), is_covered=is_covered)


def _attended_by(organisations):
    rows = Forum.organisations.through.objects
    return rows.filter(organisation__in=organisations).values("forum")


class Forum(models.Model):
    """A fair where the service shows what it does: forum des métiers, des
    associations…, gone to or missed."""

    class State(models.TextChoices):
        TO_COME = "to_come", _("à venir")
        COVERED = "covered", _("couvert")
        MISSED = "missed", _("manqué")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="forums", verbose_name=_("service")
    )
    title = models.CharField(_("intitulé"), max_length=150)
    place = models.CharField(_("lieu"), max_length=150)
    starts_on = models.DateField(_("premier jour"), validators=[in_our_times])
    ends_on = models.DateField(_("dernier jour"), validators=[in_our_times])
    stand = models.CharField(_("stand"), max_length=150, blank=True)
    is_covered = models.BooleanField(_("présence assurée"), default=False)
    agents = models.ManyToManyField(
        User, blank=True, related_name="+", verbose_name=_("agents présents")
    )
    organisations = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="forums",
        verbose_name=_("structures présentes"),
    )
    material = models.TextField(_("matériel à apporter"), blank=True)
    audience = models.CharField(
        _("visible par"), max_length=10, choices=Audience, default=Audience.NETWORK
    )
    # Rises with each change: calendars then move the entry they hold.
    sequence = models.PositiveIntegerField(_("révision"), default=0, editable=False)
    words = ForumQuerySet.words_field()

    objects = SearchableManager.from_queryset(ForumQuerySet)()

    class Meta:
        verbose_name = _("forum")
        verbose_name_plural = _("forums")
        ordering = ["starts_on", "title", "pk"]
        indexes = [
            models.Index(fields=["starts_on"], name="forum_dates"),
            *ForumQuerySet.search_indexes("forum", "audience"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="forum_dates_in_order",
                violation_error_message=_("Le dernier jour précède le premier."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> "Forum.State":
        """The last day belongs to it whole."""
        if self.ends_on >= today():
            return self.State.TO_COME
        return self.State.COVERED if self.is_covered else self.State.MISSED

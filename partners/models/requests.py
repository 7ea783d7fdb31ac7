import uuid

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q, Sum
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from partners.models.actions import CollectiveAction
from partners.models.organisations import Organisation
from spip_portal.accounts.models import User, is_coordination

validate_reference = RegexValidator(
    r"^(?=.*[0-9])[A-Za-z0-9./_-]+$",
    _("Une référence d’un seul tenant, avec au moins un chiffre : jamais un nom."),
)


class ActionRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The coordination reads all those of its service; whoever asked reads their
        own, as long as they belong to the structure they asked for."""
        if not user.is_active:
            return self.none()
        if user.is_coordinator or user.is_manager:
            return self.filter(action__spip=user.spip)
        if user.is_agent:
            asked_here = Q(organisation=None, action__spip=user.spip)
        else:
            asked_here = Q(
                organisation__in=Organisation.objects.joined_by(user).validated()
            )
        return self.filter(asked_here, requested_by=user)

    def decidable_by(self, user):
        if not is_coordination(user):
            return self.none()
        return self.visible_to(user).open()

    def withdrawable_by(self, user):
        if not user.is_active:
            return self.none()
        return self.visible_to(user).open().filter(requested_by=user)

    def open(self):
        return self.filter(state__in=ActionRequest.OPEN)

    def accepted(self):
        return self.filter(state=ActionRequest.State.ACCEPTED)

    def waiting(self):
        """The oldest first: the order in which places that come free are given."""
        return self.filter(state=ActionRequest.State.WAITING).order_by("asked_at", "pk")

    def count_places(self) -> int:
        return self.aggregate(total=Sum("places", default=0))["total"]


class ActionRequest(models.Model):
    """Places asked in an action, for people whom only the structure can name."""

    class State(models.TextChoices):
        ACCEPTED = "accepted", _("acceptée")
        WAITING = "waiting", _("en attente")
        REFUSED = "refused", _("refusée")
        CANCELLED = "cancelled", _("annulée par le service")
        WITHDRAWN = "withdrawn", _("retirée")

    OPEN = (State.ACCEPTED, State.WAITING)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    action = models.ForeignKey(
        CollectiveAction,
        models.CASCADE,
        related_name="requests",
        verbose_name=_("action collective"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("structure"),
    )
    requested_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("demandée par")
    )
    reference = models.CharField(
        _("référence"), max_length=30, validators=[validate_reference]
    )
    places = models.PositiveSmallIntegerField(_("nombre de places"))
    state = models.CharField(_("état"), max_length=10, choices=State)
    asked_at = models.DateTimeField(_("demandée le"), db_default=Now())
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("décision de"),
    )
    state_changed_at = models.DateTimeField(_("depuis le"), db_default=Now())

    objects = ActionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande de places")
        verbose_name_plural = _("demandes de places")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["action", "state"], name="request_of_action"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(places__gt=0),
                name="request_places",
                violation_error_message=_("Il faut au moins une place."),
            ),
            models.UniqueConstraint(
                fields=["action", "requested_by", "reference"],
                condition=Q(state__in=["accepted", "waiting"]),
                name="request_once",
                violation_error_message=_(
                    "Vous avez déjà une demande sous cette référence."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

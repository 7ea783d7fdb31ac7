import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation, Theme
from partners.models.partnerships import validated_by_its_service
from spip_portal.accounts.models import Antenne, Posting, Spip, is_coordination


class ChargeQuerySet(models.QuerySet):
    def live(self):
        """Held by nobody in particular, or by an agent still in post."""
        return self.filter(Q(posting=None) | Q(posting__in=Posting.objects.live()))

    def visible_to(self, user):
        """Everyone reads which function is in charge; who keeps the list also those
        that ended with their agent’s posting."""
        own = self.editable_by(user).values("pk")
        return self.filter(Q(pk__in=self.live().values("pk")) | Q(pk__in=own))

    def naming_to(self, user):
        """Whose person, telephone and address one may read: agents, and the members of
        a structure that the service has validated. Visitors call the switchboard."""
        if not user.is_active:
            return self.none()
        if user.is_agent:
            return self
        own = Organisation.objects.joined_by(user).validated()
        return self.filter(validated_by_its_service(own))

    def for_page_of(self, user):
        """Those that this reader sees, with `is_named`, whether they may know who holds
        it, and `is_live`, whether it has not ended."""
        named = Charge.objects.naming_to(user).filter(pk=OuterRef("pk"))
        live = Charge.objects.live().filter(pk=OuterRef("pk"))
        charges = self.visible_to(user).annotate(
            is_named=Exists(named), is_live=Exists(live)
        )
        return charges.select_related("spip", "theme", "antenne", "posting__user")

    def editable_by(self, user):
        if not is_coordination(user):
            return self.none()
        return self.filter(spip=user.spip)

    def covering(self, words: str):
        """Whose own territory, or that of its antenne, names this place."""
        return self.filter(
            Q(territory__unaccent__icontains=words)
            | Q(territory="", antenne__territory__unaccent__icontains=words)
        )


class Charge(models.Model):
    """Which function of the service is in charge of what, and where."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="charges", verbose_name=_("service")
    )
    function = models.CharField(_("fonction"), max_length=120)
    theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("thématique"),
    )
    antenne = models.ForeignKey(
        Antenne,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="charges",
        verbose_name=_("antenne"),
    )
    territory = models.CharField(_("territoire"), max_length=300, blank=True)
    posting = models.ForeignKey(
        Posting,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="charges",
        verbose_name=_("agent"),
    )
    phone = models.CharField(_("téléphone direct"), max_length=20, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        ordering = ["function", "pk"]

    def __str__(self) -> str:
        return self.function

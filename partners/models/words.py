import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.missions import Mission
from partners.models.organisations import Theme
from spip_portal.accounts.models import is_coordination
from spip_portal.search.text import SearchableManager, SearchableQuerySet


class SharedQuerySet(SearchableQuerySet):
    """What all services share: everyone reads it, the coordination and the direction
    of each keep it."""

    def visible_to(self, user):
        return self

    def editable_by(self, user):
        if not is_coordination(user):
            return self.none()
        return self


class TermQuerySet(SharedQuerySet):
    name_field, text_fields = "term", ("long_form", "definition")


class Term(models.Model):
    """A word of the trade, said plainly."""

    slug = models.SlugField(_("ancre"), unique=True)
    term = models.CharField(_("terme"), max_length=80, unique=True)
    long_form = models.CharField(_("en toutes lettres"), max_length=150, blank=True)
    definition = models.TextField(_("définition"))
    mission = models.ForeignKey(
        Mission,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="terms",
        verbose_name=_("mission"),
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    words = TermQuerySet.words_field()

    objects = SearchableManager.from_queryset(TermQuerySet)()

    class Meta:
        verbose_name = _("terme du lexique")
        verbose_name_plural = _("termes du lexique")
        ordering = ["term"]
        indexes = TermQuerySet.search_indexes("term")

    def __str__(self) -> str:
        return self.term


class DutyQuerySet(SharedQuerySet):
    name_field, text_fields = "who", ("does",)


class Duty(models.Model):
    """Who does what around a person followed."""

    class Side(models.TextChoices):
        SERVICE = "service", _("au service pénitentiaire")
        JUSTICE = "justice", _("à la justice")
        PARTNER = "partner", _("chez les partenaires")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    who = models.CharField(_("qui"), max_length=120)
    side = models.CharField(_("où"), max_length=10, choices=Side)
    does = models.TextField(_("ce qu’il ou elle fait"))
    theme = models.ForeignKey(
        Theme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("thématique"),
    )
    mission = models.ForeignKey(
        Mission,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="duties",
        verbose_name=_("mission"),
    )
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    words = DutyQuerySet.words_field()

    objects = SearchableManager.from_queryset(DutyQuerySet)()

    class Meta:
        verbose_name = _("rôle dans « qui fait quoi »")
        verbose_name_plural = _("rôles dans « qui fait quoi »")
        ordering = ["position", "who", "pk"]
        indexes = DutyQuerySet.search_indexes("duty")

    def __str__(self) -> str:
        return self.who

"""Where a structure receives people, and how many it says it can."""

import uuid
from datetime import timedelta

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation


class SiteQuerySet(models.QuerySet):
    def editable_by(self, user):
        return self.filter(organisation__in=Organisation.objects.editable_by(user))


class Site(models.Model):
    """One more address of a structure: a branch, a workshop, a farm. Read by whoever
    reads its page; where people are housed is not told to visitors (see the page)."""

    MOST = 50  # of one structure

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="sites", verbose_name=_("structure")
    )
    name = models.CharField(_("nom du site"), max_length=150)
    address = models.CharField(_("adresse"), max_length=200)
    postcode = models.CharField(
        _("code postal"),
        max_length=5,
        validators=[RegexValidator(r"^\d{5}$", _("Cinq chiffres."))],
    )
    city = models.CharField(_("commune"), max_length=100)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    opening_hours = models.CharField(
        _("horaires d’ouverture"), max_length=300, blank=True
    )
    access = models.CharField(_("accès"), max_length=300, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["city", "name", "pk"]

    def __str__(self) -> str:
        return self.name


class ReceptionKind(models.Model):
    """Reference data that the service edits: hébergement, placement à l’extérieur…"""

    code = models.SlugField(_("code"), unique=True)
    label = models.CharField(_("libellé"), max_length=80)
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)

    class Meta:
        verbose_name = _("type d’accueil")
        verbose_name_plural = _("types d’accueil")
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class DeclaredPlacesQuerySet(models.QuerySet):
    def fresh(self):
        """Declared lately enough to be counted on."""
        return self.filter(declared_at__gte=Now() - DeclaredPlaces.FRESH_FOR)


class DeclaredPlaces(models.Model):
    """What a structure says it can receive, of one kind, on a day: no bed is managed
    here, so the day always goes with the figures."""

    FRESH_FOR = timedelta(days=31)  # a month, then the page says so

    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="declared_places",
        verbose_name=_("structure"),
    )
    kind = models.ForeignKey(
        ReceptionKind, models.PROTECT, verbose_name=_("type d’accueil")
    )
    total = models.PositiveSmallIntegerField(_("places en tout"))
    free = models.PositiveSmallIntegerField(_("places libres"))
    next_free_on = models.DateField(_("prochaine place libre"), null=True, blank=True)
    declared_at = models.DateTimeField(_("déclarées le"), db_default=Now())

    objects = DeclaredPlacesQuerySet.as_manager()

    class Meta:
        verbose_name = _("places déclarées")
        verbose_name_plural = _("places déclarées")
        ordering = ["kind__position", "kind__label"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                name="places_once",
                violation_error_message=_("Ce type d’accueil est déjà déclaré."),
            ),
            models.CheckConstraint(
                condition=Q(free__lte=F("total")),
                name="places_free_within_total",
                violation_error_message=_(
                    "Il n’y a pas plus de places libres que de places en tout."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} – {self.free}/{self.total}"

    @property
    def days_old(self) -> int:
        """Days of the calendar, in Paris: declared last evening is « hier »."""
        declared_on = timezone.localtime(self.declared_at).date()
        return (timezone.localdate() - declared_on).days

    @property
    def is_stale(self) -> bool:
        return self.declared_at < timezone.now() - self.FRESH_FOR

import re
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import TrigramSimilarity
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.communes import commune_key, departement_of

POSTCODE = re.compile(r"\b\d{5}\b")
IN_DEPARTEMENT = re.compile(r"(.+)\((\w{2,3})\)\s*")


class CommuneQuerySet(models.QuerySet):
    def typed(self, text: str) -> Self:
        """Those that a person may mean by a name, by a postcode, by both, or by what
        `str()` gives: what fits exactly, or else what begins so, or else looks so."""
        if postcodes := POSTCODE.findall(text):
            served = self.filter(postcodes__contains=postcodes[:1])
            name = commune_key(POSTCODE.sub("", text))
            return served.filter(key__startswith=name)
        if match := IN_DEPARTEMENT.fullmatch(text):
            name, departement = match.groups()
            key = commune_key(name)
            return self.filter(key=key, departement=departement.upper())
        if not (key := commune_key(text)):
            return self.none()
        for how in ("exact", "startswith"):
            found = self.filter(**{f"key__{how}": key})
            if found.exists():
                return found
        alike = self.filter(key__trigram_similar=key)
        return alike.order_by(TrigramSimilarity("key", key).desc(), "name", "pk")


class Commune(models.Model):
    """Where things are. Reference data from public files, loaded by `load_communes`;
    nobody types any of it."""

    code = models.CharField(_("code officiel"), max_length=5, unique=True)
    name = models.CharField(_("nom"), max_length=80)
    # How names are compared: see `commune_key`.
    key = models.CharField(_("nom simplifié"), max_length=80)
    postcodes = ArrayField(
        models.CharField(max_length=5), verbose_name=_("codes postaux")
    )
    departement = models.CharField(_("département"), max_length=3)
    latitude = models.FloatField(_("latitude"))
    longitude = models.FloatField(_("longitude"))

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ["name", "departement", "pk"]
        indexes = [
            models.Index(fields=["key"], name="commune_key"),
            models.Index(fields=["departement"], name="commune_departement"),
            models.Index(fields=["latitude", "longitude"], name="commune_place"),
            GinIndex(fields=["postcodes"], name="commune_postcodes"),
            GinIndex(
                fields=["key"], opclasses=["gin_trgm_ops"], name="commune_key_trigrams"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.departement})"

    def fits(self, postcode: str) -> bool:
        return postcode in self.postcodes


def the_one(namesakes: list[Commune], postcode: str) -> Commune | None:
    """Among communes of one name, that of this postcode; or else that of its
    département, for postcodes of companies (« CEDEX »). Nothing when two are left."""
    near = [each for each in namesakes if each.departement == departement_of(postcode)]
    for fitting in ([each for each in namesakes if each.fits(postcode)], near):
        if len(fitting) == 1:
            return fitting[0]
    return None

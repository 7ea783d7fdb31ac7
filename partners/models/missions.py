from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from spip_portal.accounts.models import Spip
from spip_portal.search.text import SearchableQuerySet


class MissionQuerySet(SearchableQuerySet):
    name_field, text_fields = "title", ("summary", "body")

    def visible_to(self, user):
        """Everyone reads what is published; the service's agents also its drafts."""
        published = Q(published_at__lte=Now())
        if user.is_active and user.is_agent:
            return self.filter(published | Q(spip=user.spip))
        return self.filter(published)

    def editable_by(self, user):
        if not user.is_active or not (user.is_coordinator or user.is_manager):
            return self.none()
        return self.filter(spip=user.spip)


class Mission(models.Model):
    """One mission of the service, explained to a partner."""

    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="missions", verbose_name=_("service")
    )
    slug = models.SlugField(_("adresse de la page"), unique=True)
    title = models.CharField(_("titre"), max_length=120)
    summary = models.CharField(_("résumé"), max_length=300)
    body = models.TextField(_("texte"))
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    words = MissionQuerySet.words_field()

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ["position", "title"]
        indexes = MissionQuerySet.search_indexes("mission")

    def __str__(self) -> str:
        return self.title

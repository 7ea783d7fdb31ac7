import uuid

from django.db import models
from django.db.models import Max, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.actions import CollectiveAction
from partners.models.agreements import Agreement
from partners.models.attached import AttachedQuerySet
from partners.models.contacts import Charge
from spip_portal.accounts.models import Spip, User, is_coordination
from spip_portal.search.text import SearchableManager, SearchableQuerySet
from spip_portal.vault.models import StoredFile


class MissionQuerySet(SearchableQuerySet):
    # The tags of the body are no words: PostgreSQL's parser leaves them out.
    name_field, text_fields = "title", ("summary", "body")

    def visible_to(self, user):
        """Everyone reads what is published; the service's agents also its drafts and
        what waits for its date."""
        published = Q(published_at__lte=Now())
        if user.is_active and user.is_agent:
            return self.filter(published | Q(spip=user.spip))
        return self.filter(published)

    def editable_by(self, user):
        if not is_coordination(user):
            return self.none()
        return self.filter(spip=user.spip)

    def last_position(self) -> int:
        return self.aggregate(last=Max("position"))["last"] or 0


class Mission(models.Model):
    """One mission of the service, explained to a partner."""

    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="missions", verbose_name=_("service")
    )
    slug = models.SlugField(_("adresse de la page"), unique=True)
    title = models.CharField(_("titre"), max_length=120)
    summary = models.CharField(_("résumé"), max_length=300)
    # HTML, cleaned by the service that writes it.
    body = models.TextField(_("texte"))
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)
    contact = models.ForeignKey(
        Charge,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="missions",
        verbose_name=_("qui contacter"),
    )
    agreements = models.ManyToManyField(
        Agreement, blank=True, related_name="missions", verbose_name=_("conventions")
    )
    actions = models.ManyToManyField(
        CollectiveAction, blank=True, related_name="missions", verbose_name=_("actions")
    )
    # The number of its last version: rises with each save.
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    words = MissionQuerySet.words_field()

    objects = SearchableManager.from_queryset(MissionQuerySet)()

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ["position", "title"]
        indexes = MissionQuerySet.search_indexes("mission")

    def __str__(self) -> str:
        return self.title

    @property
    def is_scheduled(self) -> bool:
        return self.published_at is not None and self.published_at > timezone.now()


class MissionVersion(models.Model):
    """What a save wrote: kept for ever, so that nothing typed is lost."""

    mission = models.ForeignKey(
        Mission, models.CASCADE, related_name="versions", verbose_name=_("mission")
    )
    number = models.PositiveIntegerField(_("numéro"))
    title = models.CharField(_("titre"), max_length=120)
    summary = models.CharField(_("résumé"), max_length=300)
    body = models.TextField(_("texte"))
    written_at = models.DateTimeField(_("écrite le"), db_default=Now())
    # None: it was there before versions were kept.
    written_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("écrite par"),
    )
    restores = models.PositiveIntegerField(_("reprend la version"), null=True)

    class Meta:
        verbose_name = _("version d’une mission")
        verbose_name_plural = _("versions d’une mission")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "number"], name="mission_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class MissionImageQuerySet(AttachedQuerySet):
    def visible_to(self, user):
        return self.filter(mission__in=Mission.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(mission__in=Mission.objects.editable_by(user))


class MissionImage(models.Model):
    """A picture that the text of its mission may show."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    mission = models.ForeignKey(
        Mission, models.CASCADE, related_name="images", verbose_name=_("mission")
    )
    file = models.OneToOneField(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("fichier")
    )
    alternative = models.CharField(_("texte de remplacement"), max_length=250)
    added_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("déposée par")
    )
    added_at = models.DateTimeField(_("déposée le"), db_default=Now())

    objects = MissionImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("image d’une mission")
        verbose_name_plural = _("images d’une mission")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.alternative

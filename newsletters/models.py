import re
import uuid
from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from newsletters.enums import IssueState, Section, Source
from spip_portal.accounts.models import Spip, is_coordination
from spip_portal.outbox.models import Campaign, Message
from spip_portal.registry import NewsletterItem
from spip_portal.search.text import SearchableManager, SearchableQuerySet
from spip_portal.ui.urls import absolute


class NewsletterQuerySet(models.QuerySet):
    def managed_by(self, user):
        """The letter of the service: its coordination and its direction write it."""
        if not is_coordination(user):
            return self.none()
        return self.filter(spip=user.spip)


class Newsletter(models.Model):
    """The letter that a service writes to its network."""

    spip = models.OneToOneField(
        Spip, models.PROTECT, related_name="newsletter", verbose_name=_("service")
    )
    name = models.CharField(_("nom de la lettre"), max_length=120)
    slug = models.SlugField(_("identifiant"), unique=True)
    sender = models.TextField(
        _("expéditeur légal"),
        max_length=1000,
        help_text=_(
            "Imprimé au bas de chaque numéro : qui édite la lettre, son adresse, "
            "comment le joindre."
        ),
    )

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = _("lettre d’information")
        verbose_name_plural = _("lettres d’information")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class SubscriberQuerySet(models.QuerySet):
    def live(self):
        """Who receives the next issue: they confirmed, and did not leave."""
        return self.filter(confirmed_at__isnull=False, unsubscribed_at=None)

    def of(self, user):
        """What `user` receives, whether they asked signed in or as a visitor."""
        if not user.is_active:
            return self.none()
        return self.filter(Q(user=user) | Q(email=user.email.lower()))

    def with_token(self, token: str):
        """The one that the link of a confirmation mail names, while it is valid."""
        signer = signing.TimestampSigner(salt=Subscriber.CONFIRMATION_SALT)
        try:
            found = uuid.UUID(signer.unsign(token, max_age=Subscriber.CONFIRMABLE_FOR))
        except (signing.BadSignature, ValueError):
            return self.none()
        return self.filter(uuid=found)

    def forgotten(self):
        """They asked, and never confirmed: their address is not ours to keep."""
        limit = timezone.now() - Subscriber.CONFIRMABLE_FOR
        return self.filter(confirmed_at=None, asked_at__lt=limit)


class Subscriber(models.Model):
    """An address that asked for a letter. `uuid` is the secret of its unsubscription
    link; confirming takes a signed token, that only a mail to the address holds."""

    CONFIRMATION_SALT = "newsletters.confirmation"
    CONFIRMABLE_FOR = timedelta(days=7)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    newsletter = models.ForeignKey(
        Newsletter,
        models.CASCADE,
        related_name="subscribers",
        verbose_name=_("lettre d’information"),
    )
    email = models.EmailField(_("adresse électronique"), max_length=254)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("compte"),
    )
    source = models.CharField(_("origine"), max_length=10, choices=Source)
    asked_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    confirmed_at = models.DateTimeField(_("confirmé le"), null=True, blank=True)
    unsubscribed_at = models.DateTimeField(_("arrêté le"), null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("abonnement")
        verbose_name_plural = _("abonnements")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "email"],
                name="subscriber_once",
                violation_error_message=_("Cette adresse est déjà abonnée."),
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="subscriber_lower_case",
                violation_error_message=_("L’adresse s’écrit en minuscules."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["newsletter"],
                condition=Q(confirmed_at__isnull=False, unsubscribed_at=None),
                name="subscriber_live",
            )
        ]

    @property
    def is_live(self) -> bool:
        return self.confirmed_at is not None and self.unsubscribed_at is None

    @property
    def confirmation_token(self) -> str:
        return signing.TimestampSigner(salt=self.CONFIRMATION_SALT).sign(str(self.uuid))


class IssueQuerySet(SearchableQuerySet):
    name_field, text_fields = "title", ("introduction",)

    def managed_by(self, user):
        return self.filter(newsletter__in=Newsletter.objects.managed_by(user))

    def sent(self):
        return self.filter(sent_at__isnull=False)

    def drafts(self):
        return self.filter(sent_at=None)

    def visible_to(self, user):
        """Once sent, an issue is for everyone; before, for those who write it."""
        own = Newsletter.objects.managed_by(user)
        return self.filter(Q(sent_at__isnull=False) | Q(newsletter__in=own))

    def editable_by(self, user):
        return self.managed_by(user).drafts()

    def with_state(self):
        waiting = Message.objects.waiting().filter(campaign=OuterRef("campaign"))
        return self.annotate(
            state=Case(
                When(sent_at=None, then=Value(IssueState.DRAFT)),
                When(Exists(waiting), then=Value(IssueState.SENDING)),
                default=Value(IssueState.SENT),
            )
        )

    def in_progress(self):
        """Being written or on its way."""
        return self.with_state().exclude(state=IssueState.SENT)


class Issue(models.Model):
    """One number of a letter. Once sent it is fixed: archive and mail say the same."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    newsletter = models.ForeignKey(
        Newsletter,
        models.PROTECT,
        related_name="issues",
        verbose_name=_("lettre d’information"),
    )
    title = models.CharField(_("titre"), max_length=150)
    introduction = models.TextField(_("introduction"), max_length=10_000, blank=True)
    # Raised by every save; a form that holds an older one may not overwrite.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("créé par"),
    )
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("envoyé par"),
    )
    campaign = models.OneToOneField(
        Campaign,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("envoi"),
    )
    slug = models.SlugField(
        _("adresse dans les archives"),
        max_length=80,
        unique=True,
        null=True,
        editable=False,
    )
    words = IssueQuerySet.words_field()

    objects = SearchableManager.from_queryset(IssueQuerySet)()

    class Meta:
        verbose_name = _("numéro")
        verbose_name_plural = _("numéros")
        ordering = [F("sent_at").desc(nulls_first=True), "-updated_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None, sent_by=None, campaign=None, slug=None)
                | Q(
                    sent_at__isnull=False,
                    sent_by__isnull=False,
                    campaign__isnull=False,
                    slug__isnull=False,
                ),
                name="issue_sent_whole",
                violation_error_message=_(
                    "Un envoi a une date, un auteur, une adresse."
                ),
            )
        ]
        indexes = [
            models.Index(fields=["-sent_at"], name="issue_archive"),
            *IssueQuerySet.search_indexes("issue"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page in the archive, for a sent one."""
        return reverse("newsletters:issue", args=[self.slug])

    @property
    def is_sent(self) -> bool:
        return self.sent_at is not None

    @property
    def paragraphs(self) -> list[str]:
        """What an empty line separates in the introduction."""
        return [part for part in re.split(r"\s*\n\s*\n\s*", self.introduction) if part]

    @cached_property
    def sections(self) -> list[tuple[str, list["IssueItem"]]]:
        """(rubric, its items), in the order of the issue."""
        grouped = groupby(self.items.all(), key=attrgetter("section"))
        return [(str(Section(name).label), list(items)) for name, items in grouped]

    @property
    def typed_texts(self) -> Iterable[str]:
        """All that people wrote and that this issue would mail."""
        yield from (self.title, self.introduction)
        yield from (self.newsletter.name, self.newsletter.sender)
        for item in self.items.all():
            yield from (item.title, item.summary)


class IssueItem(models.Model):
    """Something picked for an issue, copied as it was when the issue was last saved."""

    issue = models.ForeignKey(
        Issue, models.CASCADE, related_name="items", verbose_name=_("numéro")
    )
    key = models.CharField(_("objet"), max_length=80)
    section = models.CharField(_("rubrique"), max_length=20, choices=Section)
    title = models.CharField(_("titre"), max_length=300)
    summary = models.TextField(_("résumé"), blank=True)
    url = models.CharField(_("adresse"), max_length=500)
    date = models.DateField(_("date"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("rang"))

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issue", "key"],
                name="issue_item_once",
                violation_error_message=_("Cet article est déjà dans le numéro."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def absolute_url(self) -> str:
        """For the mail; `url` alone serves in the archive."""
        return absolute(self.url)

    @property
    def as_offered(self) -> NewsletterItem:
        """In the shape in which the registry offers it."""
        return NewsletterItem(
            key=self.key,
            section=self.section,
            title=self.title,
            summary=self.summary,
            url=self.url,
            date=self.date,
        )

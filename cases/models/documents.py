import uuid

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.enums import DocumentKind
from cases.models.cases import Case
from spip_portal.accounts.enums import PARTNER
from spip_portal.accounts.models import User
from spip_portal.vault.models import StoredFile

PREFERRED = (DocumentKind.OBLIGATIONS, DocumentKind.PLACEMENT_ORDER)


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What `user` may open now: documents of the cases they follow or opened by
        broken glass, those a live share names them on, and those whose sharing they
        are to countersign."""
        if not user.is_active or user.are_cases_closed:
            return self.none()
        # Recipients name documents, so their class is defined after this one.
        recipients = apps.get_model("cases", "ShareRecipient")
        if user.role == PARTNER:
            mine = recipients.objects.filter(user=user)
            return self.filter(pk__in=mine.values("content_object"))
        readable = models.Q(case__in=Case.objects.readable_by(user))
        if user.is_manager:
            waiting = apps.get_model("cases", "Share").objects.countersignable_by(user)
            named = recipients.history.filter(share__in=waiting)
            readable |= models.Q(pk__in=named.values("content_object"))
        return self.filter(readable)

    def available(self):
        """Inspected and found harmless: the only ones that can be read or shared."""
        return self.filter(file__state=StoredFile.State.AVAILABLE)

    def current(self):
        """No newer version has closed them."""
        return self.filter(replaced_by=None)

    def preferred_first(self):
        """What a host most often needs comes before a full judgment (FEATURES 3.5)."""
        rank = [models.When(kind=kind, then=n) for n, kind in enumerate(PREFERRED)]
        return self.order_by(models.Case(*rank, default=len(PREFERRED)), "-pk")


class Document(models.Model):
    """A PDF in the vault. No free title and no text: a document is found by its kind,
    court and date (the law, and PERFORMANCE on text indexes)."""

    READ = "read_document"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(
        Case, models.CASCADE, related_name="documents", verbose_name=_("dossier")
    )
    kind = models.CharField(_("nature"), max_length=20, choices=DocumentKind)
    dated_on = models.DateField(_("date du document"))
    court = models.CharField(_("juridiction ou auteur"), max_length=120, blank=True)
    file = models.OneToOneField(
        StoredFile, models.PROTECT, related_name="+", verbose_name=_("fichier")
    )
    replaces = models.OneToOneField(
        "self",
        models.RESTRICT,
        null=True,
        related_name="replaced_by",
        verbose_name=_("remplace"),
    )
    added_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("déposé par")
    )
    added_at = models.DateTimeField(_("déposé le"), db_default=Now())

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-pk"]
        permissions = [("read_document", "Lire le document")]
        constraints = [
            # Target of the composite foreign key of recipients (migration 0003).
            models.UniqueConstraint(fields=["case", "id"], name="document_of_case"),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="document_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def version(self) -> str:
        """Of its description, as a form of correction knows it; not of the file."""
        return f"{self.kind}|{self.court}|{self.dated_on}"

    @property
    def successor(self) -> "Document | None":
        """The version that closed this one; it is shared by a decision of its own."""
        return getattr(self, "replaced_by", None)

    def is_read_only_for(self, user) -> bool:
        """An expert report is read on the screen by whom a share names, not kept: no
        download (FEATURES, story 9)."""
        return self.kind == DocumentKind.EXPERTISE and user.role == PARTNER

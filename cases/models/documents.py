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


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What `user` may open now: documents of the cases they follow or opened by
        broken glass, and those a live share names them on."""
        if not user.is_active or user.are_cases_closed:
            return self.none()
        if user.role == PARTNER:
            # Recipients name documents, so their class is defined after this one.
            recipients = apps.get_model("cases", "ShareRecipient")
            mine = recipients.objects.filter(user=user)
            return self.filter(pk__in=mine.values("content_object"))
        return self.filter(case__in=Case.objects.readable_by(user))

    def available(self):
        """Inspected and found harmless: the only ones that can be read or shared."""
        return self.filter(file__state=StoredFile.State.AVAILABLE)

    def shareable_by(self, user):
        return self.available().filter(case__in=Case.objects.followed_by(user))


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
            # Target of the composite foreign key of recipients (migration 0002).
            models.UniqueConstraint(fields=["case", "id"], name="document_of_case"),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="document_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

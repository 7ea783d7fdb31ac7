from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from partners.enums import Audience
from partners.models.agreements import Agreement, AgreementParty
from partners.models.attached import AttachedPdf, AttachedQuerySet
from partners.models.organisations import Organisation
from partners.models.partnerships import Partnership
from spip_portal.search.text import stored_words


class AgreementAnnexQuerySet(AttachedQuerySet):
    def public(self):
        return self.filter(audience=AgreementAnnex.Audience.PUBLIC)

    def unread(self):
        """Whose words the search does not know yet."""
        return self.filter(~Exists(AnnexText.objects.filter(annex=OuterRef("pk"))))

    def visible_to(self, user):
        """A public one goes with its convention; the others are for the agents of the
        service, and for the members of a party that this service has validated."""
        readable = self.filter(agreement__in=Agreement.objects.visible_to(user))
        shown = Q(audience=AgreementAnnex.Audience.PUBLIC)
        if not user.is_active:
            return readable.filter(shown)
        if user.is_agent:
            return readable.filter(shown | Q(agreement__spip=user.spip))
        return readable.filter(shown | Exists(_parties_of(user)))

    def editable_by(self, user):
        return self.filter(agreement__in=Agreement.objects.editable_by(user))


def _parties_of(user):
    """Among the parties to the convention of the outer query, the structures of `user`
    that its service has validated."""
    validated = Partnership.objects.validated().filter(
        organisation=OuterRef("organisation"), spip=OuterRef("agreement__spip")
    )
    return AgreementParty.objects.filter(
        Exists(validated),
        agreement=OuterRef("agreement"),
        organisation__in=Organisation.objects.joined_by(user),
    )


class AgreementAnnex(AttachedPdf):
    """A PDF attached to a convention: the signed text, a price list, a protocol."""

    class Audience(models.TextChoices):
        PUBLIC = Audience.PUBLIC.value, _("quiconque lit la convention")
        PARTIES = Audience.PARTIES.value, _("parties et agents du service seulement")

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="annexes", verbose_name=_("convention")
    )
    audience = models.CharField(
        _("lisible par"), max_length=10, choices=Audience, default=Audience.PARTIES
    )

    objects = AgreementAnnexQuerySet.as_manager()

    class Meta(AttachedPdf.Meta):
        verbose_name = _("annexe de convention")
        verbose_name_plural = _("annexes de convention")

    @property
    def is_public(self) -> bool:
        return self.audience == self.Audience.PUBLIC


class AnnexTextQuerySet(models.QuerySet):
    def holding(self, query):
        """Those of public annexes that hold the words of a search."""
        return self.filter(words=query, annex__audience=AgreementAnnex.Audience.PUBLIC)


class AnnexText(models.Model):
    """The words of a public annex, so that its convention is found by them. It goes
    with the annex; what only the parties read, and a document of a case, has none."""

    MOST_CHARACTERS = 200_000

    annex = models.OneToOneField(
        AgreementAnnex,
        models.CASCADE,
        related_name="words",
        verbose_name=_("annexe"),
    )
    text = models.TextField(_("texte"), blank=True)
    words = stored_words("text")
    read_at = models.DateTimeField(_("lu le"), db_default=Now())

    objects = AnnexTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("texte d’annexe")
        verbose_name_plural = _("textes d’annexe")
        indexes = [
            GinIndex(name="annex_text_words", fields=["words"]),
        ]

    def __str__(self) -> str:
        return f"texte {self.pk}"

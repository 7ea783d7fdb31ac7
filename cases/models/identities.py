from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases import identity
from cases.models.cases import Case
from spip_portal.accounts.models import User


class PersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever follows the case; not the direction, which lists references."""
        return self.filter(case__in=Case.objects.followed_by(user))

    def who_are(self, person: identity.Identity, spip_id: int):
        return self.filter(digest__in=person.digests(spip_id))


class Person(models.Model):
    """Who the person followed is: one sealed block, and a keyed hash to find it by
    (`cases.identity`). A table of its own, for fewer read it than read the case."""

    case = models.OneToOneField(
        Case, models.CASCADE, related_name="person", verbose_name=_("dossier")
    )
    sealed = models.BinaryField(_("identité chiffrée"))
    digest = models.BinaryField(_("empreinte"), max_length=32)
    written_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("écrite par")
    )
    written_at = models.DateTimeField(_("écrite le"), db_default=Now())

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("identité")
        verbose_name_plural = _("identités")
        indexes = [models.Index(fields=["digest"], name="person_digest")]

    @property
    def version(self) -> str:
        """Each time it is written, another."""
        return self.written_at.isoformat()

    @property
    def identity(self) -> identity.Identity:
        return identity.Identity.unseal(self.sealed, self.case.uuid.bytes)

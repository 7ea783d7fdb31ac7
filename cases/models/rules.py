from dataclasses import dataclass, field

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from cases.enums import DocumentKind, MeasureKind, Outcome
from partners.enums import Art46Category
from spip_portal.accounts.models import Spip, User

EVERY_MEASURE = ""

# What holds until a direction has decided otherwise (MISSION, law): the decision that
# grants a placement and the preferred forms may be shared, an expert report needs a
# judge's authorisation, everything else is forbidden.
SHIPPED = {
    DocumentKind.PLACEMENT_ORDER: Outcome.ALLOWED,
    DocumentKind.OBLIGATIONS: Outcome.ALLOWED,
    DocumentKind.NOTE: Outcome.ALLOWED,
    DocumentKind.CERTIFICATE: Outcome.ALLOWED,
    DocumentKind.EXPERTISE: Outcome.AUTHORISATION,
}


class RulesVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The direction keeps the rules of its service; its CPIP read them."""
        if not user.is_active or not (user.is_manager or user.is_cpip):
            return self.none()
        return self.filter(spip=user.spip)

    def current(self, spip):
        return self.filter(spip=spip).order_by("-number").first()


class RulesVersion(models.Model):
    """The rules of sharing of one service from one day on. Never rewritten: a change is
    a new version, and a share keeps the one under which it was decided."""

    MOST_DAYS_AFTER = 90

    spip = models.ForeignKey(
        Spip, models.CASCADE, related_name="+", verbose_name=_("service")
    )
    number = models.PositiveIntegerField(_("version"))
    decided_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("décidée par")
    )
    decided_at = models.DateTimeField(_("décidée le"), db_default=Now())
    days_after_measure = models.PositiveSmallIntegerField(
        _("jours après la fin de la mesure"),
        default=0,
        help_text=_("De 0 (aucun) à 90, pour la seule finalité nommée ci-dessous."),
    )
    purpose_after_measure = models.CharField(
        _("finalité de ces jours"), max_length=200, blank=True
    )

    objects = RulesVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version des règles de partage")
        verbose_name_plural = _("versions des règles de partage")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["spip", "number"], name="rules_version_once"
            ),
            models.CheckConstraint(
                condition=Q(days_after_measure=0)
                | (Q(days_after_measure__lte=90) & ~Q(purpose_after_measure="")),
                name="rules_days_after_measure",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class SharingRule(models.Model):
    """One cell: kind of document × category of structure × kind of measure."""

    version = models.ForeignKey(
        RulesVersion, models.CASCADE, related_name="rules", verbose_name=_("version")
    )
    document_kind = models.CharField(
        _("nature du document"), max_length=20, choices=DocumentKind
    )
    category = models.CharField(
        _("catégorie de structure"), max_length=15, choices=Art46Category
    )
    measure_kind = models.CharField(
        _("mesure"),
        max_length=15,
        choices=MeasureKind,
        blank=True,
        help_text=_("Vide : toutes les mesures."),
    )
    outcome = models.CharField(_("règle"), max_length=20, choices=Outcome)

    class Meta:
        verbose_name = _("règle de partage")
        verbose_name_plural = _("règles de partage")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "document_kind", "category", "measure_kind"],
                name="sharing_rule_once",
            )
        ]


Cell = tuple[str, str, str]  # kind of document, category, kind of measure


@dataclass(frozen=True)
class Rules:
    """The rules in force in one service. `version` is None while the shipped ones
    hold."""

    version: RulesVersion | None = None
    cells: dict[Cell, str] = field(default_factory=dict)

    @classmethod
    def of(cls, spip: Spip) -> "Rules":
        version = RulesVersion.objects.current(spip)
        if version is None:
            return cls()
        cells = {
            (rule.document_kind, rule.category, rule.measure_kind): rule.outcome
            for rule in version.rules.all()
        }
        return cls(version, cells)

    def outcome(self, kind: str, category: str, measure_kind: str) -> Outcome:
        """The rule of this very measure, else that of every measure, else forbidden."""
        if category in {"", Art46Category.OTHER}:
            return Outcome.FORBIDDEN
        if self.version is None:
            return SHIPPED.get(DocumentKind(kind), Outcome.FORBIDDEN)
        for measure in (measure_kind, EVERY_MEASURE):
            if found := self.cells.get((kind, category, measure)):
                return Outcome(found)
        return Outcome.FORBIDDEN

    @property
    def days_after_measure(self) -> int:
        return self.version.days_after_measure if self.version else 0

    @property
    def purpose_after_measure(self) -> str:
        return self.version.purpose_after_measure if self.version else ""

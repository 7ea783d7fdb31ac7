import uuid

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from partners.enums import Art46Category
from partners.models.organisations import Organisation
from spip_portal.accounts.models import Spip, User, is_coordination


def answered(organisation: str) -> Q:
    """Its référent has reviewed the page within nine months."""
    limit = Now() - Organisation.ANSWER_WITHIN
    return Q(**{f"{organisation}__reviewed_at__gt": limit})


def validated_by_its_service(organisations) -> Exists:
    """The service of the row has validated one of these structures. A probe: where an
    « or » names a set of keys, the planner counts its making for each row it looks
    at, and reads the whole table instead."""
    validated = Partnership.objects.validated().filter(organisation__in=organisations)
    return Exists(validated.filter(spip=OuterRef("spip")))


class PartnershipQuerySet(models.QuerySet):
    def validated(self):
        return self.filter(state=Partnership.State.VALIDATED)

    def begun(self):
        """Sent to the service, whatever became of it."""
        return self.exclude(state=Partnership.State.DRAFT)

    def known_to(self, spip):
        """Those of the service in any state, and what another has validated."""
        return self.filter(Q(state=Partnership.State.VALIDATED) | Q(spip=spip))

    def waiting(self):
        return self.filter(state=Partnership.State.SUBMITTED)

    def eligible(self):
        """Validated, art. 46 category confirmed, review answered: entitled as long as a
        convention is in force.
        A State service or a town hall acts on procedures only (MISSION, roles)."""
        return (
            self.validated()
            .filter(
                answered("organisation"),
                art46_confirmed_at__isnull=False,
                organisation__kind__is_state=False,
            )
            .exclude(art46_category__in=["", Art46Category.OTHER])
        )

    def entitled(self):
        """May hold named data: eligible, with a convention in force with the same
        service. It lapses by itself, and with it this."""
        return self.eligible().filter(Exists(_agreements_in_force()))

    def entitled_by(self, agreement):
        """Entitled under that convention: a key, or the reference to one."""
        named = _agreements_in_force().filter(pk=agreement)
        return self.eligible().filter(Exists(named))

    def with_agreement(self):
        """For badges: the kind of the structure, and the convention in force that ends
        last (`agreement_id`, `agreement_ends_on`; both None without one)."""
        last = _agreements_in_force().order_by("-ends_on", "-pk")
        return self.select_related("organisation__kind").annotate(
            agreement_id=Subquery(last.values("pk")[:1]),
            agreement_ends_on=Subquery(last.values("ends_on")[:1]),
        )

    def managed_by(self, user):
        """Requests and partnerships that a coordinator or the direction handles."""
        if not is_coordination(user):
            return self.none()
        return self.begun().filter(spip=user.spip)

    def kept_by_nobody(self, user):
        """Partners of the coordinator's service that have no référent."""
        if not user.is_active or not user.is_coordinator:
            return self.none()
        referents = apps.get_model("partners", "Membership").objects.live().referents()
        kept = referents.filter(organisation=OuterRef("organisation"))
        return self.validated().filter(~Exists(kept), spip=user.spip)

    def with_category_to_confirm(self):
        return self.validated().filter(
            ~Q(art46_category=""), art46_confirmed_at__isnull=True
        )

    def confirmable_by(self, user):
        """Categories that the direction confirms: those another person proposed."""
        if not user.is_active or not user.is_manager:
            return self.none()
        waiting = self.with_category_to_confirm().filter(spip=user.spip)
        return waiting.exclude(art46_proposed_by=user)


def _agreements_in_force():
    """Those between the service and the structure of the outer query."""
    agreements = apps.get_model("partners", "Agreement").objects.in_force()
    return agreements.filter(
        spip=OuterRef("spip"), parties__organisation=OuterRef("organisation")
    )


class Partnership(models.Model):
    """Organisation × service: its state, and its art. 46 category, proposed by the
    coordinator and confirmed by the direction."""

    class State(models.TextChoices):
        DRAFT = "draft", _("brouillon")
        SUBMITTED = "submitted", _("soumise")
        VALIDATED = "validated", _("validée")
        REFUSED = "refused", _("refusée")
        SUSPENDED = "suspended", _("suspendue")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        related_name="partnerships",
        verbose_name=_("structure"),
    )
    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="partnerships", verbose_name=_("service")
    )
    state = models.CharField(
        _("état"), max_length=10, choices=State, default=State.DRAFT
    )
    state_changed_at = models.DateTimeField(_("depuis le"), auto_now_add=True)
    decided_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("décision de"),
    )
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    art46_category = models.CharField(
        _("catégorie au titre de l’article 46"),
        max_length=20,
        choices=Art46Category,
        blank=True,
    )
    art46_proposed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("catégorie proposée par"),
    )
    art46_proposed_at = models.DateTimeField(_("proposée le"), null=True)
    art46_confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("catégorie confirmée par"),
    )
    art46_confirmed_at = models.DateTimeField(_("confirmée le"), null=True)

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("partenariat")
        verbose_name_plural = _("partenariats")
        ordering = ["state_changed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "spip"],
                name="partnership_once",
                violation_error_message=_(
                    "Cette structure a déjà un partenariat avec ce service."
                ),
            ),
            models.CheckConstraint(
                condition=Q(art46_confirmed_by__isnull=True)
                | ~Q(art46_confirmed_by=F("art46_proposed_by")),
                name="art46_by_two_people",
                violation_error_message=_(
                    "La catégorie est confirmée par une autre personne que celle qui "
                    "l’a proposée."
                ),
            ),
            models.CheckConstraint(
                condition=Q(art46_confirmed_at__isnull=True) | ~Q(art46_category=""),
                name="art46_confirmed_has_category",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.spip.short_name}"

    @property
    def was_validated(self) -> bool:
        """Now or before its suspension."""
        return self.state in {self.State.VALIDATED, self.State.SUSPENDED}

    @property
    def is_validated(self) -> bool:
        return self.state == self.State.VALIDATED

    @property
    def has_confirmed_category(self) -> bool:
        return (
            self.art46_confirmed_at is not None
            and self.art46_category != Art46Category.OTHER
        )

import uuid
from datetime import date, timedelta

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from partners.enums import Audience
from partners.models.members import Membership
from partners.models.organisations import Organisation, Theme
from partners.models.partnerships import validated_by_its_service
from spip_portal.accounts.models import Spip, User, is_coordination
from spip_portal.search.text import SearchableManager, SearchableQuerySet
from spip_portal.security.dates import ParisToday, begun, today
from spip_portal.ui.validators import in_our_times


class AgreementQuerySet(SearchableQuerySet):
    name_field, text_fields = "title", ("number", "objectives")

    def holding(self, query):
        """In its own columns, or in a public annex: whoever reads a convention reads
        those. The keys are fetched first: with a subquery here, every row is read."""
        texts = apps.get_model("partners", "AnnexText").objects.holding(query)
        in_annexes = list(texts.values_list("annex__agreement", flat=True))
        return self.filter(Q(words=query) | Q(pk__in=in_annexes))

    def in_force(self):
        """Signed, begun, not ended and not denounced, today in Paris."""
        return self.filter(
            begun("starts_on"),
            Q(denounced_on__isnull=True) | Q(denounced_on__gt=ParisToday()),
            signed_on__isnull=False,
            ends_on__gte=ParisToday(),
        )

    def in_state(self, state: str):
        """The same words as the property `state`, asked of the database."""
        day = ParisToday()
        signed = self.filter(signed_on__isnull=False)
        denounced = Q(denounced_on__isnull=False, denounced_on__lte=day)
        return {
            "unsigned": self.filter(signed_on=None),
            "coming": signed.filter(~denounced, starts_on__gt=day),
            "in_force": self.in_force(),
            "denounced": signed.filter(denounced),
            "over": signed.filter(~denounced, ends_on__lt=day),
        }[state]

    def signed_by(self, organisations):
        """Those to which one of them is a party, each once."""
        parties = AgreementParty.objects.filter(organisation__in=organisations)
        return self.filter(pk__in=parties.values("agreement"))

    def running_in(self, year: int):
        """Those whose dates meet that year, signed or not."""
        return self.filter(
            starts_on__lte=date(year, 12, 31), ends_on__gte=date(year, 1, 1)
        )

    def ending_within(self, days: int):
        """In force today and no longer after so many days; soonest first."""
        last = today() + timedelta(days=days)
        return self.in_force().filter(ends_on__lte=last).order_by("ends_on", "pk")

    def to_warn_of(self, days: int, above: int):
        """Signed, not denounced, ending within `days` and not within `above`, not told
        of yet at this threshold and for this end. One shorter than the threshold
        begins too late for it."""
        first, last = (today() + timedelta(days=d) for d in (above, days))
        told = AgreementAlert.objects.filter(
            agreement=OuterRef("pk"), days=days, ends_on=OuterRef("ends_on")
        )
        return self.filter(
            ~Exists(told),
            signed_on__isnull=False,
            denounced_on=None,
            ends_on__range=(first, last),
            starts_on__lte=F("ends_on") - timedelta(days=days),
        ).order_by("ends_on", "pk")

    def visible_to(self, user):
        """Visitors read public ones; a validated partner also what is for the network
        of its services, and what it signed; agents also all of their service."""
        readable = Q(audience=Audience.PUBLIC)
        if not user.is_active:
            return self.filter(readable)
        if user.is_agent:
            return self.filter(
                readable | Q(audience=Audience.NETWORK) | Q(spip=user.spip)
            )
        own = Organisation.objects.partners_of(user)
        signed = AgreementParty.objects.filter(organisation__in=own)
        return self.filter(
            readable
            | Q(validated_by_its_service(own), audience=Audience.NETWORK)
            | Exists(signed.filter(agreement=OuterRef("pk")))
        )

    def editable_by(self, user):
        if not is_coordination(user):
            return self.none()
        return self.filter(spip=user.spip)


class Agreement(models.Model):
    """A signed text between a service and one or several organisations (convention,
    protocole). Its state is computed from its dates, never stored."""

    class Kind(models.TextChoices):
        NATIONAL = "national", _("convention-cadre nationale déclinée")
        LOCAL = "local", _("convention locale de partenariat")
        PLACEMENT = "placement", _("convention de placement à l’extérieur")
        APPROVAL = "approval", _("agrément de placement à l’extérieur")
        FUNDING = "funding", _("convention pluriannuelle d’objectifs")
        PROTOCOL = "protocol", _("protocole d’accord")
        TIG = "tig", _("convention de travail d’intérêt général")
        SHARING = "sharing", _("protocole de partage d’informations")
        PREMISES = "premises", _("mise à disposition de locaux")
        ACTION = "action", _("convention d’action collective")

    class Renewal(models.TextChoices):
        NONE = "none", _("sans reconduction")
        TACIT = "tacit", _("reconduction tacite")
        EXPRESS = "express", _("reconduction expresse")

    STATES = [
        ("in_force", _("en vigueur")),
        ("coming", _("à venir")),
        ("unsigned", _("en attente de signature")),
        ("denounced", _("dénoncée")),
        ("over", _("échue")),
    ]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    spip = models.ForeignKey(
        Spip, models.PROTECT, related_name="agreements", verbose_name=_("service")
    )
    kind = models.CharField(_("nature"), max_length=10, choices=Kind)
    number = models.CharField(_("numéro"), max_length=40, blank=True)
    title = models.CharField(_("intitulé"), max_length=200)
    territory = models.CharField(_("territoire"), max_length=200, blank=True)
    objectives = models.TextField(_("objectifs"), blank=True)
    expected_results = models.TextField(_("résultats attendus"), blank=True)
    indicators = models.TextField(_("indicateurs"), blank=True)
    themes = models.ManyToManyField(
        Theme, blank=True, related_name="agreements", verbose_name=_("thématiques")
    )
    organisations = models.ManyToManyField(
        Organisation,
        through="AgreementParty",
        related_name="agreements",
        verbose_name=_("structures signataires"),
    )
    renews = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="renewed_by",
        verbose_name=_("renouvelle"),
    )
    authority = models.CharField(_("autorité qui agrée"), max_length=150, blank=True)
    places = models.PositiveSmallIntegerField(
        _("nombre de places"), null=True, blank=True
    )
    persons_in_charge = models.ManyToManyField(
        Membership,
        blank=True,
        related_name="agreements_in_charge",
        verbose_name=_("personnes responsables"),
    )
    signed_on = models.DateField(
        _("signée le"), null=True, blank=True, validators=[in_our_times]
    )
    starts_on = models.DateField(_("début"), validators=[in_our_times])
    ends_on = models.DateField(_("fin"), validators=[in_our_times])
    renewal = models.CharField(
        _("reconduction"), max_length=8, choices=Renewal, default=Renewal.NONE
    )
    notice_days = models.PositiveSmallIntegerField(
        _("préavis, en jours"), null=True, blank=True
    )
    denounced_on = models.DateField(
        _("dénoncée à effet du"), null=True, blank=True, validators=[in_our_times]
    )
    evaluation_on = models.DateField(
        _("évaluation prévue le"), null=True, blank=True, validators=[in_our_times]
    )
    evaluated_on = models.DateField(
        _("évaluée le"), null=True, blank=True, validators=[in_our_times]
    )
    audience = models.CharField(
        _("visible par"), max_length=10, choices=Audience, default=Audience.NETWORK
    )
    words = AgreementQuerySet.words_field()

    objects = SearchableManager.from_queryset(AgreementQuerySet)()

    class Meta:
        verbose_name = _("convention")
        verbose_name_plural = _("conventions")
        ordering = ["-starts_on", "-pk"]
        indexes = [
            *AgreementQuerySet.search_indexes("agreement", "audience"),
            # One for each order of the list.
            models.Index(fields=["-starts_on", "-id"], name="agreement_by_start"),
            models.Index(fields=["ends_on", "id"], name="agreement_by_end"),
            models.Index(fields=["title", "id"], name="agreement_by_title"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="agreement_dates",
                violation_error_message=_("La fin précède le début."),
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None) | Q(signed_on__lte=F("ends_on")),
                name="agreement_signed_in_time",
                violation_error_message=_("La signature suit la fin."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_approval(self) -> bool:
        return self.kind == self.Kind.APPROVAL

    @property
    def is_in_force(self) -> bool:
        return self.state == "in_force"

    @property
    def is_denounceable(self) -> bool:
        """Signed, not over, and not denounced yet, even for a day to come."""
        return (
            self.signed_on is not None
            and self.denounced_on is None
            and self.ends_on >= today()
        )

    @property
    def notice_ends_on(self) -> date | None:
        """The first day on which a denunciation of today takes effect in time."""
        if self.notice_days is None:
            return None
        return today() + timedelta(days=self.notice_days)

    @property
    def state(self) -> str:
        """unsigned, coming, in_force, denounced or over: by the dates, today."""
        day = today()
        if self.signed_on is None:
            return "unsigned"
        if self.denounced_on and self.denounced_on <= day:
            return "denounced"
        if self.starts_on > day:
            return "coming"
        return "in_force" if self.ends_on >= day else "over"


class AgreementParty(models.Model):
    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="parties", verbose_name=_("convention")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="agreement_parties",
        verbose_name=_("structure"),
    )
    is_lead = models.BooleanField(_("chef de file"), default=False)

    class Meta:
        verbose_name = _("partie à la convention")
        verbose_name_plural = _("parties à la convention")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organisation"],
                name="party_once",
                violation_error_message=_("Cette structure est déjà partie."),
            ),
            models.UniqueConstraint(
                fields=["agreement"],
                condition=Q(is_lead=True),
                name="party_one_lead",
                violation_error_message=_("Il n’y a qu’un chef de file."),
            ),
        ]


class AgreementAmendment(models.Model):
    """An « avenant »: what a later signature changed. Kept as history; a new end is
    also written on the convention, on which its state rests."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    agreement = models.ForeignKey(
        Agreement,
        models.CASCADE,
        related_name="amendments",
        verbose_name=_("convention"),
    )
    signed_on = models.DateField(_("signé le"), validators=[in_our_times])
    changes = models.TextField(_("ce qui change"))
    ends_on = models.DateField(
        _("nouvelle fin"), null=True, blank=True, validators=[in_our_times]
    )
    previous_ends_on = models.DateField(_("fin précédente"), null=True, blank=True)
    added_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("saisi par")
    )
    added_at = models.DateTimeField(_("saisi le"), db_default=Now())

    class Meta:
        verbose_name = _("avenant")
        verbose_name_plural = _("avenants")
        ordering = ["signed_on", "pk"]

    def __str__(self) -> str:
        return f"avenant {self.pk}"


class AgreementAlert(models.Model):
    """Told, so many days before this end: never twice, even by two workers."""

    THRESHOLDS = (30, 90, 180)

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="alerts", verbose_name=_("convention")
    )
    days = models.PositiveSmallIntegerField(_("jours avant la fin"))
    ends_on = models.DateField(_("fin annoncée"))
    sent_at = models.DateTimeField(_("envoyée le"), db_default=Now())

    class Meta:
        verbose_name = _("alerte de fin de convention")
        verbose_name_plural = _("alertes de fin de convention")
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "days", "ends_on"], name="alert_once"
            )
        ]

    def __str__(self) -> str:
        return f"alerte {self.pk}"

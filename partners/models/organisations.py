import math
import uuid
from datetime import datetime, timedelta

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import ASin, Cos, Now, Power, Radians, Sin, Sqrt
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.fr import siret as siret_number

from partners.enums import Audience, Milieu
from partners.models.communes import Commune
from partners.validators import validate_siret
from spip_portal.search.text import (
    CONFIGURATION,
    SearchableManager,
    SearchableQuerySet,
)

EARTH_RADIUS_KM = 6371


class OrganisationKind(models.Model):
    """Reference data that the service edits: CHRS, mairie, mission locale…"""

    code = models.SlugField(_("code"), unique=True)
    label = models.CharField(_("libellé"), max_length=120)
    is_state = models.BooleanField(_("service de l’État ou commune"), default=False)
    is_health = models.BooleanField(_("structure de santé"), default=False)
    takes_people_in = models.BooleanField(_("accueille des personnes"), default=False)
    position = models.PositiveSmallIntegerField(_("ordre"), default=100)

    class Meta:
        verbose_name = _("type de structure")
        verbose_name_plural = _("types de structure")
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class Theme(models.Model):
    """What a partner works on: hébergement, emploi, santé…"""

    code = models.SlugField(_("code"), unique=True)
    label = models.CharField(_("libellé"), max_length=80)

    class Meta:
        verbose_name = _("thématique")
        verbose_name_plural = _("thématiques")
        ordering = ["label"]

    def __str__(self) -> str:
        return self.label


class OrganisationQuerySet(SearchableQuerySet):
    name_field, text_fields = "name", ("city", "description", "publics")

    def validated(self):
        """Known to at least one service as a partner now."""
        return self.filter(Exists(_related("Partnership").validated()))

    def joined_by(self, user):
        """Where `user` is a member today."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__in=user.memberships.live())

    def partners_of(self, user):
        """Keys of the validated structures where `user` is a member. Fetched: left in a
        question, they are planned anew at each place that names them, which costs more
        than the rows, and the planner then shuns the indexes of what is asked."""
        return [each.pk for each in _structures_of(user) if each.is_validated]

    def editable_by(self, user):
        """A référent keeps the page of their structure, whatever its state."""
        if not user.is_active:
            return self.none()
        return self.filter(memberships__in=user.memberships.live().referents())

    def staffed_by(self, user):
        """A référent invites colleagues once a service has validated the structure."""
        return self.editable_by(user).validated()

    def abandoned(self):
        """Self-registered by someone who never followed the link they were sent: its
        SIRET is free again once the link has expired."""
        open_invitations = _related("Invitation").filter(
            accepted_at=None, cancelled_at=None, expires_at__gt=Now()
        )
        known = _related("Partnership").begun()
        return self.filter(
            Exists(_related("Partnership")),
            ~Exists(known),
            ~Exists(_related("Membership")),
            ~Exists(open_invitations),
        )

    def taking_in(self, words: str):
        """Those that say they take in this public."""
        vector = SearchVector("publics", config=CONFIGURATION)
        query = SearchQuery(words, config=CONFIGURATION)
        return self.alias(taken_in=vector).filter(taken_in=query)

    def with_free_places(self, count: int):
        """Of one kind, declared within a month; with `free_places`, the most of one,
        and `free_since`, when they were declared."""
        free = _related("DeclaredPlaces").fresh().filter(free__gte=count)
        most = free.order_by("-free", "-declared_at")
        return self.filter(Exists(free)).annotate(
            free_places=Subquery(most.values("free")[:1]),
            free_since=Subquery(most.values("declared_at")[:1]),
        )

    def party_to(self, agreements):
        parties = apps.get_model("partners", "AgreementParty").objects
        signed = parties.filter(agreement__in=agreements)
        return self.filter(pk__in=signed.values("organisation"))

    def away_from(self, commune: Commune):
        """With `distance_km`, as the crow flies from the middle of one commune to that
        of the other; none for a structure whose commune is unknown."""
        latitude, longitude = F("commune__latitude"), F("commune__longitude")
        north = Power(Sin(Radians(latitude - commune.latitude) / 2), 2)
        east = Power(Sin(Radians(longitude - commune.longitude) / 2), 2)
        narrowing = Cos(Radians(latitude)) * math.cos(math.radians(commune.latitude))
        angle = 2 * ASin(Sqrt(north + narrowing * east))  # haversine
        return self.annotate(distance_km=EARTH_RADIUS_KM * angle)

    def within(self, commune: Commune, km: int):
        """Of `away_from(commune)`: first those in a square, by the index of communes,
        then those in the circle that it holds."""
        height = math.degrees(km / EARTH_RADIUS_KM)
        width = height / math.cos(math.radians(commune.latitude))
        south, west = commune.latitude - height, commune.longitude - width
        return self.filter(
            commune__latitude__range=(south, south + 2 * height),
            commune__longitude__range=(west, west + 2 * width),
            distance_km__lte=km,
        )

    def visible_to(self, user):
        """The directory. Visitors read public organisations; agents and members of a
        validated partner read the network; everyone reads their own."""
        if not user.is_active:
            return self.validated().filter(audience=Audience.PUBLIC)
        if user.is_agent:
            return self.filter(Exists(_related("Partnership").known_to(user.spip)))
        is_validated = Exists(_related("Partnership").validated())
        own = _structures_of(user)
        is_partner = any(each.is_validated for each in own)
        shown = [Audience.PUBLIC, Audience.NETWORK] if is_partner else [Audience.PUBLIC]
        readable = Q(is_validated, audience__in=shown)
        # An « or » makes the database read every partnership before the first page:
        # only for those of their own that the rest leaves out.
        left_out = [
            each.pk
            for each in own
            if not each.is_validated or each.audience not in shown
        ]
        return self.filter(readable | Q(pk__in=left_out))

    def telling_addresses_to(self, user):
        """With `tells_address`: where people are housed is told to agents and to the
        network, not to visitors, nor to an account that anybody can open by registering
        a structure."""
        if user.is_active and (user.is_agent or Organisation.objects.partners_of(user)):
            return self.annotate(tells_address=Value(True))
        # Joined, the kinds would be read for every row that is counted.
        telling = OrganisationKind.objects.filter(takes_people_in=False)
        return self.annotate(tells_address=Q(kind__in=telling.values("pk")))


def _structures_of(user) -> list["Organisation"]:
    """Where they are a member today, each with `is_validated`. Kept with the account,
    which each request makes anew: most of its questions need them."""
    kept = vars(user)
    if "structures" not in kept:
        is_validated = Exists(_related("Partnership").validated())
        joined = Organisation.objects.joined_by(user)
        kept["structures"] = list(joined.annotate(is_validated=is_validated))
    return kept["structures"]


def _related(model: str):
    """Rows of a model that stands on this one, of the structure of the outer query."""
    return apps.get_model("partners", model).objects.filter(organisation=OuterRef("pk"))


class Organisation(models.Model):
    """Association, placement structure, town hall, State service… Trust is never here:
    it stands on the partnership with each service."""

    FRESH_FOR = timedelta(days=183)  # half a year, then its page says so
    # Nine months without an answer to the half-yearly review: no document any more.
    ANSWER_WITHIN = timedelta(days=274)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("nom"), max_length=150)
    kind = models.ForeignKey(
        OrganisationKind, models.PROTECT, verbose_name=_("type de structure")
    )
    siret = models.CharField(
        _("SIRET"),
        max_length=14,
        unique=True,
        validators=[validate_siret],
        help_text=_("14 chiffres, sans espace ou avec."),
        error_messages={"unique": _("Cette structure est déjà inscrite.")},
    )
    address = models.CharField(_("adresse"), max_length=200)
    postcode = models.CharField(
        _("code postal"),
        max_length=5,
        validators=[RegexValidator(r"^\d{5}$", _("Cinq chiffres."))],
    )
    city = models.CharField(_("commune"), max_length=100)
    # Found from both lines above by `services.communes.locate`; empty when unknown.
    commune = models.ForeignKey(
        Commune,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="organisations",
        verbose_name=_("commune reconnue"),
    )
    phone = models.CharField(_("téléphone du standard"), max_length=20, blank=True)
    email = models.EmailField(_("adresse électronique de contact"), blank=True)
    website = models.URLField(_("site internet"), blank=True)
    description = models.TextField(_("présentation"), blank=True)
    themes = models.ManyToManyField(
        Theme, blank=True, related_name="organisations", verbose_name=_("thématiques")
    )
    milieu = models.CharField(
        _("intervient en"), max_length=10, choices=Milieu, default=Milieu.OPEN
    )
    publics = models.CharField(_("publics accueillis"), max_length=300, blank=True)
    # Told to whoever orients somebody; never a filter (FEATURES 1a).
    excluded_publics = models.CharField(
        _("publics non accueillis"), max_length=300, blank=True
    )
    opening_hours = models.CharField(
        _("horaires d’ouverture"), max_length=300, blank=True
    )
    audience = models.CharField(
        _("visible par"), max_length=10, choices=Audience, default=Audience.NETWORK
    )
    created_at = models.DateTimeField(_("inscrite le"), auto_now_add=True)
    reviewed_at = models.DateTimeField(_("vérifiée le"), db_default=Now())
    words = OrganisationQuerySet.words_field()

    objects = SearchableManager.from_queryset(OrganisationQuerySet)()

    class Meta:
        verbose_name = _("structure")
        verbose_name_plural = _("structures")
        ordering = ["name", "pk"]
        indexes = [
            *OrganisationQuerySet.search_indexes("organisation", "audience"),
            models.Index(fields=["name", "id"], name="organisation_by_name"),
            models.Index(fields=["-reviewed_at", "id"], name="organisation_by_review"),
            GinIndex(
                SearchVector("publics", config=CONFIGURATION),
                name="organisation_publics",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_stale(self) -> bool:
        """Nobody has said for half a year that this page is still right."""
        return self.reviewed_at < timezone.now() - self.FRESH_FOR

    @property
    def has_answered(self) -> bool:
        """The nine months are not over; `answered()` says the same in SQL."""
        return self.answer_due_at > timezone.now()

    @property
    def answer_due_at(self) -> datetime:
        """Until when the page can be confirmed before documents are closed."""
        return self.reviewed_at + self.ANSWER_WITHIN

    @property
    def spaced_siret(self) -> str:
        """« 732 829 320 00074 », as the letters of INSEE write it."""
        return siret_number.format(self.siret, separator="\N{NO-BREAK SPACE}")

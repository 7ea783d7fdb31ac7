"""The directory by need: what one looks for, and where."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partners.enums import Milieu
from partners.forms.filters import (
    FilterForm,
    choice_field,
    in_milieu,
    model_field,
    search_field,
)
from partners.models import Agreement, Commune, OrganisationKind, Theme

BY_NAME = ["name", "pk"]
MOST_MATCHES = 10
DEPARTEMENT = "departement"


class DirectoryFilter(FilterForm):
    SORTS = {
        "": (_("nom"), BY_NAME),
        "distance": (_("distance, la plus proche d’abord"), ["distance_km", *BY_NAME]),
        "verification": (
            _("vérification, la plus récente d’abord"),
            ["-reviewed_at", "pk"],
        ),
    }
    NARROWS_NOTHING = ("sort", "radius")

    q = search_field(_("Nom, commune ou mots"))
    theme = model_field(_("Besoin"), Theme.objects.all())
    commune = search_field(_("Près de : commune ou code postal"))
    radius = forms.ChoiceField(
        label=_("Distance"),
        choices=[
            ("", _("20 km")),
            ("10", _("10 km")),
            ("50", _("50 km")),
            (DEPARTEMENT, _("tout le département")),
        ],
        required=False,
    )
    public = search_field(_("Public accueilli"))
    milieu = choice_field(_("Milieu"), Milieu.choices)
    kind = model_field(_("Type de structure"), OrganisationKind.objects.all())
    places = forms.IntegerField(
        label=_("Places libres, au moins"),
        help_text=_("Celles déclarées depuis moins d’un mois."),
        min_value=1,
        max_value=999,
        required=False,
    )
    in_force = forms.BooleanField(
        label=_("Avec une convention en vigueur"), required=False
    )

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_commune(self) -> Commune | None:
        """What was typed names one commune; otherwise the list is left whole, and the
        page proposes those that were perhaps meant."""
        text = self.cleaned_data["commune"].strip()
        if not text:
            return None
        found = list(Commune.objects.typed(text)[: MOST_MATCHES + 1])
        if len(found) == 1:
            return found[0]
        self.matches = found[:MOST_MATCHES]
        if not found:
            raise forms.ValidationError(
                _("Aucune commune ne s’appelle ainsi. Essayez son code postal.")
            )
        if len(found) > MOST_MATCHES:
            raise forms.ValidationError(
                _("Plus de dix communes correspondent : précisez le nom.")
            )
        raise forms.ValidationError(
            _("Ce n’est pas le nom d’une seule commune : choisissez la bonne.")
        )

    def apply(self, organisations: QuerySet) -> QuerySet:
        rows = self.narrow(organisations)
        sort = self.asked("sort") or ""
        if sort == "distance" and not self.asked("commune"):
            sort = ""
        return rows.order_by(*self.SORTS[sort][1])

    def narrow(self, organisations: QuerySet) -> QuerySet:
        if words := self.asked("q"):
            organisations = organisations.search(words)
        if kind := self.asked("kind"):
            organisations = organisations.filter(kind=kind)
        if theme := self.asked("theme"):
            organisations = organisations.filter(themes=theme)
        if milieu := self.asked("milieu"):
            organisations = in_milieu(organisations, milieu)
        if words := self.asked("public"):
            organisations = organisations.taking_in(words)
        if count := self.asked("places"):
            organisations = organisations.with_free_places(count)
        if self.asked("in_force"):
            agreements = Agreement.objects.visible_to(self.user).in_force()
            organisations = organisations.party_to(agreements)
        return self._near(organisations)

    def _near(self, organisations: QuerySet) -> QuerySet:
        """With `distance_km` when a commune is named."""
        if not (commune := self.asked("commune")):
            return organisations
        organisations = organisations.away_from(commune)
        radius = self.asked("radius") or "20"
        if radius == DEPARTEMENT:
            departement = commune.departement
            return organisations.filter(commune__departement=departement)
        return organisations.within(commune, int(radius))

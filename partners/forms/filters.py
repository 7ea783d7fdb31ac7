"""The filters of a list, read from the address. What is not one of the choices filters
nothing, and says so beside the field."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from partners.enums import Milieu
from partners.models import Agreement, Organisation, OrganisationKind, Theme


class FilterForm(forms.Form):
    marks_optional = False

    def asked(self, name: str) -> Any:
        self.full_clean()
        return self.cleaned_data.get(name)

    @property
    def is_filtering(self) -> bool:
        return any(self.asked(name) for name in self.fields)


def search_field(label) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


def choice_field(label, choices) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[("", _("Indifférent")), *choices], required=False
    )


def model_field(label, queryset: QuerySet) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label,
        queryset=queryset,
        to_field_name="code",
        required=False,
        empty_label=_("Indifférent"),
    )


class AgreementFilter(FilterForm):
    SORTS = {
        "": ["-starts_on", "-pk"],
        "fin": ["ends_on", "pk"],
        "intitule": ["title", "pk"],
    }

    q = search_field(_("Mots de l’intitulé ou des objectifs"))
    party = search_field(_("Structure signataire"))
    kind = choice_field(_("Nature"), Agreement.Kind.choices)
    state = choice_field(_("État"), Agreement.STATES)
    theme = model_field(_("Thématique"), Theme.objects.all())
    year = forms.IntegerField(
        label=_("Année d’application"), min_value=1990, max_value=2100, required=False
    )
    sort = forms.ChoiceField(
        label=_("Trier par"),
        choices=[
            ("", _("début, la plus récente d’abord")),
            ("fin", _("fin, la plus proche d’abord")),
            ("intitule", _("intitulé")),
        ],
        required=False,
    )

    def __init__(self, *args, user, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def apply(self, agreements: QuerySet) -> QuerySet:
        if words := self.asked("q"):
            agreements = agreements.search(words)
        if name := self.asked("party"):
            parties = Organisation.objects.visible_to(self.user).resembling(name)
            agreements = agreements.signed_by(parties)
        if kind := self.asked("kind"):
            agreements = agreements.filter(kind=kind)
        if state := self.asked("state"):
            agreements = agreements.in_state(state)
        if theme := self.asked("theme"):
            agreements = agreements.filter(themes=theme)
        if year := self.asked("year"):
            agreements = agreements.running_in(year)
        return agreements.order_by(*self.SORTS[self.asked("sort") or ""])


class ActionFilter(FilterForm):
    q = search_field(_("Mots de l’action ou lieu"))
    theme = model_field(_("Thématique"), Theme.objects.all())
    milieu = choice_field(_("Milieu"), Milieu.choices)

    def apply(self, actions: QuerySet) -> QuerySet:
        if words := self.asked("q"):
            actions = actions.search(words)
        if theme := self.asked("theme"):
            actions = actions.filter(theme=theme)
        if milieu := self.asked("milieu"):
            actions = actions.filter(milieu__in=[milieu, Milieu.BOTH])
        return actions


class DirectoryFilter(FilterForm):
    q = search_field(_("Nom, commune ou mots"))
    kind = model_field(_("Type de structure"), OrganisationKind.objects.all())
    theme = model_field(_("Thématique"), Theme.objects.all())
    milieu = choice_field(_("Milieu"), Milieu.choices)

    def apply(self, organisations: QuerySet) -> QuerySet:
        if words := self.asked("q"):
            organisations = organisations.search(words)
        if kind := self.asked("kind"):
            organisations = organisations.filter(kind=kind)
        if theme := self.asked("theme"):
            organisations = organisations.filter(themes=theme)
        if milieu := self.asked("milieu"):
            organisations = organisations.filter(milieu__in=[milieu, Milieu.BOTH])
        return organisations

"""Sites and declared places, as a référent writes them."""

import uuid

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField, PostcodeField
from partners.models import DeclaredPlaces, ReceptionKind, Site
from partners.services.reception import Places
from spip_portal.security.dates import today
from spip_portal.ui.validators import in_our_times
from spip_portal.ui.widgets import DateInput


class SiteForm(forms.ModelForm):
    """`key` is made when the page is shown: posted twice, it adds one site."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = LineField(
        label=_("Nom du site"),
        max_length=150,
        help_text=_("Par exemple : atelier, antenne de Rivemont."),
    )
    address = LineField(label=_("Adresse"), max_length=200)
    postcode = PostcodeField()
    city = LineField(label=_("Commune"), max_length=100)
    phone = LineField(label=_("Téléphone"), max_length=20, required=False)
    opening_hours = LineField(
        label=_("Horaires d’ouverture"), max_length=300, required=False
    )
    access = LineField(
        label=_("Accès"),
        max_length=300,
        required=False,
        help_text=_("Arrêt de bus, étage, accès en fauteuil roulant."),
    )

    class Meta:
        model = Site
        fields = [
            "name",
            "address",
            "postcode",
            "city",
            "phone",
            "opening_hours",
            "access",
        ]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["key"]


class PlacesForm(forms.Form):
    """Three fields a kind of reception; a kind without a total is not declared."""

    def __init__(self, *args, known: list[DeclaredPlaces], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        by_kind = {each.kind_id: each for each in known}
        for kind in self.kinds:
            declared = by_kind.get(kind.pk)
            for name, field in _fields_of(kind).items():
                self.fields[f"{kind.code}-{name}"] = field
                if declared:
                    self.initial[f"{kind.code}-{name}"] = getattr(declared, name)

    @cached_property
    def kinds(self) -> list[ReceptionKind]:
        return list(ReceptionKind.objects.all())

    def clean(self) -> dict:
        super().clean()
        for kind in self.kinds:
            self._clean_kind(kind.code)
        return self.cleaned_data

    def _clean_kind(self, code: str) -> None:
        total_name, free_name, day_name = (
            f"{code}-{name}" for name in ("total", "free", "next_free_on")
        )
        total, free = (
            self.cleaned_data.get(total_name),
            self.cleaned_data.get(free_name),
        )
        day = self.cleaned_data.get(day_name)
        if total is None and (free is not None or day):
            if total_name not in self.errors:
                self.add_error(total_name, _("Combien de places en tout ?"))
        elif total is not None and free is None:
            if free_name not in self.errors:
                self.add_error(free_name, _("Combien de places libres ? 0 si aucune."))
        elif total is not None and free > total:
            self.add_error(
                free_name,
                _("Il n’y a pas plus de places libres que de places en tout."),
            )
        if day and day < today():
            self.add_error(day_name, _("Cette date est passée."))

    @property
    def places(self) -> list[Places]:
        data = self.cleaned_data
        return [
            Places(
                kind=kind,
                total=data[f"{kind.code}-total"],
                free=data[f"{kind.code}-free"],
                next_free_on=data[f"{kind.code}-next_free_on"],
            )
            for kind in self.kinds
            if data[f"{kind.code}-total"] is not None
        ]


def _fields_of(kind: ReceptionKind) -> dict[str, forms.Field]:
    """Each names its kind in its label: read alone, it is understood."""
    names = {"kind": kind.label}
    return {
        "total": forms.IntegerField(
            label=_("%(kind)s : places en tout") % names,
            min_value=0,
            max_value=9_999,
            required=False,
        ),
        "free": forms.IntegerField(
            label=_("%(kind)s : places libres") % names,
            min_value=0,
            max_value=9_999,
            required=False,
        ),
        "next_free_on": forms.DateField(
            label=_("%(kind)s : prochaine place libre le") % names,
            widget=DateInput,
            validators=[in_our_times],
            required=False,
        ),
    }

"""Missions and collective actions, as the coordination writes them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField, paragraphs
from partners.models import (
    ActionSession,
    CollectiveAction,
    Mission,
    Organisation,
    Partnership,
)
from spip_portal.accounts.models import Spip
from spip_portal.ui.widgets import DateTimeInput


def partners_of(spip: Spip):
    """Structures that this service knows, whatever the state of the partnership."""
    known = Partnership.objects.filter(spip=spip).exclude(state=Partnership.State.DRAFT)
    return Organisation.objects.filter(partnerships__in=known)


class MissionForm(forms.ModelForm):
    title = LineField(label=_("Titre"), max_length=120)
    summary = LineField(
        label=_("Résumé"),
        max_length=300,
        help_text=_("Deux lignes, pour la liste des missions."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    body = forms.CharField(
        label=_("Texte"),
        max_length=20_000,
        help_text=_("Une ligne vide sépare deux paragraphes."),
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    is_published = forms.BooleanField(label=_("Publier cette page"), required=False)

    class Meta:
        model = Mission
        fields = ["title", "summary", "body", "position"]
        labels = {"position": _("Ordre dans la liste")}
        help_texts = {"position": _("Les plus petits nombres viennent en premier.")}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_published"] = self.instance.published_at is not None


class ActionForm(forms.ModelForm):
    title = LineField(label=_("Intitulé"), max_length=150)
    objective = paragraphs(label=_("Objectif"), max_length=4000)
    place = LineField(label=_("Lieu"), max_length=150)
    target_public = LineField(label=_("Public"), max_length=200, required=False)
    capacity = forms.IntegerField(
        label=_("Nombre de places"), min_value=1, max_value=999
    )
    contributors = forms.ModelMultipleChoiceField(
        label=_("Structures qui interviennent"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CollectiveAction
        fields = [
            "title",
            "theme",
            "objective",
            "target_public",
            "milieu",
            "place",
            "capacity",
            "contributors",
            "audience",
        ]
        labels = {
            "theme": _("Thématique"),
            "milieu": _("Milieu"),
            "audience": _("Qui peut la voir ?"),
        }

    def __init__(self, *args, spip: Spip, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contributors"].queryset = partners_of(spip)


class SessionForm(forms.ModelForm):
    class Meta:
        model = ActionSession
        fields = ["starts_at", "ends_at"]
        labels = {
            "starts_at": _("Début de la séance"),
            "ends_at": _("Fin de la séance"),
        }
        widgets = {"starts_at": DateTimeInput(), "ends_at": DateTimeInput()}

    def clean(self) -> dict:
        super().clean()
        starts = self.cleaned_data.get("starts_at")
        ends = self.cleaned_data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("La fin précède le début."))
        return self.cleaned_data


SessionFormSet = forms.inlineformset_factory(
    CollectiveAction, ActionSession, form=SessionForm, extra=3, max_num=60
)

"""Collective actions, as the coordination writes them."""

import uuid
from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField, paragraphs
from partners.models import (
    ActionSession,
    CollectiveAction,
    Organisation,
    Partnership,
)
from partners.recurrence import MOST_WEEKS, weekly
from spip_portal.accounts.models import Spip
from spip_portal.ui.widgets import DateTimeInput
from spip_portal.vault.fields import PdfField


def partners_of(spip: Spip):
    """Structures that this service knows, whatever the state of the partnership."""
    known = Partnership.objects.filter(spip=spip).exclude(state=Partnership.State.DRAFT)
    return Organisation.objects.filter(partnerships__in=known)


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


class SessionDatesForm(forms.ModelForm):
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


class SessionForm(SessionDatesForm):
    """A row of the form of an action; a new one can come back every week."""

    weeks = forms.IntegerField(
        label=_("Nombre de semaines"),
        min_value=1,
        max_value=MOST_WEEKS,
        required=False,
        help_text=_("Pour répéter la séance chaque semaine, à la même heure."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["weeks"]  # it was repeated once, when it was added

    def occurrences(self) -> list[tuple[datetime, datetime]]:
        """(start, end) of each, once the row is clean; none for a blank one."""
        data = getattr(self, "cleaned_data", {})
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if not starts or not ends or data.get("DELETE"):
            return []
        return weekly(starts, ends, data.get("weeks") or 1)


OVERLAP = _("Cette séance en chevauche une autre de la même action.")


class SessionChangeForm(SessionDatesForm):
    """One session of an action already announced."""

    def clean(self) -> dict:
        data = super().clean()
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and starts <= timezone.now():
            self.add_error("starts_at", _("Choisissez une date à venir."))
        others = self.instance.action.sessions.exclude(pk=self.instance.pk)
        if starts and ends and others.overlapping(starts, ends).exists():
            self.add_error("starts_at", OVERLAP)
        return data


class BaseSessionFormSet(forms.BaseInlineFormSet):
    """All the sessions of a draft; for an announced action those to add only."""

    def get_queryset(self):
        announced = self.instance.pk and self.instance.is_announced
        return super().get_queryset().none() if announced else super().get_queryset()

    def clean(self) -> None:
        super().clean()
        kept = []
        if self.instance.pk and self.instance.is_announced:
            held = self.instance.sessions.held()
            kept = list(held.values_list("starts_at", "ends_at"))
        for form in self.forms:
            for start, end in form.occurrences():
                if any(start < other[1] and end > other[0] for other in kept):
                    form.add_error("starts_at", OVERLAP)
                    break
                kept.append((start, end))


SessionFormSet = forms.inlineformset_factory(
    CollectiveAction,
    ActionSession,
    form=SessionForm,
    formset=BaseSessionFormSet,
    extra=3,
    max_num=60,
    absolute_max=60,
)


class DocumentForm(forms.Form):
    """`key` is made when the page is shown: posted twice, it adds one document."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    file = PdfField(label=_("Fichier PDF"))
    title = LineField(
        label=_("Intitulé"),
        max_length=120,
        help_text=_("Par exemple : programme, affiche. Aucun nom."),
    )

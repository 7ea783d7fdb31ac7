from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.models import CareReport
from spip_portal.security.dates import today
from spip_portal.ui.widgets import DateInput


class CareReportForm(forms.ModelForm):
    text = forms.CharField(
        label=_("Bilan"),
        help_text=_(
            "Ce qui a été fait, où en est la personne, ce qui reste à faire. "
            "Désignez-la par « la personne », jamais par son nom."
        ),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    class Meta:
        model = CareReport
        fields = ["starts_on", "ends_on", "outcome"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}

    def clean_ends_on(self):
        if self.cleaned_data["ends_on"] > today():
            raise ValidationError(_("Cette date est dans le futur."))
        return self.cleaned_data["ends_on"]

    def clean(self) -> dict:
        data = super().clean()
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("La fin précède le début."))
        return data

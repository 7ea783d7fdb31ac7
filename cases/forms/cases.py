from django import forms
from django.core.exceptions import ValidationError
from django.forms import fields_for_model
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Measure
from cases.services import cases as services
from spip_portal.accounts.models import Antenne, User
from spip_portal.ui.widgets import DateInput


class MeasureForm(forms.ModelForm):
    class Meta:
        model = Measure
        fields = ["kind", "ordered_by", "court", "starts_on", "ends_on"]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}

    def clean(self) -> dict:
        data = super().clean()
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("La fin précède le début."))
        return data


class CaseForm(MeasureForm):
    """A new case and its first measure, on one page."""

    reference = fields_for_model(Case, ["reference"])["reference"]
    antenne = forms.ModelChoiceField(
        label=_("Antenne"),
        queryset=Antenne.objects.none(),
        required=False,
        empty_label=_("Aucune"),
    )
    sensitivity = fields_for_model(Case, ["sensitivity"])["sensitivity"]
    field_order = ["reference", "antenne", "sensitivity"]

    def __init__(self, *args, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["antenne"].queryset = by.spip.antennes.all()

    def clean_reference(self) -> str:
        reference = self.cleaned_data["reference"].strip().upper()
        if Case.objects.followed_by(self.by).filter(reference=reference).exists():
            raise ValidationError(services.KNOWN_REFERENCE)
        return reference

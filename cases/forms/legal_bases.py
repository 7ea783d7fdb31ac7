from django import forms

from cases.models import LegalBasis


class LegalBasisForm(forms.ModelForm):
    class Meta:
        model = LegalBasis
        fields = ["label"]

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    q = forms.CharField(
        label=_("Rechercher"),
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

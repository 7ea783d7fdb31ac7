from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.keyed import KeyedForm


class WordsForm(forms.Form):
    text = forms.CharField(
        label=_("Message"),
        help_text=_("Désignez la personne suivie par « la personne », sans son nom."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class MessageForm(WordsForm, KeyedForm):
    field_order = ("text", "key")

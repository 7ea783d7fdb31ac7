"""Places asked in a collective action."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField
from partners.models.requests import validate_reference


class RequestForm(forms.Form):
    places = forms.IntegerField(
        label=_("Nombre de places"), min_value=1, max_value=999, initial=1
    )
    reference = LineField(
        label=_("Votre référence"),
        max_length=30,
        validators=[validate_reference],
        help_text=_(
            "Un numéro que vous seul savez relier aux personnes, par exemple "
            "« 2027-014 ». Jamais un nom, un prénom ni une date de naissance."
        ),
    )


class RefusalForm(forms.Form):
    reason = LineField(
        label=_("Motif"),
        max_length=300,
        help_text=_("Il est envoyé à l’auteur de la demande. Ne nommez personne."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

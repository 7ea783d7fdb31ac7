"""What a service fills in about a structure or a member."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.enums import Art46Category
from partners.forms.fields import LineField


class ReasonForm(forms.Form):
    reason = LineField(
        label=_("Motif"),
        max_length=300,
        help_text=_("Il est envoyé au référent de la structure. Ne nommez personne."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CategoryForm(forms.Form):
    category = forms.ChoiceField(
        label=_("Catégorie au titre de l’article 46"),
        choices=Art46Category,
        widget=forms.RadioSelect,
    )


class CategoryReadForm(forms.Form):
    """What the direction has under the eyes while it confirms."""

    category = forms.ChoiceField(choices=Art46Category, widget=forms.HiddenInput)


class ResetForm(forms.Form):
    motive = LineField(
        label=_("Comment avez-vous vérifié qui vous appelle ?"), max_length=300
    )

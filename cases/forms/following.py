from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import AccessRequest
from spip_portal.ui.widgets import InlineRadioSelect


class AccessRequestForm(forms.ModelForm):
    class Meta:
        model = AccessRequest
        fields = ["reference", "reason"]
        error_messages = {
            "reference": {
                "invalid": _(
                    "Cette référence n’est pas complète : elle a 32 chiffres et "
                    "lettres, de 0 à 9 et de a à f."
                )
            }
        }


class AccessAnswerForm(forms.Form):
    is_granted = forms.TypedChoiceField(
        label=_("Votre décision"),
        choices=[("oui", _("Accepter")), ("non", _("Refuser"))],
        coerce=lambda value: value == "oui",
        widget=InlineRadioSelect,
    )
    answer = forms.CharField(
        label=_("Motif, que lira le demandeur"),
        help_text=_(
            "Aucun nom de personne suivie et rien du dossier : il le lira sans "
            "qu’aucun partage lui soit ouvert."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

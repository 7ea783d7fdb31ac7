from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.keyed import KeyedForm
from cases.models import Incident
from cases.models.incidents import LONG_AGO
from spip_portal.ui.widgets import DateTimeInput


class IncidentForm(KeyedForm, forms.ModelForm):
    kind = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("Choisissez")), *Incident.Kind.choices]
    )
    urgency = forms.ChoiceField(  # the model's own field would offer no answer as one
        label=_("Urgence"), choices=Incident.Urgency, widget=forms.RadioSelect
    )
    facts = forms.CharField(
        label=_("Les faits"),
        help_text=_(
            "Ce qui s’est passé, où, qui est prévenu, ce que vous avez fait. Désignez "
            "la personne suivie par « la personne », sans son nom."
        ),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    class Meta:
        model = Incident
        fields = ["kind", "happened_at", "urgency"]
        widgets = {"happened_at": DateTimeInput}

    field_order = ("kind", "happened_at", "urgency", "facts", "key")

    def clean_happened_at(self):
        moment = self.cleaned_data["happened_at"]
        if moment > timezone.now():
            raise ValidationError(_("Cette date est dans le futur."))
        if moment < timezone.now() - LONG_AGO + timedelta(days=1):
            raise ValidationError(_("Cette date est à plus d’un an : vérifiez-la."))
        return moment


class IncidentAnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Votre réponse, que lira l’auteur du signalement"),
        help_text=_("Désignez la personne suivie par « la personne », sans son nom."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

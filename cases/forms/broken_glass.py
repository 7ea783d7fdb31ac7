from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.forms.cases import clean_reference
from cases.models import Case
from cases.models.broken_glass import SHORTEST_MOTIVE
from spip_portal.accounts.models import User

HOURS = [
    (1, _("1 heure")),
    (2, _("2 heures")),
    (4, _("4 heures")),
    (8, _("8 heures")),
    (24, _("24 heures")),
]


class BreakGlassForm(forms.Form):
    reference = forms.CharField(label=_("Référence exacte du dossier"), max_length=30)
    motive = forms.CharField(
        label=_("Motif"),
        min_length=SHORTEST_MOTIVE,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Au moins 10 caractères. Il reste dans le dossier. Aucun nom."),
    )
    hours = forms.TypedChoiceField(
        label=_("Durée de l’accès"), choices=HOURS, coerce=int, initial=1
    )

    def __init__(self, *args, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_reference(self) -> str:
        reference = clean_reference(self.cleaned_data["reference"])
        if Case.objects.followed_by(self.by).filter(reference=reference).exists():
            raise ValidationError(_("Vous suivez ce dossier : ouvrez-le directement."))
        return reference

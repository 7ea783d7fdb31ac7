from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.keyed import KeyedForm
from cases.models import Case, Measure
from spip_portal.ui.widgets import DateInput


def _lines(label: str, help_text: str, *, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ExtractForm(KeyedForm):
    """What a host needs to know, and nothing of the offence. At least one answer."""

    measure = forms.ModelChoiceField(
        label=_("Mesure"), queryset=Measure.objects.none(), empty_label=None
    )
    starts_on = forms.DateField(label=_("À partir du"), widget=DateInput)
    ends_on = forms.DateField(
        label=_("Jusqu’au"),
        widget=DateInput,
        required=False,
        help_text=_("Laissez vide si la fin n’est pas connue."),
    )
    hours = _lines(
        _("Horaires"), _("Heures de présence et de sortie, jours, permissions.")
    )
    places_forbidden = _lines(_("Lieux interdits"), _("Un par ligne."))
    contacts_forbidden = _lines(
        _("Contacts interdits"),
        _(
            "Une personne par ligne, par son lien ou ses initiales : jamais un nom "
            "entier s’il n’est pas indispensable."
        ),
    )
    has_care = forms.TypedChoiceField(
        label=_("Obligation ou injonction de soins"),
        choices=[("oui", _("Oui")), ("non", _("Non"))],
        coerce=lambda value: value == "oui",
        widget=forms.RadioSelect,
    )
    other = _lines(
        _("Autres obligations utiles à la structure"),
        _("Travail, formation, résidence… Rien sur les faits, rien de médical."),
    )
    contacts = _lines(
        _("Qui appeler"),
        _("Aux heures ouvrables, et en dehors. Une ligne par contact."),
        rows=2,
    )

    def __init__(self, *args, case: Case, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        measures = case.measures.all()
        self.fields["measure"].queryset = measures
        current = next((m for m in measures if not m.is_over), None)
        if current:
            self.initial |= {
                "measure": current,
                "starts_on": current.starts_on,
                "ends_on": current.ends_on,
            }
        self.initial.setdefault("contacts", self._service_contact(case))

    @staticmethod
    def _service_contact(case: Case) -> str:
        return " – ".join(filter(None, [str(case.spip), case.spip.phone]))

    def clean(self) -> dict:
        data = super().clean()
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("La fin précède le début."))
        return data

"""Conventions and protocols, as the coordination writes them."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField, ThemesField, paragraphs
from partners.forms.publishing import partners_of
from partners.models import Agreement, AgreementAnnex, Organisation
from spip_portal.accounts.models import Spip
from spip_portal.security.dates import today
from spip_portal.ui.widgets import DateInput
from spip_portal.vault.fields import PdfField

DATES = (
    "signed_on",
    "starts_on",
    "ends_on",
    "denounced_on",
    "evaluation_on",
    "evaluated_on",
)


class AssociatesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def clean(self, value) -> list[Organisation]:
        if value and len(value) != len(set(value)):
            raise forms.ValidationError(_("Une structure est citée deux fois."))
        return list(super().clean(value))


class AgreementForm(forms.ModelForm):
    title = LineField(label=_("Intitulé"), max_length=200)
    number = LineField(label=_("Numéro"), max_length=40, required=False)
    lead = forms.ModelChoiceField(
        label=_("Structure signataire"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choisissez une structure"),
        help_text=_("Le chef de file, si plusieurs structures signent."),
    )
    associates = AssociatesField(
        label=_("Structures associées"),
        queryset=Organisation.objects.none(),
        required=False,
    )
    territory = LineField(label=_("Territoire"), max_length=200, required=False)
    objectives = paragraphs(label=_("Objectifs"), required=False, max_length=4000)
    expected_results = paragraphs(
        label=_("Résultats attendus"), required=False, max_length=4000
    )
    indicators = paragraphs(label=_("Indicateurs"), required=False, max_length=4000)
    themes = ThemesField()
    notice_days = forms.IntegerField(
        label=_("Préavis, en jours"),
        min_value=1,
        max_value=730,
        required=False,
        help_text=_("Pour la dénoncer ou s’opposer à sa reconduction."),
    )

    class Meta:
        model = Agreement
        fields = [
            "kind",
            "number",
            "title",
            "lead",
            "associates",
            "territory",
            "themes",
            "objectives",
            "expected_results",
            "indicators",
            "signed_on",
            "starts_on",
            "ends_on",
            "renewal",
            "notice_days",
            "denounced_on",
            "evaluation_on",
            "evaluated_on",
            "audience",
        ]
        labels = {
            "kind": _("Nature"),
            "signed_on": _("Signée le"),
            "starts_on": _("Début"),
            "ends_on": _("Fin"),
            "renewal": _("Reconduction"),
            "denounced_on": _("Dénoncée à effet du"),
            "evaluation_on": _("Évaluation prévue le"),
            "evaluated_on": _("Évaluée le"),
            "audience": _("Qui peut la lire ?"),
        }
        help_texts = {
            "signed_on": _(
                "Sans date de signature, la convention n’ouvre aucun droit."
            ),
            "ends_on": _("Ce jour compte en entier."),
        }
        widgets = dict.fromkeys(DATES, DateInput)

    def __init__(self, *args, spip: Spip, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = partners_of(spip)
        self.fields["associates"].queryset = partners_of(spip)
        if self.instance.pk:
            parties = list(self.instance.parties.order_by("-is_lead", "pk"))
            ids = [party.organisation_id for party in parties]
            self.initial |= {"lead": ids[0] if ids else None, "associates": ids[1:]}

    def clean_evaluated_on(self):
        day = self.cleaned_data["evaluated_on"]
        if day and day > today():
            raise forms.ValidationError(
                _("Cette date est à venir : donnez-la comme évaluation prévue.")
            )
        return day

    def clean(self) -> dict:
        super().clean()
        data = self.cleaned_data
        if data.get("lead") and data["lead"] in data.get("associates", []):
            message = _("La structure signataire n’est pas aussi associée.")
            self.add_error("associates", message)
        if data.get("renewal") == Agreement.Renewal.TACIT and not (
            data.get("notice_days") or "notice_days" in self.errors
        ):
            message = _("Une reconduction tacite suppose un préavis.")
            self.add_error("notice_days", message)
        self._clean_dates()
        return self.cleaned_data

    def _clean_dates(self) -> None:
        before_start, after_end = (
            _("Cette date précède le début de la convention."),
            _("Cette date suit la fin de la convention."),
        )
        starts = self.cleaned_data.get("starts_on")
        if self._is_after(starts, "ends_on"):
            self.add_error("ends_on", _("La fin précède le début."))
        ends = self.cleaned_data.get("ends_on")
        for name in ("denounced_on", "evaluation_on", "evaluated_on"):
            if self._is_after(starts, name):
                self.add_error(name, before_start)
        for name in ("signed_on", "denounced_on"):
            day = self.cleaned_data.get(name)
            if ends and day and day > ends:
                self.add_error(name, after_end)

    def _is_after(self, start, name: str) -> bool:
        day = self.cleaned_data.get(name)
        return bool(start and day and day < start)


class AnnexForm(forms.Form):
    """`key` is made when the page is shown: posted twice, it adds one annex."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    file = PdfField(label=_("Fichier PDF"))
    title = LineField(
        label=_("Intitulé"),
        max_length=120,
        help_text=_("Par exemple : texte signé, annexe financière. Aucun nom."),
    )
    audience = forms.ChoiceField(
        label=_("Qui peut la lire ?"),
        choices=[("", _("Choisissez")), *AgreementAnnex.Audience.choices],
    )

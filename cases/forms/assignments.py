from django import forms
from django.utils.translation import gettext_lazy as _

from cases.enums import Sensitivity
from cases.models import Assignment, Case
from cases.models.cases import cpips_of
from spip_portal.accounts.models import User


def cpip_field(label) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label,
        queryset=User.objects.none(),
        to_field_name="uuid",
        empty_label=_("Choisissez"),
    )


class SubstituteForm(forms.Form):
    user = cpip_field(_("Suppléant ou suppléante"))

    def __init__(self, *args, case: Case, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        following = Assignment.objects.live().filter(case=case).values("user")
        others = cpips_of(case.spip_id).exclude(pk=case.referent_id)
        self.fields["user"].queryset = others.exclude(pk__in=following)


class HandOverForm(forms.Form):
    to = cpip_field(_("Nouveau référent ou nouvelle référente"))

    def __init__(self, *args, case: Case, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        others = cpips_of(case.spip_id).exclude(pk=case.referent_id)
        self.fields["to"].queryset = others


class TransferForm(forms.Form):
    """Cases of one CPIP, all ticked at first, and who takes them over."""

    to = cpip_field(_("Nouveau référent ou nouvelle référente"))
    cases = forms.ModelMultipleChoiceField(
        label=_("Dossiers à transférer"),
        queryset=Case.objects.none(),
        to_field_name="uuid",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, cases, leaver: User, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = cpips_of(by.spip).exclude(pk=leaver.pk)
        self.fields["cases"].queryset = cases
        self.initial["cases"] = [case.uuid for case in cases]


class SensitivityForm(forms.Form):
    """Asked in two steps: `is_confirmed` comes with the page that says what follows."""

    sensitivity = forms.TypedChoiceField(
        label=_("Sensibilité"),
        choices=Sensitivity.choices,
        coerce=lambda value: Sensitivity(int(value)),
        widget=forms.RadioSelect,
    )
    is_confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def ask(self) -> "SensitivityForm":
        """The same choice, out of sight, to be confirmed."""
        chosen = self.cleaned_data["sensitivity"].value
        form = SensitivityForm({"sensitivity": chosen, "is_confirmed": "on"})
        form.fields["sensitivity"].widget = forms.HiddenInput()
        return form

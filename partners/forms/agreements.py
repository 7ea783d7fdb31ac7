"""Conventions and protocols, as the coordination writes them."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField, ThemesField, paragraphs
from partners.forms.publishing import DocumentForm, partners_of
from partners.models import Agreement, AgreementAnnex, Membership, Organisation
from partners.services.agreements import DAY, months_later
from spip_portal.accounts.models import Spip
from spip_portal.security.dates import today
from spip_portal.ui.templatetags.portal import long_date
from spip_portal.ui.validators import in_our_times
from spip_portal.ui.widgets import DateInput

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
    authority = LineField(
        label=_("Autorité qui agrée"),
        max_length=150,
        required=False,
        help_text=_("Pour un agrément de placement à l’extérieur."),
    )
    places = forms.IntegerField(
        label=_("Nombre de places"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("Pour un agrément ou une convention de placement à l’extérieur."),
    )
    ends_on = forms.DateField(
        label=_("Fin"),
        widget=DateInput,
        validators=[in_our_times],
        required=False,
        help_text=_(
            "Ce jour compte en entier. Pour un agrément, laissez vide : cinq ans "
            "exactement à partir du début."
        ),
    )
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
            "authority",
            "places",
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
        }
        widgets = dict.fromkeys(DATES, DateInput)

    def __init__(self, *args, spip: Spip, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].queryset = partners_of(spip)
        self.fields["associates"].queryset = partners_of(spip)
        if not self.instance.denounced_on:
            del self.fields["denounced_on"]  # there is a page for it, which tells them
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
        self._clean_approval()
        self._clean_dates()
        return self.cleaned_data

    def _clean_approval(self) -> None:
        """An « agrément » is given by an authority, under a number, for five years."""
        data, required = self.cleaned_data, ["ends_on"]
        if data.get("kind") == Agreement.Kind.APPROVAL:
            required += ["number", "authority", "places"]
            if data.get("starts_on") and "ends_on" in data and not data["ends_on"]:
                data["ends_on"] = months_later(data["starts_on"], 60) - DAY
        for name in required:
            if name in data and not data[name]:
                message = self.fields[name].error_messages["required"]
                self.add_error(name, message)

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


class PersonsForm(forms.Form):
    persons = forms.ModelMultipleChoiceField(
        label=_("Personnes responsables"),
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Parmi les membres des structures signataires."),
    )

    def __init__(self, *args, agreement: Agreement, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.live().select_related("user", "organisation")
        parties = agreement.organisations.all()
        self.fields["persons"].queryset = members.filter(organisation__in=parties)
        self.initial["persons"] = agreement.persons_in_charge.all()


class DenounceForm(forms.Form):
    on = forms.DateField(
        label=_("Date d’effet"), widget=DateInput, validators=[in_our_times]
    )
    is_short = forms.BooleanField(
        label=_("Dénoncer sans respecter le préavis"), required=False
    )

    def __init__(self, *args, agreement: Agreement, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement
        self.earliest = agreement.notice_ends_on
        if self.earliest is None:
            del self.fields["is_short"]
        else:
            self.fields["on"].help_text = _(
                "Avec le préavis, au plus tôt le %(day)s."
            ) % {"day": long_date(self.earliest)}

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day < today():
            raise forms.ValidationError(_("Cette date est passée."))
        if day > self.agreement.ends_on:
            raise forms.ValidationError(_("Cette date suit la fin de la convention."))
        return day

    def clean(self) -> dict:
        super().clean()
        is_short = self.cleaned_data.pop("is_short", False)
        day = self.cleaned_data.get("on")
        if day and self.earliest and day < self.earliest and not is_short:
            message = _(
                "Le préavis court jusqu’au %(day)s : choisissez une date plus "
                "tardive, ou cochez cette case."
            )
            self.add_error("is_short", message % {"day": long_date(self.earliest)})
        return self.cleaned_data


class AmendmentForm(forms.Form):
    """`key` as in `DocumentForm`."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    signed_on = forms.DateField(
        label=_("Signé le"), widget=DateInput, validators=[in_our_times]
    )
    changes = paragraphs(label=_("Ce qui change"), max_length=4000)
    ends_on = forms.DateField(
        label=_("Nouvelle fin de la convention"),
        widget=DateInput,
        required=False,
        validators=[in_our_times],
    )

    def __init__(self, *args, agreement: Agreement, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.agreement = agreement

    def clean_signed_on(self):
        day, signed_on = self.cleaned_data["signed_on"], self.agreement.signed_on
        if day > today():
            raise forms.ValidationError(_("Cette date est à venir."))
        if signed_on and day < signed_on:
            raise forms.ValidationError(
                _("Cette date précède la signature de la convention.")
            )
        return day

    def clean_ends_on(self):
        day, agreement = self.cleaned_data["ends_on"], self.agreement
        if day and day < max(agreement.starts_on, agreement.signed_on):
            raise forms.ValidationError(
                _("Cette date précède le début ou la signature de la convention.")
            )
        return None if day == agreement.ends_on else day  # moves nothing


class AnnexForm(DocumentForm):
    title = LineField(
        label=_("Intitulé"),
        max_length=120,
        help_text=_("Par exemple : texte signé, annexe financière. Aucun nom."),
    )
    audience = forms.ChoiceField(
        label=_("Qui peut la lire ?"),
        choices=[("", _("Choisissez")), *AgreementAnnex.Audience.choices],
    )

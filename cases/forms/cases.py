from django import forms
from django.core.exceptions import ValidationError
from django.forms import fields_for_model
from django.utils.translation import gettext_lazy as _

from cases.enums import CONSTRAINT_ENDED_ON, MeasureKind, Milieu, Obligation
from cases.forms.identities import NAMES, IdentityForm
from cases.models import Case, Measure
from cases.services import cases as services
from cases.services import identities
from partners.forms.fields import LineField
from partners.forms.words import SeenForm
from spip_portal.accounts.models import Antenne, User
from spip_portal.ui.validators import in_our_times
from spip_portal.ui.widgets import DateInput


class MeasureForm(SeenForm):
    court = LineField(label=_("Juridiction"), max_length=120)
    starts_on = forms.DateField(
        label=_("Début"), widget=DateInput, validators=[in_our_times]
    )
    obligations = forms.MultipleChoiceField(
        label=_("Obligations et interdictions"),
        choices=Obligation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Celles que fixe la décision. Rien sur les faits."),
    )

    class Meta:
        model = Measure
        fields = ["kind", "ordered_by", "court", "starts_on", "ends_on", "obligations"]
        widgets = {"ends_on": DateInput}

    def clean(self) -> dict:
        data = super().clean()
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", _("La fin précède le début."))
        is_abolished = data.get("kind") == MeasureKind.CONSTRAINT
        if is_abolished and start and start >= CONSTRAINT_ENDED_ON:
            self.add_error(
                "kind", _("La contrainte pénale n’existe plus depuis le 24 mars 2020.")
            )
        return data


SITUATION = ["milieu", "prison", "release_on", "release_unknown"]


class SituationForm(forms.Form):
    """Where the person is, and until when."""

    milieu = forms.ChoiceField(
        label=_("Milieu"),
        choices=Milieu.choices,
        initial=Milieu.OPEN,
        widget=forms.RadioSelect,
    )
    prison = LineField(
        label=_("Établissement pénitentiaire"),
        max_length=120,
        required=False,
        help_text=_("En milieu fermé seulement."),
    )
    release_on = forms.DateField(
        label=_("Date de libération prévue"),
        required=False,
        widget=DateInput,
        validators=[in_our_times],
        help_text=_("En milieu fermé : la date, ou le motif qui suit."),
    )
    release_unknown = fields_for_model(Case, ["release_unknown"])["release_unknown"]

    def clean(self) -> dict:
        data = super().clean()
        is_inside = data.get("milieu") == Milieu.CLOSED
        if is_inside and not {"prison", "release_on", "release_unknown"} & {
            *self.errors
        }:
            self._check_inside(data)
        elif data.get("milieu") == Milieu.OPEN:
            for name in SITUATION[1:]:
                if data.get(name):
                    self.add_error(
                        name, _("Videz ce champ : il ne sert qu’en milieu fermé.")
                    )
        return data

    def _check_inside(self, data: dict) -> None:
        if not data["prison"]:
            self.add_error("prison", _("En milieu fermé, indiquez l’établissement."))
        if data["release_on"] and data["release_unknown"]:
            self.add_error(
                "release_unknown", _("Choisissez la date ou le motif, pas les deux.")
            )
        elif not data["release_on"] and not data["release_unknown"]:
            self.add_error(
                "release_on", _("Indiquez la date, ou pourquoi elle n’est pas connue.")
            )


def antenne_field() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=_("Antenne"),
        queryset=Antenne.objects.none(),
        required=False,
        empty_label=_("Aucune"),
    )


def clean_reference(text: str) -> str:
    """As it is kept and looked for. PostgreSQL takes no NUL in a text."""
    return text.replace("\0", "").strip().upper()


class CaseForm(IdentityForm, SituationForm, MeasureForm):
    """A new case, who it is about if one wishes, and its first measure, on one page.
    The second case of a person is opened knowingly: one's own are hinted at only."""

    reference = fields_for_model(Case, ["reference"])["reference"]
    antenne = antenne_field()
    sensitivity = fields_for_model(Case, ["sensitivity"])["sensitivity"]
    is_second = forms.BooleanField(
        label=_("Ouvrir tout de même un second dossier pour cette personne"),
        required=False,
    )
    field_order = [
        "reference",
        "antenne",
        "sensitivity",
        *NAMES,
        "is_second",
        *SITUATION,
    ]

    def __init__(self, *args, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.fields["antenne"].queryset = by.spip.antennes.all()
        for name in NAMES:
            self.fields[name].help_text = _(
                "Chiffré, lu des seuls agents qui suivent le dossier."
            )
        if not self.is_bound:
            del self.fields["is_second"]

    def clean(self) -> dict:
        """A second case is asked about only where there is a first."""
        data = super().clean()
        known = self._known()
        if not known:
            del self.fields["is_second"]
        elif not data["is_second"]:
            self.add_error(
                "is_second",
                _("Vous suivez déjà un dossier de cette personne : %(references)s.")
                % {"references": ", ".join(map(str, known))},
            )
        return data

    def _known(self) -> list[Case]:
        if set(NAMES) & set(self.errors) or not self.identity:
            return []
        return list(identities.search_person(by=self.by, identity=self.identity))

    def clean_reference(self) -> str:
        reference = clean_reference(self.cleaned_data["reference"])
        if Case.objects.followed_by(self.by).filter(reference=reference).exists():
            raise ValidationError(services.KNOWN_REFERENCE)
        return reference

    @property
    def situation(self) -> dict:
        return {name: self.cleaned_data[name] for name in SITUATION}


class CaseEditForm(SituationForm, SeenForm):
    antenne = antenne_field()

    class Meta:
        model = Case
        fields = ["reference", "antenne", *SITUATION]

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["antenne"].queryset = self.instance.spip.antennes.all()

    def clean_reference(self) -> str:
        return clean_reference(self.cleaned_data["reference"])

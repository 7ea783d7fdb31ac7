"""What a référent and a professional fill in about their structure."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField, PostcodeField, ThemesField, paragraphs
from partners.models import Charter, Organisation
from spip_portal.accounts.models import Spip


class OrganisationForm(forms.ModelForm):
    """The page of a structure. Its SIRET stays: another SIRET is another structure."""

    name = LineField(label=_("Nom de la structure"), max_length=150)
    address = LineField(label=_("Adresse"), max_length=200)
    postcode = PostcodeField()
    city = LineField(label=_("Commune"), max_length=100)
    phone = LineField(label=_("Téléphone du standard"), max_length=20, required=False)
    website = forms.URLField(
        label=_("Site internet"), assume_scheme="https", required=False
    )
    description = paragraphs(label=_("Présentation"), max_length=2000)
    themes = ThemesField(required=True)

    class Meta:
        model = Organisation
        fields = [
            "name",
            "kind",
            "address",
            "postcode",
            "city",
            "phone",
            "email",
            "website",
            "opening_hours",
            "description",
            "themes",
            "milieu",
            "publics",
            "excluded_publics",
            "audience",
        ]
        labels = {
            "kind": _("Type de structure"),
            "email": _("Adresse électronique de contact"),
            "milieu": _("Milieu fermé ou ouvert"),
            "audience": _("Qui voit cette page ?"),
        }
        help_texts = {
            "email": _("Une adresse de service, jamais celle d’une personne."),
            "excluded_publics": _(
                "Lu par qui oriente une personne ; la recherche vous montre quand même."
            ),
            "audience": _(
                "« Tout public » : la page figure aussi dans l’annuaire des visiteurs, "
                "sans aucun nom de personne."
            ),
        }


class CharterForm(forms.Form):
    """`charter` is the version under the reader's eyes."""

    charter = forms.ModelChoiceField(
        queryset=Charter.objects.all(), widget=forms.HiddenInput
    )
    is_accepted = forms.BooleanField(
        label=_("J’ai lu la charte et je m’engage à la respecter."),
        error_messages={
            "required": _(
                "Cochez cette case pour accepter la charte, ou revenez plus tard."
            )
        },
    )


class PartnershipRequestForm(forms.Form):
    spip = forms.ModelChoiceField(label=_("Service"), queryset=Spip.objects.none())

    def __init__(self, *args, organisation: Organisation, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["spip"].queryset = Spip.objects.exclude(
            partnerships__organisation=organisation
        )

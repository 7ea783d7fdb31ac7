"""Registering a structure, inviting, joining."""

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import (
    LineField,
    PostcodeField,
    SiretField,
    ThemesField,
    paragraphs,
)
from partners.models import Invitation, OrganisationKind
from partners.services.registration import is_siret_taken, siret_taken
from spip_portal.accounts.models import Spip, User


class RegistrationForm(forms.Form):
    """A structure and its contact. `spip` is asked only where there is a choice."""

    spip = forms.ModelChoiceField(
        label=_("Service auquel vous vous adressez"),
        queryset=Spip.objects.all(),
        empty_label=_("Choisissez un service"),
    )
    name = LineField(label=_("Nom de la structure"), max_length=150)
    kind = forms.ModelChoiceField(
        label=_("Type de structure"),
        queryset=OrganisationKind.objects.all(),
        empty_label=_("Choisissez un type"),
    )
    siret = SiretField()
    address = LineField(label=_("Adresse"), max_length=200)
    postcode = PostcodeField()
    city = LineField(label=_("Commune"), max_length=100)
    phone = LineField(label=_("Téléphone du standard"), max_length=20, required=False)
    themes = ThemesField(required=True)
    description = paragraphs(
        label=_("Présentation"),
        max_length=2000,
        help_text=_(
            "Ce que vous faites, pour qui, et ce que vous proposez au service."
        ),
    )
    first_name = LineField(
        label=_("Prénom du contact"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = LineField(
        label=_("Nom du contact"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    function = LineField(
        label=_("Fonction du contact"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = forms.EmailField(
        label=_("Adresse électronique du contact"),
        help_text=_("Un lien y sera envoyé pour confirmer la demande."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.spips = list(Spip.objects.all()[:2])
        if len(self.spips) < 2:
            del self.fields["spip"]

    def clean_siret(self) -> str:
        siret = self.cleaned_data["siret"]
        if is_siret_taken(siret):
            raise siret_taken()
        return siret

    def clean(self) -> dict:
        super().clean()
        if "spip" not in self.fields:
            if not self.spips:
                raise forms.ValidationError(
                    _("Aucun service n’est encore ouvert sur ce portail.")
                )
            self.cleaned_data["spip"] = self.spips[0]
        return self.cleaned_data


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("Adresse électronique professionnelle"))
    first_name = LineField(label=_("Prénom"), max_length=100, required=False)
    last_name = LineField(label=_("Nom"), max_length=100, required=False)
    function = LineField(label=_("Métier"), max_length=80, required=False)


class JoinForm(forms.Form):
    """An account for whoever was invited and has none yet."""

    first_name = LineField(
        label=_("Prénom"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = LineField(
        label=_("Nom"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Mot de passe, encore une fois"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, invitation: Invitation, **kwargs) -> None:
        names = {
            "first_name": invitation.first_name,
            "last_name": invitation.last_name,
        }
        super().__init__(*args, initial=names, **kwargs)
        self.invitation = invitation
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict:
        super().clean()
        again = self.cleaned_data.pop("password_again", None)
        password = self.cleaned_data.get("password")
        if password and again and password != again:
            self.add_error("password_again", _("Les deux mots de passe diffèrent."))
        return self.cleaned_data

    def _post_clean(self) -> None:
        """Afterwards, because the rules compare the password with the names."""
        super()._post_clean()
        password = self.cleaned_data.get("password")
        if not password:
            return
        owner = User(
            email=self.invitation.email,
            first_name=self.cleaned_data.get("first_name", ""),
            last_name=self.cleaned_data.get("last_name", ""),
        )
        try:
            validate_password(password, owner)
        except forms.ValidationError as error:
            self.add_error("password", error)

"""Inviting, and joining by a link."""

from django import forms
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.utils.translation import gettext_lazy as _

from partners.forms.fields import LineField
from partners.models import Invitation
from spip_portal.accounts.models import User


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

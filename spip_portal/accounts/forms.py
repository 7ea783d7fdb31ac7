from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from spip_portal.accounts import services
from spip_portal.accounts.models import User


class CountedCodeMixin:
    """Ten wrong codes lock the account, like ten wrong passwords (SECURITY 12)."""

    def clean_code(self) -> str:
        if services.is_locked(self.user.email):
            raise ValidationError(
                _("Trop d’essais : ce compte est bloqué pendant une heure.")
            )
        try:
            return super().clean_code()
        except ValidationError:
            services.note_failure(email=self.user.email)
            raise


class CountedAuthenticateForm(CountedCodeMixin, AuthenticateForm):
    pass


class CountedReauthenticateForm(CountedCodeMixin, ReauthenticateForm):
    pass


class FactorResetForm(forms.Form):
    """An agent of the manager's own service, and what was checked on the phone."""

    user = forms.ModelChoiceField(label=_("Agent"), queryset=User.objects.none())
    motive = forms.CharField(
        label=_("Comment avez-vous vérifié qui appelle ?"), max_length=300
    )

    def __init__(self, *args, by: User, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.resettable_by(by)

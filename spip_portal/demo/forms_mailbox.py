from django import forms
from django.utils.translation import gettext_lazy as _


class MailSearchForm(forms.Form):
    marks_optional = False

    q = forms.CharField(
        label=_("Rechercher dans les destinataires et les objets"), required=False
    )

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.enums import DocumentKind
from cases.forms.keyed import KeyedForm
from cases.models import Document
from spip_portal.security.dates import today
from spip_portal.ui.widgets import DateInput
from spip_portal.vault.fields import PdfField


class DocumentForm(KeyedForm):
    file = PdfField(label=_("Fichier PDF"))
    kind = forms.ChoiceField(
        label=_("Nature"), choices=[("", _("Choisissez")), *DocumentKind.choices]
    )
    dated_on = forms.DateField(label=_("Date du document"), widget=DateInput)
    court = forms.CharField(
        label=_("Juridiction ou auteur"), max_length=120, required=False
    )

    def clean_dated_on(self):
        if self.cleaned_data["dated_on"] > today():
            raise ValidationError(_("Cette date est dans le futur."))
        return self.cleaned_data["dated_on"]


def describe(document: Document) -> str:
    """« Jugement du 12/03/2026 – TJ de Verdun »"""
    day = document.dated_on.strftime("%d/%m/%Y")
    text = _("%(kind)s du %(day)s") % {"kind": document, "day": day}
    text = text[0].upper() + text[1:]
    return f"{text} – {document.court}" if document.court else text

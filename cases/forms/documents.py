from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.enums import DocumentKind
from cases.forms.keyed import KeyedForm
from cases.models import Document
from partners.forms.words import SeenForm
from spip_portal.security.dates import today
from spip_portal.ui.sizes import file_size
from spip_portal.ui.widgets import DateInput
from spip_portal.vault.fields import PdfField, PdfsField


class DescriptionForm(forms.Form):
    """What a document is found by: kind, date, court."""

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


class CorrectionForm(DescriptionForm, SeenForm):
    seen = forms.CharField(widget=forms.HiddenInput)

    class Meta:
        model = Document
        fields = ["kind", "dated_on", "court"]


class DocumentForm(DescriptionForm, KeyedForm):
    """One or several files, described alike."""

    field_order = ("file", "kind", "dated_on", "court")
    file = PdfsField(
        label=_("Fichiers PDF"),
        help_text=_(
            "Un ou plusieurs fichiers de %(size)s au plus. De même nature et de même "
            "date ; sinon, corrigez ensuite la fiche de chacun."
        )
        % {"size": file_size(settings.UPLOAD_MAX_BYTES)},
    )


class VersionForm(DescriptionForm, KeyedForm):
    """The file that takes the place of another, of the same kind."""

    field_order = ("file", "dated_on", "court")
    kind = None
    file = PdfField(label=_("Fichier PDF de la nouvelle version"))


def describe(document: Document) -> str:
    """« Jugement du 12/03/2026 – TJ de Verdun »"""
    day = document.dated_on.strftime("%d/%m/%Y")
    text = _("%(kind)s du %(day)s") % {"kind": document, "day": day}
    text = text[0].upper() + text[1:]
    return f"{text} – {document.court}" if document.court else text

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from spip_portal.vault.inspection import explain, looks_like_pdf


class PdfField(forms.FileField):
    """An uploaded PDF; its value is the bytes. Only what can be said at once is said
    here (size, first and last bytes): a worker looks inside."""

    widget = forms.FileInput(attrs={"accept": "application/pdf"})

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault(
            "help_text",
            _("PDF de %(size)s au plus.")
            % {"size": filesizeformat(settings.UPLOAD_MAX_BYTES)},
        )
        super().__init__(**kwargs)

    def clean(self, data: UploadedFile | None, initial=None) -> bytes | None:
        uploaded = super().clean(data, initial)
        if not uploaded:
            return None
        if uploaded.is_truncated:
            raise ValidationError(
                _(
                    "Ce fichier dépasse %(limit)s : réduisez-le ou "
                    "déposez-le en parties."
                )
                % {"limit": filesizeformat(settings.UPLOAD_MAX_BYTES)},
                code="too_large",
            )
        content = uploaded.read()
        if not looks_like_pdf(content):
            raise ValidationError(explain("not_pdf"), code="not_pdf")
        return content

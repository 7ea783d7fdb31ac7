from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from spip_portal.ui.sizes import file_size
from spip_portal.vault.images import (
    IMAGE_MAX_BYTES,
    explain_image,
    media_type_of,
    redrawn,
)
from spip_portal.vault.inspection import explain, looks_like_pdf


class PdfField(forms.FileField):
    """An uploaded PDF; its value is the bytes. Only what can be said at once is said
    here (size, first and last bytes): a worker looks inside."""

    widget = forms.FileInput(attrs={"accept": "application/pdf"})

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault(
            "help_text",
            _("PDF de %(size)s au plus.")
            % {"size": file_size(settings.UPLOAD_MAX_BYTES)},
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
                % {"limit": file_size(settings.UPLOAD_MAX_BYTES)},
                code="too_large",
            )
        content = uploaded.read()
        if not looks_like_pdf(content):
            raise ValidationError(explain("not_pdf"), code="not_pdf")
        return content


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


@dataclass(frozen=True)
class Chosen:
    """One of several files: its bytes, or why it is refused. Its name is shown back to
    whoever chose it and kept nowhere."""

    name: str
    content: bytes | None
    refusal: str = ""


class PdfsField(forms.FileField):
    """Several PDF at once; its value is what became of each. Refused when none will
    do: one bad file costs the good ones nothing."""

    widget = ManyFilesInput(attrs={"accept": "application/pdf"})

    def __init__(self, **kwargs) -> None:
        self.each = PdfField()
        kwargs.setdefault("help_text", self.each.help_text)
        super().__init__(**kwargs)

    def clean(self, data, initial=None) -> list[Chosen]:
        chosen = [self._look_at(uploaded) for uploaded in data or [None]]
        if not any(each.content for each in chosen):
            raise ValidationError(refusals(chosen))
        return chosen

    def _look_at(self, uploaded: UploadedFile | None) -> Chosen:
        name = uploaded.name or "" if uploaded else ""
        try:
            return Chosen(name, self.each.clean(uploaded))
        except ValidationError as error:
            return Chosen(name, None, " ".join(error.messages))


def refusals(chosen: Sequence[Chosen]) -> list[str]:
    """Why, file by file; the name is of use where there are several."""
    refused = [each for each in chosen if each.refusal]
    if len(chosen) == 1:
        return [each.refusal for each in refused]
    return [
        _("« %(name)s » : %(why)s") % {"name": each.name, "why": each.refusal}
        for each in refused
    ]


class ImageField(forms.FileField):
    """An uploaded PNG or JPEG; its value is the bytes of the same picture drawn anew,
    so that nothing but the picture is kept: no place, no device, no hidden file."""

    widget = forms.FileInput(attrs={"accept": "image/png,image/jpeg"})

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault(
            "help_text",
            _(
                "PNG ou JPEG de %(size)s au plus. Le lieu et la date notés par "
                "l’appareil sont retirés."
            )
            % {"size": file_size(IMAGE_MAX_BYTES)},
        )
        super().__init__(**kwargs)

    def clean(self, data: UploadedFile | None, initial=None) -> bytes | None:
        uploaded = super().clean(data, initial)
        if not uploaded:
            return None
        if uploaded.is_truncated or uploaded.size > IMAGE_MAX_BYTES:
            raise ValidationError(explain_image("too_large"), code="too_large")
        content = uploaded.read()
        if media_type_of(content) is None:
            raise ValidationError(explain_image("not_image"), code="not_image")
        content = redrawn(content)
        if content is None:
            raise ValidationError(explain_image("unreadable"), code="unreadable")
        return content

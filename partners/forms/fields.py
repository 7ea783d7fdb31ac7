"""Fields that several forms share."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Theme
from partners.validators import clean_siret


class LineField(forms.CharField):
    """One line of text: what is pasted over several is brought back to one, so that it
    fits a title or the subject of a mail."""

    def to_python(self, value):
        return " ".join(super().to_python(value).split())


class SiretField(LineField):
    """14 digits, typed with or without spaces; returned without."""

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("label", _("SIRET"))
        kwargs.setdefault("help_text", _("14 chiffres, avec ou sans espaces."))
        super().__init__(max_length=30, **kwargs)

    def clean(self, value) -> str:
        return clean_siret(super().clean(value))


class PostcodeField(LineField):
    default_error_messages = {"invalid": _("Un code postal a cinq chiffres.")}

    def __init__(self, **kwargs) -> None:
        super().__init__(label=_("Code postal"), max_length=5, **kwargs)

    def clean(self, value) -> str:
        value = super().clean(value)
        if len(value) != 5 or not value.isascii() or not value.isdigit():
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return value


class ThemesField(forms.ModelMultipleChoiceField):
    def __init__(self, **kwargs) -> None:
        super().__init__(
            label=_("Thématiques"),
            queryset=Theme.objects.all(),
            widget=forms.CheckboxSelectMultiple,
            required=kwargs.pop("required", False),
            **kwargs,
        )


def paragraphs(**kwargs) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 6}), **kwargs)

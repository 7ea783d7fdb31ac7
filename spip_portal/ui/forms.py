"""DSFR markup for every form of the portal, allauth's and the admin's included.

`{{ form }}` gives the summary of the errors, then one block per field: label, help,
widget, errors. The classes come from here and the markup from `templates/ui/forms/`;
no form and no page writes either.
"""

from pathlib import Path

from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.utils.functional import cached_property
from django.utils.text import normalize_newlines

from spip_portal.ui.widgets import RichTextInput

FIELD_TEMPLATES: dict[type, str] = {
    forms.CheckboxInput: "ui/forms/checkbox.html",
    forms.RadioSelect: "ui/forms/choices.html",
    forms.CheckboxSelectMultiple: "ui/forms/choices.html",
    forms.PasswordInput: "ui/forms/password.html",
    forms.Select: "ui/forms/select.html",
    forms.FileInput: "ui/forms/file.html",
    RichTextInput: "ui/forms/rich_text.html",
}
WIDGET_CLASSES: dict[type, str] = {
    forms.CheckboxInput: "",
    forms.RadioSelect: "",
    forms.CheckboxSelectMultiple: "",
    forms.HiddenInput: "",
    forms.PasswordInput: "fr-input fr-password__input",
    forms.Select: "fr-select",
    forms.FileInput: "fr-upload",
}


def _of_kind(widget: forms.Widget, table: dict[type, str], default: str) -> str:
    """The line of `table` for the nearest ancestor of this widget."""
    return next(
        (table[kind] for kind in type(widget).__mro__ if kind in table), default
    )


class DsfrBoundField(forms.BoundField):
    @property
    def data(self):
        """As it was typed: a browser counts the end of a line as one character, then
        sends two. Every form reads its fields here."""
        value = super().data
        return normalize_newlines(value) if isinstance(value, str) else value

    def build_widget_attrs(self, attrs, widget=None):
        widget = widget or self.field.widget
        attrs = super().build_widget_attrs(attrs, widget)
        own = widget.attrs.get("class", "")
        css = f"{_of_kind(widget, WIDGET_CLASSES, 'fr-input')} {own}".strip()
        if css:
            attrs["class"] = css
        # What is written inside a field vanishes when one types: labels and help stay.
        widget.attrs.pop("placeholder", None)
        return attrs

    @property
    def template_name(self) -> str:
        # Django's stubs do not know this attribute of a field yet.
        own = getattr(self.field, "template_name", None)
        default = self.form.renderer.field_template_name
        return own or _of_kind(self.field.widget, FIELD_TEMPLATES, default)

    @property
    def is_marked_optional(self) -> bool:
        """Required is the norm, so the exception says so. A lone box needs no mark,
        nor does a form of filters (`marks_optional = False` on the form)."""
        return not (
            self.field.required
            or self.field.disabled
            or isinstance(self.field.widget, forms.CheckboxInput)
            or not getattr(self.form, "marks_optional", True)
        )

    @property
    def is_inline(self) -> bool:
        return bool(getattr(self.field.widget, "inline", False))

    @property
    def error_target(self) -> str:
        """Where the summary of the errors leads: the first box of a group."""
        if self.use_fieldset and self.subwidgets:
            return self.subwidgets[0].id_for_label or self.auto_id
        return self.id_for_label or self.auto_id

    @property
    def described_by(self) -> str:
        """For a group of boxes, whose `fieldset` carries the description."""
        parts = [f"{self.auto_id}_legend"]
        if self.errors:
            parts.append(f"{self.auto_id}_error")
        return " ".join(parts)


class DsfrRenderer(DjangoTemplates):
    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/input.html"
    bound_field_class = DsfrBoundField

    @cached_property
    def engine(self):
        """Our templates, then Django's own widgets: django-dsfr's versions of them
        wrap each box once more and leave variables undefined."""
        django_forms = Path(forms.__path__[0]) / self.backend.app_dirname
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [settings.BASE_DIR / "templates", django_forms],
                "NAME": "djangoforms",
                "OPTIONS": {},
            }
        )

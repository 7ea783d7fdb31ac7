"""A form filled in well enough to be accepted, whatever it asks."""

from django import forms

from spip_portal.security.dates import today


def filled(form: forms.Form) -> dict:
    """What the page shows already; where it shows nothing, something that fits."""
    typed = {}
    for bound in form:
        value = bound.value()
        if value in (None, "", []) and bound.field.required:
            value = _something_for(bound.field)
        if isinstance(value, bool):
            value = "on" if value else None
        if value is not None:
            typed[bound.html_name] = bound.field.prepare_value(value)
    return {name: value for name, value in typed.items() if value is not None}


def _something_for(field: forms.Field):
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        values = [str(value) for value, _label in field.choices if value]
        is_many = hasattr(field.widget, "allow_multiple_selected")
        return values[:1] if is_many else (values or [None])[0]
    for kind, value in SOMETHING.items():
        if isinstance(field, kind):
            return value() if callable(value) else value
    return "Texte fictif, assez long"


SOMETHING = {
    forms.FileField: None,
    forms.BooleanField: "on",
    forms.DateTimeField: lambda: f"{today().isoformat()}T10:00",
    forms.DateField: lambda: today().isoformat(),
    forms.TimeField: "10:00",
    forms.EmailField: "quelqu-un@asso.example",
    forms.IntegerField: "1",
    forms.URLField: "https://asso.example/",
}

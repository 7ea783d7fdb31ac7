from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm, BoundField, ChoiceField, ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from spip_portal.ui.templatetags.portal import long_date


@dataclass(frozen=True)
class FormPage:
    """A page with one short form: a word, a charge, an antenne, a PDF."""

    title: str
    done: str
    back: str
    back_label: str
    intro: str = ""
    button: str = ""


@dataclass(frozen=True)
class Difference:
    """A field that somebody else has saved otherwise than one types it."""

    label: str
    saved: str
    typed: str


def edit(
    request: HttpRequest,
    page: FormPage,
    form: BaseForm,
    act: Callable[..., object],
    template: str = "partners/form_page.html",
    **more: Any,
) -> HttpResponse:
    """GET shows the form, POST acts and goes back. When somebody else saved first, what
    they wrote is shown beside what was typed, and nothing is written. `more`: what
    a `template` of its own shows besides."""
    differences: list[Difference] = []
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            if getattr(error, "code", None) == "changed":
                differences = _differences(form)
        else:
            messages.success(request, page.done)
            return redirect(page.back)
    context = {
        "page": page,
        "form": form,
        "differences": differences,
        "button": page.button or _("Enregistrer"),
        **more,
    }
    return render(request, template, context)


def _differences(form) -> list[Difference]:
    """Field by field, the row as the other person left it, erased even; the form comes
    after it."""
    row = form.show_saved()
    found = (
        Difference(
            field.label,
            _words(field, getattr(row, field.name, None)),
            _words(field, form.cleaned_data.get(field.name)),
        )
        for field in form.visible_fields()
    )
    return [each for each in found if each.saved != each.typed]


def _words(field: BoundField, value: Any) -> str:
    """The value as the page shows it, and not as it is stored."""
    if isinstance(value, list):
        return ", ".join(sorted(_words(field, each) for each in value)) or "–"
    if isinstance(value, date):
        return long_date(value)
    if isinstance(field.field, ChoiceField) and not isinstance(
        field.field, ModelChoiceField
    ):
        value = dict(field.field.choices).get(value, value)
    return str(value or "–")

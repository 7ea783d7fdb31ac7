from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


@dataclass(frozen=True)
class FormPage:
    """A page with one short form: a word, a charge, an antenne."""

    title: str
    done: str
    back: str
    back_label: str


def edit(
    request: HttpRequest, page: FormPage, form: ModelForm, act: Callable[..., object]
) -> HttpResponse:
    """GET shows the form, POST acts and goes back. When somebody else saved first, what
    they wrote is shown beside what was typed, and nothing is written."""
    saved: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            act(**form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            if getattr(error, "code", None) == "changed":
                saved = _saved(form)
        else:
            messages.success(request, page.done)
            return redirect(page.back)
    context = {"page": page, "form": form, "saved": saved}
    return render(request, "partners/form_page.html", context)


def _saved(form) -> list[tuple[str, str]]:
    """The row as the other person left it; the form now comes after it."""
    row = type(form.instance).objects.get(pk=form.instance.pk)
    form.show_version(row.version)
    rows = ((field, getattr(row, field.name)) for field in form.visible_fields())
    return [(field.label, str(value or "–")) for field, value in rows]

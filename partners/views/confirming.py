from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


@dataclass(frozen=True)
class Confirmation:
    """The page before an act: what will happen, and to whom."""

    title: str
    sentence: str
    button: str
    done: str
    back: str
    kind: str = ""


def confirm(
    request: HttpRequest,
    page: Confirmation,
    act: Callable[..., object],
    form: Form | None = None,
) -> HttpResponse:
    """GET shows the page. POST acts, with what the form asked, and goes back; what the
    service refuses is said at its field, or on the page."""
    refusal = ""
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            act(**(form.cleaned_data if form else {}))
        except ValidationError as error:
            if form and hasattr(error, "error_dict"):
                form.add_error(None, error)
            else:
                refusal = " ".join(error.messages)
        else:
            messages.success(request, page.done)
            return redirect(page.back)
    context = {
        "title": page.title,
        "sentence": page.sentence,
        "button": page.button,
        "cancel_url": page.back,
        "kind": page.kind,
        "form": form,
        "refusal": refusal,
    }
    return render(request, "partners/confirm.html", context)

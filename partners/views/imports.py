"""Lists of structures in and out, as spreadsheets."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from partners import spreadsheets
from partners.forms.imports import ImportForm, ReadFileForm, entries
from partners.services import imports as services


@require_http_methods(["GET", "POST"])
def organisation_import(request: HttpRequest) -> HttpResponse:
    """A file, then what it would do line by line, then the import itself."""
    if not request.user.is_coordinator:
        raise Http404
    if "text" in request.POST:
        return _import(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        return _look_over(request, form.cleaned_data["file"])
    return render(request, "partners/import.html", {"form": form})


def _look_over(request: HttpRequest, text: str) -> HttpResponse:
    fates = services.fates(request.user.spip, entries(text))
    counts = services.count_outcomes(fates)
    context = {
        "fates": fates,
        "counts": [(label, counts[key]) for key, label in services.OUTCOMES.items()],
        "to_do": counts[services.CREATED] + counts[services.UPDATED],
        "form": ReadFileForm(initial={"text": text}),
    }
    return render(request, "partners/import_fates.html", context)


def _import(request: HttpRequest) -> HttpResponse:
    form = ReadFileForm(request.POST)
    if not form.is_valid():
        return render(request, "partners/import.html", {"form": ImportForm()})
    try:
        done = services.import_organisations(
            by=request.user, entries=entries(form.cleaned_data["text"])
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _look_over(request, form.cleaned_data["text"])
    counts = services.count_outcomes(done)
    messages.success(request, _summary(counts[services.CREATED], "created"))
    messages.success(request, _summary(counts[services.UPDATED], "updated"))
    return redirect("partners:directory")


def _summary(count: int, what: str) -> str:
    if what == "created":
        text = ngettext("%(n)s structure ajoutée.", "%(n)s structures ajoutées.", count)
    else:
        text = ngettext(
            "%(n)s structure mise à jour.", "%(n)s structures mises à jour.", count
        )
    return text % {"n": count}


@require_safe
def import_template(request: HttpRequest) -> HttpResponse:
    """The columns, and one line that shows how they are filled in."""
    if not request.user.is_coordinator:
        raise Http404
    example = [
        _("Association Exemple"),
        "CHRS",
        "732 829 320 00074",
        _("1 rue de l’Exemple"),
        "55000",
        _("Exempleville"),
        "03 00 00 00 00",
        "accueil@exemple.example",
        "https://exemple.example",
        _("Ce que fait la structure."),
        "Hébergement et logement|Emploi",
    ]
    return spreadsheets.csv_response(
        "modele-structures.csv", [spreadsheets.COLUMNS, example]
    )

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cases.forms.extracts import ExtractForm
from cases.models import Case
from cases.services import documents as services


def extract_new(request: HttpRequest, uuid) -> HttpResponse:
    """« Extrait d’obligations »: what a host most often needs."""
    followed = Case.objects.followed_by(request.user).select_related("spip")
    found = get_object_or_404(followed, uuid=uuid)
    form = ExtractForm(request.POST or None, case=found)
    if form.is_valid():
        data = form.cleaned_data
        key = data.pop("key")
        made = services.add_extract(
            by=request.user, case=found, extract=services.Extract(**data), key=key
        )
        messages.success(
            request,
            _("L’extrait est fait et chiffré. Sa vérification commence."),
        )
        return redirect("cases:document", uuid=made.uuid)
    return render(request, "cases/extract_new.html", {"form": form, "case": found})
